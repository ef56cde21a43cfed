#include "statistics/significance.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::statistics {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

/// A is batch size 1; the differences of a batch of B sum to the number given.
std::vector<Pair> with_sums(const std::vector<int>& sums) {
  std::vector<Pair> pairs;
  for (std::size_t batch = 0; batch < sums.size(); ++batch) {
    for (int i = 0; i < std::abs(sums[batch]) + 1; ++i) {
      const auto row = std::ssize(pairs);
      const bool differs = i < std::abs(sums[batch]);
      pairs.push_back({row, row, static_cast<std::int64_t>(batch), !differs || sums[batch] > 0,
                       !differs || sums[batch] < 0});
    }
  }
  return pairs;
}

double by_every_pattern(const std::vector<int>& sums) {
  int observed = 0;
  for (const int sum : sums) {
    observed += sum;
  }
  int as_far = 0;
  const unsigned patterns = 1U << sums.size();
  for (unsigned pattern = 0; pattern < patterns; ++pattern) {
    int total = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      total += (pattern >> i & 1U) != 0 ? sums[i] : -sums[i];
    }
    as_far += std::abs(total) >= std::abs(observed) ? 1 : 0;
  }
  return static_cast<double>(as_far) / patterns;
}

// Of 32 patterns of 3, 2, -1, 1, 2 (a batch that sums to 0 changes nothing): 3/16 reach 7.
TEST(FlipBatches, counts_the_patterns_of_signs_that_reach_as_far) {
  EXPECT_NEAR(flip_batches(with_sums({3, 2, -1, 1, 0, 2})), 0.1875, 1e-12);
}

TEST(FlipBatches, flips_the_batches_of_whichever_side_has_them) {
  auto pairs = with_sums({3, 2, 1, 1});
  const double p = flip_batches(pairs);
  EXPECT_NEAR(p, 2.0 / 16, 1e-12);
  for (auto& pair : pairs) {
    std::swap(pair.batch_a, pair.batch_b);
  }
  EXPECT_NEAR(flip_batches(pairs), p, 1e-12);
}

TEST(FlipBatches, is_one_where_nothing_differs) {
  EXPECT_DOUBLE_EQ(flip_batches({}), 1);
  EXPECT_DOUBLE_EQ(flip_batches(with_sums({0, 0, 0})), 1);
  EXPECT_DOUBLE_EQ(flip_batches(with_sums({2, -2})), 1);
}

// One row a batch: flipping signs is McNemar's test.
TEST(FlipBatches, of_single_rows_is_exact_mcnemar) {
  std::vector<int> sums(180, 0);
  std::fill_n(sums.begin(), 15, 1);
  std::fill_n(sums.begin() + 15, 5, -1);
  EXPECT_NEAR(flip_batches(with_sums(sums)), exact_mcnemar(15, 5), 1e-12);
}

// 20,000 batches of +-1 and +-3, observed sum 400: variance 100,000, so z = 400 / 316.2 (the sum is
// even: half a step of 2 off).
TEST(FlipBatches, is_exact_for_many_batches_too) {
  std::vector<int> sums;
  for (int i = 0; i < 10'000; ++i) {
    sums.push_back(i < 5'050 ? 1 : -1);
    sums.push_back(i < 5'050 ? 3 : -3);
  }
  const double z = (400 - 1) / std::sqrt(100'000.0);
  EXPECT_NEAR(flip_batches(with_sums(sums)), std::erfc(z / std::sqrt(2.0)), 1e-4);
}

RC_GTEST_PROP(FlipBatches, agrees_with_every_pattern, ()) {
  const auto sums =
      *rc::gen::resize(10, rc::gen::container<std::vector<int>>(rc::gen::inRange(-6, 7)));
  RC_PRE(!sums.empty());
  RC_ASSERT(std::abs(flip_batches(with_sums(sums)) - by_every_pattern(sums)) < 1e-12);
}

TEST(ExactMcnemar, is_the_two_sided_binomial_test) {
  EXPECT_NEAR(exact_mcnemar(5, 15), 0.04138946533203125, 1e-12);
  EXPECT_NEAR(exact_mcnemar(9, 1), 0.021484375, 1e-12);
  EXPECT_NEAR(exact_mcnemar(12, 2), 0.012939453125, 1e-12);
  EXPECT_DOUBLE_EQ(exact_mcnemar(0, 0), 1);
  EXPECT_DOUBLE_EQ(exact_mcnemar(4, 4), 1);
  EXPECT_DOUBLE_EQ(exact_mcnemar(1, 0), 1);
}

// Sorted .005, .01, .03, .04 times 4, 3, 2, 1; never less than the one before.
TEST(Holm, steps_down) {
  const auto near = [](double value) { return DoubleNear(value, 1e-12); };
  EXPECT_THAT(holm(std::vector{.01, .04, .03, .005}),
              ElementsAre(near(.03), near(.06), near(.06), near(.02)));
  EXPECT_THAT(holm(std::vector{.7, .6}), ElementsAre(near(1), near(1)));
  EXPECT_THAT(holm(std::vector{.04}), ElementsAre(near(.04)));
  EXPECT_THAT(holm({}), IsEmpty());
}

}  // namespace
}  // namespace sheaf::statistics
