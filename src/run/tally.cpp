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

void Tally::baseline_row(std::int64_t prompt_bytes, std::int64_t messages) {
  ++baseline_rows_;
  baseline_bytes_ += prompt_bytes;
  baseline_messages_ += messages;
}

void Tally::sample_answered(std::int64_t output_tokens) {
  ++answers_;
  answer_tokens_ += output_tokens;
}

void Tally::vectors_sent(bool again) {
  ++requests;
  ++vectors_.requests;
  if (again) ++retries;
}

void Tally::vectors_not_sent(bool again) {
  not_sent(again, false);
  --vectors_.requests;
}

void Tally::add_vectors(const Usage& took, Money paid) {
  add(usage, took);
  cost += paid;
  vectors_.tokens += took.input_tokens;
  vectors_cost_ += paid;
}

void Tally::not_sent(bool retry, bool repair) {
  --requests;
  if (retry) {
    --retries;
  } else if (repair) {
    --repairs;
  }
}

void Tally::fill(RunSummary& summary, const tokens::Estimator& estimator,
                 const std::optional<Price>& price) const {
  summary.rows = rows_done();
  summary.answered = answered_;
  summary.reused = reused_;
  summary.failed_rows = failed_rows_;
  summary.rejected_rows = rejected_rows;
  summary.repaired = repaired_;
  summary.requests = requests;
  summary.retries = retries;
  summary.repairs = repairs;
  summary.usage = usage;
  summary.gold_rows = gold_rows_;
  summary.correct = correct_;
  for (const auto& [reason, rows] : failures_) summary.failed.push_back({reason, rows});
  std::ranges::sort(summary.failed, {}, [](const FailureCount& failure) {
    return std::pair(-failure.rows, failure.reason);
  });
  if (price) summary.cost_usd = to_usd(cost);
  summary.vectors = vectors_;
  if (price) summary.vectors.cost_usd = to_usd(vectors_cost_);
  if (baseline_rows_ == 0 || answers_ == 0) return;
  Baseline baseline;
  baseline.requests = baseline_rows_;
  baseline.input_tokens = estimator.expected_input_tokens(baseline_bytes_, baseline_messages_);
  baseline.output_tokens = answer_tokens_ * baseline_rows_ / answers_;
  if (price) {
    baseline.cost_usd =
        to_usd(price->input * baseline.input_tokens + price->output * baseline.output_tokens);
  }
  summary.baseline = baseline;
}

void Tally::fill(Progress& progress) const {
  progress.answered = answered_;
  progress.failed = failed_rows_;
  progress.reused = reused_;
  progress.requests = requests;
  progress.repairs = repairs;
}

}  // namespace sheaf::run
