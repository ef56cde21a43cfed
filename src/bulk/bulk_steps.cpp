#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "bulk/bulk_dispatch.hpp"

namespace sheaf::bulk {
namespace {

constexpr Time longest_pause = std::chrono::minutes(1);
/// OpenAI has refused files that it had just taken as unknown (docs/providers.md, "Bulk jobs").
constexpr int most_refusals = 3;

Fault unserved(std::string detail) {
  Fault fault;
  fault.reason = "expired";
  fault.detail = std::move(detail);
  fault.maybe_billed = false;
  return fault;
}

/// The attempt that a result is for; nullopt when the id is not one of this job.
std::optional<store::AttemptNo> attempt_of(std::string_view custom_id, std::string_view nonce) {
  if (!custom_id.starts_with(nonce)) return std::nullopt;
  custom_id.remove_prefix(nonce.size());
  if (!custom_id.starts_with('-')) return std::nullopt;
  custom_id.remove_prefix(1);
  store::AttemptNo attempt = 0;
  const auto* end = custom_id.data() + custom_id.size();
  const auto [stop, error] = std::from_chars(custom_id.data(), end, attempt);
  return error == std::errc{} && stop == end ? std::optional(attempt) : std::nullopt;
}

bool is_billable(const Exchange& exchange) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  return fault == nullptr || fault->maybe_billed || fault->usage;
}

}  // namespace

provider::BulkIntent BulkDispatch::intent_of(const BulkJob& job) const {
  return {.nonce = job.record.nonce,
          .run = parts_.run,
          .part = job.number,
          .path = job.record.path,
          .requests = job.members.size()};
}

std::string BulkDispatch::name_of(const BulkJob& job) const {
  return job.record.id.empty() ? fmt::format("bulk job {}", job.number)
                               : fmt::format("bulk job {} ({})", job.number, job.record.id);
}

/// Sends what the job needs next, or makes its next step where it needs nothing.
void BulkDispatch::begin(BulkJob& job) {
  switch (job.phase) {
    case Phase::queued:
      if (has_room_for(job)) release(job);
      return;
    case Phase::uploading:
      return send(job, *parts_.api->upload(intent_of(job), job.lines));
    case Phase::creating:
      return send(job,
                  parts_.api->create(intent_of(job), has_uploads_ ? job.record.upload : job.lines));
    case Phase::looking:
      return search(job);
    case Phase::working:
      return send(job, parts_.api->look(job.record.id));
    case Phase::fetching:
      if (!job.is_claimed()) return;
      if (job.place == job.status.results.size()) return finish(job);
      return send(job, parts_.api->results(job.status.results[job.place]));
    case Phase::over:
      return;
  }
}

/// From here on the job is in the checkpoint, and its requests are in it.
void BulkDispatch::release(BulkJob& job) {
  if (job.number == 0) {
    job.record.account = parts_.account;
    job.record.at_unix_ms = parts_.unix_ms();
    std::vector<store::AttemptNo> attempts;
    attempts.reserve(job.members.size());
    for (const auto& member : job.members) attempts.push_back(member.attempt);
    const auto number = parts_.store.add_bulk_job(job.record, attempts);
    if (!number) return give_up(number.error());
    job.number = *number;
    if (auto done = parts_.store.commit(); !done) return give_up(done.error());
  } else if (!save(job)) {
    return;
  }
  const bool is_uploaded = !has_uploads_ || !job.record.upload.empty();
  job.phase = is_uploaded ? Phase::creating : Phase::uploading;
  begin(job);
}

bool BulkDispatch::save(BulkJob& job) {
  auto done = parts_.store.write_bulk_job(job.number, job.record);
  if (done) done = parts_.store.commit();
  if (!done) give_up(done.error());
  return done.has_value();
}

void BulkDispatch::send(BulkJob& job, HttpRequest request) {
  job.transfer = next_transfer_++;
  parts_.transport->start(*job.transfer, parts_.address(std::move(request)));
}

