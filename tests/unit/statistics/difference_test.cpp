#include "statistics/difference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "statistics/quantile.hpp"
#include "statistics/score_interval.hpp"

namespace sheaf::statistics {
namespace {

constexpr double close = 1e-9;

/// Pairs with a batch of their own on both sides.
std::vector<Pair> independent(int n, int only_a, int only_b) {
  std::vector<Pair> pairs;
  for (int i = 0; i < n; ++i) {
    const bool a = i < only_a;
    const bool b = i >= only_a && i < only_a + only_b;
    const bool both = i >= only_a + only_b;
    pairs.push_back({i, i, i, a || both, b || both});
  }
  return pairs;
}

/// The same, in batches of `batch_size` under B.
std::vector<Pair> batched(int n, int only_a, int only_b, int batch_size) {
  auto pairs = independent(n, only_a, only_b);
  for (auto& pair : pairs) {
    pair.batch_b = pair.row / batch_size;
  }
  return pairs;
}

std::vector<Pair> exchanged(std::vector<Pair> pairs) {
  for (auto& pair : pairs) {
    std::swap(pair.batch_a, pair.batch_b);
    std::swap(pair.correct_a, pair.correct_b);
  }
  return pairs;
}

// Limits by maximising the restricted likelihood numerically.
TEST(PairedDifference, is_tangos_where_pairs_are_independent) {
  const auto few = paired_difference(independent(50, 12, 2));
  EXPECT_NEAR(few.low, 0.06111240771224887, 1e-7);
  EXPECT_NEAR(few.high, 0.3447087481280883, 1e-7);
  EXPECT_DOUBLE_EQ(few.difference, 0.2);
  EXPECT_NEAR(few.deff, 1, close);
  EXPECT_NEAR(few.p, std::erfc(10 / std::sqrt(14.0) / std::sqrt(2.0)), close);
  const auto many = paired_difference(independent(200, 9, 3));
  EXPECT_NEAR(many.low, -0.004614126123045109, 1e-7);
  EXPECT_NEAR(many.high, 0.07050953480699901, 1e-7);
}

// Two-way variance 0.0406250 + 0.0072917 - 0.0156250 by statsmodels; t with 5 degrees.
TEST(PairedDifference, is_clustered_by_the_batches_of_both) {
  constexpr std::array a{1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1};
  constexpr std::array b{1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1};
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    pairs.push_back({row, row / 4, 7 * row % 24 / 4, a[i] != 0, b[i] != 0});
  }
  const auto found = paired_difference(pairs);
  EXPECT_EQ(found.only_a, 6);
  EXPECT_EQ(found.only_b, 3);
  EXPECT_EQ(found.batches, 6);
  EXPECT_TRUE(found.approximate);
  EXPECT_NEAR(found.standard_error, std::sqrt(0.03229166666666671), close);
  EXPECT_NEAR(found.deff, 2.0666666666666695, close);
  EXPECT_NEAR(found.low, -0.36747748913823297, 1e-7);
  EXPECT_NEAR(found.high, 0.5574655607429396, 1e-7);
  EXPECT_NEAR(found.p, 0.5176719276245942, 1e-7);
}

TEST(PairedDifference, counts_a_row_that_differs_in_every_repeat_as_one) {
  std::vector<Pair> repeated;
  for (const auto& pair : independent(90, 9, 0)) {
    for (std::int64_t repeat = 0; repeat < 3; ++repeat) {
      repeated.push_back({pair.row, 90 * repeat + pair.row, 90 * repeat + pair.row, pair.correct_a,
                          pair.correct_b});
    }
  }
  const auto found = paired_difference(repeated);
  EXPECT_EQ(found.rows, 90);
  EXPECT_NEAR(found.deff, 3, 0.1);
  EXPECT_NEAR(found.standard_error, paired_difference(independent(90, 9, 0)).standard_error, 1e-3);
}

TEST(PairedDifference, of_nothing_is_anything) {
  const auto found = paired_difference({});
  EXPECT_DOUBLE_EQ(found.low, -1);
  EXPECT_DOUBLE_EQ(found.high, 1);
  EXPECT_DOUBLE_EQ(found.p, 1);
  EXPECT_DOUBLE_EQ(found.loss_bound, 1);
  EXPECT_FALSE(rows_needed(found, 0.02).has_value());
}

TEST(PairedDifference, without_one_that_differs_has_no_error_but_an_interval) {
  const auto found = paired_difference(batched(60, 0, 0, 6));
  EXPECT_DOUBLE_EQ(found.standard_error, 0);
  EXPECT_DOUBLE_EQ(found.p, 1);
  EXPECT_NEAR(found.high, 0.06017185214240799, 1e-7);
  EXPECT_DOUBLE_EQ(found.low, -found.high);
}

TEST(PairedDifference, of_opposite_answers_is_whole) {
  const auto found = paired_difference(batched(60, 60, 0, 6));
  EXPECT_DOUBLE_EQ(found.difference, 1);
  EXPECT_DOUBLE_EQ(found.high, 1);
  EXPECT_NEAR(found.low, 0.8796562966256412, 1e-7);
  EXPECT_LT(found.p, 1e-9);
}

TEST(PairedDifference, of_one_batch_says_little) {
  const auto found = paired_difference(batched(12, 6, 0, 12));
  EXPECT_DOUBLE_EQ(found.deff, 12);
  EXPECT_GT(found.p, 0.3);
  EXPECT_TRUE(found.approximate);
}

TEST(LossBound, of_none_in_three_hundred_independent_pairs_is_one_percent) {
  const auto found = paired_difference(independent(300, 0, 0));
  EXPECT_NEAR(found.loss_bound, 0.00993608194445772, close);
  EXPECT_EQ(rows_needed(found, 0.02), 149);
}

// What fails as a whole batch is rarer to see: at a correlation of 0.2 in batches of six, as if
// half the rows had been asked.
TEST(LossBound, of_none_is_wider_in_batches) {
  const auto found = paired_difference(batched(300, 0, 0, 6));
  EXPECT_NEAR(found.loss_bound, 1 - std::pow(0.05, 1.0 / 150), close);
  EXPECT_EQ(rows_needed(found, 0.02), 297);
}

// Five batches of fifty are lost as a whole: more alike than is assumed of batches.
TEST(LossBound, is_never_narrower_than_the_batches_found_make_it) {
  const auto found = paired_difference(batched(300, 30, 0, 6));
  ASSERT_GT(found.deff, found.assumed_deff);
  const double z = upper_quantile(0.05, found.degrees);
  EXPECT_NEAR(found.loss_bound, score_upper({0.1, 0}, z * z * found.deff / 300), close);
}

TEST(LossBound, certifies_nothing_on_a_handful_of_rows) {
  EXPECT_GT(paired_difference(independent(1, 0, 0)).loss_bound, 0.9);
  EXPECT_GT(paired_difference(independent(5, 0, 0)).loss_bound, 0.4);
  EXPECT_GT(paired_difference(batched(12, 0, 0, 6)).loss_bound, 0.3);
}

// The same rows asked again show the model's noise, not what other rows would show.
TEST(LossBound, gains_nothing_from_repeats_without_a_difference) {
  std::vector<Pair> repeated;
  for (std::int64_t repeat = 0; repeat < 3; ++repeat) {
    for (auto pair : batched(60, 0, 0, 6)) {
      pair.batch_a += 60 * repeat;
      pair.batch_b += 10 * repeat;
      repeated.push_back(pair);
    }
  }
  EXPECT_GE(paired_difference(repeated).loss_bound, 1 - std::pow(0.05, 1.0 / 60));
}

TEST(LossBound, widens_with_each_row_that_is_lost) {
  double before = 0;
  for (int lost = 0; lost < 30; ++lost) {
    const double bound = paired_difference(independent(300, lost, 2)).loss_bound;
    EXPECT_GT(bound, before) << lost << " lost";
    before = bound;
  }
}

TEST(LossBound, is_below_the_two_sided_limit_where_much_differs) {
  const auto found = paired_difference(independent(400, 60, 50));
  EXPECT_GT(found.loss_bound, found.difference);
  EXPECT_LT(found.loss_bound, found.high);
}

TEST(RowsNeeded, bring_the_bound_below_the_limit) {
  const auto found = paired_difference(independent(300, 6, 4));
  ASSERT_GT(found.loss_bound, 0.02);
  const auto rows = rows_needed(found, 0.02);
  ASSERT_TRUE(rows.has_value());
  EXPECT_GT(*rows, 300);
  const int many = static_cast<int>(*rows / 300 + 1);
  EXPECT_LT(paired_difference(independent(300 * many, 6 * many, 4 * many)).loss_bound, 0.02);
}

TEST(RowsNeeded, is_none_where_the_loss_is_not_below_the_limit) {
  EXPECT_FALSE(rows_needed(paired_difference(independent(300, 6, 0)), 0.02).has_value());
  EXPECT_FALSE(rows_needed(paired_difference(independent(300, 0, 0)), 0).has_value());
}

TEST(RowsNeeded, counts_rows_not_repeats) {
  std::vector<Pair> twice;
  for (const auto& pair : independent(300, 0, 0)) {
    twice.push_back(pair);
    twice.push_back({pair.row, pair.batch_a + 300, pair.batch_b + 300, true, true});
  }
  EXPECT_EQ(rows_needed(paired_difference(twice), 0.02), 149);
}

std::vector<Pair> any_pairs() {
  std::vector<Pair> pairs;
  const auto n = *rc::gen::inRange<std::size_t>(0, 60);
  const auto rows = *rc::gen::inRange<std::int64_t>(1, 40);
  const auto batches = *rc::gen::inRange<std::int64_t>(1, 20);
  pairs.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    pairs.push_back({*rc::gen::inRange<std::int64_t>(0, rows),
                     *rc::gen::inRange<std::int64_t>(0, batches),
                     *rc::gen::inRange<std::int64_t>(0, batches), *rc::gen::arbitrary<bool>(),
                     *rc::gen::arbitrary<bool>()});
  }
  return pairs;
}

