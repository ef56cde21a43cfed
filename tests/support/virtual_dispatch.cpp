#include "support/virtual_dispatch.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::testing {

using dispatch::AttemptEnd;
using dispatch::JobId;
using dispatch::Verdict;

namespace {

/// Usage where it is told, nothing for a refusal for now, else all that was reserved.
std::int64_t settled(const Exchange& exchange, std::int64_t reserved) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  const auto& usage =
      fault != nullptr ? fault->usage : std::get<Completion>(exchange.outcome).usage;
  if (usage) return usage->input_tokens + usage->output_tokens;
  return fault != nullptr && fault->remedy == Remedy::wait ? 0 : reserved;
}

}  // namespace

VirtualDispatch::VirtualDispatch(dispatch::SchedulerOptions options,
                                 std::function<Exchange(const TransferResult&)> read,
                                 Responder responder)
    : scheduler_(std::move(options)), read_(std::move(read)), responder_(std::move(responder)) {}

void VirtualDispatch::submit(std::vector<dispatch::Job> jobs) {
  for (auto& job : jobs) {
    scheduler_.submit(job.id, job.tokens, job.urgent, now_);
    jobs_[job.id] = std::move(job);
  }
  start_all();
}

void VirtualDispatch::permit_retry(dispatch::JobId job) {
  scheduler_.permit_retry(job, now_);
  start_all();
}

void VirtualDispatch::cancel(dispatch::JobId job) { scheduler_.drop(job); }

std::vector<dispatch::JobId> VirtualDispatch::drop_waiting() { return scheduler_.drop_waiting(); }

void VirtualDispatch::cut(JobId job) {
  const auto found =
      std::ranges::find(flights_, job, [](const auto& flight) { return flight.second.start.job; });
  if (found == flights_.end()) return;
  auto flight = std::move(flights_.extract(found).mapped());
  flight.result = TransportFault{TransportFaultKind::attempt_timeout, "cut off", true};
  flights_.emplace(now_, std::move(flight));
}

void VirtualDispatch::start_all() {
  for (const auto job : scheduler_.overdue(now_)) cut(job);
  while (const auto start = scheduler_.next(now_)) {
    const auto& job = jobs_.at(start->job);
    sent_.push_back({job.id, now_, start->endpoint, job.tokens, job.request.body});
    if (on_sent) on_sent(sent_);
    auto reply = responder_(job.request, now_);
    flights_.emplace(now_ + std::max(reply.latency, Time{1}),
                     Flight{*start, now_, std::move(reply.result), sent_.size() - 1});
  }
}

std::vector<AttemptEnd> VirtualDispatch::wait(Time wait) {
  const auto until = now_ + wait;
  std::vector<AttemptEnd> ended;
  while (ended.empty() && now_ <= until) {
    start_all();
    auto next = until + Time{1};
    if (!flights_.empty()) next = std::min(next, flights_.begin()->first);
    if (const auto wakeup = scheduler_.next_wakeup(now_)) next = std::min(next, *wakeup);
    now_ = std::max(next, now_ + Time{1});
    while (!flights_.empty() && flights_.begin()->first <= now_) {
      auto flight = std::move(flights_.extract(flights_.begin()).mapped());
      auto exchange = read_(flight.result);
      sent_[flight.index].settled_tokens = settled(exchange, sent_[flight.index].reserved_tokens);
      const auto verdict = scheduler_.ended(flight.start.job, exchange, now_);
      ended.push_back({flight.start.job, flight.start.attempt, std::move(exchange), verdict,
                       flight.start.endpoint, flight.began, now_});
    }
  }
  return ended;
}

dispatch::Dispatch::State VirtualDispatch::state() const {
  return {scheduler_.in_flight(), scheduler_.waiting(), scheduler_.concurrency_now(),
          scheduler_.failing_since()};
}

}  // namespace sheaf::testing
