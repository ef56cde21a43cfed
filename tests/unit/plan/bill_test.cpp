#include "plan/bill.hpp"

#include <gtest/gtest.h>

namespace sheaf::plan {
namespace {

constexpr Money per_million(double usd) { return {static_cast<std::int64_t>(usd * 1e6)}; }

/// 100 samples in 20 requests of 5: 600 shared and 200 own tokens each, 10 a reply's answer.
Traffic traffic() {
  Traffic traffic;
  traffic.samples = 100;
  traffic.requests = 20;
  traffic.shared_requests = 20;
  traffic.shared_tokens = 600;
  traffic.input_tokens = 20 * 800;
  traffic.batch_size = 5;
  traffic.output_tokens = {1000, 1000, 1000};
  return traffic;
}

constexpr Price price{.input = per_million(1),
                      .cached_input = per_million(0.1),
                      .output = per_million(4),
                      .cache_write = per_million(1.25)};

TEST(Bill, IsInputAndOutputAtTheirPrices) {
  const auto range = bill(traffic(), {price}, std::nullopt);
  EXPECT_DOUBLE_EQ(range.expected, (16'000 + 4 * 1000) / 1e6);
  EXPECT_EQ(range, (Range{range.expected, range.expected, range.expected}))
      << "nothing is uncertain";
}

TEST(Bill, WritesAPrefixOnceAndReadsItAfterwards) {
  const auto range = bill(traffic(), {price}, CacheUse{600, {1, 1, 1}});
  EXPECT_DOUBLE_EQ(range.expected, (20 * 200 + 1.25 * 600 + 19 * 0.1 * 600 + 4000) / 1e6);
}

TEST(Bill, WritesAPrefixAnewWhereItIsNotRead) {
  const auto range = bill(traffic(), {price}, CacheUse{512, {0, 0.5, 1}});
  const auto at = [](double reads) {
    return (16'000 - 20 * 512 + (20 - reads) * 1.25 * 512 + reads * 0.1 * 512 + 4000) / 1e6;
  };
  EXPECT_DOUBLE_EQ(range.expected, at(9.5));
  EXPECT_DOUBLE_EQ(range.low, at(19));
  EXPECT_DOUBLE_EQ(range.high, at(0));
}

TEST(Bill, AddsRepairsInHalfOfABatch) {
  auto some = traffic();
  some.repaired = {0, 0.1, 0.1};
  const auto range = bill(some, {price}, std::nullopt);
  // Ten samples, two to a prompt: 300 of the prefix, 40 of their own, an answer of 10.
  EXPECT_NEAR(range.expected - range.low, 10 * (300 + 40 + 4 * 10) / 1e6, 1e-12);
}

TEST(Bill, AddsReasoningToEveryRequest) {
  auto some = traffic();
  some.reasoning_tokens = {0, 50, 50};
  EXPECT_NEAR(bill(some, {price}, std::nullopt).expected, (20'000 + 20 * 50 * 4) / 1e6, 1e-12);
}

TEST(Bill, TakesWhatIsUncertainAsIndependent) {
  auto some = traffic();
  some.output_tokens = {900, 1000, 1400};
  some.reasoning_tokens = {0, 0, 15};
  const auto range = bill(some, {price}, std::nullopt);
  EXPECT_NEAR(range.high - range.expected, 4 * 500 / 1e6, 1e-12) << "400 and 300, at right angles";
  EXPECT_NEAR(range.expected - range.low, 4 * 100 / 1e6, 1e-12);
}

TEST(Bill, TakesThePriceOfTheRequestsLength) {
  const PriceList tiers{price, {{799, Price{per_million(2), {}, per_million(8)}}}};
  EXPECT_DOUBLE_EQ(bill(traffic(), tiers, std::nullopt).expected, 2 * 20'000 / 1e6);
}

// Student's t: 1.833 exceeds 5 % at 9 degrees of freedom.
TEST(SumOf, KnowsTheSumAsWellAsTheMean) {
  const auto range = sum_of(1000, 50, 10, 10);
  EXPECT_DOUBLE_EQ(range.expected, 50'000);
  EXPECT_NEAR(range.high - range.expected, 1.833 * 10 * std::sqrt(1000.0 * 1000 / 10 + 1000), 20);
  EXPECT_NEAR(range.expected - range.low, range.high - range.expected, 1e-9);
  EXPECT_EQ(sum_of(10, 50, 0, 1), (Range{250, 500, 1000})) << "one says nothing of others";
}

TEST(LengthsNeeded, FollowTheSpread) {
  EXPECT_EQ(lengths_needed(100, 50, 0.02), 2401) << "(1.96 * 0.5 / 0.02)^2";
  EXPECT_EQ(lengths_needed(100, 0, 0.02), 1);
}

}  // namespace
}  // namespace sheaf::plan
