// The dispatcher: a loop thread that owns transport and scheduler, and one mailbox, the only shared
// state.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <sheaf/error.hpp>

#include "core/exchange.hpp"
#include "dispatch/scheduler.hpp"
#include "transport/transport.hpp"

namespace sheaf::dispatch {

struct Job {
  JobId id = 0;             ///< Never used before.
  HttpRequest request;      ///< Without address: it is addressed to the chosen endpoint.
  std::int64_t tokens = 0;  ///< See Scheduler::submit.
  bool urgent = false;
  bool is_bulk = false;  ///< It goes into a bulk job.
  /// Its number in the checkpoint, of bulk requests.
  std::int64_t attempt = 0;
};

/// One attempt that ended.
struct AttemptEnd {
  JobId job = 0;
  int attempt = 1;
  Exchange exchange;
  Verdict verdict = Verdict::done;
  std::size_t endpoint = 0;
  Time started{0};  ///< On the dispatch's clock.
  Time finished{0};
};

/// What the runner sees of sending. The real one has a thread; the simulated one steps virtual
/// time. Called from one thread.
class Dispatch {
 public:
  virtual ~Dispatch() = default;
  virtual void submit(std::vector<Job> jobs) = 0;
  /// See Verdict::may_retry.
  virtual void permit_retry(JobId job) = 0;
  /// Ends a job: drops it when waiting (an end not fetched yet may still say that it waits), cuts
  /// it off when in flight (then that attempt is still reported, a fault with `gave_up`).
  virtual void cancel(JobId job) = 0;
  /// Nothing more is submitted until something ends: what waits for company leaves without.
  virtual void flush() {}
  /// From now on `job` is what an earlier process put into a bulk job as that attempt.
  virtual void claim(JobId /*job*/, std::int64_t /*attempt*/) {}
  /// Forgets every job that is not in flight (queued, held by a limit or backing off) and names
  /// them: they were not sent, or not sent again. What is in flight goes on, for the last time. A
  /// job whose end is still to be fetched by `wait` is not named: that end says `gave_up`. For
  /// stopping without new requests: nothing submitted before starts after it.
  virtual std::vector<JobId> drop_waiting() = 0;
  /// Attempts that ended, in the order they ended; waits up to `wait` for the first.
  virtual std::vector<AttemptEnd> wait(Time wait) = 0;
  virtual Time now() const = 0;
  struct State {
    int in_flight = 0;
    std::size_t waiting = 0;
    int concurrency = 0;
    std::optional<Time> failing_since;
    /// In bulk jobs that the provider has: they need no process of ours until they are over.
    std::size_t away = 0;
    int bulk_jobs = 0;           ///< That hold them.
    std::int64_t bulk_done = 0;  ///< Of them, as far as the provider tells.
    /// Why nothing more can be sent or fetched.
    std::optional<Error> broken = {};
  };
  virtual State state() const = 0;
};

/// Pure; called on the loop thread.
struct Wire {
  std::function<HttpRequest(HttpRequest, std::size_t endpoint)> address;
  std::function<Exchange(const TransferResult&)> read;
};

/// Starts the loop thread; its clock begins at Time{0} now. Destroying it cuts off what is in
/// flight and joins the thread.
std::unique_ptr<Dispatch> make_dispatcher(std::unique_ptr<transport::Transport> transport,
                                          SchedulerOptions options, Wire wire);

}  // namespace sheaf::dispatch
