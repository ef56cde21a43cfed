#include "run/sender.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sheaf::run {
namespace {

const Fault* fault_of(const Exchange& exchange) { return std::get_if<Fault>(&exchange.outcome); }

std::int64_t to_ms(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

/// All of it but the times.
store::AttemptEnd record_of(const Exchange& exchange) {
  store::AttemptEnd record;
  if (const auto* fault = fault_of(exchange)) {
    record.usage = fault->usage;
    record.fault_reason = fault->reason;
    record.fault_detail = fault->detail;
    record.maybe_billed = fault->maybe_billed;
  } else {
    const auto& completion = std::get<Completion>(exchange.outcome);
    record.usage = completion.usage;
    record.reply = completion.text;
    record.finish = completion.finish;
  }
  return record;
}

}  // namespace

store::AttemptKind Sender::kind_of(const Request& request) {
  return store::kind_of(request.outgoing.start);
}

Sent Sender::last_sent(const Request& request) {
  if (request.outgoing.start.attempt + request.refusals > 1) return Sent::retry;
  return request.outgoing.follow_up ? Sent::repair : Sent::first;
}

Expected<std::optional<dispatch::JobId>> Sender::begin(Outgoing& outgoing) {
  const auto worst = outgoing.start.reserved_cost;
  if (!parts_.budget.reserve(worst)) {
    if (idle()) stop({ErrorCode::budget, parts_.budget.refusal(worst)});
    return std::nullopt;
  }
  Request request;
  request.outgoing = std::move(outgoing);
  request.begun = parts_.dispatch.now();
  if (auto begun = begin_attempt(request); !begun) return std::unexpected(begun.error());
  const auto job = next_job_++;
  const auto& start = request.outgoing.start;
  outbox_.push_back({job, std::exchange(request.outgoing.http, {}), start.reserved_tokens,
                     request.outgoing.follow_up, start.is_bulk, request.attempt});
  requests_.emplace(job, std::move(request));
  return job;
}

dispatch::JobId Sender::take_up(store::AttemptNo attempt, Outgoing outgoing) {
  Request request;
  request.outgoing = std::move(outgoing);
  request.attempt = attempt;
  request.begun = parts_.dispatch.now();
  parts_.budget.take_over(request.outgoing.start.reserved_cost);
  parts_.tally.sent(kind_of(request), last_sent(request));
  const auto job = next_job_++;
  requests_.emplace(job, std::move(request));
  parts_.dispatch.claim(job, attempt);
  return job;
}

Expected<void> Sender::begin_attempt(Request& request) {
  auto start = request.outgoing.start;
  start.at_unix_ms = parts_.unix_ms();
  start.prompt_prefix = request.outgoing.prompt_prefix;
  auto attempt = parts_.store.begin_attempt(start);
  if (!attempt) return std::unexpected(attempt.error());
  request.attempt = *attempt;
  parts_.tally.sent(kind_of(request), last_sent(request));
  return {};
}

Expected<void> Sender::resume_lost() {
  if (stopped_) return {};
  std::size_t lost = 0;
  Money worst;
  for (auto& [job, request] : requests_) {
    if (!request.is_lost) continue;
    worst = request.outgoing.start.reserved_cost;
    if (!parts_.budget.reserve(worst)) {
      ++lost;
      continue;
    }
    ++request.outgoing.start.attempt;
    if (auto begun = begin_attempt(request); !begun) return begun;
    request.is_lost = false;
    permitted_.push_back(job);
  }
  if (lost > 0 && lost == requests_.size()) {
    stop({ErrorCode::budget, parts_.budget.refusal(worst)});
  }
  return {};
}

Expected<void> Sender::commit() {
  if (auto done = forget_unsent(); !done) return done;
  return parts_.store.commit();
}

void Sender::hand_over() {
  if (!outbox_.empty()) parts_.dispatch.submit(std::exchange(outbox_, {}));
  for (const auto job : std::exchange(permitted_, {})) parts_.dispatch.permit_retry(job);
}

Expected<std::optional<Ended>> Sender::end(const dispatch::AttemptEnd& end) {
  const auto found = requests_.find(end.job);
  if (found == requests_.end()) return std::nullopt;
  auto& request = found->second;
  const auto* fault = fault_of(end.exchange);
  if (fault != nullptr && options_.observer != nullptr) {
    options_.observer->notice(
        Severity::debug, fmt::format("request {} attempt {}: {}: {}", request.attempt,
                                     request.outgoing.start.attempt, fault->reason, fault->detail));
  }
  if (end.verdict == dispatch::Verdict::waits) {
    ++request.refusals;
    parts_.tally.sent(kind_of(request), Sent::retry);
    return std::nullopt;
  }
  if (auto done = end_attempt(request, end); !done) {
    requests_.erase(found);
    return std::unexpected(done.error());
  }
  request.is_lost = end.verdict == dispatch::Verdict::may_retry;
  if (request.is_lost) return std::nullopt;
  const bool others_succeeded = last_success_ && *last_success_ >= request.begun;
  const Ended ended{request.attempt, request.usage, request.cost, others_succeeded, request.price};
  requests_.erase(found);
  return ended;
}

Expected<void> Sender::end_attempt(Request& request, const dispatch::AttemptEnd& end) {
  auto record = record_of(end.exchange);
  record.started_unix_ms = parts_.unix_ms() - to_ms(parts_.dispatch.now() - end.started);
  record.latency_ms = to_ms(end.finished - end.started);
  if (fault_of(end.exchange) == nullptr) {
    last_success_ = std::max(last_success_.value_or(end.finished), end.finished);
  }
  const auto usage = record.usage.value_or(Usage{});
  const auto cost = settle(request, record);
  parts_.tally.billed(kind_of(request), usage, cost);
  add(request.usage, usage);
  request.cost += cost;
  return parts_.store.end_attempt(request.attempt, record);
}

/// What the attempt is billed at.
Money Sender::settle(Request& request, store::AttemptEnd& record) {
  const auto reserved = request.outgoing.start.reserved_cost;
  if (record.usage) {
    const auto& price = request.outgoing.start.is_bulk ? parts_.bulk_price : parts_.price;
    if (price) request.price = price->at(record.usage->input_tokens);
    record.cost = request.price.cost(*record.usage);
    parts_.budget.settle(reserved, record.cost);
    return record.cost;
  }
  if (record.maybe_billed) return reserved;
  parts_.budget.refund(reserved);
  return {};
}

void Sender::bill_unended() {
  for (const auto& [job, request] : requests_) {
    if (request.is_lost) continue;
    parts_.tally.billed(kind_of(request), {}, request.outgoing.start.reserved_cost);
  }
}

void Sender::check_stops() {
  if (options_.stop != nullptr && options_.stop->times() > 0) {
    const bool terminated = options_.stop->kind() == StopSignal::Kind::terminated;
    stop({terminated ? ErrorCode::terminated : ErrorCode::interrupted,
          fmt::format("{}; run the same command again to continue",
                      terminated ? "terminated" : "interrupted")});
  }
  const auto state = parts_.dispatch.state();
  if (state.broken) stop(*state.broken);
  const auto failing_since = state.failing_since;
  if (idle() || !failing_since || parts_.dispatch.now() - *failing_since <= no_success_limit) {
    return;
  }
  stop({ErrorCode::unavailable,
        "no request succeeded for 10 minutes; see that the service answers, then run the "
        "same command again to continue"});
}

void Sender::stop(Error error) {
  if (stopped_) return;
  stopped_ = std::move(error);
  for (const auto& job : std::exchange(outbox_, {})) unsent_.push_back(job.id);
  permitted_.clear();
  for (const auto job : parts_.dispatch.drop_waiting()) unsent_.push_back(job);
}

void Sender::stop_for_good(Error error) {
  stop(error);
  stopped_ = std::move(error);
}

Expected<void> Sender::forget_unsent() {
  Expected<void> all;
  for (const auto job : std::exchange(unsent_, {})) {
    const auto found = requests_.extract(job);
    if (found.empty() || found.mapped().is_lost) continue;
    const auto& request = found.mapped();
    parts_.budget.refund(request.outgoing.start.reserved_cost);
    parts_.tally.not_sent(kind_of(request), last_sent(request));
    store::AttemptEnd end;
    end.fault_reason = "not-sent";
    end.fault_detail = "the run stopped before this request left";
    end.maybe_billed = false;
    if (auto done = parts_.store.end_attempt(request.attempt, end); !done) all = std::move(done);
  }
  return all;
}

}  // namespace sheaf::run
