// What an account allows: requests and tokens a minute, requests at once. Time is an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "core/exchange.hpp"

namespace sheaf::simulate {

/// What is left of one limit.
struct LimitLeft {
  enum class Limit { requests, tokens };
  Limit limit = Limit::requests;
  std::int64_t allowed = 0;
  std::int64_t remaining = 0;
  Time reset{0};  ///< Until all of it is free again.
};

/// Counts what arrived in the last minute. A request counts from its arrival, with the tokens that
/// it may need at most; when its reply ends, with those that it used. One that is refused counts
/// for nothing. The minute is half a second short: a client counts from the moment of sending, and
/// what the network adds is not its fault. Single-threaded; time never goes back.
class AccountLimits {
 public:
  struct Settings {
    std::optional<std::int64_t> requests_per_minute;
    std::optional<std::int64_t> tokens_per_minute;
    std::optional<std::int64_t> concurrency;
  };
  enum class Limit { requests, tokens, concurrency };
  struct Refusal {
    Limit limit = Limit::requests;
    std::int64_t allowed = 0;
    std::int64_t used = 0;
    std::int64_t asked = 0;
    /// When it would fit if nothing else came; nullopt: never, it is more than the limit.
    std::optional<Time> retry_after;
  };
  /// One admitted request, to be finished exactly once.
  struct Ticket {
    std::uint64_t number = 0;
  };

  explicit AccountLimits(Settings settings) : settings_(settings) {}

  std::expected<Ticket, Refusal> admit(Time now, std::int64_t tokens);
  /// The reply of `ticket` will end at `end` and have used `tokens` in all.
  void finish(Ticket ticket, Time end, std::int64_t tokens);

  /// Of the limits a minute that there are.
  std::vector<LimitLeft> left(Time now);

  std::int64_t in_flight(Time now);
  std::int64_t peak_in_flight() const { return peak_; }

  static constexpr Time window = std::chrono::milliseconds(59'500);

 private:
  struct Entry {
    Time at{0};
    std::int64_t tokens = 0;
  };
  struct End {
    Time at{0};
    std::uint64_t number = 0;
    std::int64_t tokens = 0;
    friend bool operator>(const End& a, const End& b) { return a.at > b.at; }
  };

  bool counts() const { return settings_.requests_per_minute || settings_.tokens_per_minute; }
  void advance(Time now);
  void settle(const End& end);
  std::optional<Refusal> refuse(Time now, std::int64_t tokens) const;
  Time until_requests_fit(Time now) const;
  Time until_tokens_fit(Time now, std::int64_t tokens) const;

  Settings settings_;
  std::deque<Entry> entries_;  ///< Of the last minute; empty when nothing is counted.
  std::uint64_t first_ = 0;    ///< Number of the first entry.
  std::uint64_t next_ = 0;
  std::int64_t tokens_ = 0;  ///< Sum over the entries.
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  std::int64_t in_flight_ = 0;
  std::int64_t peak_ = 0;
};

/// "250ms", "12.5s", "1m0.25s": how OpenAI writes the time until a limit is whole again.
std::string reset_text(Time time);

}  // namespace sheaf::simulate
