// A scheduler, a provider made of a function, and a clock that jumps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dispatch/scheduler.hpp"

namespace sheaf::dispatch {

using namespace std::chrono_literals;

inline Exchange success(std::optional<std::int64_t> tokens = std::nullopt) {
  Completion completion;
  if (tokens) completion.usage = Usage{*tokens, 0, 0, 0};
  return {completion, {}};
}

inline Exchange refusal(Remedy remedy, int status, std::optional<Millis> retry_after = {}) {
  Fault fault;
  fault.remedy = remedy;
  fault.status = status;
  fault.retry_after = retry_after;
  fault.maybe_billed = false;
  return {fault, {}};
}

inline Exchange throttled(std::optional<Millis> retry_after = {}) {
  return refusal(Remedy::wait, 429, retry_after);
}

/// A fault after which the attempt may have been billed.
inline Exchange lost(std::optional<Millis> retry_after = {}) {
  auto exchange = refusal(Remedy::retry, 500, retry_after);
  std::get<Fault>(exchange.outcome).maybe_billed = true;
  return exchange;
}

/// No connection: certainly never served.
inline Exchange unreachable() { return refusal(Remedy::retry, 0); }

struct Attempt {
  JobId job = 0;
  std::size_t endpoint = 0;
  int number = 1;
  std::int64_t reserved = 0;
  Time start{0};
  Time end{0};  ///< When it was told.
  Exchange exchange;
  Verdict verdict = Verdict::done;
};

struct Reply {
  Time latency{0};
  Exchange exchange;
};

class World {
 public:
  using Responder = std::function<Reply(const Attempt&)>;

  World(SchedulerOptions options, Responder responder)
      : scheduler(std::move(options)), responder_(std::move(responder)) {}

  void submit(JobId job, std::int64_t tokens, bool urgent = false) {
    tokens_[job] = tokens;
    scheduler.submit(job, tokens, urgent, now);
  }

  /// Runs until nothing can happen any more, or until `until`.
  void run(Time until = Time::max()) {
    int idle_steps = 0;
    while (now <= until && !testing::Test::HasFailure()) {
      idle_steps = start_all() ? 0 : idle_steps + 1;
      ASSERT_LT(idle_steps, 1000) << "woken again and again for nothing";
      const auto next = next_event();
      if (!next || *next > until) return;
      now = std::max(now, *next);
      if (end_due()) idle_steps = 0;
    }
  }

  /// The clock leaps, as over a suspended machine; what ended meanwhile is told now.
  void leap(Time by) {
    now += by;
    end_due();
  }

  const std::vector<Attempt>& log() const { return log_; }
  std::vector<Attempt> of(JobId job) const {
    std::vector<Attempt> found;
    std::ranges::copy_if(log_, std::back_inserter(found),
                         [job](const Attempt& attempt) { return attempt.job == job; });
    return found;
  }

  Scheduler scheduler;
  Time now{0};
  bool permits = true;  ///< Whether a job that may retry is permitted to, at once.

 private:
  bool start_all() {
    bool any = false;
    while (const auto start = scheduler.next(now)) {
      any = true;
      Attempt attempt{start->job, start->endpoint, start->attempt, tokens_.at(start->job), now, now,
                      {},         Verdict::done};
      auto reply = responder_(attempt);
      attempt.end = now + reply.latency;
      attempt.exchange = std::move(reply.exchange);
      flights_.emplace(attempt.end, log_.size());
      log_.push_back(std::move(attempt));
    }
    return any;
  }

  std::optional<Time> next_event() const {
    auto next = scheduler.next_wakeup(now);
    if (next && *next <= now) {
      ADD_FAILURE() << "a wakeup that has already been";
    }
    if (!flights_.empty()) {
      next = std::min(next.value_or(flights_.begin()->first), flights_.begin()->first);
    }
    if (!next) {
      EXPECT_TRUE(scheduler.waiting() == 0 || !permits) << "jobs wait for nothing";
    }
    return next;
  }

  bool end_due() {
    bool any = false;
    while (!flights_.empty() && flights_.begin()->first <= now) {
      auto& attempt = log_[flights_.begin()->second];
      flights_.erase(flights_.begin());
      attempt.end = now;
      attempt.verdict = scheduler.ended(attempt.job, attempt.exchange, now);
      if (attempt.verdict == Verdict::may_retry && permits) {
        scheduler.permit_retry(attempt.job, now);
      }
      any = true;
    }
    return any;
  }

  Responder responder_;
  std::map<JobId, std::int64_t> tokens_;
  std::multimap<Time, std::size_t> flights_;
  std::vector<Attempt> log_;
};

inline SchedulerOptions one_endpoint(EndpointLimits limits = {}, int concurrency = 64) {
  SchedulerOptions options;
  options.endpoints = {limits};
  options.concurrency = concurrency;
  return options;
}

inline SchedulerOptions endpoints(std::size_t count, EndpointLimits limits = {}) {
  SchedulerOptions options;
  options.endpoints.assign(count, limits);
  return options;
}

inline World::Responder always(Exchange exchange, Time latency = 1s) {
  return [=](const Attempt&) { return Reply{latency, exchange}; };
}

}  // namespace sheaf::dispatch
