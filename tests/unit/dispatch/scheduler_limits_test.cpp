#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "dispatch/scheduler.hpp"
#include "dispatch/window.hpp"
#include "virtual_world.hpp"

namespace sheaf::dispatch {
namespace {

std::vector<JobId> started(const World& world) {
  std::vector<JobId> jobs;
  for (const auto& attempt : world.log()) jobs.push_back(attempt.job);
  return jobs;
}

TEST(Order, UrgentGoesBeforeOrdinaryAndBothInOrderOfSubmission) {
  World world(one_endpoint({}, 1), always(success()));
  world.submit(1, 10);
  world.submit(2, 10);
  world.submit(3, 10, true);
  world.submit(4, 10, true);
  world.run();
  EXPECT_EQ(started(world), (std::vector<JobId>{3, 4, 1, 2}));
}

TEST(Order, ARetryThatIsDueGoesBeforeAllElse) {
  bool failed = false;
  World world(one_endpoint({}, 1), [&](const Attempt&) {
    return Reply{100s, std::exchange(failed, true) ? success() : lost()};
  });
  world.submit(1, 10);
  world.run(0s);
  world.submit(2, 10, true);
  world.submit(3, 10);
  world.run(150s);
  world.submit(4, 10, true);
  world.run();
  EXPECT_EQ(started(world), (std::vector<JobId>{1, 2, 1, 4, 3})) << "2 begins while 1 backs off";
}

TEST(Order, AJobThatDoesNotFitIsNotOvertaken) {
  World world(one_endpoint({{}, 1000}), always(success(), 1s));
  world.submit(1, 600);
  world.submit(2, 600);
  world.submit(3, 10);
  world.run();
  EXPECT_EQ(started(world), (std::vector<JobId>{1, 2, 3}));
  EXPECT_EQ(world.log()[1].start, counted_for);
}

TEST(Limits, RequestsWaitForTheirWindow) {
  World world(one_endpoint({2, {}}), always(success()));
  for (JobId job = 1; job <= 5; ++job) world.submit(job, 10);
  world.run();
  std::vector<Time> starts;
  for (const auto& attempt : world.log()) starts.push_back(attempt.start);
  EXPECT_EQ(starts, (std::vector<Time>{0s, 0s, counted_for, counted_for, 2 * counted_for}));
}

TEST(Limits, ToldUsageReplacesTheReservation) {
  World world(one_endpoint({{}, 1000}), always(success(100)));
  for (JobId job = 1; job <= 3; ++job) world.submit(job, 900);
  world.run();
  EXPECT_EQ(world.log()[1].start, 1s) << "800 came back when the first ended";
  EXPECT_EQ(world.log()[2].start, counted_for) << "the first left, a minute after its start";
}

TEST(Limits, WithoutUsageTheReservationStays) {
  for (const auto& outcome : {success(), lost(), refusal(Remedy::smaller_batch, 400)}) {
    auto options = one_endpoint({{}, 1000});
    options.max_retries = 0;
    World world(options, always(outcome));
    world.submit(1, 900);
    world.submit(2, 900);
    world.run();
    EXPECT_EQ(world.of(2)[0].start, counted_for);
  }
}

TEST(Limits, WhatWasNeverServedOrNotAdmittedCountsNoTokens) {
  for (const auto& outcome : {unreachable(), throttled(1000ms)}) {
    bool first = true;
    World world(one_endpoint({{}, 1000}), [&](const Attempt&) {
      return Reply{1s, std::exchange(first, false) ? outcome : success(0)};
    });
    world.submit(1, 1000);
    world.run();
    ASSERT_EQ(world.log().size(), 2u);
    EXPECT_LT(world.log()[1].start, 10s);
  }
}

TEST(Limits, AJobLargerThanTheWindowStartsAloneInIt) {
  World world(one_endpoint({{}, 1000}), always(success(), 1s));
  world.submit(1, 10);
  world.submit(2, 5000);
  world.submit(3, 10);
  world.run();
  EXPECT_EQ(world.log()[1].start, counted_for);
  EXPECT_EQ(world.log()[2].start, 2 * counted_for);
}

TEST(Limits, RequestsOfAnEarlierRunCountInTheirWindows) {
  auto options = one_endpoint({3, 1000});
  options.past = {{10s, 400}, {50s, 500}, {100s, 900}};
  World world(options, always(success(), 1s));
  for (JobId job = 1; job <= 3; ++job) world.submit(job, 100);
  world.run();
  EXPECT_EQ(world.log()[0].start, 0s);
  EXPECT_EQ(world.log()[1].start, 10s + travel_slack) << "a request left with the one 50 s old";
  EXPECT_EQ(world.log()[2].start, 50s + travel_slack);
}

Exchange with_hint(RateLimitHint hint) {
  auto exchange = success(10);
  exchange.hint = hint;
  return exchange;
}

/// Starts within the first half minute after a first reply carrying `hint`.
std::size_t starts_after_hint(EndpointLimits configured, RateLimitHint hint,
                              std::optional<RateLimitHint> second = {}) {
  World world(one_endpoint(configured), [&](const Attempt& attempt) {
    return Reply{1s, with_hint(attempt.job == 2 && second ? *second : hint)};
  });
  world.submit(1, 10);
  world.run(2s);
  world.submit(2, 10);
  world.run(4s);
  for (JobId job = 3; job < 40; ++job) world.submit(job, 10);
  world.run(30s);
  return world.log().size();
}

RateLimitHint requests_hint(std::int64_t limit) {
  RateLimitHint hint;
  hint.limit_requests = limit;
  return hint;
}

TEST(Hints, AShownLimitReplacesAnUnknownOne) {
  EXPECT_EQ(starts_after_hint({}, requests_hint(7)), 7u);
  RateLimitHint tokens;
  tokens.limit_tokens = 85;
  EXPECT_EQ(starts_after_hint({}, tokens), 8u);
}

TEST(Hints, ALowerShownLimitTightensOursAndAHigherOneDoesNotLoosenIt) {
  EXPECT_EQ(starts_after_hint({20, {}}, requests_hint(7)), 7u);
  EXPECT_EQ(starts_after_hint({20, {}}, requests_hint(70)), 20u);
}

TEST(Hints, ARaisedLimitCountsUpToTheConfiguredOne) {
  EXPECT_EQ(starts_after_hint({20, {}}, requests_hint(5), requests_hint(9)), 9u);
  EXPECT_EQ(starts_after_hint({20, {}}, requests_hint(5), requests_hint(90)), 20u);
  EXPECT_EQ(starts_after_hint({}, requests_hint(5), requests_hint(30)), 30u);
}

TEST(Hints, NothingRemainingHoldsUntilTheResetButAMinuteAtMost) {
  for (const auto& [reset, start] :
       {std::pair<Millis, Time>{7s, 8s}, std::pair<Millis, Time>{6h, 61s}}) {
    for (const bool of_tokens : {false, true}) {
      RateLimitHint hint;
      (of_tokens ? hint.remaining_tokens : hint.remaining_requests) = 0;
      (of_tokens ? hint.reset_tokens : hint.reset_requests) = reset;
      World world(one_endpoint({}, 1), always(with_hint(hint)));
      world.submit(1, 10);
      world.submit(2, 10);
      world.run();
      EXPECT_EQ(world.log()[1].start, start);
    }
  }
}

TEST(Hints, NothingRemainingOfAShownLimitThatWeUsedIsLeftToTheWindow) {
  World world(one_endpoint({}, 1), [](const Attempt& attempt) {
    auto hint = requests_hint(4);
    hint.remaining_requests = attempt.job < 4 ? 4 - static_cast<std::int64_t>(attempt.job) : 0;
    hint.reset_requests = 1min;
    return Reply{10s, with_hint(hint)};
  });
  for (JobId job = 1; job <= 5; ++job) world.submit(job, 10);
  world.run();
  EXPECT_EQ(world.log()[4].start, counted_for) << "the reset would be 100 s";
}

TEST(Hints, NothingRemainingOfAShownLimitThatOthersUsedHolds) {
  auto hint = requests_hint(4);
  hint.remaining_requests = 0;
  hint.reset_requests = 30s;
  World world(one_endpoint({}, 1), always(with_hint(hint)));
  world.submit(1, 10);
  world.submit(2, 10);
  world.run();
  EXPECT_EQ(world.log()[1].start, 31s);
}

/// Requests that start at `at` seconds, then as many as may by the 50th second.
std::size_t starts_after(const World::Responder& responder, std::initializer_list<int> at) {
  World world(one_endpoint(), responder);
  JobId job = 0;
  for (const int second : at) {
    world.run(std::chrono::seconds(second));
    world.now = std::chrono::seconds(second);
    world.submit(++job, 10);
  }
  world.run(45s);
  world.now = 45s;
  while (++job < 100) world.submit(job, 10);
  world.run(50s);
  return world.log().size();
}

TEST(Hints, ALateReplyWithAnEarlierLimitTellsNothing) {
  const auto responder = [](const Attempt& attempt) {
    const bool is_slow = attempt.job == 2;
    return Reply{is_slow ? 40s : 1s, with_hint(requests_hint(attempt.start < 5s ? 40 : 5))};
  };
  EXPECT_EQ(starts_after(responder, {0, 2, 10}), 5u);
}

TEST(Hints, OnlyALaterRequestRaisesALimit) {
  const auto responder = [](const Attempt& attempt) {
    const bool is_between = attempt.job == 2;
    return Reply{is_between ? 30s : 1s, with_hint(requests_hint(is_between ? 40 : 5))};
  };
  EXPECT_EQ(starts_after(responder, {0, 2, 10}), 5u);
}

TEST(Hints, AnEarlierLimitThatComesBackCounts) {
  const auto responder = [](const Attempt& attempt) {
    const bool is_between = attempt.start >= 5s && attempt.start < 15s;
    return Reply{1s, with_hint(requests_hint(is_between ? 40 : 6))};
  };
  EXPECT_EQ(starts_after(responder, {0, 10, 20}), 6u);
}

TEST(Hints, ALimitThatASlowReplyIsTheFirstToShowCounts) {
  const auto responder = [](const Attempt& attempt) {
    const bool is_before = attempt.job == 2;
    return Reply{attempt.job == 1 ? 30s : 1s, with_hint(requests_hint(is_before ? 40 : 6))};
  };
  EXPECT_EQ(starts_after(responder, {0, 10}), 6u);
}

TEST(Hints, RetryAfterGoesBeforeTheReset) {
  bool first = true;
  World world(one_endpoint(), [&](const Attempt&) {
    auto exchange = std::exchange(first, false) ? throttled(2000ms) : success();
    exchange.hint.remaining_tokens = 0;
    exchange.hint.reset_tokens = 40s;
    return Reply{1s, exchange};
  });
  world.submit(1, 10);
  world.run();
  EXPECT_EQ(world.log()[1].start, 3s);
}

}  // namespace
}  // namespace sheaf::dispatch
