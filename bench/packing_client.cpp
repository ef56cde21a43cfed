// What packing costs and how near its batches come to the fewest there could be, for run.py.
//   packing_client rows TASK ROWS     the task's rows under several contexts, counts and caps
//   packing_client lengths NUMBER     so many made lengths: processor time beside two floors
// Prints JSON. Samples are weighed as a run does, by o200k_base.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/random.hpp"
#include "plan/packer.hpp"
#include "plan/planner.hpp"
#include "rows/row.hpp"
#include "run/intake.hpp"
#include "run/model_counter.hpp"
#include "run/packing.hpp"
#include "support/measure.hpp"
#include "task/task.hpp"

namespace {

using sheaf::Random;
namespace format = sheaf::format;
namespace plan = sheaf::plan;
namespace run = sheaf::run;
namespace task = sheaf::task;

template <class T>
T expect(sheaf::Expected<T> value) {
  if (value) return std::move(*value);
  fmt::print(stderr, "{}\n", value.error().message);
  std::exit(1);
}

template <class Work>
double seconds_of(const Work& work) {
  const auto began = sheaf::bench::cpu_time();
  work();
  return (sheaf::bench::cpu_time() - began).count() * 1e-6;
}

/// No packing has fewer batches. `weights` are in ascending order of input.
class LowerBound {
 public:
  LowerBound(const std::vector<plan::Weight>& weights, const plan::Bounds& bounds)
      : weights_(weights), bounds_(bounds), most_(most_of_the_lightest()) {
    choose_each();
  }

  /// By count, and by the sum of tokens over the room of a batch.
  std::int64_t of_sums() const { return std::max(of_count(bounds_.count), of_tokens(1)); }
  /// Also by the most samples that fit, and by how many samples of some length at least share a
  /// batch (the dual feasible functions of Fekete and Schepers).
  std::int64_t sharpest() const {
    auto best = std::max(of_sums(), of_count(most_));
    for (int parts = 2; parts <= 200; ++parts) best = std::max(best, of_tokens(parts));
    return best;
  }

 private:
  std::int64_t of_count(int most) const { return (std::ssize(weights_) + most - 1) / most; }

  int most_of_the_lightest() const {
    int most = 1;
    plan::Weight sum;
    for (std::size_t i = 0; i < weights_.size() && std::cmp_less(i, bounds_.count); ++i) {
      sum += {weights_[i].input, weights_.front().output};
      const int samples = static_cast<int>(i) + 1;
      if (bounds_.admits(samples, sum)) most = samples;
    }
    return most;
  }

  /// Where each sample takes `each` of the room beside its tokens; by whichever number of those by
  /// which batches of two sizes differ in room tells most.
  std::int64_t of_tokens(int parts) const {
    if (bounds_.input.empty()) return 0;
    return std::max(of_tokens(parts, best_each_), of_tokens(parts, first_each_));
  }

  void choose_each() {
    if (bounds_.input.empty()) return;
    const auto& rooms = bounds_.input;
    std::set<std::int64_t> steps{0};
    for (int j = 1; j < most_; ++j) {
      for (int i = 0; i < j; ++i) {
        const auto less = rooms[static_cast<std::size_t>(i)] - rooms[static_cast<std::size_t>(j)];
        steps.insert(std::max<std::int64_t>(0, less / (j - i)));
      }
    }
    first_each_ = most_ > 1 ? std::max<std::int64_t>(0, rooms[0] - rooms[1]) : 0;
    best_each_ = *std::ranges::max_element(
        steps, {}, [this](std::int64_t each) { return of_tokens(1, each); });
  }

  /// A sample of which `parts` + 1 would fill the room exactly counts as it is, others as so many
  /// whole parts of a batch.
  std::int64_t of_tokens(int parts, std::int64_t each) const {
    std::int64_t room = 1;
    for (int n = 1; n <= most_; ++n) {
      room = std::max(room, bounds_.input[static_cast<std::size_t>(n) - 1] + each * n);
    }
    double sum = 0;
    for (const auto& weight : weights_) {
      const auto taken = weight.input + each;
      const auto scaled = taken * (parts + 1);
      const bool as_it_is = parts == 1 || scaled % room == 0;
      sum += as_it_is ? static_cast<double>(taken) / static_cast<double>(room)
                      : static_cast<double>(scaled / room) / parts;
    }
    return std::llround(std::ceil(sum - 1e-6));
  }

