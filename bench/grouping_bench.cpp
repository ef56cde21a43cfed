// Grouping by vectors: processor time against one full similarity product of the same vectors, and
// what each arrangement makes of the cosines inside batches.
//   grouping_bench [rows] [dimensions] [batch size]
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <fmt/format.h>

#include "core/random.hpp"
#include "grouping/arrange.hpp"
#include "grouping/hashed_tfidf.hpp"

namespace {

using sheaf::Random;
namespace grouping = sheaf::grouping;

struct Sizes {
  std::size_t rows = 100'000;
  std::size_t dimensions = 384;
  std::size_t batch = 6;
};

/// Processor seconds.
double seconds_of(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double began = now();
  work();
  return now() - began;
}

float normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return static_cast<float>(radius * std::cos(2 * std::numbers::pi * random.uniform()));
}

std::vector<float> direction(std::size_t dimensions, Random& random) {
  std::vector<float> numbers(dimensions);
  const auto scale = 1 / std::sqrt(static_cast<float>(dimensions));
  for (auto& number : numbers) number = normal(random) * scale;
  return numbers;
}

/// As embeddings lie: a direction common to all, a topic's, and one of the row's own.
grouping::Vectors topics(const Sizes& sizes) {
  Random random(7);
  const auto common = direction(sizes.dimensions, random);
  std::vector<std::vector<float>> all(sizes.rows / 50 + 1);
  for (auto& topic : all) topic = direction(sizes.dimensions, random);
  std::vector<float> values;
  values.reserve(sizes.rows * sizes.dimensions);
  for (std::size_t row = 0; row < sizes.rows; ++row) {
    const auto& topic = all[random.below(all.size())];
    const auto own = direction(sizes.dimensions, random);
    for (std::size_t i = 0; i < sizes.dimensions; ++i) {
      values.push_back(0.5F * common[i] + topic[i] + own[i]);
    }
  }
  return {sizes.dimensions, std::move(values)};
}

/// Seconds of all cosines of all pairs, in blocks that stay in the cache. Measured on the first
/// blocks of rows against all rows, for two seconds at least, and scaled to all of them.
double full_product(const grouping::Vectors& vectors) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  constexpr Eigen::Index block = 512;
  const auto rows = static_cast<Eigen::Index>(vectors.count());
  const Eigen::Map<const Matrix> all(vectors[0].data(), rows,
                                     static_cast<Eigen::Index>(vectors.dimensions()));
  Matrix cosines;
  double highest = 0;
  double seconds = 0;
  Eigen::Index done = 0;
  while (done < rows && seconds < 2) {
    const auto height = std::min(block, rows - done);
    seconds += seconds_of([&] {
      for (Eigen::Index column = 0; column < rows; column += block) {
        const auto width = std::min(block, rows - column);
        cosines.noalias() =
            all.middleRows(done, height) * all.middleRows(column, width).transpose();
        highest = std::max(highest, static_cast<double>(cosines(0, 0)));
      }
    });
    done += height;
  }
  const double full = seconds * static_cast<double>(rows) / static_cast<double>(done);
  fmt::print("one full product     {:8.2f} s   (of {} rows of {}, scaled; {:.1f} GFlop/s)\n", full,
             done, rows,
             2e-9 * static_cast<double>(rows) * static_cast<double>(rows) *
                 static_cast<double>(vectors.dimensions()) / full);
  return highest > 2 ? 0 : full;
}

void measure(const char* name, const grouping::Vectors& vectors, double floor,
             const std::function<grouping::Groups()>& arrange) {
  grouping::Groups groups;
  const double seconds = seconds_of([&] { groups = arrange(); });
  fmt::print("{:<20} {:8.2f} s   {:6.3f} of the product   mean cosine {:.4f}\n", name, seconds,
             seconds / floor, grouping::mean_cosine(vectors, groups));
}

/// Rows of 40 words, as common as words are: the nth is drawn as often as 1/n.
std::vector<std::string> zipf_texts(std::size_t rows) {
  Random random(11);
  std::vector<std::string> texts(rows);
  for (auto& text : texts) {
    for (int word = 0; word < 40; ++word) {
      text += fmt::format("w{} ", static_cast<int>(std::pow(50'000.0, random.uniform())));
    }
  }
  return texts;
}

}  // namespace

int main(int count, char** words) {
  Sizes sizes;
  std::size_t* const all[] = {&sizes.rows, &sizes.dimensions, &sizes.batch};
  for (int i = 1; i < count && i <= 3; ++i) *all[i - 1] = std::strtoull(words[i], nullptr, 10);
  fmt::print("{} rows of {} dimensions, batches of {}; processor time of one thread\n", sizes.rows,
             sizes.dimensions, sizes.batch);
  const auto vectors = topics(sizes);
  const double floor = full_product(vectors);
  measure("random", vectors, floor,
          [&] { return grouping::by_chance(sizes.rows, sizes.batch, 1); });
  measure("similarity", vectors, floor,
          [&] { return grouping::by_similarity(vectors, sizes.batch, 1); });
  measure("diversity", vectors, floor,
          [&] { return grouping::by_diversity(vectors, sizes.batch, 1); });
  const auto texts = zipf_texts(sizes.rows);
  const double seconds = seconds_of([&] { grouping::hashed_tfidf(texts); });
  fmt::print("hashed TF-IDF        {:8.2f} s   {:6.3f} of the product   texts of 40 words\n",
             seconds, seconds / floor);
  return 0;
}
