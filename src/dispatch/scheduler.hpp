// The scheduler: which request starts when, on which endpoint. A pure state machine: no clock, no socket,
// no thread; time is an argument. Stepped by the dispatcher in real time and by tests in virtual time.
#pragma once

#include "core/exchange.hpp"
#include "core/random.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace sheaf::dispatch {

using JobId = std::uint64_t;

/// What one endpoint's account allows. Absent: unlimited until headers say otherwise.
struct EndpointLimits {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
};

/// A request sent before this run (from the checkpoint): it still counts in its window.
struct PastRequest {
  Time age{0};
  std::int64_t tokens = 0;
};

struct SchedulerOptions {
  std::vector<EndpointLimits> endpoints;  ///< At least one.
  int concurrency = 64;                   ///< Requests in flight at most, over all endpoints.
  int max_retries = 5;                    ///< Of the same bytes after network and server faults.
  Time total_timeout{0};                  ///< A job's life from first start to giving up; 0: none.
  Time retry_base{500'000};               ///< Full jitter over base * 2^n, at most retry_cap.
  Time retry_cap{60'000'000};
  std::uint64_t seed = 0;
  std::vector<PastRequest> past;          ///< Counted on every endpoint.
};

/// Begin this attempt now.
struct Start {
  JobId job = 0;
  std::size_t endpoint = 0;
  int attempt = 1;
};

/// What an ended attempt means for its job.
enum class Verdict {
  done,        ///< Completed, or a fault that is no business of the scheduler.
  waits,       ///< Refused unbilled (429, connection refused): it will start again by itself.
  may_retry,   ///< Lost, perhaps billed: it starts again only after `permit_retry`.
  gave_up,     ///< Retries or time used up: the fault is final.
};

/// Invariants, for every endpoint and every 60-second window: requests started <= requests per minute;
/// tokens reserved or settled <= tokens per minute. A job larger than the whole window starts alone in it.
class Scheduler {
 public:
  explicit Scheduler(SchedulerOptions options);
  ~Scheduler();

  /// Queues a job. `tokens` is what its attempt reserves: input estimate + output cap. Jobs start in
  /// the order of submission, urgent ones (follow-ups) first; retries come before both.
  void submit(JobId job, std::int64_t tokens, bool urgent, Time now);
  /// The next attempt that may begin, if any; call until nullopt.
  std::optional<Start> next(Time now);
  /// An attempt ended. Settles its reservation to the usage told, learns from the hint, adapts concurrency.
  Verdict ended(JobId job, const Exchange& exchange, Time now);
  /// Lets a job that `may_retry` start again after its back-off.
  void permit_retry(JobId job, Time now);
  /// Forgets a job that waits, queued or permitted or not; false when it is in flight or unknown.
  bool drop(JobId job);
  /// Forgets all of those, and names them.
  std::vector<JobId> drop_waiting();
  /// When `next` may have something new; nullopt: only an event can change that.
  std::optional<Time> next_wakeup(Time now) const;

  int in_flight() const;
  std::size_t waiting() const;
  int concurrency_now() const;  ///< The adaptive cap: halved on 429 once per round trip, raised by one after.
  /// Since when there was no success although attempts were made; nullopt while all is well.
  std::optional<Time> failing_since() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sheaf::dispatch
