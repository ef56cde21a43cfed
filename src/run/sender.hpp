// The sender: the life of a request, from its reservation until its last attempt ended. A
// transactional outbox: what is to leave is written down first, in the commit of its cause, and
// handed over after it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "core/exchange.hpp"
#include "dispatch/dispatcher.hpp"
#include "run/budget.hpp"
#include "run/tally.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::run {

/// A request that may be sent.
struct Outgoing {
  HttpRequest http;
  /// What the checkpoint keeps of each attempt at it; the sender adds the time, the attempt's
  /// number and the prefix.
  store::AttemptStart start;
  std::string_view prompt_prefix;  ///< Outlives the sender.
  bool follow_up = false;          ///< Goes ahead of first prompts; counts as a repair.
};

/// A request whose last attempt ended, and what all of them took.
struct Ended {
  store::AttemptNo attempt = 0;   ///< The last one.
  Usage usage;                    ///< As far as it was told.
  Money cost;                     ///< At the worst case where no usage was told.
  bool others_succeeded = false;  ///< Since it was begun.
  Price price;                    ///< What told usage was billed at, by the prompt's length.
};

/// What the sender borrows; all of it outlives it.
struct SenderParts {
  store::Checkpoint& store;
  dispatch::Dispatch& dispatch;
  Budget& budget;
  Tally& tally;
  std::optional<PriceList> price;  ///< Of what is sent; absent: no cost can be told.
  /// Wall clock in milliseconds, for the checkpoint alone.
  std::function<std::int64_t()> unix_ms;
  std::optional<PriceList> bulk_price = {};  ///< Of what goes into bulk jobs, as `price`.
};

/// A run stops when, for this long, no request succeeded although some were sent.
inline constexpr Time no_success_limit = std::chrono::minutes(10);

/// Requests under way, known by their jobs; what they ask is their owner's, who over and over
/// resumes what was lost, begins more, commits, hands over, and tells of attempts that ended. Every
/// attempt is in the checkpoint, with its reservation, before its first byte leaves, and ends there
/// once. After a stop nothing is repeated, and the owner begins nothing: what is in flight ends by
/// itself. Every error is the checkpoint's. The caller's thread; single use.
class Sender {
 public:
  Sender(SenderParts parts, const RunOptions& options)
      : parts_(std::move(parts)), options_(options) {}

  /// Reserves the budget and begins the first attempt. nullopt, and `outgoing` as it was: it does
  /// not fit the budget now; where nothing is under way that could give back, that stops the run.
  Expected<std::optional<dispatch::JobId>> begin(Outgoing& outgoing);
  /// Takes up an attempt of an earlier process that a bulk job holds: it stands in the checkpoint,
  /// and its reservation in the budget.
  dispatch::JobId take_up(store::AttemptNo attempt, Outgoing outgoing);
  /// Repeats lost attempts, as far as the budget allows. Where nothing else is under way and none
  /// of them fits, that stops the run.
  Expected<void> resume_lost();
  /// Makes durable what was written, and ends what a stop kept from leaving.
  Expected<void> commit();
  /// Lets go what was begun and committed.
  void hand_over();

  /// An attempt ended. nullopt: its request goes on, or there is none; else it is under way no
  /// more, as after an error.
  Expected<std::optional<Ended>> end(const dispatch::AttemptEnd& end);
  /// Bills attempts that are left without an end at their worst case. Once, after the last end.
  void bill_unended();

  /// Stops a run that was asked to, or that has seen no success for too long.
  void check_stops();
  /// The first reason counts. Nothing that has not left leaves any more.
  void stop(Error error);
  /// The checkpoint failed: that outranks whatever else the run stops for.
  void stop_for_good(Error error);
  const std::optional<Error>& stopped() const { return stopped_; }

  std::size_t under_way() const { return requests_.size(); }
  /// Nothing is under way but what needs no process of ours.
  bool is_all_away() const { return requests_.size() <= parts_.dispatch.state().away; }
  bool idle() const { return requests_.empty(); }
  bool any_success() const { return last_success_.has_value(); }

 private:
  struct Request {
    Outgoing outgoing;             ///< Its `http` is empty once it is in the outbox.
    store::AttemptNo attempt = 0;  ///< The one begun last.
    int refusals = 0;              ///< Times it was sent and told to wait.
    bool is_lost = false;          ///< Its attempt ended, and waits for budget to be repeated.
    Time begun{0};
    Usage usage;  ///< Of its attempts that ended.
    Money cost;
    Price price;  ///< Of the last that told its usage.
  };

  static store::AttemptKind kind_of(const Request& request);
  static Sent last_sent(const Request& request);
  Expected<void> begin_attempt(Request& request);
  Expected<void> end_attempt(Request& request, const dispatch::AttemptEnd& end);
  Money settle(Request& request, store::AttemptEnd& record);
  Expected<void> forget_unsent();

  SenderParts parts_;
  const RunOptions& options_;
  std::unordered_map<dispatch::JobId, Request> requests_;
  std::vector<dispatch::Job> outbox_;       ///< Begun, to be submitted after the commit.
  std::vector<dispatch::JobId> permitted_;  ///< Begun anew, likewise.
  std::vector<dispatch::JobId> unsent_;     ///< Kept from leaving by a stop.
  dispatch::JobId next_job_ = 1;
  std::optional<Time> last_success_;
  std::optional<Error> stopped_;
};

}  // namespace sheaf::run
