// Law 3 by brute force: every event is kept, and every window recomputed from scratch. Shares
// nothing with the product but the types of the log.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "virtual_world.hpp"

namespace sheaf::dispatch {

/// The log of one endpoint, in order of starts; those of an earlier run have starts below 0.
class LimitOracle {
 public:
  LimitOracle(std::vector<Attempt> log, EndpointLimits configured)
      : log_(std::move(log)), configured_(configured) {}

  /// The first breach, told for people; empty when there is none. Every minute that ends with a
  /// start is looked at; only a start can overfill one.
  std::string breach() const {
    for (std::size_t i = 0; i < log_.size(); ++i) {
      if (log_[i].start < Time{0}) continue;
      auto found = breach_at(i);
      if (!found.empty()) return found;
    }
    return {};
  }

 private:
  static constexpr Time minute{60'000'000};
  /// Replies to requests that left within this time have no order.
  static constexpr Time unordered{500'000};

  std::string breach_at(std::size_t last) const {
    const auto now = log_[last].start;
    std::int64_t requests = 0;
    std::int64_t tokens = 0;
    int holders = 0;
    for (std::size_t i = 0; i <= last; ++i) {
      if (log_[i].start <= now - minute) continue;
      ++requests;
      const auto held = counted(log_[i], i == last ? Time::min() : now);
      tokens += held;
      if (held > 0) ++holders;
    }
    const auto request_limit =
        limit_at(now, configured_.requests_per_minute, &RateLimitHint::limit_requests);
    if (request_limit && requests > *request_limit && requests > 1) {
      return fmt::format("at {} us: {} requests of {}", now.count(), requests, *request_limit);
    }
    const auto token_limit =
        limit_at(now, configured_.tokens_per_minute, &RateLimitHint::limit_tokens);
    if (token_limit && tokens > *token_limit && holders > 1 && log_[last].reserved > 0) {
      return fmt::format("at {} us: {} tokens of {}", now.count(), tokens, *token_limit);
    }
    return {};
  }

  /// Reserved until the end is told, then its usage; nothing where it was refused or never came.
  static std::int64_t counted(const Attempt& attempt, Time now) {
    if (attempt.end > now) return attempt.reserved;
    if (const auto* completion = std::get_if<Completion>(&attempt.exchange.outcome)) {
      return completion->usage ? completion->usage->input_tokens + completion->usage->output_tokens
                               : attempt.reserved;
    }
    const auto& fault = std::get<Fault>(attempt.exchange.outcome);
    if (fault.usage) return fault.usage->input_tokens + fault.usage->output_tokens;
    if (fault.maybe_billed) return attempt.reserved;
    return fault.remedy == Remedy::wait || fault.status == 0 ? 0 : attempt.reserved;
  }

  /// What the replies that have come by `now` allow at most: the one whose request left last tells.
  std::optional<std::int64_t> limit_at(Time now, std::optional<std::int64_t> configured,
                                       std::optional<std::int64_t> RateLimitHint::* member) const {
    std::optional<Time> latest;
    for (const auto& attempt : log_) {
      if (attempt.end > now || !(attempt.exchange.hint.*member)) continue;
      latest = std::max(latest.value_or(attempt.start), attempt.start);
    }
    std::optional<std::int64_t> shown;
    for (const auto& attempt : log_) {
      const auto value = attempt.exchange.hint.*member;
      if (!value || attempt.end > now || attempt.start < *latest - unordered) continue;
      shown = std::max(shown.value_or(*value), *value);
    }
    if (!shown || !configured) return shown ? shown : configured;
    return std::min(*shown, *configured);
  }

  std::vector<Attempt> log_;
  EndpointLimits configured_;
};

}  // namespace sheaf::dispatch
