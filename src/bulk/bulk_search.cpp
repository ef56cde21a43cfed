// A job that the provider may have without our knowing: its creation was asked for, and no reply
// came. Where the provider keeps our nonce, a job with it is the job; else every job of as many
// requests, created since, may be, and its results tell by the `custom_id`s in them.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulk/bulk_dispatch.hpp"

namespace sheaf::bulk {
namespace {

/// Looked through so many times in vain, the list does not have it.
constexpr int most_times = 3;
constexpr Time between_looks = std::chrono::seconds(2);
constexpr Time between_confirmations = std::chrono::seconds(10);
/// By which two clocks may differ: ours may be set for another time zone.
constexpr std::int64_t clock_slack_s = std::int64_t{24} * 3600;

}  // namespace

void BulkDispatch::begin_search(BulkJob& job) {
  job.phase = Phase::looking;
  job.tries = 0;
  job.search = {};
  job.due = now();
}

void BulkDispatch::search(BulkJob& job) {
  if (!job.is_claimed()) return;
  auto& search = job.search;
  switch (search.step) {
    case Search::Step::list:
      // A job is created by its upload's name, which is written down before.
      if (has_uploads_ && job.record.upload.empty()) return not_created(job);
      return send(job, parts_.api->list(search.page));
    case Search::Step::look:
      if (search.candidates.empty()) return end_of_search(job);
      return send(job, parts_.api->look(search.candidates.back()));
    case Search::Step::read:
      return send(job, parts_.api->results(search.results));
  }
}

void BulkDispatch::found(BulkJob& job, const TransferResult& result) {
  switch (job.search.step) {
    case Search::Step::list:
      return listed(job, result);
    case Search::Step::look:
      return looked_at_candidate(job, result);
    case Search::Step::read:
      return read_candidate(job, result);
  }
}

bool BulkDispatch::is_known(const std::string& id) const {
  return std::ranges::any_of(jobs_, [&](const BulkJob& job) { return job.record.id == id; });
}

void BulkDispatch::listed(BulkJob& job, const TransferResult& result) {
  auto page = parts_.api->read_list(result, parts_.unix_ms() / 1000);
  if (!page) return again(job, page.error());
  succeeded(job);
  auto& search = job.search;
  const auto since = job.record.at_unix_ms / 1000 - clock_slack_s;
  bool is_last = page->next.empty() || page->next == search.page;
  for (auto& one : page->jobs) {
    const bool is_older = one.created != 0 && one.created < since;
    is_last = is_last || is_older;
    if (is_older || one.refusal || is_known(one.id)) continue;
    if (!one.nonce.empty() && one.nonce == job.record.nonce) return adopt(job, std::move(one.id));
    const bool tells_nonce = has_uploads_;
    const bool counts_differ = one.requests != 0 && one.requests != std::ssize(job.members);
    if (tells_nonce || counts_differ || search.others.contains(one.id)) continue;
    search.candidates.push_back(std::move(one.id));
  }
  search.page = std::move(page->next);
  if (is_last) search.step = Search::Step::look;
}

void BulkDispatch::looked_at_candidate(BulkJob& job, const TransferResult& result) {
  auto& search = job.search;
  const auto status = parts_.api->read_status(result, parts_.unix_ms() / 1000);
  if (!status && !is_gone(status.error())) return again(job, status.error());
  succeeded(job);
  if (status && !status->is_over) {
    std::ranges::rotate(search.candidates, std::prev(search.candidates.end()));
    job.due = now() + between_confirmations;
    return;
  }
  if (!status || status->results.empty()) {
    search.unsure = std::exchange(search.candidates.back(), {});
    search.candidates.pop_back();
    return;
  }
  search.results = status->results.front();
  search.step = Search::Step::read;
}

/// One result tells whose job it is: every `custom_id` of ours begins with the job's nonce.
void BulkDispatch::read_candidate(BulkJob& job, const TransferResult& result) {
  auto& search = job.search;
  const auto lines = lines_of(result);
  if (!lines && !is_gone(lines.error())) return again(job, lines.error());
  succeeded(job);
  auto id = std::move(search.candidates.back());
  search.candidates.pop_back();
  search.step = Search::Step::look;
  const auto now_unix = parts_.unix_ms() / 1000;
  std::optional<provider::BulkResult> first;
  for_each_line(lines.value_or(std::string_view()), [&](std::string_view line) {
    if (!first) first = parts_.api->read_result(line, now_unix);
  });
  if (!first) {
    search.unsure = std::move(id);
  } else if (first->custom_id.starts_with(job.record.nonce + "-")) {
    adopt(job, std::move(id));
  } else {
    search.others.insert(std::move(id));
  }
}

void BulkDispatch::end_of_search(BulkJob& job) {
  auto& search = job.search;
  if (!search.unsure.empty()) {
    return give_up(
        {ErrorCode::unavailable,
         fmt::format("it cannot be told whether {} was created: {} may be it, and its results "
                     "cannot be read; see what it is, then run again, with --abandon-bulk to ask "
                     "its rows anew",
                     name_of(job), search.unsure)});
  }
  if (++search.times < most_times) {
    search = {.times = search.times, .others = std::move(search.others)};
    job.due = now() + between_looks;
    return;
  }
  not_created(job);
}

void BulkDispatch::not_created(BulkJob& job) {
  if (is_stopping_) return end_unsent(job);
  const bool can_be = has_uploads_ ? !job.record.upload.empty() : !job.lines.empty();
  parts_.notice(Severity::info,
                fmt::format("{} was not created{}", name_of(job), can_be ? "; creating it" : ""));
  if (can_be) {
    job.phase = Phase::creating;
    job.due = now();
    return;
  }
  end_unsent(job);
}

}  // namespace sheaf::bulk
