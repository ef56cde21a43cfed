#include "dispatch/send_loop.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::dispatch {
namespace {

constexpr Time longest_pause = std::chrono::hours(1);

/// A transfer that we cut off because its job's time was over: the server is to blame, not us.
void blame_timeout(TransferResult& result) {
  auto* fault = std::get_if<TransportFault>(&result);
  if (fault == nullptr || fault->kind != TransportFaultKind::cancelled) return;
  fault->kind = TransportFaultKind::attempt_timeout;
  fault->detail = "the time for all attempts of this prompt is over";
}

}  // namespace

void SendLoop::execute(Command command, Time now) {
  if (auto* submit = std::get_if<Submit>(&command)) {
    for (auto& job : submit->jobs) {
      scheduler_.submit(job.id, job.tokens, job.urgent, now);
      requests_[job.id] = std::move(job.request);
    }
  } else if (const auto* permit = std::get_if<PermitRetry>(&command)) {
    scheduler_.permit_retry(permit->job, now);
  } else {
    const auto job = std::get<Cancel>(command).job;
    if (scheduler_.drop(job)) {
      requests_.erase(job);
    } else {
      cut(job, Cut::cancelled);
    }
  }
}

std::vector<JobId> SendLoop::drop_waiting() {
  auto dropped = scheduler_.drop_waiting();
  for (const auto job : dropped) requests_.erase(job);
  return dropped;
}

void SendLoop::cut(JobId job, Cut why) {
  const auto found = transfer_of_.find(job);
  if (found == transfer_of_.end()) return;
  flights_.at(found->second).cut = why;
  transport_.cancel(found->second);
}

void SendLoop::start(Time now) {
  for (const auto job : scheduler_.overdue(now)) cut(job, Cut::overdue);
  while (const auto start = scheduler_.next(now)) {
    const auto transfer = next_transfer_++;
    flights_[transfer] = {*start, now, Cut::no};
    transfer_of_[start->job] = transfer;
    transport_.start(transfer, wire_.address(requests_.at(start->job), start->endpoint));
  }
}

Millis SendLoop::pause(Time now) const {
  const auto wakeup = scheduler_.next_wakeup(now);
  const auto pause = wakeup ? std::clamp(*wakeup - now, Time{0}, longest_pause) : longest_pause;
  return std::chrono::ceil<Millis>(pause);
}

std::vector<AttemptEnd> SendLoop::finish(std::vector<transport::FinishedTransfer> finished,
                                         Time now) {
  std::vector<AttemptEnd> ends;
  for (auto& transfer : finished) {
    const auto found = flights_.find(transfer.id);
    if (found == flights_.end()) continue;
    const auto flight = found->second;
    flights_.erase(found);
    transfer_of_.erase(flight.start.job);
    ends.push_back(read(flight, std::move(transfer.result), now));
  }
  return ends;
}

AttemptEnd SendLoop::read(Flight flight, TransferResult result, Time now) {
  if (flight.cut == Cut::overdue) blame_timeout(result);
  AttemptEnd end;
  end.job = flight.start.job;
  end.attempt = flight.start.attempt;
  end.endpoint = flight.start.endpoint;
  end.started = flight.began;
  end.finished = now;
  end.exchange = wire_.read(result);
  end.verdict = scheduler_.ended(end.job, end.exchange, now);
  if (flight.cut == Cut::cancelled && scheduler_.drop(end.job)) end.verdict = Verdict::gave_up;
  if (end.verdict == Verdict::done || end.verdict == Verdict::gave_up) requests_.erase(end.job);
  return end;
}

Dispatch::State SendLoop::state() const {
  return {scheduler_.in_flight(), scheduler_.waiting(), scheduler_.concurrency_now(),
          scheduler_.failing_since()};
}

}  // namespace sheaf::dispatch
