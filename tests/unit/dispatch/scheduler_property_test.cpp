// The scheduler against an oracle that looks at every window by brute force.
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
#include "virtual_world.hpp"

namespace sheaf::dispatch {
namespace {

/// What the provider may have counted of an attempt.
std::int64_t counted(const Attempt& attempt) {
  const auto* fault = std::get_if<Fault>(&attempt.exchange.outcome);
  const auto& usage =
      fault != nullptr ? fault->usage : std::get<Completion>(attempt.exchange.outcome).usage;
  if (usage) return usage->input_tokens + usage->output_tokens;
  const bool refused = fault != nullptr && !fault->maybe_billed;
  return refused && (fault->remedy == Remedy::wait || fault->status == 0) ? 0 : attempt.reserved;
}

/// A minute that holds nothing but what an earlier run sent is no work of this scheduler.
void check_requests(const std::vector<Attempt>& attempts, std::int64_t limit) {
  for (const auto& first : attempts) {
    const auto is_inside = [&](const Attempt& attempt) {
      return attempt.start >= first.start && attempt.start < first.start + window_length;
    };
    const bool is_ours = std::ranges::any_of(attempts, [&](const Attempt& attempt) {
      return is_inside(attempt) && attempt.start >= Time{0};
    });
    RC_ASSERT(!is_ours || std::ranges::count_if(attempts, is_inside) <= limit);
  }
}

/// Every minute that begins just so that it still holds the start of an attempt, with all that
/// overlap it: the most that a provider can count in it, whichever moments it counts at.
void check_tokens(const std::vector<Attempt>& attempts, std::int64_t limit) {
  for (const auto& last : attempts) {
    if (last.start < Time{0}) continue;
    const auto begin = last.start - window_length + Time{1};
    std::int64_t sum = 0;
    int members = 0;
    for (const auto& attempt : attempts) {
      if (attempt.end < begin || attempt.start > last.start || counted(attempt) == 0) continue;
      sum += counted(attempt);
      ++members;
    }
    RC_ASSERT(sum <= limit || members == 1);
  }
}

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
};

Load any_load() {
  Load load;
  auto& options = load.options;
  const auto endpoints = *rc::gen::inRange(1, 4);
  for (int i = 0; i < endpoints; ++i) {
    EndpointLimits limits;
    if (*rc::gen::arbitrary<bool>()) limits.requests_per_minute = *rc::gen::inRange(1, 30);
    if (*rc::gen::arbitrary<bool>()) limits.tokens_per_minute = *rc::gen::inRange(200, 4000);
    options.endpoints.push_back(limits);
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
  return load;
}

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
    const Time latency(1 + static_cast<Time::rep>(random.below(
                               static_cast<std::uint64_t>(load.most_latency.count()))));
    if (faults[attempt.job] < load.most_faults && random.below(3) == 0) {
      ++faults[attempt.job];
      return Reply{latency, any_fault(random)};
    }
    if (random.below(4) == 0) return Reply{latency, success()};
    const auto most = static_cast<std::uint64_t>(attempt.reserved) + 1;
    return Reply{latency, success(static_cast<std::int64_t>(random.below(most)))};
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
  }
  world.run();
  RC_ASSERT(!testing::Test::HasFailure());
  const auto done = std::ranges::count(world.log(), Verdict::done, &Attempt::verdict);
  RC_ASSERT(done == load.jobs);
  RC_ASSERT(world.scheduler.waiting() == 0u && world.scheduler.in_flight() == 0);
  check_concurrency(world.log(), load.options.concurrency);
  for (std::size_t i = 0; i < load.options.endpoints.size(); ++i) {
    auto attempts = on_endpoint(world.log(), i);
    check_holds(attempts);
    for (const auto& past : load.options.past) {
      attempts.push_back({0, i, 1, past.tokens, -past.age, -past.age, success(), Verdict::done});
    }
    const auto& limits = load.options.endpoints[i];
    // Limits are checked in minutes that hold an attempt of ours: the past is not our doing.
    const auto ours = [&](std::int64_t limit, auto check) {
      const auto older = std::ranges::count_if(load.options.past, [](const PastRequest& past) {
        return past.age < window_length + travel_slack;
      });
      if (older < limit) check(attempts, limit);
    };
    if (limits.requests_per_minute) ours(*limits.requests_per_minute, check_requests);
    if (limits.tokens_per_minute) {
      std::int64_t before = 0;
      for (const auto& past : load.options.past) before += past.tokens;
      if (before <= *limits.tokens_per_minute) check_tokens(attempts, *limits.tokens_per_minute);
    }
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

std::int64_t starts_between(const std::vector<Attempt>& log, Time from, Time to) {
  return std::ranges::count_if(
      log, [=](const Attempt& attempt) { return attempt.start >= from && attempt.start < to; });
}

std::unique_ptr<World> steady(SchedulerOptions options, Random& random, std::int64_t tokens,
                              int jobs) {
  auto world = std::make_unique<World>(std::move(options), [&random, tokens](const Attempt&) {
    return Reply{Time(500'000 + static_cast<Time::rep>(random.below(3'000'000))), success(tokens)};
  });
  for (int i = 0; i < jobs; ++i) world->submit(static_cast<JobId>(i) + 1, tokens);
  return world;
}

TEST(Utilisation, ARequestLimitIsUsedTo98PercentInTheLongRun) {
  for (const std::int64_t limit : {60, 500, 3000}) {
    SchedulerOptions options;
    options.endpoints = {{limit, {}}};
    options.concurrency = 256;
    Random random(1);
    auto world = steady(options, random, 10, static_cast<int>(limit) * 12);
    world->run(11min);
    const auto used = starts_between(world->log(), 1min, 11min);
    EXPECT_GE(static_cast<double>(used), 0.98 * static_cast<double>(limit) * 10) << limit;
  }
}

TEST(Utilisation, ATokenLimitLosesOnlyWhatRequestsSpendInFlight) {
  SchedulerOptions options;
  options.endpoints = {{{}, 100'000}};
  options.concurrency = 256;
  Random random(1);
  auto world = steady(options, random, 250, 4800);
  world->run(11min);
  const auto used = starts_between(world->log(), 1min, 11min) * 250;
  EXPECT_GE(static_cast<double>(used), 0.98 * 1e6 * 60 / 62) << "2 s in flight on average";
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
