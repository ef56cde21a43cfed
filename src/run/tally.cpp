#include "run/tally.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::run {

void Tally::row_answered(bool reused, bool repaired) {
  ++answered_;
  reused_ += reused ? 1 : 0;
  repaired_ += repaired ? 1 : 0;
}

void Tally::row_failed(const std::string& reason, bool reused) {
  ++failed_rows_;
  reused_ += reused ? 1 : 0;
  ++failures_[reason];
}

void Tally::gold(bool correct) {
  ++gold_rows_;
  correct_ += correct ? 1 : 0;
}

void Tally::baseline_row(std::int64_t own_bytes) {
  ++baseline_rows_;
  baseline_bytes_ += own_bytes;
}

void Tally::sample_answered(std::int64_t output_tokens) {
  ++answers_;
  answer_tokens_ += output_tokens;
}

void Tally::sent(store::AttemptKind kind, Sent what) { count(kind, what, 1); }

void Tally::not_sent(store::AttemptKind kind, Sent what) { count(kind, what, -1); }

void Tally::count(store::AttemptKind kind, Sent what, std::int64_t by) {
  requests_ += by;
  if (what == Sent::retry) retries_ += by;
  if (what == Sent::repair) repairs_ += by;
  if (kind == store::AttemptKind::vectors) vectors_.requests += by;
}

void Tally::billed(store::AttemptKind kind, const Usage& took, Money cost) {
  add(usage_, took);
  cost_ += cost;
  if (kind != store::AttemptKind::vectors) return;
  vectors_.tokens += took.input_tokens;
  vectors_cost_ += cost;
}

std::int64_t Tally::baseline_input(const tokens::Counter& counter,
                                   const tokens::PromptSize& shared) const {
  const auto rows = baseline_rows_;
  const auto& estimator = counter.estimator();
  if (!counter.counts()) {
    return estimator.expected_input_tokens(baseline_bytes_ + rows * shared.bytes,
                                           rows * (shared.messages + 1));
  }
  return rows * (shared.tokens + counter.frame_tokens(shared.messages + 1)) +
         estimator.expected_input_tokens(baseline_bytes_, 0);
}

void Tally::fill(RunSummary& summary, const std::optional<PriceList>& price) const {
  summary.rows = rows_done();
  summary.answered = answered_;
  summary.reused = reused_;
  summary.failed_rows = failed_rows_;
  summary.rejected_rows = rejected_rows_;
  summary.repaired = repaired_;
  summary.requests = requests_;
  summary.retries = retries_;
  summary.repairs = repairs_;
  summary.usage = usage_;
  summary.gold_rows = gold_rows_;
  summary.correct = correct_;
  for (const auto& [reason, rows] : failures_) summary.failed.push_back({reason, rows});
  std::ranges::sort(summary.failed, {}, [](const FailureCount& failure) {
    return std::pair(-failure.rows, failure.reason);
  });
  if (price) summary.cost_usd = to_usd(cost_);
  summary.vectors = vectors_;
  if (price) summary.vectors.cost_usd = to_usd(vectors_cost_);
  if (baseline_rows_ == 0 || answers_ == 0) return;
  Baseline baseline;
  baseline.requests = baseline_rows_;
  baseline.output_tokens = answer_tokens_ * baseline_rows_ / answers_;
  summary.baseline = baseline;
}

void Tally::fill(Progress& progress) const {
  progress.answered = answered_;
  progress.failed = failed_rows_;
  progress.reused = reused_;
  progress.requests = requests_;
  progress.repairs = repairs_;
}

}  // namespace sheaf::run
