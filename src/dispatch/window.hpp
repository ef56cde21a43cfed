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
/// handshake, or none) before a minute of ours hides more than a minute of the provider's.
inline constexpr Time travel_slack = std::chrono::milliseconds(500);

/// Requests are counted by providers when they arrive, a moment after they start: each stays in the
/// window for a minute and the slack after its start. Uses 60 s of every 60.5 s: 99.2 % of a limit.
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

/// Providers count a request's tokens at admission, at the end, or as they flow: at some moment
/// between its start and its end. So a reservation counts from the start to the end, and what it
/// was settled to for a minute more; then no minute of any provider holds more than the limit
/// (proof: of the requests that touch a minute, the last one started saw all others still counted).
class TokenWindow {
 public:
  void start(std::int64_t reserved);
  void end(std::int64_t reserved, std::int64_t settled, Time now);
  void prune(Time now);
  /// When `tokens` more fit under `limit`; nullopt: not before a request in flight has ended. More
  /// than the whole limit fit only into an empty window.
  std::optional<Time> free_at(std::int64_t tokens, std::int64_t limit, Time now) const;
  std::int64_t used() const { return in_flight_ + ended_sum_; }

 private:
  struct Ended {
    Time leave{0};
    std::int64_t tokens = 0;
  };
  std::int64_t in_flight_ = 0;
  std::int64_t in_flight_count_ = 0;
  std::deque<Ended> ended_;
  std::int64_t ended_sum_ = 0;
};

}  // namespace sheaf::dispatch
