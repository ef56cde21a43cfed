#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "dispatch/scheduler.hpp"
#include "dispatch/window.hpp"
#include "virtual_world.hpp"

namespace sheaf::dispatch {
namespace {

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

TEST(Retry, PermissionNobodyWaitsForChangesNothing) {
  World world(one_endpoint({}, 1), always(success()));
  world.submit(1, 10);
  world.submit(2, 10);
  world.run(0s);
  for (JobId job = 1; job <= 3; ++job) world.scheduler.permit_retry(job, 0s);
  world.run();
  EXPECT_EQ(world.log().size(), 2u);
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
  World in_time(options, always(throttled(8s), 500ms));
  in_time.submit(1, 10);
  in_time.run();
  ASSERT_EQ(in_time.log().size(), 2u) << "a second attempt at 8.5 s, none at 17 s";
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

TEST(Endpoints, OneThatFailsNowAndThenIsNotHeld) {
  int turn = 0;
  World world(endpoints(2), [&turn](const Attempt& attempt) {
    return Reply{1s, attempt.endpoint == 0 && ++turn % 2 == 0 ? lost() : success()};
  });
  for (JobId job = 1; job <= 40; ++job) {
    world.submit(job, 10);
    world.run();
  }
  EXPECT_GE(std::ranges::count(world.log(), 0u, &Attempt::endpoint), 40);
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
  EXPECT_EQ(world.log()[1].start, counted_for);
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
