// An account's limits in virtual time.
#include "simulate/account_limits.hpp"

#include <deque>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Limit = AccountLimits::Limit;

TEST(AccountLimits, OneRequestMoreThanAMinuteAllowsIsRefusedUntilTheFirstIsAMinuteOld) {
  AccountLimits limits({.requests_per_minute = 2, .tokens_per_minute = {}, .concurrency = {}});
  ASSERT_TRUE(limits.admit(seconds(0), 1));
  ASSERT_TRUE(limits.admit(seconds(10), 1));
  const auto refused = limits.admit(seconds(20), 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().limit, Limit::requests);
  const Time wait = *refused.error().retry_after;
  EXPECT_EQ(wait, AccountLimits::window - seconds(20));
  EXPECT_FALSE(limits.admit(seconds(20) + wait - Time(1), 1));
  EXPECT_TRUE(limits.admit(seconds(20) + wait, 1));
}

TEST(AccountLimits, TokensCountAsReservedUntilTheReplyEndsAndAsUsedAfter) {
  AccountLimits limits({.requests_per_minute = {}, .tokens_per_minute = 1000, .concurrency = {}});
  const auto first = limits.admit(seconds(0), 800);
  ASSERT_TRUE(first);
  limits.finish(*first, seconds(5), 300);
  EXPECT_FALSE(limits.admit(seconds(4), 300));
  EXPECT_TRUE(limits.admit(seconds(5), 700));
  EXPECT_FALSE(limits.admit(seconds(6), 1));
}

TEST(AccountLimits, ARefusalForTokensSaysWhenEnoughOfThemAreFree) {
  AccountLimits limits({.requests_per_minute = {}, .tokens_per_minute = 100, .concurrency = {}});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(limits.admit(seconds(i), 25));
  const auto refused = limits.admit(seconds(10), 50);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().limit, Limit::tokens);
  EXPECT_EQ(*refused.error().retry_after, seconds(1) + AccountLimits::window - seconds(10));
  EXPECT_TRUE(limits.admit(seconds(10) + *refused.error().retry_after, 50));
}

TEST(AccountLimits, ARequestThatNoMinuteCouldHoldIsRefusedWithoutATime) {
  AccountLimits limits({.requests_per_minute = {}, .tokens_per_minute = 100, .concurrency = {}});
  const auto refused = limits.admit(seconds(0), 101);
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().retry_after);
}

TEST(AccountLimits, ARefusedRequestCountsForNothing) {
  AccountLimits limits({.requests_per_minute = 1, .tokens_per_minute = {}, .concurrency = 1});
  const auto ticket = limits.admit(seconds(0), 1);
  limits.finish(*ticket, seconds(1), 1);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(limits.admit(seconds(2), 1));
  EXPECT_TRUE(limits.admit(AccountLimits::window, 1));
  EXPECT_EQ(limits.peak_in_flight(), 1);
}

TEST(AccountLimits, OnlySoManyRequestsAreInFlightAtOnce) {
  AccountLimits limits({.requests_per_minute = {}, .tokens_per_minute = {}, .concurrency = 2});
  limits.finish(*limits.admit(seconds(0), 1), seconds(9), 1);
  limits.finish(*limits.admit(seconds(1), 1), seconds(3), 1);
  const auto refused = limits.admit(seconds(2), 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().limit, Limit::concurrency);
  EXPECT_EQ(*refused.error().retry_after, seconds(1));
  EXPECT_EQ(limits.in_flight(seconds(2)), 2);
  EXPECT_TRUE(limits.admit(seconds(3), 1));
  EXPECT_EQ(limits.peak_in_flight(), 2);
}

TEST(AccountLimits, TellsWhatIsLeftAndWhenAllIsFreeAgain) {
  AccountLimits limits({.requests_per_minute = 10, .tokens_per_minute = 1000, .concurrency = {}});
  ASSERT_TRUE(limits.admit(seconds(0), 300));
  const auto left = limits.left(seconds(2));
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].limit, LimitLeft::Limit::requests);
  EXPECT_EQ(left[0].allowed, 10);
  EXPECT_EQ(left[0].remaining, 9);
  EXPECT_EQ(left[1].limit, LimitLeft::Limit::tokens);
  EXPECT_EQ(left[1].remaining, 700);
  EXPECT_EQ(left[1].reset, milliseconds(57'500));
  EXPECT_EQ(limits.left(seconds(60))[1].remaining, 1000);
}

TEST(AccountLimits, WithoutLimitsNothingIsToldAndNothingIsKept) {
  AccountLimits limits({});
  for (int i = 0; i < 1000; ++i) {
    limits.finish(*limits.admit(milliseconds(i), 1'000'000), milliseconds(i), 5);
  }
  EXPECT_TRUE(limits.left(seconds(1)).empty());
  EXPECT_EQ(limits.in_flight(seconds(1)), 0);
}

TEST(AccountLimits, TimesAreWrittenAsOpenAiWritesThem) {
  EXPECT_EQ(reset_text(Time(-5)), "0ms");
  EXPECT_EQ(reset_text(milliseconds(250)), "250ms");
  EXPECT_EQ(reset_text(Time(250'001)), "251ms");
  EXPECT_EQ(reset_text(milliseconds(12'500)), "12.5s");
  EXPECT_EQ(reset_text(milliseconds(60'250)), "1m0.25s");
}

RC_GTEST_PROP(AccountLimits, NoWindowHoldsMoreThanTheAccountAllows, ()) {
  struct Arrival {
    Time at{0};
    std::int64_t tokens = 0;
  };
  const auto requests = *rc::gen::inRange<std::int64_t>(1, 20);
  const auto tokens = *rc::gen::inRange<std::int64_t>(50, 500);
  AccountLimits limits(
      {.requests_per_minute = requests, .tokens_per_minute = tokens, .concurrency = {}});
  std::deque<Arrival> window;
  Time now{0};
  for (const int step : *rc::gen::container<std::vector<int>>(200, rc::gen::inRange(0, 9000))) {
    now += milliseconds(step);
    const std::int64_t asked = 1 + step % 60;
    const bool admitted = limits.admit(now, asked).has_value();
    while (!window.empty() && window.front().at + AccountLimits::window <= now) window.pop_front();
    std::int64_t used = 0;
    for (const auto& arrival : window) used += arrival.tokens;
    const bool fits = static_cast<std::int64_t>(window.size()) < requests && used + asked <= tokens;
    RC_ASSERT(admitted == fits);
    if (admitted) window.push_back({now, asked});
  }
}

}  // namespace
}  // namespace sheaf::simulate
