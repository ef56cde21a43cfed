#include "bulk/bulk_dispatch.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace sheaf::bulk {
namespace {

/// As many ends at once are settled and committed together.
constexpr std::size_t most_ends = 1000;
constexpr std::int64_t most_of_any = std::numeric_limits<std::int64_t>::max();

Millis to_millis(Time time) { return std::chrono::ceil<Millis>(std::max(time, Time{0})); }

}  // namespace

BulkDispatch::BulkDispatch(BulkParts parts, BulkOptions options)
    : parts_(std::move(parts)), options_(options) {
  const auto limits = parts_.api->limits();
  options_.most_requests = std::min(options_.most_requests, limits.most_requests);
  options_.most_bytes = std::min(options_.most_bytes, limits.most_bytes);
  has_uploads_ = parts_.api->upload({}, {}).has_value();
}

Expected<void> BulkDispatch::resume(const std::vector<store::OpenBulkRequest>& requests) {
  for (const auto& request : requests) {
    auto found = std::ranges::find(jobs_, request.job, &BulkJob::number);
    if (found == jobs_.end()) {
      auto record = parts_.store.read_bulk_job(request.job);
      if (!record) return std::unexpected(record.error());
      if (record->account != parts_.account) {
        return fail(ErrorCode::usage,
                    fmt::format("a bulk job is still with {}, and this run asks {}; collect it "
                                "with --base-url {}, or give it up with --abandon-bulk",
                                record->account, parts_.account, record->account));
      }
      BulkJob job;
      job.record = std::move(*record);
      job.number = request.job;
      job.created = now() - Millis(parts_.unix_ms() - job.record.at_unix_ms);
      job.interval = options_.first_poll;
      job.phase = job.record.id.empty() ? Phase::looking : Phase::working;
      job.status.id = job.record.id;
      jobs_.push_back(std::move(job));
      found = std::prev(jobs_.end());
    }
    found->members.push_back({request.attempt, 0, false});
    ++found->open;
    ++found->unclaimed;
    found->tokens += request.start.reserved_tokens;
  }
  return {};
}

bool BulkDispatch::fits(const std::string& line, const dispatch::Job& one) const {
  return forming_.members.size() < options_.most_requests &&
         forming_.lines.size() + line.size() + 1 <= options_.most_bytes &&
         forming_.tokens + one.tokens <= options_.most_tokens.value_or(most_of_any) &&
         forming_.record.path == one.request.url;
}

void BulkDispatch::submit(std::vector<dispatch::Job> jobs) {
  for (auto& one : jobs) {
    const auto line_of = [&] {
      if (forming_.record.nonce.empty()) forming_.record.nonce = parts_.nonce();
      const auto id = fmt::format("{}-{}", forming_.record.nonce, one.attempt);
      return parts_.api->line(id, one.request);
    };
    auto line = line_of();
    if (!forming_.members.empty() && !fits(line, one)) {
      close_forming();
      line = line_of();
    }
    forming_.record.path = one.request.url;
    forming_.lines.append(line).push_back('\n');
    forming_.members.push_back({one.attempt, one.id, false});
    ++forming_.open;
    forming_.tokens += one.tokens;
  }
}

void BulkDispatch::close_forming() {
  if (forming_.members.empty()) return;
  std::ranges::sort(forming_.members, {}, &Member::attempt);
  jobs_.push_back(std::exchange(forming_, {}));
}

void BulkDispatch::flush() {
  if (ends_.empty()) close_forming();
}

void BulkDispatch::claim(dispatch::JobId job, std::int64_t attempt) {
  for (auto& one : jobs_) {
    const auto found = std::ranges::lower_bound(one.members, attempt, {}, &Member::attempt);
    if (found == one.members.end() || found->attempt != attempt) continue;
    if (found->job == 0) --one.unclaimed;
    found->job = job;
    return;
  }
}

std::vector<dispatch::JobId> BulkDispatch::drop_waiting() {
  is_stopping_ = true;
  std::vector<dispatch::JobId> dropped;
  const auto drop = [&](const BulkJob& job) {
    for (const auto& member : job.members) {
      if (!member.has_end) dropped.push_back(member.job);
    }
  };
  drop(std::exchange(forming_, {}));
  std::erase_if(jobs_, [&](const BulkJob& job) {
    const bool may_exist = job.phase == Phase::creating && job.transfer;
    if (may_exist || job.phase > Phase::creating) return false;
    if (job.transfer) parts_.transport->cancel(*job.transfer);
    drop(job);
    return true;
  });
  return dropped;
}

bool BulkDispatch::has_room_for(const BulkJob& job) const {
  if (!options_.most_tokens) return true;
  std::int64_t under_way = 0;
  for (const auto& other : jobs_) {
    const bool is_left_alone = other.phase == Phase::looking && !other.is_claimed();
    const bool takes_room = !other.status.is_over && !is_left_alone;
    if (other.phase != Phase::queued && takes_room) under_way += other.tokens;
  }
  return under_way == 0 || under_way + job.tokens <= *options_.most_tokens;
}

void BulkDispatch::advance() {
  for (auto& job : jobs_) {
    if (broken_) return;
    if (!job.transfer && job.due <= now()) begin(job);
  }
  std::erase_if(jobs_, [](const BulkJob& job) { return job.phase == Phase::over; });
}

Time BulkDispatch::next_due(Time until) const {
  for (const auto& job : jobs_) {
    if (!job.transfer && job.due > now()) until = std::min(until, job.due);
  }
  return until;
}

/// What the provider is asked to create may be told of yet.
bool BulkDispatch::is_creating() const {
  return std::ranges::any_of(
      jobs_, [](const BulkJob& job) { return job.phase == Phase::creating && job.transfer; });
}

BulkJob* BulkDispatch::job_of(transport::TransferId transfer) {
  const auto found = std::ranges::find(jobs_, transfer, &BulkJob::transfer);
  return found == jobs_.end() ? nullptr : &*found;
}

std::vector<dispatch::AttemptEnd> BulkDispatch::wait(Time wait) {
  const auto until = now() + wait;
  do {
    advance();
    if (!ends_.empty() || (broken_ && !is_creating())) break;
    for (const auto& finished : parts_.transport->poll(to_millis(next_due(until) - now()))) {
      if (auto* job = job_of(finished.id)) receive(*job, finished.result);
    }
  } while (ends_.empty() && now() < until);
  std::vector<dispatch::AttemptEnd> taken;
  while (!ends_.empty() && taken.size() < most_ends) {
    taken.push_back(std::move(ends_.front()));
    ends_.pop_front();
  }
  return taken;
}

dispatch::Dispatch::State BulkDispatch::state() const {
  State state;
  state.waiting = forming_.members.size();
  for (const auto& job : jobs_) {
    if (!job.is_with_provider()) {
      state.waiting += job.open;
      continue;
    }
    const bool is_away = is_stopping_ || (job.phase == Phase::working && job.is_seen);
    if (job.open == 0 || !is_away) continue;
    ++state.bulk_jobs;
    state.bulk_done += job.status.done;
    state.away += job.open - job.unclaimed;
  }
  state.failing_since = failing_since_;
  state.broken = broken_;
  return state;
}

}  // namespace sheaf::bulk
