#include "grouping/arrange.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/random.hpp"
#include "planted.hpp"

namespace sheaf::grouping {
namespace {

/// What is wrong with the groups; empty when every place stands in one of them, once, and all are
/// full but at most one.
std::string flaw_of(const Groups& groups, std::size_t count, std::size_t size) {
  std::vector<int> seen(count);
  std::size_t short_groups = 0;
  for (const auto& group : groups) {
    if (group.empty() || group.size() > size) return "a group of " + std::to_string(group.size());
    short_groups += group.size() < size ? 1U : 0U;
    for (const auto place : group) ++seen.at(place);
  }
  if (short_groups > 1) return std::to_string(short_groups) + " short groups";
  const auto wrong = std::ranges::find_if(seen, [](int times) { return times != 1; });
  if (wrong == seen.end()) return {};
  return "a place stands there " + std::to_string(*wrong) + " times";
}

/// Vectors as drawn: apart, some zero, some equal, all equal, or not finite before they are scaled.
Vectors draw_vectors(std::size_t count, Random& random) {
  constexpr std::size_t dimensions = 9;
  const auto kind = random.below(5);
  std::vector<float> values;
  for (std::size_t row = 0; row < count; ++row) {
    const bool zero = kind == 1 && random.below(3) == 0;
    for (std::size_t i = 0; i < dimensions; ++i) {
      float value = static_cast<float>(random.uniform()) - 0.5F;
      if (zero) value = 0;
      if (kind == 2) value = 0.25F;
      if (kind == 3 && row % 3 != 0) value = row % 3 == 1 ? 1.0F : -1.0F;
      if (kind == 4 && random.below(40) == 0) value = std::nanf("");
      values.push_back(value);
    }
  }
  return {dimensions, std::move(values)};
}

RC_GTEST_PROP(Arrangement, EveryKindIsAPermutationCutIntoGroupsOfTheSize, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 201);
  const auto size = *rc::gen::inRange<std::size_t>(1, 21);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Random random(seed);
  const auto vectors = draw_vectors(count, random);
  std::vector<std::int64_t> lengths(count);
  for (auto& length : lengths) length = static_cast<std::int64_t>(random.below(400));
  RC_ASSERT(flaw_of(by_chance(count, size, seed), count, size) == "");
  RC_ASSERT(flaw_of(by_length(lengths, size, seed), count, size) == "");
  RC_ASSERT(flaw_of(by_similarity(vectors, size, seed), count, size) == "");
  RC_ASSERT(flaw_of(by_diversity(vectors, size, seed), count, size) == "");
}

// More than are compared with one another: trees, and rounds. Batches larger than the lists of
// neighbours, and clusters smaller than the batches.
TEST(Arrangement, IsAPermutationOfThousandsToo) {
  for (const std::size_t size : {1UL, 6UL, 7UL, 100UL, 1000UL, 5000UL}) {
    const auto planted = plant({.clusters = 60, .cluster_size = 50, .noise = 0.3F});
    const auto count = planted.vectors.count();
    EXPECT_EQ(flaw_of(by_similarity(planted.vectors, size, 1), count, size), "");
    EXPECT_EQ(flaw_of(by_diversity(planted.vectors, size, 1), count, size), "");
  }
  const Vectors equal(2, std::vector<float>(6000, 1.0F));
  EXPECT_EQ(flaw_of(by_similarity(equal, 7, 1), 3000, 7), "");
  EXPECT_EQ(flaw_of(by_diversity(equal, 7, 1), 3000, 7), "");
}

/// Share of the samples whose group belongs, by its majority, to their cluster.
double purity(const Planted& planted, const Groups& groups) {
  double pure = 0;
  for (const auto& group : groups) {
    std::map<int, int> counts;
    int most = 0;
    for (const auto place : group) most = std::max(most, ++counts[planted.cluster_of[place]]);
    pure += most;
  }
  return pure / static_cast<double>(planted.cluster_of.size());
}

struct Shape {
  std::size_t rows;
  float noise;
};

// Of 9,600 rows the neighbours are approximate.
TEST(BySimilarity, FindsPlantedClustersWithA99PercentPurity) {
  constexpr std::size_t size = 6;
  const Shape shapes[] = {{600, 0.2F}, {600, 0.8F}, {3600, 0.2F}, {3600, 0.8F}, {9600, 0.6F}};
  for (const std::size_t batches : {1UL, 2UL, 10UL}) {
    for (const auto& [rows, noise] : shapes) {
      const auto in_cluster = batches * size;
      const auto planted =
          plant({.clusters = rows / in_cluster, .cluster_size = in_cluster, .noise = noise});
      EXPECT_GE(purity(planted, by_similarity(planted.vectors, size, 3)), 0.99)
          << rows << " rows in clusters of " << in_cluster << ", noise " << noise;
    }
  }
}

TEST(BySimilarity, FindsPlantedClustersOfSeveralSizesAmongRowsOfNone) {
  constexpr std::size_t size = 6;
  const auto planted = plant_mixed({6, 6, 6, 12, 12, 18, 60, 60, 120}, 300);
  auto groups = by_similarity(planted.vectors, size, 3);
  std::size_t whole = 0;
  for (const auto& group : groups) {
    std::set<int> clusters;
    for (const auto place : group) clusters.insert(planted.cluster_of[place]);
    whole += clusters.size() == 1 ? group.size() : 0U;
  }
  EXPECT_GE(static_cast<double>(whole), 0.99 * 300);
}

TEST(BySimilarity, FindsPlantedClustersWhateverTheBatchSize) {
  for (const std::size_t size : {2UL, 3UL, 16UL, 60UL, 200UL}) {
    const auto planted = plant({.clusters = 4800 / size, .cluster_size = size, .noise = 0.4F});
    EXPECT_GE(purity(planted, by_similarity(planted.vectors, size, 5)), 0.99) << size;
  }
}

TEST(BySimilarity, CosinesInsideAreNearThoseOfTheClustersAndByDiversityFarBelowChance) {
  const auto planted = plant({.clusters = 40, .cluster_size = 60, .noise = 0.5F});
  const auto& vectors = planted.vectors;
  const auto chance = mean_cosine(vectors, by_chance(vectors.count(), 6, 1));
  EXPECT_GT(mean_cosine(vectors, by_similarity(vectors, 6, 1)), chance + 0.7);
  EXPECT_LT(mean_cosine(vectors, by_diversity(vectors, 6, 1)), chance - 0.05);
}

TEST(ByDiversity, NoTwoOfAPlantedClusterShareABatch) {
  const auto planted = plant({.clusters = 60, .cluster_size = 6, .noise = 0.2F});
  for (const auto& group : by_diversity(planted.vectors, 6, 2)) {
    std::set<int> clusters;
    for (const auto place : group) clusters.insert(planted.cluster_of[place]);
    EXPECT_EQ(clusters.size(), group.size());
  }
}

TEST(ByLength, BatchesHoldSimilarLengths) {
  Random random(4);
  std::vector<std::int64_t> lengths(997);
  for (auto& length : lengths) length = static_cast<std::int64_t>(20 + random.below(2000));
  for (const auto& group : by_length(lengths, 6, 9)) {
    const auto [low, high] = std::ranges::minmax(group, {}, [&](Place p) { return lengths[p]; });
    EXPECT_LE(lengths[high], lengths[low] + 20 + lengths[low] / 10);
  }
}

using Composition = std::set<std::set<Place>>;

Composition composition(const Groups& groups) {
  Composition all;
  for (const auto& group : groups) all.emplace(group.begin(), group.end());
  return all;
}

/// Equal seeds agree to the last place; others differ in composition and in order.
void expect_seeded(const std::function<Groups(std::uint64_t)>& arrange) {
  const auto one = arrange(1);
  EXPECT_EQ(one, arrange(1));
  const auto other = arrange(2);
  EXPECT_NE(one.front(), other.front());
  const auto first = composition(one);
  const auto second = composition(other);
  std::vector<std::set<Place>> common;
  std::ranges::set_intersection(first, second, std::back_inserter(common));
  EXPECT_LT(common.size(), first.size() * 9 / 10);
}

TEST(Arrangement, TheSeedDecidesCompositionAndOrder) {
  const auto planted = plant({.clusters = 20, .cluster_size = 60, .noise = 0.5F});
  const auto& vectors = planted.vectors;
  std::vector<std::int64_t> lengths(vectors.count());
  Random random(4);
  for (auto& length : lengths) length = static_cast<std::int64_t>(20 + random.below(300));
  expect_seeded([&](auto seed) { return by_chance(vectors.count(), 6, seed); });
  expect_seeded([&](auto seed) { return by_length(lengths, 6, seed); });
  expect_seeded([&](auto seed) { return by_similarity(vectors, 6, seed); });
  expect_seeded([&](auto seed) { return by_diversity(vectors, 6, seed); });
}

TEST(Arrangement, TheOrderInsideABatchIsDrawn) {
  std::vector<int> first_places(600);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto planted = plant({.clusters = 20, .cluster_size = 6, .noise = 0.2F});
    for (const auto& group : by_similarity(planted.vectors, 6, seed)) ++first_places[group.front()];
  }
  // Of 40 draws of one in six.
  EXPECT_LT(*std::ranges::max_element(first_places), 25);
}

}  // namespace
}  // namespace sheaf::grouping
