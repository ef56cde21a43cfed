// The last minute of one endpoint, as its provider may see it. Pure; time is an argument and never
// goes back.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/exchange.hpp"

namespace sheaf::dispatch {

inline constexpr Time window_length = std::chrono::seconds(60);

/// By how much the way to the server may differ between two requests (a new connection and a
/// handshake, or none) before a minute of ours hides more than a minute of the provider's. Costs
/// 0.5 s of every 60.5 s: 99.2 % of a limit can be used.
inline constexpr Time travel_slack = std::chrono::milliseconds(500);

/// For so long after its start a request counts: providers count it when it arrives.
inline constexpr Time counted_for = window_length + travel_slack;

/// Requests by their starts.
class RequestWindow {
 public:
  /// A request starts, at `at` (in the past for requests of an earlier run, oldest first).
  void start(Time at);
  /// Forgets what has left by `now`.
  void prune(Time now);
  /// When one more fits under `limit`, which is at least 1; `now` when it does already.
  Time free_at(std::int64_t limit, Time now) const;
  std::size_t size() const { return leave_.size(); }

 private:
  std::deque<Time> leave_;
};

/// Names a request in its token window.
using Ticket = std::uint64_t;

/// Tokens by the starts of their requests: what one reserves counts from its start, what it was
/// settled to replaces that, and both leave `counted_for` after the start, ended or not. So at
/// every start no minute of a provider that counts so holds more than the limit (proof: of the
/// requests that arrived in a minute, the last one started saw all others still counted, at no less
/// than the provider had by then, because what ended here had ended there). Each call takes
/// constant time on average: sums are kept, and `free_at` goes on from where it found the last
/// moment.
class TokenWindow {
 public:
  /// A request starts, at `at`, not before the last one.
  Ticket start(std::int64_t reserved, Time at);
  /// It counts `tokens` from now on; nothing changes when it has left already.
  void settle(Ticket request, std::int64_t tokens);
  void prune(Time now);
  /// When `tokens` more fit under `limit`, at the latest: a settlement may make room before. More
  /// than the whole limit fit only where nothing counts.
  Time free_at(std::int64_t tokens, std::int64_t limit, Time now) const;
  std::int64_t used() const { return sum_; }

 private:
  struct Counted {
    Time leave{0};
    std::int64_t tokens = 0;
  };
  std::deque<Counted> counted_;
  Ticket first_ = 0;  ///< Of the oldest in `counted_`.
  std::int64_t sum_ = 0;
  /// The shortest run of the oldest that made the room last asked for, and its tokens.
  mutable std::size_t leading_ = 0;
  mutable std::int64_t leading_sum_ = 0;
};

}  // namespace sheaf::dispatch
