// Sending in virtual time: the real scheduler, no thread, no socket, no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/scheduler.hpp"

namespace sheaf::testing {

/// What a server would do with one request, and how long it would take.
struct VirtualReply {
  TransferResult result;
  Time latency{0};
};
using Responder = std::function<VirtualReply(const HttpRequest& request, Time now)>;

/// One request that left, for checking laws afterwards.
struct SentRequest {
  dispatch::JobId job = 0;
  Time at{0};
  std::size_t endpoint = 0;
  std::int64_t reserved_tokens = 0;
  std::string body;
  /// Once its end is told: what it counts for.
  std::optional<std::int64_t> settled_tokens = {};
};

/// What may leave, leaves at once, as with a thread that waits for it.
class VirtualDispatch final : public dispatch::Dispatch {
 public:
  VirtualDispatch(dispatch::SchedulerOptions options,
                  std::function<Exchange(const TransferResult&)> read, Responder responder);

  void submit(std::vector<dispatch::Job> jobs) override;
  void permit_retry(dispatch::JobId job) override;
  void cancel(dispatch::JobId job) override;
  std::vector<dispatch::JobId> drop_waiting() override;
  std::vector<dispatch::AttemptEnd> wait(Time wait) override;
  Time now() const override { return now_; }
  State state() const override;

  /// Told of every request as it leaves; it is the last of `sent`.
  std::function<void(const std::vector<SentRequest>& sent)> on_sent;

  const std::vector<SentRequest>& sent() const { return sent_; }
  std::size_t in_flight() const { return flights_.size(); }

 private:
  struct Flight {
    dispatch::Start start;
    Time began{0};
    TransferResult result;
    std::size_t index = 0;  ///< In `sent_`.
  };
  void start_all();
  /// The time for all attempts of this job is over.
  void cut(dispatch::JobId job);

  dispatch::Scheduler scheduler_;
  std::function<Exchange(const TransferResult&)> read_;
  Responder responder_;
  Time now_{0};
  std::map<dispatch::JobId, dispatch::Job> jobs_;
  std::multimap<Time, Flight> flights_;
  std::vector<SentRequest> sent_;
};

}  // namespace sheaf::testing
