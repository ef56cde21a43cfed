#include "statistics/cluster_variance.hpp"

#include <array>

#include <gtest/gtest.h>

#include "statistics/quantile.hpp"

namespace sheaf::statistics {
namespace {

Clusters by(std::initializer_list<std::uint64_t> ids) { return clusters(std::vector(ids)); }

TEST(ClusterVariance, numbers_ids_in_their_order) {
  const auto found = by({70, 5, 70, 9, 5});
  EXPECT_EQ(found.count, 3U);
  EXPECT_EQ(found.of, (std::vector<std::uint64_t>{2, 0, 2, 1, 0}));
}

TEST(ClusterVariance, intersects_by_both_ids) {
  const auto both = intersect(by({1, 1, 2, 2}), by({8, 9, 9, 9}));
  EXPECT_EQ(both.count, 3U);
  EXPECT_EQ(both.of, (std::vector<std::uint64_t>{0, 1, 2, 2}));
}

// Sums 3, -1, -2 of six terms: 3 / 2 * (9 + 1 + 4) / 36.
TEST(ClusterVariance, is_that_of_the_clusters_sums) {
  const std::array residuals{2.0, 1.0, -1.0, 0.0, -3.0, 1.0};
  EXPECT_DOUBLE_EQ(cluster_variance(residuals, by({0, 0, 1, 1, 2, 2})), 1.5 * 14 / 36);
}

// 1, 2, 3, 4: s^2 = 5 / 3, over n = 4.
TEST(ClusterVariance, is_the_usual_one_where_every_term_is_a_cluster) {
  const std::array residuals{-1.5, -0.5, 0.5, 1.5};
  EXPECT_DOUBLE_EQ(cluster_variance(residuals, by({0, 1, 2, 3})), 5.0 / 12);
}

// Sums 9 and nine times -1: squares 90, fourth powers 6570; 2 * 90^2 / (6570 - 90^2 / 10).
TEST(ClusterVariance, loses_degrees_of_freedom_to_one_heavy_cluster) {
  const std::array heavy{9.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0};
  const auto each = by({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_DOUBLE_EQ(cluster_degrees(heavy, each), 2.8125);
  const std::array even{1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0};
  EXPECT_DOUBLE_EQ(cluster_degrees(even, each), 9);
}

TEST(Design, of_nested_clusters_is_that_of_the_larger) {
  const std::array residuals{1.0, 1.0, -1.0, 0.0, -1.0, -1.0, 0.5, 0.5};
  const std::array nested{by({0, 0, 1, 1, 2, 2, 3, 3}), by({0, 0, 0, 0, 1, 1, 1, 1})};
  const double independent = 0.01;
  EXPECT_DOUBLE_EQ(design(residuals, nested, independent).deff,
                   cluster_variance(residuals, nested[1]) / independent);
}

// By columns and by rows all sums are 0, and so is the sum of the variances less that of the terms:
// below 0.
TEST(Design, is_never_better_than_independence) {
  const std::array residuals{1.0, -1.0, -1.0, 1.0};
  const std::array crossed{by({0, 0, 1, 1}), by({0, 1, 0, 1})};
  const auto found = design(residuals, crossed, 1.0 / 3);
  EXPECT_DOUBLE_EQ(found.deff, 1);
  EXPECT_EQ(found.degrees, normal_degrees);
}

// Two ways: columns 2.5, -2.5, terms' variance more than rows': inclusion and exclusion gives less
// than 0, the columns' alone 2 * 2 * 0.02^2 / 16.
TEST(Design, falls_back_on_the_largest_dimension) {
  const std::array residuals{1.01, -0.99, -1.01, 0.99};
  const std::array crossed{by({0, 0, 1, 1}), by({0, 1, 0, 1})};
  constexpr double columns = 2 * (2 * 0.02 * 0.02) / 16;
  EXPECT_NEAR(design(residuals, crossed, columns / 3).deff, 3, 1e-9);
}

TEST(Design, of_a_single_cluster_counts_as_one_term) {
  const std::array residuals{0.5, -0.5, 0.5, -0.5};
  const std::array one{by({7, 7, 7, 7})};
  EXPECT_DOUBLE_EQ(design(residuals, one, 0.1).deff, 4);
}

TEST(Quantile, is_that_of_students_t_and_of_the_normal_distribution) {
  EXPECT_NEAR(upper_quantile(0.025, 29), 2.045229642132703, 1e-12);
  EXPECT_NEAR(upper_quantile(0.025, normal_degrees), 1.959963984540054, 1e-12);
  EXPECT_NEAR(two_sided_tail(-2.5, 7.5), 0.03882025827362553, 1e-12);
  EXPECT_NEAR(two_sided_tail(1.959963984540054, normal_degrees), 0.05, 1e-12);
}

}  // namespace
}  // namespace sheaf::statistics
