#include "dispatch/scheduler.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "dispatch/window.hpp"
#include "virtual_world.hpp"

namespace sheaf::dispatch {
namespace {

SchedulerOptions one_endpoint(EndpointLimits limits = {}, int concurrency = 64) {
  SchedulerOptions options;
  options.endpoints = {limits};
  options.concurrency = concurrency;
  return options;
}

SchedulerOptions endpoints(std::size_t count, EndpointLimits limits = {}) {
  SchedulerOptions options;
  options.endpoints.assign(count, limits);
  return options;
}

World::Responder always(Exchange exchange, Time latency = 1s) {
  return [=](const Attempt&) { return Reply{latency, exchange}; };
}

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
  for (JobId job = 1; job <= 4; ++job) world.submit(job, 10, job > 2);
  world.run();
  EXPECT_EQ(started(world), (std::vector<JobId>{3, 4, 3, 1, 2}))
      << "4 begins while 3 backs off, then 3 is due";
}

TEST(Order, AJobThatDoesNotFitIsNotOvertaken) {
  World world(one_endpoint({{}, 1000}), always(success(), 1s));
  world.submit(1, 600);
  world.submit(2, 600);
  world.submit(3, 10);
  world.run();
  EXPECT_EQ(started(world), (std::vector<JobId>{1, 2, 3}));
  EXPECT_EQ(world.log()[1].start, 61s);
}

TEST(Limits, RequestsWaitForTheirWindow) {
  World world(one_endpoint({2, {}}), always(success()));
  for (JobId job = 1; job <= 5; ++job) world.submit(job, 10);
  world.run();
  std::vector<Time> starts;
  for (const auto& attempt : world.log()) starts.push_back(attempt.start);
  const auto window = window_length + travel_slack;
  EXPECT_EQ(starts, (std::vector<Time>{0s, 0s, window, window, 2 * window}));
}

TEST(Limits, ToldUsageReplacesTheReservation) {
  World world(one_endpoint({{}, 1000}), always(success(100)));
  for (JobId job = 1; job <= 3; ++job) world.submit(job, 900);
  world.run();
  EXPECT_EQ(world.log()[1].start, 1s) << "800 came back when the first ended";
  EXPECT_EQ(world.log()[2].start, 61s) << "the first left, 60 s after its end";
}

TEST(Limits, WithoutUsageTheReservationStays) {
  for (const auto& outcome : {success(), lost(), refusal(Remedy::smaller_batch, 400)}) {
    auto options = one_endpoint({{}, 1000});
    options.max_retries = 0;
    World world(options, always(outcome));
    world.submit(1, 900);
    world.submit(2, 900);
    world.run();
    EXPECT_EQ(world.of(2)[0].start, 61s);
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
  EXPECT_EQ(world.log()[1].start, 61s);
  EXPECT_EQ(world.log()[2].start, 122s);
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

TEST(Throttling, RetryAfterHoldsTheWholeEndpoint) {
  World world(one_endpoint({}, 2), [](const Attempt& attempt) {
    return Reply{1s, attempt.start == 0s ? throttled(20s) : success()};
  });
  for (JobId job = 1; job <= 6; ++job) world.submit(job, 10);
  world.run();
  for (const auto& attempt : world.log()) {
    EXPECT_TRUE(attempt.start == 0s || attempt.start >= 21s) << attempt.start.count();
  }
}

TEST(Throttling, UsesUpNoRetryAndNoPermission) {
  auto options = one_endpoint();
  options.max_retries = 0;
  World world(options, [](const Attempt& attempt) {
    return Reply{1s, attempt.number <= 40 ? throttled() : success()};
  });
  world.permits = false;
  world.submit(1, 10);
  world.run();
  ASSERT_EQ(world.log().size(), 41u);
  EXPECT_EQ(world.log()[0].verdict, Verdict::waits);
  EXPECT_EQ(world.log()[40].verdict, Verdict::done);
}

TEST(Throttling, WithoutRetryAfterTheEndpointBacksOffExponentially) {
  World world(one_endpoint(), [](const Attempt& attempt) {
    return Reply{1s, attempt.number <= 12 ? throttled() : success()};
  });
  world.submit(1, 10);
  world.run();
  for (std::size_t i = 1; i < 13; ++i) {
    const auto pause = world.log()[i].start - world.log()[i - 1].end;
    const auto full = std::min<Time>(500ms * (1 << (i - 1)), 60s);
    EXPECT_GE(pause, full / 2) << i;
    EXPECT_LE(pause, full) << i;
  }
}

TEST(Throttling, ATaskOfABilledRefusalNeedsPermission) {
  auto billed = throttled();
  std::get<Fault>(billed.outcome).usage = Usage{5, 0, 0, 0};
  World world(one_endpoint(), always(billed));
  world.permits = false;
  world.submit(1, 10);
  world.run();
  ASSERT_EQ(world.log().size(), 1u);
  EXPECT_EQ(world.log()[0].verdict, Verdict::may_retry);
}

TEST(Concurrency, IsHalvedOnceAnEpisode) {
  World world(one_endpoint({}, 64), [](const Attempt& attempt) {
    return Reply{1s, attempt.start < 10s ? throttled(10s) : success()};
  });
  for (JobId job = 1; job <= 64; ++job) world.submit(job, 10);
  world.run(5s);
  EXPECT_EQ(world.scheduler.concurrency_now(), 32) << "64 refusals of one volley are one episode";
  world.run(11s);
  EXPECT_EQ(world.scheduler.in_flight(), 32);
}

TEST(Concurrency, NeverFallsBelowOne) {
  World world(one_endpoint({}, 8), always(throttled()));
  world.submit(1, 10);
  world.run(600s);
  EXPECT_EQ(world.scheduler.concurrency_now(), 1);
}

TEST(Concurrency, IsNotHalvedWhenServersAreOverloaded) {
  World world(one_endpoint({}, 8), always(refusal(Remedy::wait, 529)));
  world.submit(1, 10);
  world.run(60s);
  EXPECT_EQ(world.scheduler.concurrency_now(), 8);
}

TEST(Concurrency, GrowsByOneARoundTripUpToTheConfigured) {
  World world(one_endpoint({}, 16), [](const Attempt& attempt) {
    return Reply{1s, attempt.start == 0s ? throttled(1000ms) : success()};
  });
  for (JobId job = 1; job <= 400; ++job) world.submit(job, 10);
  world.run(2s);
  ASSERT_EQ(world.scheduler.concurrency_now(), 8);
  for (int trip = 1; trip <= 7; ++trip) {
    world.run(2s + trip * 1s);
    EXPECT_GE(world.scheduler.concurrency_now(), 8 + trip - 1);
    EXPECT_LE(world.scheduler.concurrency_now(), 8 + trip);
  }
  world.run();
  EXPECT_EQ(world.scheduler.concurrency_now(), 16);
}

TEST(Concurrency, BoundsAllEndpointsTogether) {
  auto options = endpoints(3);
  options.concurrency = 4;
  World world(options, always(success()));
  for (JobId job = 1; job <= 20; ++job) world.submit(job, 10);
  world.run(500ms);
  EXPECT_EQ(world.scheduler.in_flight(), 4);
  EXPECT_EQ(world.scheduler.concurrency_now(), 4);
}

TEST(Retry, BacksOffWithFullJitterAndGivesUpAfterItsRetries) {
  auto options = one_endpoint();
  options.max_retries = 3;
  World world(options, always(lost()));
  world.submit(1, 10);
  world.run();
  ASSERT_EQ(world.log().size(), 4u);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(world.log()[i].number, static_cast<int>(i) + 1);
    EXPECT_LE(world.log()[i].start - world.log()[i - 1].end, 500ms * (1 << (i - 1)));
    EXPECT_EQ(world.log()[i - 1].verdict, Verdict::may_retry);
  }
  EXPECT_EQ(world.log()[3].verdict, Verdict::gave_up);
  EXPECT_EQ(world.scheduler.waiting(), 0u);
}

TEST(Retry, HonoursRetryAfterForItsJobAlone) {
  World world(one_endpoint({}, 1), [](const Attempt& attempt) {
    return Reply{1s, attempt.job == 1 && attempt.number == 1 ? lost(30s) : success()};
  });
  world.submit(1, 10);
  world.submit(2, 10);
  world.run();
  EXPECT_EQ(world.of(2)[0].start, 1s);
  EXPECT_EQ(world.of(1)[1].start, 31s);
}

TEST(Retry, WhatMayHaveBeenBilledStartsOnlyWhenPermitted) {
  World world(one_endpoint(), [](const Attempt& attempt) {
    return Reply{1s, attempt.number == 1 ? lost() : success()};
  });
  world.permits = false;
  world.submit(1, 10);
  world.run();
  ASSERT_EQ(world.log().size(), 1u);
  EXPECT_EQ(world.scheduler.waiting(), 1u);
  world.now = 100s;
  world.scheduler.permit_retry(1, world.now);
  world.scheduler.permit_retry(1, world.now);
  world.run();
  ASSERT_EQ(world.log().size(), 2u);
  EXPECT_EQ(world.log()[1].start, 100s);
}

TEST(Retry, WhatWasNeverServedStartsByItselfAndStillCounts) {
  auto options = one_endpoint();
  options.max_retries = 2;
  World world(options, always(unreachable()));
  world.permits = false;
  world.submit(1, 10);
  world.run();
  ASSERT_EQ(world.log().size(), 3u);
  EXPECT_EQ(world.log()[0].verdict, Verdict::waits);
  EXPECT_EQ(world.log()[2].verdict, Verdict::gave_up);
}

TEST(Retry, FaultsOfThePromptOrTheRunAreDone) {
  for (const auto remedy : {Remedy::smaller_batch, Remedy::stop_run}) {
    World world(endpoints(2), always(refusal(remedy, 401)));
    world.submit(1, 10);
    world.run();
    ASSERT_EQ(world.log().size(), 1u);
    EXPECT_EQ(world.log()[0].verdict, Verdict::done);
  }
}

TEST(TotalTimeout, AJobThatCannotStartInTimeIsGivenUp) {
  auto options = one_endpoint();
  options.total_timeout = 10s;
  World in_time(options, always(throttled(8s)));
  in_time.submit(1, 10);
  in_time.run();
  ASSERT_EQ(in_time.log().size(), 2u) << "a second attempt at 9 s, none at 18 s";
  EXPECT_EQ(in_time.log()[1].verdict, Verdict::gave_up);
}

TEST(TotalTimeout, NamesEachJobInFlightWhoseTimeIsOverOnce) {
  auto options = one_endpoint();
  options.total_timeout = 10s;
  Scheduler scheduler(options);
  scheduler.submit(1, 10, false, 0s);
  scheduler.submit(2, 10, false, 0s);
  ASSERT_TRUE(scheduler.next(0s));
  EXPECT_EQ(scheduler.next_wakeup(1s), 1s) << "the second could start";
  ASSERT_TRUE(scheduler.next(1s));
  EXPECT_EQ(scheduler.next_wakeup(1s), 10s);
  EXPECT_TRUE(scheduler.overdue(10s - 1us).empty());
  EXPECT_EQ(scheduler.overdue(10s), std::vector<JobId>{1});
  EXPECT_TRUE(scheduler.overdue(10s).empty());
  EXPECT_EQ(scheduler.ended(1, lost(), 10s), Verdict::gave_up);
  EXPECT_EQ(scheduler.ended(2, success(), 10s), Verdict::done);
  EXPECT_TRUE(scheduler.overdue(100s).empty());
}

TEST(TotalTimeout, AnAttemptThatHadToWaitBeyondItIsNotCut) {
  auto options = one_endpoint({1, {}});
  options.total_timeout = 10s;
  Scheduler scheduler(options);
  scheduler.submit(1, 10, false, 0s);
  ASSERT_TRUE(scheduler.next(0s));
  ASSERT_EQ(scheduler.ended(1, throttled(1000ms), 1s), Verdict::waits);
  ASSERT_TRUE(scheduler.next(61s));
  EXPECT_TRUE(scheduler.overdue(1000s).empty());
  EXPECT_EQ(scheduler.ended(1, throttled(), 62s), Verdict::gave_up);
}

TEST(Drop, ForgetsWhatWaitsInAnyStageAndNothingInFlight) {
  World world(one_endpoint({}, 2), [](const Attempt& attempt) {
    return Reply{attempt.job == 4 ? Time(1000s) : Time(1s),
                 attempt.job == 1 ? lost() : unreachable()};
  });
  world.permits = false;
  for (JobId job = 1; job <= 2; ++job) world.submit(job, 10);
  world.run(1s);
  for (JobId job = 3; job <= 6; ++job) world.submit(job, 10, job == 4);
  while (world.scheduler.next(world.now)) {
  }
  EXPECT_EQ(world.scheduler.in_flight(), 2);
  EXPECT_FALSE(world.scheduler.drop(4)) << "in flight";
  EXPECT_FALSE(world.scheduler.drop(77)) << "unknown";
  EXPECT_TRUE(world.scheduler.drop(1)) << "lost, not permitted";
  EXPECT_FALSE(world.scheduler.drop(1));
  EXPECT_TRUE(world.scheduler.drop(6)) << "queued";
  EXPECT_EQ(world.scheduler.drop_waiting(), (std::vector<JobId>{2, 5}));
  EXPECT_EQ(world.scheduler.waiting(), 0u);
  EXPECT_EQ(world.scheduler.next_wakeup(world.now), std::nullopt);
  world.scheduler.permit_retry(1, world.now);
  EXPECT_EQ(world.scheduler.waiting(), 0u);
}

TEST(Endpoints, TheLeastLoadedOneWithRoomIsTaken) {
  auto options = endpoints(2);
  options.endpoints[0].requests_per_minute = 4;
  World world(options, always(success(), 10s));
  for (JobId job = 1; job <= 8; ++job) world.submit(job, 10);
  world.run(5s);
  const auto on_first =
      std::ranges::count(world.log(), 0u, [](const Attempt& attempt) { return attempt.endpoint; });
  EXPECT_EQ(world.log().size(), 8u);
  EXPECT_EQ(on_first, 1) << "a quarter of one limit weighs more than some of 64 slots";
}

TEST(Endpoints, AHoldOfOneLeavesTheOtherWorking) {
  World world(endpoints(2), [](const Attempt& attempt) {
    return Reply{1s, attempt.endpoint == 0 ? throttled(100s) : success()};
  });
  for (JobId job = 1; job <= 50; ++job) world.submit(job, 10);
  world.run(50s);
  EXPECT_EQ(world.scheduler.waiting() + static_cast<std::size_t>(world.scheduler.in_flight()), 0u);
}

TEST(Endpoints, ARetryPrefersAnotherThanTheOneThatLostIt) {
  World world(endpoints(2), [](const Attempt& attempt) {
    return Reply{1s, attempt.endpoint == 0 ? lost() : success()};
  });
  world.submit(1, 10);
  world.run();
  ASSERT_EQ(world.log().size(), 2u);
  EXPECT_EQ(world.log()[0].endpoint, 0u);
  EXPECT_EQ(world.log()[1].endpoint, 1u);
}

TEST(Endpoints, ADeadOneDoesNotSwallowTheJobs) {
  auto options = endpoints(2);
  options.max_retries = 3;
  options.concurrency = 4;
  World world(options, [](const Attempt& attempt) {
    return attempt.endpoint == 0 ? Reply{1ms, unreachable()} : Reply{1s, success()};
  });
  for (JobId job = 1; job <= 300; ++job) world.submit(job, 10);
  world.run();
  const auto dead = std::ranges::count(world.log(), 0u, &Attempt::endpoint);
  EXPECT_LT(dead, 60);
  EXPECT_EQ(std::ranges::count(world.log(), Verdict::gave_up, &Attempt::verdict), 0);
}

TEST(Endpoints, AJobTooLargeForOneWaitsForOneThatHoldsIt) {
  auto options = endpoints(2);
  options.endpoints[0].tokens_per_minute = 100;
  options.endpoints[1].tokens_per_minute = 1000;
  World world(options, always(success(), 1s));
  world.submit(1, 900);
  world.submit(2, 900);
  world.run();
  EXPECT_EQ(world.log()[0].endpoint, 1u);
  EXPECT_EQ(world.log()[1].endpoint, 1u);
  EXPECT_EQ(world.log()[1].start, 61s);
}

TEST(Failing, SinceTheFirstFailureAfterTheLastSuccess) {
  Scheduler scheduler(one_endpoint());
  for (JobId job = 1; job <= 4; ++job) scheduler.submit(job, 10, false, 0s);
  ASSERT_TRUE(scheduler.next(0s));
  ASSERT_TRUE(scheduler.next(2s));
  EXPECT_EQ(scheduler.failing_since(), std::nullopt);
  scheduler.ended(2, lost(), 5s);
  EXPECT_EQ(scheduler.failing_since(), 2s);
  scheduler.ended(1, success(), 9s);
  EXPECT_EQ(scheduler.failing_since(), std::nullopt);
  ASSERT_TRUE(scheduler.next(10s));
  ASSERT_TRUE(scheduler.next(12s));
  scheduler.ended(3, throttled(), 20s);
  EXPECT_EQ(scheduler.failing_since(), 10s);
  scheduler.ended(4, lost(), 30s);
  EXPECT_EQ(scheduler.failing_since(), 10s);
}

TEST(Failing, AnAttemptFromBeforeTheLastSuccessCountsFromThatSuccess) {
  Scheduler scheduler(one_endpoint());
  scheduler.submit(1, 10, false, 0s);
  scheduler.submit(2, 10, false, 0s);
  ASSERT_TRUE(scheduler.next(0s));
  ASSERT_TRUE(scheduler.next(0s));
  scheduler.ended(1, success(), 50s);
  scheduler.ended(2, lost(), 60s);
  EXPECT_EQ(scheduler.failing_since(), 50s);
}

}  // namespace
}  // namespace sheaf::dispatch
