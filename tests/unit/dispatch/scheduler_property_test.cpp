// The scheduler under any load, against an oracle that looks at every window by brute force.
#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/random.hpp"
#include "dispatch/scheduler.hpp"
#include "dispatch/window.hpp"
#include "limit_oracle.hpp"
#include "virtual_world.hpp"

namespace sheaf::dispatch {
namespace {

void check_concurrency(const std::vector<Attempt>& attempts, int limit) {
  for (const auto& one : attempts) {
    const auto beside = std::ranges::count_if(attempts, [&](const Attempt& attempt) {
      return attempt.start <= one.start && attempt.end > one.start;
    });
    RC_ASSERT(beside <= limit);
  }
}

void check_holds(const std::vector<Attempt>& attempts) {
  for (const auto& held : attempts) {
    const auto* fault = std::get_if<Fault>(&held.exchange.outcome);
    if (fault == nullptr || fault->remedy != Remedy::wait || !fault->retry_after) continue;
    for (const auto& attempt : attempts) {
      RC_ASSERT(attempt.start < held.end || attempt.start >= held.end + *fault->retry_after ||
                (attempt.start == held.end && attempt.end <= held.end));
    }
  }
}

std::vector<Attempt> on_endpoint(const std::vector<Attempt>& log, std::size_t endpoint) {
  std::vector<Attempt> found;
  std::ranges::copy_if(log, std::back_inserter(found),
                       [endpoint](const Attempt& attempt) { return attempt.endpoint == endpoint; });
  return found;
}

struct Load {
  SchedulerOptions options;
  int jobs = 0;
  int most_faults = 0;  ///< Per job; then it succeeds.
  std::int64_t most_tokens = 0;
  Time most_latency{0};
  Time longest_leap{0};
  /// What headers show from when on, in order of time; none: nothing.
  std::vector<std::pair<Time, EndpointLimits>> shown;
};

EndpointLimits any_limits() {
  EndpointLimits limits;
  if (*rc::gen::arbitrary<bool>()) limits.requests_per_minute = *rc::gen::inRange(1, 30);
  if (*rc::gen::arbitrary<bool>()) limits.tokens_per_minute = *rc::gen::inRange(200, 4000);
  return limits;
}

Load any_load() {
  Load load;
  auto& options = load.options;
  const auto endpoints = *rc::gen::inRange(1, 4);
  for (int i = 0; i < endpoints; ++i) {
    options.endpoints.push_back(any_limits());
  }
  options.concurrency = *rc::gen::inRange(1, 40);
  options.max_retries = 100;
  options.seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto past = *rc::gen::inRange(0, 20);
  for (int i = 0; i < past; ++i) {
    options.past.push_back({Time(*rc::gen::inRange<std::int64_t>(0, 70'000'000)),
                            *rc::gen::inRange<std::int64_t>(0, 300)});
  }
  load.jobs = *rc::gen::inRange(1, 120);
  load.most_faults = *rc::gen::inRange(0, 4);
  load.most_tokens = *rc::gen::inRange<std::int64_t>(1, 800);
  load.most_latency = Time(*rc::gen::element<std::int64_t>(1, 1'000'000, 90'000'000));
  load.longest_leap = Time(*rc::gen::element<std::int64_t>(1, 20'000'000, 7'200'000'000));
  const auto changes = *rc::gen::inRange(0, 7);
  Time at{0};
  for (int i = 0; i < changes; ++i) {
    load.shown.emplace_back(at, any_limits());
    at += Time(*rc::gen::inRange<std::int64_t>(1, 100'000'000));
  }
  return load;
}

RateLimitHint hint_at(const Load& load, Time at) {
  RateLimitHint hint;
  for (const auto& [from, limits] : load.shown) {
    if (from > at) break;
    hint.limit_requests = limits.requests_per_minute;
    hint.limit_tokens = limits.tokens_per_minute;
  }
  return hint;
}

std::uint64_t as_bound(Time time) { return static_cast<std::uint64_t>(time.count()); }

Exchange any_fault(Random& random) {
  std::optional<Millis> retry_after;
  if (random.below(2) == 0) retry_after = Millis(1 + random.below(30'000));
  switch (random.below(4)) {
    case 0:
      return throttled(retry_after);
    case 1:
      return unreachable();
    case 2:
      return refusal(Remedy::wait, 529, retry_after);
    default:
      return lost(retry_after);
  }
}

World::Responder responder(const Load& load, Random& random, std::map<JobId, int>& faults) {
  return [&load, &random, &faults](const Attempt& attempt) {
    Reply reply{Time(1 + static_cast<Time::rep>(random.below(as_bound(load.most_latency)))), {}};
    if (faults[attempt.job] < load.most_faults && random.below(3) == 0) {
      ++faults[attempt.job];
      reply.exchange = any_fault(random);
    } else if (random.below(4) == 0) {
      reply.exchange = success();
    } else {
      const auto most = static_cast<std::uint64_t>(attempt.reserved) + 1;
      const auto usage = random.below(20) == 0 ? 2 * most : random.below(most);
      reply.exchange = success(static_cast<std::int64_t>(usage));
    }
    if (random.below(4) != 0) reply.exchange.hint = hint_at(load, attempt.start);
    return reply;
  };
}

RC_GTEST_PROP(SchedulerProperty, NoMinuteHoldsMoreThanAllowedAndEveryJobEnds, ()) {
  const auto load = any_load();
  Random random(load.options.seed + 1);
  std::map<JobId, int> faults;
  World world(load.options, responder(load, random, faults));
  for (int i = 0; i < load.jobs; ++i) {
    const auto tokens = 1 + random.below(static_cast<std::uint64_t>(load.most_tokens));
    world.submit(static_cast<JobId>(i) + 1, static_cast<std::int64_t>(tokens),
                 random.below(5) == 0);
    if (random.below(10) == 0) world.run(world.now + Time(random.below(40'000'000)));
    if (random.below(20) == 0) {
      world.leap(Time(static_cast<Time::rep>(random.below(as_bound(load.longest_leap)))));
    }
  }
  world.run();
  RC_ASSERT(!testing::Test::HasFailure());
  const auto done = std::ranges::count(world.log(), Verdict::done, &Attempt::verdict);
  RC_ASSERT(done == load.jobs);
  RC_ASSERT(world.scheduler.waiting() == 0u && world.scheduler.in_flight() == 0);
  check_concurrency(world.log(), load.options.concurrency);
  for (std::size_t i = 0; i < load.options.endpoints.size(); ++i) {
    const auto attempts = on_endpoint(world.log(), i);
    check_holds(attempts);
    std::vector<Attempt> all;
    for (const auto& past : load.options.past) {
      all.push_back({0, i, 1, past.tokens, -past.age, -past.age, success(), Verdict::done});
    }
    all.insert(all.end(), attempts.begin(), attempts.end());
    RC_ASSERT(LimitOracle(all, load.options.endpoints[i]).breach() == "");
  }
}

RC_GTEST_PROP(SchedulerProperty, WithoutFaultsJobsStartInOrderOfSubmission, ()) {
  auto load = any_load();
  load.most_faults = 0;
  Random random(load.options.seed + 1);
  std::map<JobId, int> faults;
  World world(load.options, responder(load, random, faults));
  for (int i = 0; i < load.jobs; ++i) world.submit(static_cast<JobId>(i) + 1, 1 + i % 50);
  world.run();
  RC_ASSERT(std::ranges::is_sorted(world.log(), {}, &Attempt::job));
}

RC_GTEST_PROP(SchedulerProperty, TheSameEventsGiveTheSameStarts, ()) {
  const auto load = any_load();
  std::vector<std::vector<std::pair<JobId, Time>>> runs;
  for (int run = 0; run < 2; ++run) {
    Random random(load.options.seed + 1);
    std::map<JobId, int> faults;
    World world(load.options, responder(load, random, faults));
    for (int i = 0; i < load.jobs; ++i) world.submit(static_cast<JobId>(i) + 1, 10);
    world.run();
    auto& starts = runs.emplace_back();
    for (const auto& attempt : world.log()) starts.emplace_back(attempt.job, attempt.start);
  }
  RC_ASSERT(runs[0] == runs[1]);
}

std::unique_ptr<World> steady(SchedulerOptions options, Random& random, std::int64_t tokens,
                              int jobs) {
  auto world = std::make_unique<World>(std::move(options), [&random, tokens](const Attempt&) {
    return Reply{Time(500'000 + static_cast<Time::rep>(random.below(3'000'000))), success(tokens)};
  });
  for (int i = 0; i < jobs; ++i) world->submit(static_cast<JobId>(i) + 1, tokens);
  return world;
}

/// A server that admits `limit` requests a minute and refuses the rest.
class StrictServer {
 public:
  StrictServer(std::int64_t limit, bool tells) : limit_(limit), tells_(tells) {}

  Reply answer(const Attempt& attempt) {
    while (!admitted_.empty() && admitted_.front() <= attempt.start - window_length) {
      admitted_.erase(admitted_.begin());
    }
    Reply reply{2s, success(10)};
    if (std::ssize(admitted_) >= limit_) {
      ++refused;
      reply = {50ms, throttled()};
      if (tells_) {
        const auto wait = admitted_.front() + window_length - attempt.start;
        std::get<Fault>(reply.exchange.outcome).retry_after = std::chrono::ceil<Millis>(wait);
      }
    } else {
      admitted_.push_back(attempt.start);
    }
    if (tells_) reply.exchange.hint.limit_requests = limit_;
    return reply;
  }

  int refused = 0;

 private:
  std::int64_t limit_;
  bool tells_;
  std::vector<Time> admitted_;
};

/// Rows that a run of 20 minutes gets through such a server, and how often it was refused.
std::pair<std::int64_t, int> storm(std::int64_t limit, bool tells) {
  SchedulerOptions options;
  options.endpoints = {{}};
  StrictServer server(limit, tells);
  World world(options, [&server](const Attempt& attempt) { return server.answer(attempt); });
  for (JobId job = 1; job <= 20'000; ++job) world.submit(job, 10);
  world.run(20min);
  return {std::ranges::count(world.log(), Verdict::done, &Attempt::verdict), server.refused};
}

TEST(Storm, ALimitThatHeadersTellIsLearntAtOnce) {
  for (const std::int64_t limit : {30, 300}) {
    const auto [done, refused] = storm(limit, true);
    EXPECT_GE(done, limit * 19) << limit;
    EXPECT_LE(refused, 64) << "the first volley";
  }
}

TEST(Storm, ALimitThatNobodyTellsIsFoundByBackingOff) {
  for (const std::int64_t limit : {30, 300}) {
    const auto [done, refused] = storm(limit, false);
    EXPECT_GE(done, limit * 20 * 85 / 100) << limit;
    EXPECT_LE(refused, 20 * 40) << "40 a minute";
  }
}

TEST(Storm, TensOfThousandsOfJobsAreSteppedInNoTime) {
  SchedulerOptions options;
  options.endpoints = {{6000, 1'000'000}, {6000, 1'000'000}};
  options.concurrency = 2000;
  Random random(1);
  auto world = steady(options, random, 100, 50'000);
  world->run();
  EXPECT_EQ(std::ranges::count(world->log(), Verdict::done, &Attempt::verdict), 50'000);
}

}  // namespace
}  // namespace sheaf::dispatch
