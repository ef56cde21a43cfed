#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "run/runner.hpp"

namespace sheaf::run {
namespace {

/// Batches that are ready while bulk jobs are filled.
constexpr std::size_t ready_for_bulk = 64;

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string_view text_of(const answer::Outcome& outcome) {
  return std::visit([](const auto& any) { return std::string_view(any.text); }, outcome);
}

}  // namespace

bool Runner::in_bulk(const plan::PlannedBatch& batch) const {
  return batch.follow_up ? parts_.bulk.follow_ups : parts_.bulk.first_asks;
}

/// Bulk jobs do not wait for each other to tell how long answers are, and what they hold waits for
/// the next rows.
bool Runner::awaits_lengths() const {
  return packing_.is_due() && !parts_.bulk.first_asks && holders_.empty();
}

std::size_t Runner::queued_beyond() const {
  constexpr int largest_volley = 256;
  const int concurrency = parts_.task.concurrency;
  return static_cast<std::size_t>(
             std::max(std::min(concurrency, largest_volley), concurrency / 4)) +
         1;
}

std::size_t Runner::room() const {
  if (parts_.bulk.first_asks) return parts_.bulk.most_requests;
  return static_cast<std::size_t>(parts_.task.concurrency) + queued_beyond();
}

std::size_t Runner::batches_ahead() const {
  const auto concurrency = static_cast<std::size_t>(parts_.task.concurrency);
  return parts_.bulk.first_asks ? std::max(concurrency, ready_for_bulk) : concurrency;
}

std::size_t Runner::most_waiting_rows() const {
  const auto size = static_cast<std::size_t>(parts_.task.batch.size);
  const auto concurrency = static_cast<std::size_t>(parts_.task.concurrency);
  if (parts_.bulk.first_asks) return (room() + ready_for_bulk) * size;
  return std::max<std::size_t>(1000, 4 * concurrency * size);
}

bool Runner::is_exhausted() const {
  return !launched_ && (held_ || sender_.under_way() >= room() || !wants_rows());
}

/// Jobs that nothing more can join are closed; a run that does not wait for them stops when all of
/// them are away.
Expected<void> Runner::tend_bulk_jobs() {
  if (rows_ended_ && !holders_.empty()) {
    if (auto done = finish_held(); !done) return done;
  }
  if (sender_.stopped() || sender_.idle() || !is_exhausted()) return {};
  parts_.dispatch.flush();
  if (parts_.bulk.waits || !sender_.is_all_away()) return {};
  const auto state = parts_.dispatch.state();
  const auto bulk_jobs = static_cast<std::size_t>(state.bulk_jobs);
  sender_.stop({ErrorCode::pending,
                fmt::format("{} in {} are with the provider; run the same command again to collect "
                            "their answers",
                            counted(state.away, "request"), counted(bulk_jobs, "bulk job"))});
  return {};
}

void Runner::arrived(store::SampleNo number) {
  auto holder = holders_.extract(number);
  auto& left = parts_.bulk.left[holder.mapped()];
  const bool is_whole = std::ranges::all_of(
      left.start.samples, [&](store::SampleNo other) { return active_.contains(other); });
  if (is_whole) take_up(left);
  // It was the last that the next rows did not wait for.
  if (awaits_lengths()) planner_.finish_rows();
}

void Runner::take_up(store::OpenBulkRequest& left) {
  auto request = describe({.samples = left.start.samples,
                           .round = left.start.round,
                           .follow_up = left.start.round > 1});
  request.prompt.max_output_tokens = left.start.output_cap;
  request.prompt.messages.clear();
  request.is_taken_up = true;
  Outgoing outgoing;
  outgoing.start = std::move(left.start);
  outgoing.follow_up = request.batch.follow_up;
  const auto job = sender_.take_up(left.attempt, std::move(outgoing));
  requests_.emplace(job, std::move(request));
}

Expected<void> Runner::finish_held() {
  std::set<store::BulkJobNo> present;
  std::set<store::BulkJobNo> all;
  for (const auto& left : parts_.bulk.left) {
    all.insert(left.job);
    // Taken up, its samples are with the request.
    const bool is_here = left.start.samples.empty() ||
                         std::ranges::any_of(left.start.samples, [&](store::SampleNo number) {
                           return active_.contains(number);
                         });
    if (is_here) present.insert(left.job);
  }
  for (auto& left : parts_.bulk.left) {
    if (left.start.samples.empty() || !present.contains(left.job)) continue;
    if (auto done = take_absent(left); !done) return done;
  }
  holders_.clear();
  const auto unseen = all.size() - present.size();
  if (unseen == 0) return {};
  notice(Severity::warning,
         fmt::format("{} with the provider: no row of this run is in it; run with the rows that it "
                     "holds to collect it",
                     counted(unseen, "bulk job") + (unseen == 1 ? " stays" : " stay")));
  return {};
}

Expected<void> Runner::take_absent(store::OpenBulkRequest& left) {
  for (const auto number : left.start.samples) {
    if (active_.contains(number)) continue;
    auto record = parts_.store.read(number);
    if (!record) return std::unexpected(record.error());
    ActiveSample sample;
    sample.record = std::move(*record);
    for (const auto& field : parts_.task.sample) {
      sample.row.sample.fields.push_back({field.label, std::string()});
    }
    sample.is_absent = true;
    active_.emplace(number, std::move(sample));
  }
  take_up(left);
  return {};
}

Expected<void> Runner::leave_unread(store::SampleNo number, const answer::Outcome& outcome) {
  auto closed = active_.extract(number);
  auto& record = closed.mapped().record;
  record.state = store::SampleState::open;
  record.text = text_of(outcome);
  record.reason = unread;
  record.detail.clear();
  return parts_.store.write(number, record);
}

}  // namespace sheaf::run