void BulkDispatch::receive(BulkJob& job, const TransferResult& result) {
  job.transfer.reset();
  switch (job.phase) {
    case Phase::uploading:
      return uploaded(job, result);
    case Phase::creating:
      return created(job, result);
    case Phase::looking:
      return found(job, result);
    case Phase::working:
      return looked(job, result);
    case Phase::fetching:
      return fetched(job, result);
    case Phase::queued:
    case Phase::over:
      return;
  }
}

void BulkDispatch::uploaded(BulkJob& job, const TransferResult& result) {
  auto name = parts_.api->read_upload(result, parts_.unix_ms() / 1000);
  if (!name) return again(job, name.error());
  succeeded(job);
  job.record.upload = std::move(*name);
  job.lines = {};
  if (!save(job)) return;
  job.phase = Phase::creating;
  begin(job);
}

void BulkDispatch::created(BulkJob& job, const TransferResult& result) {
  auto status = parts_.api->read_status(result, parts_.unix_ms() / 1000);
  if (status) return adopt(job, std::move(status->id));
  auto fault = std::move(status.error());
  if (fault.maybe_billed) {
    parts_.hide(fault);
    parts_.notice(Severity::warning,
                  fmt::format("it is not known whether {} was created ({}: {}); looking for it "
                              "among the account's jobs",
                              name_of(job), fault.reason, fault.detail));
    return begin_search(job);
  }
  if (is_stopping_) return end_unsent(job);
  // A file that was just uploaded may not be known everywhere yet.
  if (has_uploads_ && fault.status == 400 && job.tries < most_refusals) {
    fault.remedy = Remedy::retry;
  }
  again(job, std::move(fault));
}

/// The provider has the job.
void BulkDispatch::adopt(BulkJob& job, std::string id) {
  job.record.id = std::move(id);
  job.phase = Phase::working;
  if (!save(job)) return;
  job.lines = {};
  succeeded(job);
  if (job.created == Time{0}) job.created = now();
  job.interval = options_.first_poll;
  job.due = now() + job.interval;
  job.status = {};
  job.status.id = job.record.id;
  job.is_seen = true;
  parts_.notice(Severity::info, fmt::format("{}: {} requests are with the provider", name_of(job),
                                            job.members.size()));
}

void BulkDispatch::looked(BulkJob& job, const TransferResult& result) {
  auto status = parts_.api->read_status(result, parts_.unix_ms() / 1000);
  if (!status) return again(job, status.error());
  succeeded(job);
  take_status(job, std::move(*status));
}

void BulkDispatch::take_status(BulkJob& job, provider::BulkStatus status) {
  job.status = std::move(status);
  job.is_seen = true;
  if (!job.status.is_over || !job.is_claimed()) {
    job.interval = std::min(job.interval * 3 / 2, options_.slowest_poll);
    job.due = now() + job.interval;
    return;
  }
  if (job.status.refusal && job.status.is_queue_full) return requeue(job);
  if (auto fault = job.status.refusal) {
    fault->remedy = Remedy::stop_run;
    fault->maybe_billed = false;
    fault->detail = fmt::format("{} was refused: {}", name_of(job), fault->detail);
    end_rest(job, *fault);
    return;
  }
  parts_.notice(Severity::info,
                fmt::format("{}: {}, {} of {} requests done", name_of(job), job.status.word,
                            job.status.done - job.status.failed, job.members.size()));
  job.phase = Phase::fetching;
  job.place = 0;
  job.due = now();
}

/// The account had no room for it: the same lines in a new job, later.
void BulkDispatch::requeue(BulkJob& job) {
  if (is_stopping_) return end_unsent(job);
  parts_.hide(*job.status.refusal);
  parts_.notice(Severity::info, fmt::format("{} has to wait until the account has room: {}",
                                            name_of(job), job.status.refusal->detail));
  const bool has_company = std::ranges::any_of(jobs_, [&](const BulkJob& other) {
    return &other != &job && other.is_with_provider() && !other.status.is_over;
  });
  if (!has_company && !std::exchange(job.is_alone, true)) {
    parts_.notice(Severity::warning,
                  fmt::format("{} has no room though no other of this run's is there: where "
                              "nothing else of the account is queued, it is too large; then stop, "
                              "and run again with --bulk-tokens under {}",
                              name_of(job), job.tokens));
  }
  job.record.id.clear();
  job.status = {};
  job.phase = Phase::queued;
  job.due = now() + longest_pause;
}