  const std::vector<plan::Weight>& weights_;
  const plan::Bounds& bounds_;
  int most_;
  std::int64_t best_each_ = 0;
  std::int64_t first_each_ = 0;
};

/// Of the packer, in the order of the weights.
std::int64_t batches_of(const std::vector<plan::Weight>& weights, const plan::Bounds& bounds) {
  plan::Packer packer(bounds, {});
  for (std::size_t i = 0; i < weights.size(); ++i) {
    packer.add(static_cast<plan::SampleHandle>(i), "", weights[i]);
    packer.pass_row();
  }
  packer.finish();
  return static_cast<std::int64_t>(packer.ready());
}

struct Limits {
  std::int64_t context;
  std::optional<std::int64_t> output;
  int count;
};

std::string packed(task::Task asked, const Limits& limits,
                   const std::vector<sheaf::run::Arrival>& rows) {
  asked.batch.size = limits.count;
  const auto writes = task::make_format(asked);
  sheaf::prompt::PromptBuilder builder(asked, *writes);
  auto counter = expect(run::model_counter(asked, "o200k_base")).counter;
  run::Packing packing(asked, *writes, builder, counter,
                       {.context = limits.context, .input = {}, .output = limits.output});
  const auto bounds = packing.bounds();
  std::vector<plan::Weight> weights;
  std::vector<plan::Weight> exact;
  for (const auto& row : rows) {
    const auto& sample = row.row.sample;
    const auto plain = writes->contexts({&sample, 1}, format::Keys::plain);
    weights.push_back(packing.weigh(sample, std::ssize(plain)));
    const auto keyed = writes->contexts({&sample, 1}, format::Keys::indexed) + "\n";
    exact.push_back({counter.message(keyed).tokens, weights.back().output});
  }
  const auto batches = batches_of(weights, bounds);
  std::ranges::sort(exact, {}, &plan::Weight::input);
  const LowerBound bound(exact, bounds);
  return fmt::format(
      R"({{"context": {}, "output": {}, "count": {}, "samples": {}, "batches": {}, "sums": {}, )"
      R"("bound": {}}})",
      limits.context, limits.output.value_or(0), limits.count, rows.size(), batches,
      bound.of_sums(), bound.sharpest());
}

int pack_rows(const std::string& task_path, const std::string& rows_path) {
  const auto asked = expect(task::load(task_path, {}));
  auto source = expect(sheaf::rows::open_rows(rows_path));
  run::Intake intake(asked, *source, std::nullopt);
  std::vector<run::Arrival> rows;
  while (auto row = expect(intake.next())) {
    rows.push_back(std::get<run::Arrival>(std::move(*row)));
  }
  std::vector<std::string> lines;
  for (const std::int64_t context : {4'096, 8'192, 16'384, 32'768}) {
    for (const int count : {16, 64}) {
      lines.push_back(packed(asked, {context, std::nullopt, count}, rows));
      lines.push_back(packed(asked, {context, context / 4, count}, rows));
    }
  }
  fmt::print("[{}]\n", fmt::join(lines, ",\n"));
  return 0;
}

/// Mostly short, some long: lognormal, a hundred tokens in the median.
std::vector<plan::Weight> made_lengths(std::size_t number) {
  Random random(17);
  std::vector<plan::Weight> weights(number);
  for (auto& weight : weights) {
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    const double normal = radius * std::cos(2 * std::numbers::pi * random.uniform());
    weight = {static_cast<std::int64_t>(100 * std::exp(0.6 * normal)), 40};
  }
  return weights;
}

int pack_lengths(std::size_t number) {
  const auto weights = made_lengths(number);
  plan::Bounds bounds{.count = 64};
  for (int n = 1; n <= bounds.count; ++n) {
    bounds.input.push_back(2'048 - 40 * n);
    bounds.output.push_back(1'024 - 10 * n);
  }
  std::int64_t sum = 0;
  const double reading = seconds_of([&] {
    sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0},
                          [](auto all, const auto& one) { return all + one.input + one.output; });
  });
  std::int64_t next_fit = 1;
  const double fitting = seconds_of([&] {
    plan::Weight open;
    int samples = 0;
    for (const auto& weight : weights) {
      open += weight;
      if (bounds.admits(++samples, open)) continue;
      ++next_fit;
      open = weight;
      samples = 1;
    }
  });
  std::int64_t batches = 0;
  const double packing = seconds_of([&] {
    plan::Planner planner({.bounds = bounds});
    const auto drain = [&] {
      while (planner.next(false)) ++batches;
    };
    for (std::size_t i = 0; i < weights.size(); ++i) {
      planner.add(static_cast<plan::SampleHandle>(i), "", weights[i]);
      planner.pass_row();
      if (planner.ready() > 64) drain();
    }
    planner.finish_rows();
    drain();
  });
  auto sorted = weights;
  std::ranges::sort(sorted, {}, &plan::Weight::input);
  fmt::print(
      R"({{"lengths": {}, "tokens": {}, "seconds": {}, "reading": {}, "next_fit_seconds": {}, )"
      R"("batches": {}, "next_fit": {}, "bound": {}}})"
      "\n",
      number, sum, packing, reading, fitting, batches, next_fit,
      LowerBound(sorted, bounds).sharpest());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> all(words + 1, words + count);
  if (all.size() == 3 && all[0] == "rows") return pack_rows(all[1], all[2]);
  if (all.size() == 2 && all[0] == "lengths") {
    return pack_lengths(std::strtoull(all[1].c_str(), nullptr, 10));
  }
  return 2;
}
