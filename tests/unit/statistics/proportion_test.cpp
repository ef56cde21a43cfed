#include "statistics/proportion.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::statistics {
namespace {

constexpr double close = 1e-9;

/// Rows 0, 1, ... in batches of `batch_size`, the last one shorter.
std::vector<Observation> in_batches(const std::vector<int>& correct, std::int64_t batch_size) {
  std::vector<Observation> result;
  for (std::int64_t i = 0; i < std::ssize(correct); ++i) {
    result.push_back({i, i / batch_size, correct[static_cast<std::size_t>(i)] != 0});
  }
  return result;
}

std::vector<Observation> counted(int correct, int n, std::int64_t batch_size) {
  std::vector<int> all(static_cast<std::size_t>(n), 0);
  std::fill_n(all.begin(), correct, 1);
  return in_batches(all, batch_size);
}

// Newcombe 1998, Statistics in Medicine 17: 81 of 263.
TEST(Proportion, is_wilsons_where_answers_are_independent) {
  const auto found = proportion(counted(81, 263, 1));
  EXPECT_NEAR(found.low, 0.2552885198782742, close);
  EXPECT_NEAR(found.high, 0.36620957698280004, close);
  EXPECT_DOUBLE_EQ(found.deff, 1);
  EXPECT_DOUBLE_EQ(found.effective_n, 263);
  EXPECT_EQ(found.correct, 81);
  EXPECT_EQ(found.batches, 263);
  EXPECT_FALSE(found.approximate);
}

TEST(Proportion, has_the_confidence_asked_for) {
  const auto found = proportion(counted(8, 10, 1), 0.9);
  EXPECT_NEAR(found.low, 0.5407928056874879, close);
  EXPECT_NEAR(found.high, 0.9314420122624679, close);
}

// Variance 0.0328256 by statsmodels (OLS, clustered), over 13/22 * 9/22 / 21; t with 5 degrees.
TEST(Proportion, widens_by_the_variance_between_batches) {
  const auto found =
      proportion(in_batches({1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0}, 4));
  EXPECT_NEAR(found.deff, 2.8516211061665597, close);
  EXPECT_NEAR(found.low, 0.21238954642955643, close);
  EXPECT_NEAR(found.high, 0.8855459695446553, close);
  EXPECT_NEAR(found.effective_n, 22 / 2.8516211061665597, 1e-6);
  EXPECT_EQ(found.batches, 6);
  EXPECT_TRUE(found.approximate);
}

TEST(Proportion, never_gains_from_batches_that_are_alike) {
  const auto found = proportion(in_batches({1, 0, 1, 0, 1, 0, 1, 0, 1, 0}, 2));
  EXPECT_DOUBLE_EQ(found.deff, 1);
  EXPECT_DOUBLE_EQ(found.low, proportion(counted(5, 10, 1)).low);
}

TEST(Proportion, counts_a_row_asked_three_times_alike_as_one) {
  std::vector<Observation> repeated;
  std::vector<Observation> once;
  for (std::int64_t row = 0; row < 60; ++row) {
    once.push_back({row, row, row % 3 != 0});
    for (std::int64_t repeat = 0; repeat < 3; ++repeat) {
      repeated.push_back({row, 60 * repeat + row, row % 3 != 0});
    }
  }
  const auto found = proportion(repeated);
  EXPECT_NEAR(found.effective_n, 60, 2);
  EXPECT_NEAR(found.low, proportion(once).low, 0.01);
  EXPECT_EQ(found.batches, 180);
}

TEST(Proportion, of_nothing_is_anything) {
  const auto found = proportion({});
  EXPECT_EQ(found.n, 0);
  EXPECT_DOUBLE_EQ(found.low, 0);
  EXPECT_DOUBLE_EQ(found.high, 1);
  EXPECT_TRUE(found.approximate);
}

TEST(Proportion, of_one_answer_is_wilsons) {
  const auto found = proportion(counted(1, 1, 1));
  EXPECT_NEAR(found.low, 0.2065493143772375, close);
  EXPECT_DOUBLE_EQ(found.high, 1);
}

TEST(Proportion, of_all_right_or_all_wrong_is_wilsons_on_one_side) {
  const auto right = proportion(counted(10, 10, 2));
  EXPECT_NEAR(right.low, 0.7224672001371106, close);
  EXPECT_DOUBLE_EQ(right.high, 1);
  EXPECT_DOUBLE_EQ(right.deff, 1);
  const auto wrong = proportion(counted(0, 20, 4));
  EXPECT_DOUBLE_EQ(wrong.low, 0);
  EXPECT_NEAR(wrong.high, 0.1611251580528194, close);
}

TEST(Proportion, of_one_batch_counts_as_one_answer) {
  const auto found = proportion(in_batches({1, 1, 0, 1, 1, 1}, 6));
  EXPECT_DOUBLE_EQ(found.effective_n, 1);
  EXPECT_LT(found.low, 0.21);
  EXPECT_EQ(found.batches, 1);
  EXPECT_TRUE(found.approximate);
}

TEST(Proportion, is_approximate_below_thirty_batches) {
  EXPECT_TRUE(proportion(counted(40, 58, 2)).approximate);
  EXPECT_FALSE(proportion(counted(40, 60, 2)).approximate);
}

RC_GTEST_PROP(Proportion, holds_its_rate_whatever_the_observations, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(0, 60);
  const auto rows = *rc::gen::inRange<std::int64_t>(1, 30);
  const auto batches = *rc::gen::inRange<std::int64_t>(1, 30);
  std::vector<Observation> observations;
  for (std::size_t i = 0; i < n; ++i) {
    observations.push_back({*rc::gen::inRange<std::int64_t>(0, rows),
                            *rc::gen::inRange<std::int64_t>(-batches, batches),
                            *rc::gen::arbitrary<bool>()});
  }
  const auto found = proportion(observations);
  RC_ASSERT(0 <= found.low && found.low <= found.rate);
  RC_ASSERT(found.rate <= found.high && found.high <= 1);
  RC_ASSERT(found.deff >= 1 && found.effective_n <= static_cast<double>(n));
  RC_ASSERT(n == 0 || found.high - found.low > 0);
}

}  // namespace
}  // namespace sheaf::statistics