void BulkDispatch::fetched(BulkJob& job, const TransferResult& result) {
  const auto lines = lines_of(result);
  if (!lines) return again(job, lines.error());
  succeeded(job);
  const auto now_unix = parts_.unix_ms() / 1000;
  const auto before = std::ssize(ends_);
  for_each_line(*lines, [&](std::string_view line) {
    auto read = parts_.api->read_result(line, now_unix);
    const auto attempt = read ? attempt_of(read->custom_id, job.record.nonce) : std::nullopt;
    if (!attempt) return;
    if (is_billable(read->exchange)) ++job.billable;
    const auto member = std::ranges::lower_bound(job.members, *attempt, {}, &Member::attempt);
    if (member == job.members.end() || member->attempt != *attempt || member->has_end) return;
    end(job, *member, std::move(read->exchange));
  });
  // What failed is judged by whether anything succeeded.
  std::stable_partition(ends_.begin() + before, ends_.end(), [](const dispatch::AttemptEnd& end) {
    return std::holds_alternative<Completion>(end.exchange.outcome);
  });
  ++job.place;
}

std::expected<std::string_view, Fault> BulkDispatch::lines_of(const TransferResult& result) const {
  const auto* response = std::get_if<HttpResponse>(&result);
  if (response != nullptr && response->status == 200) return response->body;
  // Any other reply says the same as where a job is looked at.
  const auto status = parts_.api->read_status(result, parts_.unix_ms() / 1000);
  return std::unexpected(status ? unserved("the results are no results") : status.error());
}

void BulkDispatch::succeeded(BulkJob& job) {
  job.tries = 0;
  failing_since_.reset();
}

void BulkDispatch::finish(BulkJob& job) {
  auto fault = unserved(fmt::format("{} ended ({}) without a result for this request", name_of(job),
                                    job.status.word));
  fault.maybe_billed = job.billable < job.status.done - job.status.failed;
  end_rest(job, fault);
}

void BulkDispatch::end_rest(BulkJob& job, const Fault& fault) {
  for (auto& member : job.members) {
    if (!member.has_end) end(job, member, {fault, {}});
  }
  job.phase = Phase::over;
}

void BulkDispatch::end_unsent(BulkJob& job) {
  Fault fault;
  fault.reason = "not-sent";
  fault.detail = fmt::format("{} was not created", name_of(job));
  fault.maybe_billed = false;
  end_rest(job, fault);
}

void BulkDispatch::end(BulkJob& job, Member& member, Exchange exchange) {
  member.has_end = true;
  --job.open;
  if (auto* fault = std::get_if<Fault>(&exchange.outcome)) {
    if (may_pass(*fault)) fault->remedy = Remedy::same_batch;
    parts_.hide(*fault);
  }
  ends_.push_back({.job = member.job,
                   .exchange = std::move(exchange),
                   .verdict = dispatch::Verdict::done,
                   .started = job.created,
                   .finished = now()});
}

void BulkDispatch::again(BulkJob& job, Fault fault) {
  parts_.hide(fault);
  if (!may_pass(fault)) {
    const bool is_lost = is_gone(fault) && job.is_with_provider();
    return give_up(
        {ErrorCode::unavailable,
         fmt::format("{}: {}: {}{}", name_of(job), fault.reason, fault.detail,
                     is_lost ? "; where it is gone, run again with --abandon-bulk to ask its rows "
                               "anew"
                             : "")});
  }
  parts_.notice(Severity::debug,
                fmt::format("{}: {}: {}; again later", name_of(job), fault.reason, fault.detail));
  if (!failing_since_) failing_since_ = now();
  const auto pause =
      std::min(options_.retry_base * (1 << std::min(job.tries++, 10)), longest_pause);
  job.due = now() + std::max<Time>(pause, fault.retry_after.value_or(Millis{0}));
}

void BulkDispatch::give_up(Error error) {
  if (!broken_) broken_ = std::move(error);
}

}  // namespace sheaf::bulk
