// The answers of one run beside the gold values, and how each came to be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "core/json.hpp"
#include "eval/row_table.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf::eval {

/// What the first reply that came for a sample said of it.
enum class FirstAnswer {
  answered,   ///< Under its key, with a value.
  missing,    ///< Not at all.
  truncated,  ///< The reply was cut in it or before it.
  doubtful,   ///< In a way that is no answer: contradicted, refused, no value, an unknown key.
  none,       ///< No reply came, or none is known.
};

inline constexpr std::int64_t most_gold_faults = 10;

/// One row of one run.
struct ScoredRow {
  std::string id;
  int occurrence = 0;                 ///< Of equal ids, from 0: joins it with another run's row.
  std::optional<json::Value> gold;    ///< nullopt: no gold, or none that can be read.
  std::optional<json::Value> answer;  ///< nullopt: failed.
  std::string reason;                 ///< Why it failed.
  std::string text;                   ///< The answer as the model wrote it.
  bool correct = false;
  int size = 0;  ///< Of the prompt that settled it, and its place there; 0: not told.
  int position = 0;
  int round = 0;

  FirstAnswer first = FirstAnswer::none;
  bool first_correct = false;
  std::int64_t first_batch = 0;  ///< The attempt that brought it; 0: none.
  int first_size = 0;
  int first_position = 0;
  int first_round = 0;  ///< Above 1: its first prompt brought no reply, a smaller one did.
};

struct ScoredRun {
  std::vector<ScoredRow> rows;
  std::int64_t with_gold = 0;
  /// Rows whose gold value cannot be read: "FILE:LINE: why"; at most `most_gold_faults`, of
  /// `unreadable_gold`.
  std::vector<std::string> gold_faults;
  std::int64_t unreadable_gold = 0;
  std::int64_t without_result = 0;  ///< Rows of the file of rows with gold that no result names.
  bool first_known = false;         ///< `first` stands on the replies, not on the round alone.
};

/// Reads the results of `results` and scores them by the task's present rule: an answer's text is
/// read again, so that a changed rule costs nothing. Gold comes from each result's `input`, or from
/// the row of `table` with its id where that is not null. With `store`, the run's checkpoint, the
/// first replies are settled again; without it a row of round 1 counts as answered first, every
/// other as doubtful, and batches are unknown. Holds all rows in memory. Errors are
/// ErrorCode::usage.
Expected<ScoredRun> score(const task::Task& task, const std::string& results, const RowTable* table,
                          store::Checkpoint* store);

}  // namespace sheaf::eval
