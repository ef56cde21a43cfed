#include "dispatch/endpoint.hpp"

#include <algorithm>
#include <cmath>

namespace sheaf::dispatch {
namespace {

/// Anthropic's "overloaded": the servers are busy; the account is not over its limit.
constexpr int overloaded_status = 529;
/// So many failures in a row, none of them known before the next was tried, make an endpoint held.
constexpr int failures_before_hold = 3;
/// One refusal among so many successes is a request that came late, not a rate that is too high.
constexpr int successes_beside_a_stray = 500;
constexpr std::size_t earlier_limits = 8;
/// From this share of a limit on it was us who used it up.
constexpr double our_share = 0.5;

Time grown(Time base, Time cap, int n) {
  const double most = static_cast<double>(cap.count());
  const double time = std::ldexp(static_cast<double>(base.count()), std::min(n, 60));
  return Time(static_cast<Time::rep>(std::min(most, time)));
}

std::optional<std::int64_t> tighter(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

/// What an ended attempt counts for. A refusal for now was not admitted, and what never reached the
/// server was not seen; their tokens were not counted. Without usage all else keeps what it
/// reserved.
std::int64_t settled_tokens(std::int64_t reserved, const Exchange& exchange) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  const auto& usage =
      fault != nullptr ? fault->usage : std::get<Completion>(exchange.outcome).usage;
  if (usage) return usage->input_tokens + usage->output_tokens;
  if (fault == nullptr || fault->maybe_billed) return reserved;
  return fault->remedy == Remedy::wait || fault->status == 0 ? 0 : reserved;
}

double share(std::int64_t used, std::optional<std::int64_t> limit) {
  return limit && *limit > 0 ? static_cast<double>(used) / static_cast<double>(*limit) : 0.0;
}

}  // namespace

bool ShownLimit::is_old(std::int64_t limit, Time started) const {
  if (limit > *present_) return started <= last_started_ + travel_slack;
  return started <= first_started_ + travel_slack &&
         std::ranges::find(earlier_, limit) != earlier_.end();
}

void ShownLimit::show(std::int64_t limit, Time started, Time now) {
  if (present_ && limit != *present_) {
    if (is_old(limit, started)) return;
    earlier_.push_back(*present_);
    if (earlier_.size() > earlier_limits) earlier_.pop_front();
  }
  if (limit != present_) {
    present_ = limit;
    first_started_ = last_started_ = started;
    known_since_ = now;
  }
  last_started_ = std::max(last_started_, started);
}

Time Backoff::full_jitter(int n, Random& random) const {
  const auto time = static_cast<double>(grown(base, cap, n).count());
  return Time(static_cast<Time::rep>(time * random.uniform()));
}

Time Backoff::half_jitter(int n, Random& random) const {
  const auto time = static_cast<double>(grown(base, cap, n).count());
  return Time(static_cast<Time::rep>(time * (0.5 + 0.5 * random.uniform())));
}

void EndpointState::add_past(const PastRequest& past) {
  requests_.start(-past.age);
  tokens_.start(past.tokens, -past.age);
}

std::optional<std::int64_t> EndpointState::request_limit() const {
  return tighter(configured_.requests_per_minute, shown_requests_.value());
}

std::optional<std::int64_t> EndpointState::token_limit() const {
  return tighter(configured_.tokens_per_minute, shown_tokens_.value());
}

bool EndpointState::can_hold(std::int64_t tokens) const {
  const auto limit = token_limit();
  return !limit || tokens <= *limit;
}

Time EndpointState::free_at(std::int64_t tokens, Time now) const {
  auto at = std::max(now, held_until_);
  if (const auto limit = request_limit()) {
    at = std::max(at, requests_.free_at(std::max<std::int64_t>(*limit, 1), now));
  }
  if (const auto limit = token_limit()) {
    at = std::max(at, tokens_.free_at(tokens, *limit, now));
  }
  return at;
}

double EndpointState::load() const {
  return std::max({static_cast<double>(in_flight_) / cap_,
                   share(std::int64_t(requests_.size()), request_limit()),
                   share(tokens_.used(), token_limit())});
}

void EndpointState::prune(Time now) {
  requests_.prune(now);
  tokens_.prune(now);
}

Ticket EndpointState::start(std::int64_t tokens, Time now) {
  prune(now);
  ++in_flight_;
  requests_.start(now);
  return tokens_.start(tokens, now);
}

void EndpointState::end(Ticket ticket, std::int64_t tokens, Time started, const Exchange& exchange,
                        Time now, Random& random) {
  prune(now);
  --in_flight_;
  tokens_.settle(ticket, settled_tokens(tokens, exchange));
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  learn(exchange.hint, started, now);
  if (fault == nullptr || !fault->retry_after) hold_if_used_up(exchange.hint, now);
  if (fault == nullptr) {
    succeeded(started);
  } else {
    failed(*fault, started, now, random);
  }
}

void EndpointState::learn(const RateLimitHint& hint, Time started, Time now) {
  if (hint.limit_requests) shown_requests_.show(*hint.limit_requests, started, now);
  if (hint.limit_tokens) shown_tokens_.show(*hint.limit_tokens, started, now);
}

void EndpointState::hold_if_used_up(const RateLimitHint& hint, Time now) {
  const auto look = [&](std::optional<std::int64_t> remaining, std::optional<Millis> reset,
                        double ours) {
    if (remaining == 0 && reset && ours < our_share)
      hold(now + std::min<Time>(*reset, window_length));
  };
  look(hint.remaining_requests, hint.reset_requests,
       share(std::int64_t(requests_.size()), shown_requests_.value()));
  look(hint.remaining_tokens, hint.reset_tokens, share(tokens_.used(), shown_tokens_.value()));
}

void EndpointState::succeeded(Time started) {
  failing_.success(started);
  throttling_.success(started);
  successes_ = std::min(successes_ + 1, successes_beside_a_stray);
  if (throttling_.begins(started)) cap_ = std::min<double>(most_, cap_ + 1 / cap_);
}

void EndpointState::failed(const Fault& fault, Time started, Time now, Random& random) {
  if (fault.remedy == Remedy::wait) return throttled(fault, started, now, random);
  if (fault.remedy != Remedy::retry || !failing_.begins(started)) return;
  failing_.begin(now);
  if (on_failures_ == OnFailures::hold && failing_.count >= failures_before_hold) {
    hold(now + backoff_.half_jitter(failing_.count - failures_before_hold, random));
  }
}

void EndpointState::throttled(const Fault& fault, Time started, Time now, Random& random) {
  if (fault.retry_after) hold(now + *fault.retry_after);
  if (!throttling_.begins(started)) return;
  if (!fault.retry_after) hold(now + backoff_.half_jitter(throttling_.count, random));
  throttling_.begin(now);
  const bool keeps_cap = fault.status == overloaded_status || is_no_overload(started);
  if (!keeps_cap) cap_ = std::max(1.0, cap_ / 2);
  successes_ = 0;
}

bool EndpointState::is_no_overload(Time started) const {
  if (shown_requests_.is_news_to(started) || shown_tokens_.is_news_to(started)) return true;
  return (request_limit() || token_limit()) && successes_ >= successes_beside_a_stray;
}

void EndpointState::hold(Time until) { held_until_ = std::max(held_until_, until); }

}  // namespace sheaf::dispatch
