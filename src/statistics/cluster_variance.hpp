// The variance of a mean whose terms are dependent inside clusters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheaf::statistics {

/// Terms parted into clusters: term i belongs to cluster `of[i]`, 0 <= of[i] < count.
struct Clusters {
  std::vector<std::uint64_t> of;
  std::uint64_t count = 0;
};

/// Numbers any ids from 0, in the order of the ids.
Clusters clusters(std::span<const std::uint64_t> ids);

/// Terms of one cluster in both.
Clusters intersect(const Clusters& a, const Clusters& b);

/// Variance of the mean of the values whose residuals (value minus mean) are given, clustered one
/// way (CR1: factor G / (G - 1)): G / (G - 1) * sum over clusters of (sum of residuals)^2 / n^2.
/// 0 for fewer than two clusters. With a cluster a term: the usual s^2 / n.
double cluster_variance(std::span<const double> residuals, const Clusters& by);

/// The degrees of freedom of that variance (Satterthwaite): 2 G / (k - 1), k the kurtosis of the
/// clusters' sums, at most G - 1, at least 1. Few clusters that hold most of the variance lower it.
double cluster_degrees(std::span<const double> residuals, const Clusters& by);

/// How far dependent terms are from independent ones.
struct Design {
  double deff = 1;     ///< Variance over that of independent terms, >= 1.
  double degrees = 1;  ///< Degrees of freedom of an interval: normal_degrees where deff is 1.
};

/// Clustered by all the given dimensions at once (Cameron, Gelbach and Miller 2011): inclusion and
/// exclusion over the intersections; where that is not above 0, the largest that a single dimension
/// gives of these. `independent` is the variance of the mean if all terms were independent; where
/// it is 0 nothing varies and deff is 1. Where the terms are one single cluster deff is their
/// number.
Design design(std::span<const double> residuals, std::span<const Clusters> dimensions,
              double independent);

}  // namespace sheaf::statistics
