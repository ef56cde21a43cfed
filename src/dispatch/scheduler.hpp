// The scheduler: which request starts when, on which endpoint. A pure state machine: no clock, no
// socket, no thread; time is an argument and never goes back. Stepped by the dispatcher in real
// time and by tests in virtual time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/exchange.hpp"

namespace sheaf::dispatch {

using JobId = std::uint64_t;

/// What one endpoint's account allows, each at least 1. Absent: unlimited until headers say
/// otherwise.
struct EndpointLimits {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
};

/// A request sent before this run (from the checkpoint): it still counts in its windows. `age` is
/// its start's distance to Time{0}.
struct PastRequest {
  Time age{0};
  std::int64_t tokens = 0;
};

struct SchedulerOptions {
  std::vector<EndpointLimits> endpoints;  ///< At least one.
  int concurrency = 64;      ///< Requests in flight at most, over all endpoints; at least 1.
  int max_retries = 5;       ///< Of the same bytes after network and server faults.
  Time total_timeout{0};     ///< A job's life from first start to giving up; 0: none.
  Time retry_base{500'000};  ///< Full jitter over base * 2^n, at most retry_cap.
  Time retry_cap{60'000'000};
  std::uint64_t seed = 0;
  std::vector<PastRequest> past;  ///< Counted on every endpoint.
};

/// Begin this attempt now.
struct Start {
  JobId job = 0;
  std::size_t endpoint = 0;
  int attempt = 1;  ///< Counts every start of the job.
};

/// What an ended attempt means for its job.
enum class Verdict {
  done,       ///< Completed, or a fault that is no business of the scheduler.
  waits,      ///< Refused unbilled (429, connection refused): it will start again by itself.
  may_retry,  ///< Lost, perhaps billed: it starts again only after `permit_retry`.
  gave_up,    ///< Retries or time used up: the fault is final.
};

/// Invariants, for every endpoint and every 60-second window: requests started <= requests per
/// minute; tokens reserved, settled to usage once that is known, <= tokens per minute, both counted
/// when the request starts (window.hpp). A job larger than the whole window starts alone in it.
/// Usage above a reservation shows only afterwards: then nothing starts until the excess has left.
///
/// Limits. Those of headers replace unknown ones and tighten ours; a raised one counts up to what
/// is configured. When nothing remains of a limit that is not shown, or that others used up, the
/// endpoint is held until the reset, a minute at most.
///
/// Refusals for now (Remedy::wait). They hold their endpoint, for Retry-After or else a jittered
/// exponential back-off, and use up no retry. Once per episode the endpoint's concurrency is halved
/// (not on 529: the servers are busy, the account is not over its limit; nor of attempts that left
/// before their limit was shown; nor where limits are known and one in 500 is refused); every
/// success without one raises it by 1/cap, so by one a round trip.
///
/// Lost attempts (Remedy::retry). The job backs off with full jitter, at least Retry-After, and
/// prefers another endpoint than the one that lost it. Where there are several, one that loses
/// three attempts in a row is held, longer each time.
class Scheduler {
 public:
  explicit Scheduler(SchedulerOptions options);
  ~Scheduler();

  /// Queues a job, whose id was never used. `tokens` is what its attempt reserves: input estimate +
  /// output cap. Jobs start in the order of submission, urgent ones (follow-ups) first; retries
  /// come before both, those due longest first. A job that does not fit holds up those behind it.
  void submit(JobId job, std::int64_t tokens, bool urgent, Time now);
  /// The next attempt that may begin, if any; call until nullopt. Of the endpoints with room the
  /// least loaded one is taken.
  std::optional<Start> next(Time now);
  /// An attempt ended. Settles its reservation to the usage told, learns from the hint, adapts
  /// concurrency. After `done` and `gave_up` the job is forgotten.
  Verdict ended(JobId job, const Exchange& exchange, Time now);
  /// Lets a job that `may_retry` start again after its back-off.
  void permit_retry(JobId job, Time now);
  /// Forgets a job that waits, queued or permitted or not; false when it is in flight or unknown.
  bool drop(JobId job);
  /// Forgets all of those, and names them; a job in flight has its last attempt: a fault that
  /// would wait or retry gives it up. For stopping without new requests.
  std::vector<JobId> drop_waiting();
  /// Jobs in flight whose total time is over, each named once: to be cut off by the caller, whose
  /// report then gives them up. An attempt that began after its job's time (it had to wait for the
  /// limits) is a last one and not cut.
  std::vector<JobId> overdue(Time now);
  /// When `next` or `overdue` may have something new; nullopt: only an event can change that.
  std::optional<Time> next_wakeup(Time now) const;

  int in_flight() const;
  std::size_t waiting() const;
  /// Requests that may be in flight at present: the endpoints' adaptive caps, at most the option.
  int concurrency_now() const;
  /// Since when there was no success although attempts were made: the start of the first attempt
  /// that failed since the last success, or that success; nullopt while all is well.
  std::optional<Time> failing_since() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sheaf::dispatch
