#include "simulate/account_limits.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sheaf::simulate {

std::expected<AccountLimits::Ticket, AccountLimits::Refusal> AccountLimits::admit(
    Time now, std::int64_t tokens) {
  advance(now);
  if (auto refusal = refuse(now, tokens)) return std::unexpected(*refusal);
  if (counts()) {
    entries_.push_back({now, tokens});
    tokens_ += tokens;
  } else {
    ++first_;
  }
  peak_ = std::max(peak_, ++in_flight_);
  return Ticket{next_++};
}

void AccountLimits::finish(Ticket ticket, Time end, std::int64_t tokens) {
  ends_.push({end, ticket.number, tokens});
}

std::vector<LimitLeft> AccountLimits::left(Time now) {
  advance(now);
  std::vector<LimitLeft> all;
  const Time reset = entries_.empty() ? Time(0) : entries_.back().at + window - now;
  const auto add = [&](LimitLeft::Limit limit, std::int64_t allowed, std::int64_t used) {
    all.push_back({limit, allowed, std::max<std::int64_t>(0, allowed - used), reset});
  };
  if (settings_.requests_per_minute) {
    add(LimitLeft::Limit::requests, *settings_.requests_per_minute,
        static_cast<std::int64_t>(entries_.size()));
  }
  if (settings_.tokens_per_minute) {
    add(LimitLeft::Limit::tokens, *settings_.tokens_per_minute, tokens_);
  }
  return all;
}

std::int64_t AccountLimits::in_flight(Time now) {
  advance(now);
  return in_flight_;
}

void AccountLimits::advance(Time now) {
  while (!ends_.empty() && ends_.top().at <= now) {
    settle(ends_.top());
    ends_.pop();
  }
  while (!entries_.empty() && entries_.front().at + window <= now) {
    tokens_ -= entries_.front().tokens;
    entries_.pop_front();
    ++first_;
  }
}

void AccountLimits::settle(const End& end) {
  --in_flight_;
  if (end.number < first_ || end.number - first_ >= entries_.size()) return;
  Entry& entry = entries_[end.number - first_];
  tokens_ += end.tokens - entry.tokens;
  entry.tokens = end.tokens;
}

std::optional<AccountLimits::Refusal> AccountLimits::refuse(Time now, std::int64_t tokens) const {
  const auto requests = static_cast<std::int64_t>(entries_.size());
  const auto& [request_limit, token_limit, at_once] = settings_;
  if (request_limit && requests >= *request_limit) {
    return Refusal{Limit::requests, *request_limit, requests, 1, until_requests_fit(now)};
  }
  if (token_limit && tokens > *token_limit) {
    return Refusal{Limit::tokens, *token_limit, tokens_, tokens, std::nullopt};
  }
  if (token_limit && tokens_ + tokens > *token_limit) {
    return Refusal{Limit::tokens, *token_limit, tokens_, tokens, until_tokens_fit(now, tokens)};
  }
  if (at_once && in_flight_ >= *at_once) {
    const Time end = ends_.empty() ? now : ends_.top().at;
    return Refusal{Limit::concurrency, *at_once, in_flight_, 1, end - now};
  }
  return std::nullopt;
}

Time AccountLimits::until_requests_fit(Time now) const {
  const auto too_many = entries_.size() - static_cast<std::size_t>(*settings_.requests_per_minute);
  return entries_[too_many].at + window - now;
}

Time AccountLimits::until_tokens_fit(Time now, std::int64_t tokens) const {
  std::int64_t excess = tokens_ + tokens - *settings_.tokens_per_minute;
  for (const Entry& entry : entries_) {
    excess -= entry.tokens;
    if (excess <= 0) return entry.at + window - now;
  }
  return window;
}

std::string reset_text(Time time) {
  const auto ms = std::chrono::ceil<Millis>(std::max(time, Time(0))).count();
  if (ms < 1000) return fmt::format("{}ms", ms);
  const auto seconds = static_cast<double>(ms % 60'000) / 1000;
  if (ms < 60'000) return fmt::format("{}s", seconds);
  return fmt::format("{}m{}s", ms / 60'000, seconds);
}

}  // namespace sheaf::simulate
