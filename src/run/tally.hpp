// Counting: what the closing table and the progress line show.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/run.hpp>

#include "answer/extract.hpp"
#include "core/exchange.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// What a request that leaves is to the count.
enum class Sent { first, retry, repair };

/// Running totals of one call. Single-threaded.
class Tally {
 public:
  void row_answered(bool reused, bool repaired);
  void row_failed(const std::string& reason, bool reused);
  void gold(bool correct);
  /// A row seen: its bytes in a prompt that would ask it alone.
  void baseline_row(std::int64_t own_bytes);
  void sample_answered(std::int64_t output_tokens);
  void row_rejected() { ++rejected_rows_; }
  void sent(store::AttemptKind kind, Sent what);
  /// What was counted as sent never left.
  void not_sent(store::AttemptKind kind, Sent what);
  /// What an attempt took, at the worst case where no usage was told.
  void billed(store::AttemptKind kind, const Usage& took, Money cost);

  std::int64_t rows_done() const { return answered_ + failed_rows_; }
  std::int64_t failed_rows() const { return failed_rows_; }
  Money cost() const { return cost_; }

  /// The baseline's input and its costs (run/unpacked.hpp) are left open.
  void fill(RunSummary& summary, const std::optional<PriceList>& price) const;
  void fill(Progress& progress) const;
  /// Input tokens of one request per row, each of which begins with `shared`: that is counted where
  /// it can be, the rows are estimated from their bytes.
  std::int64_t baseline_input(const tokens::Counter& counter,
                              const tokens::PromptSize& shared) const;

 private:
  void count(store::AttemptKind kind, Sent what, std::int64_t by);

  std::int64_t rejected_rows_ = 0;
  std::int64_t requests_ = 0;  ///< Attempts sent.
  std::int64_t retries_ = 0;
  std::int64_t repairs_ = 0;
  Usage usage_;
  Money cost_;
  VectorsBill vectors_;
  Money vectors_cost_;
  std::int64_t answered_ = 0;
  std::int64_t failed_rows_ = 0;
  std::int64_t reused_ = 0;
  std::int64_t repaired_ = 0;
  std::int64_t gold_rows_ = 0;
  std::int64_t correct_ = 0;
  std::map<std::string, std::int64_t> failures_;
  std::int64_t baseline_rows_ = 0;
  std::int64_t baseline_bytes_ = 0;
  std::int64_t answer_tokens_ = 0;
  std::int64_t answers_ = 0;
};

/// Picodollars as dollars, for people's eyes and the public summary.
inline double to_usd(Money money) { return static_cast<double>(money.picos) / 1e12; }

}  // namespace sheaf::run
