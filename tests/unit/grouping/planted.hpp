// Vectors around centres that are known.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "grouping/vectors.hpp"

namespace sheaf::grouping {

struct Planted {
  Vectors vectors;
  std::vector<int> cluster_of;
};

struct Plan {
  std::size_t clusters = 10;
  std::size_t cluster_size = 6;
  /// Length of a vector's own part beside its centre's, which is 1.
  float noise = 0.5F;
  std::size_t dimensions = 64;
};

inline std::vector<float> direction(std::size_t dimensions, Random& random) {
  std::vector<float> numbers(dimensions);
  for (auto& number : numbers) {
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    const double angle = 2 * std::numbers::pi * random.uniform();
    number = static_cast<float>(radius * std::cos(angle) / std::sqrt(dimensions));
  }
  return numbers;
}

/// Clusters in turn, so that no two neighbours of the input are of one.
inline Planted plant(const Plan& plan) {
  Random random(plan.clusters * 1000 + plan.cluster_size);
  std::vector<std::vector<float>> centres(plan.clusters);
  for (auto& centre : centres) centre = direction(plan.dimensions, random);
  std::vector<float> values;
  std::vector<int> cluster_of;
  for (std::size_t row = 0; row < plan.clusters * plan.cluster_size; ++row) {
    const auto cluster = row % plan.clusters;
    const auto own = direction(plan.dimensions, random);
    for (std::size_t i = 0; i < plan.dimensions; ++i) {
      values.push_back(centres[cluster][i] + plan.noise * own[i]);
    }
    cluster_of.push_back(static_cast<int>(cluster));
  }
  return {Vectors(plan.dimensions, std::move(values)), std::move(cluster_of)};
}

/// Clusters of these sizes, tight, and as many rows `alone`, each a cluster of its own.
inline Planted plant_mixed(const std::vector<std::size_t>& sizes, std::size_t alone) {
  constexpr std::size_t dimensions = 64;
  Random random(sizes.size() + alone);
  std::vector<float> values;
  std::vector<int> cluster_of;
  auto all = sizes;
  all.resize(sizes.size() + alone, 1);
  for (std::size_t cluster = 0; cluster < all.size(); ++cluster) {
    const auto centre = direction(dimensions, random);
    for (std::size_t row = 0; row < all[cluster]; ++row) {
      const auto own = direction(dimensions, random);
      for (std::size_t i = 0; i < dimensions; ++i) values.push_back(centre[i] + 0.4F * own[i]);
      cluster_of.push_back(static_cast<int>(cluster));
    }
  }
  return {Vectors(dimensions, std::move(values)), std::move(cluster_of)};
}

}  // namespace sheaf::grouping
