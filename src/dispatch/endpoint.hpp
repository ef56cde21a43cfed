// One endpoint as the scheduler knows it: its limits and windows, how many requests it bears at
// once, and until when it wants none. Pure; single-threaded.
#pragma once

#include <cstdint>
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
  /// When hold and windows let a job of `tokens` start; nullopt: only an end can change that.
  std::optional<Time> free_at(std::int64_t tokens, Time now) const;
  Time held_until() const { return held_until_; }
  /// The largest share in use of: slots, requests, tokens.
  double load() const;

  /// Forgets what has left the windows.
  void prune(Time now);
  void start(std::int64_t tokens, Time now);
  /// An attempt started at `started` with `tokens` reserved ended with `exchange`.
  void end(std::int64_t tokens, Time started, const Exchange& exchange, Time now, Random& random);

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
  void learn(const RateLimitHint& hint);
  /// Nothing remains: no request until the reset, but a minute at most, because a reset may mean a
  /// daily limit and the next attempt will tell.
  void hold_if_used_up(const RateLimitHint& hint, Time now);
  void succeeded(Time started);
  void failed(const Fault& fault, Time started, Time now, Random& random);
  void throttled(const Fault& fault, Time started, Time now, Random& random);
  void hold(Time until);

  EndpointLimits configured_;
  EndpointLimits shown_;  ///< By headers.
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
};

}  // namespace sheaf::dispatch
