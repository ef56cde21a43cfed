// What one run measured: accuracy, rates, where they differ, and what it cost.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/usage.hpp>

#include "core/json.hpp"
#include "core/money.hpp"
#include "core/price.hpp"
#include "eval/scored_run.hpp"
#include "statistics/proportion.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf::eval {

struct Rate {
  std::int64_t count = 0;
  std::int64_t n = 0;
};

/// Shares of rows. The first three are of first answers.
struct Rates {
  Rate missing;
  Rate doubtful;
  Rate truncated;
  Rate repaired;  ///< Answered in the end, but not by the first reply.
  Rate failed;
};

/// Of the rows whose first prompt had them at this place.
struct PositionMeasure {
  int position = 1;
  std::int64_t n = 0;
  std::optional<statistics::Proportion> first_pass;  ///< nullopt: no row with gold.
  Rate doubtful;                                     ///< Every first answer that was none.
};

struct RoundMeasure {
  int round = 1;
  std::int64_t answered = 0;
  std::int64_t correct = 0;
};

/// Gold classes against answered ones. `counts` has a row a class; its columns are the classes,
/// then answers that are no class, then failed rows.
struct Confusion {
  std::vector<std::string> classes;
  std::vector<std::vector<std::int64_t>> counts;
};

struct ClassMeasure {
  std::string name;
  std::int64_t n = 0;  ///< Rows with this gold value.
  std::int64_t correct = 0;
  std::int64_t answers = 0;  ///< Rows with gold that were answered so.
};

/// Accuracies are over all rows with gold; a failed row is wrong.
struct Measures {
  std::int64_t rows = 0;
  std::int64_t gold_rows = 0;
  std::int64_t answered = 0;
  std::map<std::string, std::int64_t> failures;  ///< By reason.
  std::optional<statistics::Proportion> first_pass;
  std::optional<statistics::Proportion> final_answers;
  /// Rows whose prompt of this size brought no reply at all, so that a smaller one gave their first
  /// answer.
  std::int64_t made_smaller = 0;
  Rate among_answered;  ///< Correct among answered rows with gold.
  Rates rates;
  std::vector<PositionMeasure> positions;
  std::vector<RoundMeasure> rounds;
  std::optional<Confusion> confusion;  ///< Of choices and booleans.
  std::vector<ClassMeasure> classes;
};

/// What a value is called in tables.
std::string class_name(const json::Value& value);
/// The classes of a task that has a fixed list, in its own order; where each row has its own list,
/// the letters up to `last`; else none.
std::vector<std::string> classes_of(const task::Task& task, char last);

Measures measure(const task::Task& task, const ScoredRun& run);

enum class Pass { first, final_answers };

/// The batch that the row was asked in first; of a row without a reply one of its own, told by the
/// row's number in its run, from 1.
std::int64_t batch_of(const ScoredRow& row, std::int64_t number);

/// The scored answers of a run, each with its batch.
std::vector<statistics::Observation> observations(const ScoredRun& run, Pass pass);

/// What a run took, over its checkpoint: everything that was sent, repairs and lost attempts too.
struct Bill {
  std::int64_t requests = 0;  ///< Those that may have been billed.
  std::int64_t retries = 0;
  std::int64_t repairs = 0;
  Usage usage;      ///< Told, of prompts.
  CostByKind told;  ///< Its cost, each request's by its own length; 0 without prices.
  Money unknown;    ///< Worst case of attempts whose usage nobody told.
  std::int64_t embedding_tokens = 0;  ///< Told, of vectors for grouping.
  Money embeddings;                   ///< Their cost; worst case where no usage was told.
  /// Time in which some request was queued or in flight: what a rate limit costs is part of it, the
  /// pause between two calls is not.
  std::int64_t wall_ms = 0;
};

Expected<Bill> bill_of(const task::Task& task, store::Checkpoint& store);

}  // namespace sheaf::eval
