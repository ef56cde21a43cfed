// One endpoint as the scheduler knows it: its limits and windows, how many requests it bears at
// once, and until when it wants none. Pure; single-threaded.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/exchange.hpp"
#include "core/random.hpp"
#include "dispatch/scheduler.hpp"
#include "dispatch/window.hpp"

namespace sheaf::dispatch {

/// Exponential back-off: base * 2^n, at most `cap`.
struct Backoff {
  Time base{0};
  Time cap{0};
  /// Uniform over the whole of it ("full jitter").
  Time full_jitter(int n, Random& random) const;
  /// Half of it for certain, the other half drawn: for holding an endpoint, which must not be 0.
  Time half_jitter(int n, Random& random) const;
};

/// What to do with an endpoint that keeps failing.
enum class OnFailures { try_on, hold };

/// A limit as headers show it. Replies overtake each other, and some were written when their
/// requests arrived, others when they ended. So a limit rises only by a reply to a request that
/// left after all that showed the present one; it falls by any reply, unless its request left
/// before the first that showed the present limit, and it shows an earlier one: then it is old.
class ShownLimit {
 public:
  /// A reply of an attempt that started at `started` shows `limit`, at `now`.
  void show(std::int64_t limit, Time started, Time now);
  std::optional<std::int64_t> value() const { return present_; }
  /// Whether the present limit was unknown when an attempt started at `started`.
  bool is_news_to(Time started) const { return present_ && started < known_since_; }

 private:
  bool is_old(std::int64_t limit, Time started) const;

  std::optional<std::int64_t> present_;
  std::deque<std::int64_t> earlier_;  ///< The last few, newest last.
  /// Starts of the first and the latest attempt that showed the present limit.
  Time first_started_{0};
  Time last_started_{0};
  Time known_since_{0};
};

class EndpointState {
 public:
  EndpointState(EndpointLimits configured, int concurrency, Backoff backoff, OnFailures on_failures)
      : configured_(configured),
        most_(concurrency),
        cap_(concurrency),
        backoff_(backoff),
        on_failures_(on_failures) {}

  /// A request of an earlier run, oldest first.
  void add_past(const PastRequest& past);

  bool has_slot() const { return in_flight_ < cap(); }
  int cap() const { return static_cast<int>(cap_); }
  /// Whether a job of `tokens` fits into the token limit at all.
  bool can_hold(std::int64_t tokens) const;
  /// When hold and windows let a job of `tokens` start, at the latest: an end may make room before.
  Time free_at(std::int64_t tokens, Time now) const;
  Time held_until() const { return held_until_; }
  /// The largest share in use of: slots, requests, tokens.
  double load() const;

  /// Forgets what has left the windows.
  void prune(Time now);
  Ticket start(std::int64_t tokens, Time now);
  /// An attempt that `start` let go, at `started` with `tokens` reserved, ended with `exchange`.
  void end(Ticket ticket, std::int64_t tokens, Time started, const Exchange& exchange, Time now,
           Random& random);

 private:
  /// Failures of one kind in a row. Those of attempts that were already under way when the last one
  /// was counted tell nothing new.
  struct Episode {
    std::optional<Time> at;
    int count = 0;
    bool begins(Time started) const { return !at || started > *at; }
    void begin(Time now) {
      at = now;
      ++count;
    }
    void success(Time started) {
      if (begins(started)) count = 0;
    }
  };

  std::optional<std::int64_t> request_limit() const;
  std::optional<std::int64_t> token_limit() const;
  void learn(const RateLimitHint& hint, Time started, Time now);
  /// Nothing remains: no request until the reset, but a minute at most, because a reset may mean a
  /// daily limit and the next attempt will tell. Not where the limit is shown and it was us who
  /// used it: our window knows better, moment by moment, than a reset that may mean an empty one.
  void hold_if_used_up(const RateLimitHint& hint, Time now);
  void succeeded(Time started);
  void failed(const Fault& fault, Time started, Time now, Random& random);
  void throttled(const Fault& fault, Time started, Time now, Random& random);
  /// Whether a refusal says nothing against the concurrency: the attempt left before its limit was
  /// known, or limits are known, hold the rate, and refusals are as rare as late arrivals.
  bool is_no_overload(Time started) const;
  void hold(Time until);

  EndpointLimits configured_;
  ShownLimit shown_requests_;
  ShownLimit shown_tokens_;
  RequestWindow requests_;
  TokenWindow tokens_;
  int in_flight_ = 0;
  int most_;
  double cap_;
  Backoff backoff_;
  OnFailures on_failures_;
  Time held_until_ = Time::min();
  Episode throttling_;
  Episode failing_;
  int successes_ = 0;  ///< Since the last refusal for now.
};

}  // namespace sheaf::dispatch