RC_GTEST_PROP(PairedDifference, is_held_by_its_interval_whatever_the_pairs, ()) {
  const auto found = paired_difference(any_pairs());
  RC_ASSERT(-1 <= found.low && found.low <= found.difference);
  RC_ASSERT(found.difference <= found.high && found.high <= 1);
  RC_ASSERT(found.difference <= found.loss_bound && found.loss_bound <= 1);
  RC_ASSERT(0 <= found.p && found.p <= 1);
  RC_ASSERT(found.deff >= 1 && std::isfinite(found.standard_error));
}

RC_GTEST_PROP(PairedDifference, is_significant_where_its_interval_leaves_zero_out, ()) {
  const auto found = paired_difference(any_pairs());
  RC_PRE(std::abs(found.p - 0.05) > 1e-9);
  RC_ASSERT((found.p < 0.05) == (found.low > 0 || found.high < 0));
}

RC_GTEST_PROP(PairedDifference, of_exchanged_sides_is_its_mirror, ()) {
  const auto pairs = any_pairs();
  const auto found = paired_difference(pairs);
  const auto mirror = paired_difference(exchanged(pairs));
  RC_ASSERT(found.difference == -mirror.difference);
  RC_ASSERT(std::abs(found.low + mirror.high) < close);
  RC_ASSERT(std::abs(found.p - mirror.p) < close);
}

}  // namespace
}  // namespace sheaf::statistics
