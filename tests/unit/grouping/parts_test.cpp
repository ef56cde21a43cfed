// The parts that arrangements are made of, each against its definition.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "grouping/arrange.hpp"
#include "grouping/exchange.hpp"
#include "grouping/neighbours.hpp"
#include "grouping/vote_k.hpp"
#include "planted.hpp"

namespace sheaf::grouping {
namespace {

float cosine(VectorSpan vectors, Place one, Place other) {
  float sum = 0;
  for (std::size_t i = 0; i < vectors.dimensions(); ++i) sum += vectors[one][i] * vectors[other][i];
  return sum;
}

TEST(Vectors, AreOfUnitLengthOrZeroAndAlwaysFinite) {
  const float infinite = std::numeric_limits<float>::infinity();
  const Vectors vectors(2, {3, 4, 0, 0, infinite, 1, std::nanf(""), 1, 3e38F, 3e38F, 1e-30F, 0});
  ASSERT_EQ(vectors.count(), 6U);
  EXPECT_NEAR(vectors[0][0], 0.6, 1e-6);
  for (const Place zero : {1U, 2U, 3U}) EXPECT_EQ(cosine(vectors, zero, zero), 0);
  EXPECT_NEAR(cosine(vectors, 4, 4), 1, 1e-5);
  EXPECT_NEAR(cosine(vectors, 5, 5), 1, 1e-5);
}

/// The nearest by comparing all.
std::set<Place> nearest(VectorSpan vectors, Place sample, std::size_t most) {
  auto all = places(vectors.count());
  std::erase(all, sample);
  std::ranges::sort(all, std::greater(), [&](Place p) { return cosine(vectors, sample, p); });
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most)};
}

/// Of the true nearest of some samples, the share that is found.
double recall(const Planted& planted, std::size_t most) {
  Random random(3);
  auto members = places(planted.vectors.count());
  const auto found = find_neighbours(planted.vectors, members, most, random);
  double right = 0;
  constexpr Place asked = 40;
  for (Place sample = 0; sample < asked; ++sample) {
    const auto wanted = nearest(planted.vectors, sample, most);
    float last = 2;
    for (const auto& [near, place] : found.of(sample)) {
      EXPECT_NEAR(near, cosine(planted.vectors, sample, place), 1e-5);
      EXPECT_LE(near, last) << "the nearest comes first";
      last = near;
      right += wanted.contains(place) ? 1 : 0;
    }
  }
  return right / static_cast<double>(asked * most);
}

TEST(FindNeighbours, IsExactUpTo8192AndNearlySoBeyond) {
  EXPECT_EQ(recall(plant({.clusters = 200, .cluster_size = 5, .noise = 0.5F}), 12), 1);
  EXPECT_GT(recall(plant({.clusters = 800, .cluster_size = 12, .noise = 0.5F}), 11), 0.97);
}

TEST(FindNeighbours, LooksAmongTheMembersAlone) {
  const auto planted = plant({.clusters = 10, .cluster_size = 20});
  std::vector<Place> members{1, 11, 21, 2, 12, 5};
  Random random(1);
  const auto found = find_neighbours(planted.vectors, members, 10, random);
  EXPECT_EQ(found.of(0).size(), 0U);
  ASSERT_EQ(found.of(1).size(), 5U);
  EXPECT_EQ((std::set{found.of(1)[0].place, found.of(1)[1].place}), (std::set<Place>{11, 21}));
}

TEST(Exchange, GainIsWhatTheCosinesInsideGain) {
  const auto planted = plant({.clusters = 6, .cluster_size = 7});
  const auto& vectors = planted.vectors;
  const auto groups = by_chance(vectors.count(), 5, 1);
  const auto inside = [&](const Groups& all) {
    double sum = 0;
    for (const auto& group : all) {
      for (std::size_t i = 1; i < group.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) sum += cosine(vectors, group[i], group[j]);
      }
    }
    return sum;
  };
  Exchange exchange(vectors, groups);
  double total = inside(groups);
  Random random(5);
  for (int trial = 0; trial < 200; ++trial) {
    const auto one = static_cast<Place>(random.below(vectors.count()));
    const auto other = static_cast<Place>(random.below(vectors.count()));
    if (exchange.group_of(one) == exchange.group_of(other)) continue;
    total += exchange.gain(one, other);
    exchange.swap(one, other);
  }
  const auto mates = exchange.members(exchange.group_of(7));
  double attachment = 0;
  for (const auto mate : mates) attachment += mate == 7 ? 0 : cosine(vectors, 7, mate);
  EXPECT_NEAR(exchange.attachment(7), attachment, 1e-4);
  EXPECT_NEAR(inside(exchange.take()), total, 1e-3);
}

TEST(VoteK, SelectsTheHighestScoreOfItsDefinitionEachTime) {
  const auto planted = plant({.clusters = 12, .cluster_size = 6, .noise = 0.9F});
  const auto count = planted.vectors.count();
  auto members = places(count);
  Random random(2);
  const auto neighbours = find_neighbours(planted.vectors, members, 4, random);
  const auto order = vote_k_order(neighbours, count, random);
  std::set<Place> selected;
  const auto score = [&](Place sample) {
    double sum = 0;
    for (Place voter = 0; voter < count; ++voter) {
      int satisfied = 0;
      bool votes = false;
      for (const auto& near : neighbours.of(voter)) {
        satisfied += selected.contains(near.place) ? 1 : 0;
        votes = votes || near.place == sample;
      }
      if (votes && !selected.contains(voter)) sum += std::pow(10.0, -satisfied);
    }
    return sum;
  };
  for (const auto chosen : order) {
    double highest = 0;
    for (Place sample = 0; sample < count; ++sample) {
      if (!selected.contains(sample)) highest = std::max(highest, score(sample));
    }
    EXPECT_NEAR(score(chosen), highest, 1e-9);
    EXPECT_TRUE(selected.insert(chosen).second) << chosen << " is selected twice";
  }
  EXPECT_EQ(selected.size(), count) << "those without votes are lost";
}

}  // namespace
}  // namespace sheaf::grouping
