#include "simulate/bulk_engine.hpp"

#include <algorithm>
#include <utility>

#include "core/hash.hpp"

namespace sheaf::simulate {
namespace {

/// How many of the job's lines had their turn before it was canceled.
std::size_t lines_begun(const BulkJob& job) {
  const auto all = job.lines.size();
  if (!job.canceled || *job.canceled >= job.due) return all;
  const auto part = static_cast<double>((*job.canceled - job.created).count()) /
                    static_cast<double>((job.due - job.created).count());
  return static_cast<std::size_t>(part * static_cast<double>(all));
}

}  // namespace

BulkEngine::BulkEngine(const SimulateOptions& options, Answer answer)
    : options_(options), draws_(options.seed), answer_(std::move(answer)) {}

void BulkEngine::advance(Time now) {
  const auto is_over = [now](const BulkJob* job) { return job->canceled || job->due <= now; };
  for (auto* job : open_) {
    if (is_over(job)) end(*job, std::min(job->due, job->canceled.value_or(job->due)));
  }
  std::erase_if(open_, is_over);
}

BulkJob& BulkEngine::create(BulkJob job, Time now) {
  job.number = jobs_.size() + 1;
  job.total = job.lines.size();
  job.created = now;
  job.due = now + Millis(options_.bulk_delay_ms);
  jobs_.push_back(std::move(job));
  open_.push_back(&jobs_.back());
  return jobs_.back();
}

void BulkEngine::cancel(BulkJob& job, Time now) {
  if (!job.ended && !job.canceled) job.canceled = now;
}

void BulkEngine::end(BulkJob& job, Time at) {
  const auto begun = lines_begun(job);
  job.results.reserve(job.lines.size());
  for (std::size_t i = 0; i < job.lines.size(); ++i) {
    job.results.push_back(i < begun ? result_of(job, job.lines[i], at)
                                    : BulkResult{job.lines[i].custom_id, LineEnd::canceled, {}});
    ++job.counts[static_cast<std::size_t>(job.results.back().end)];
    add(job.usage, job.results.back().answer.usage);
  }
  auto random = draws_.of(Purpose::bulk_order, {job.number});
  for (auto i = job.results.size(); i > 1; --i) {
    std::swap(job.results[i - 1], job.results[static_cast<std::size_t>(random.below(i))]);
  }
  job.lines = {};
  job.ended = at;
}

BulkResult BulkEngine::result_of(const BulkJob& job, const BulkLine& line, Time at) {
  BulkResult result{line.custom_id, LineEnd::succeeded, {}};
  const auto lot = draws_.of(Purpose::bulk_line, {job.number, hash64(line.custom_id)}).uniform();
  if (lot < options_.bulk_expired) {
    result.end = LineEnd::expired;
    return result;
  }
  if (lot < options_.bulk_expired + options_.bulk_errors) {
    const Refusal refusal{.status = 500,
                          .message = "the server had an error, by a drawn fault",
                          .type = "server_error"};
    result.answer = {job.wire->status(refusal.status),
                     json::dump(job.wire->refusal(refusal, "simulated-request-bulk")),
                     {}};
  } else {
    result.answer = answer_(job, line.body, at);
  }
  if (result.answer.status != 200) result.end = LineEnd::errored;
  return result;
}

}  // namespace sheaf::simulate
