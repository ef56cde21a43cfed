// The rows of a sweep, looked at as a whole before anything is bought.
#pragma once

#include <cstdint>
#include <optional>

#include <sheaf/error.hpp>
#include <sheaf/eval.hpp>

#include "eval/cell.hpp"
#include "eval/prediction.hpp"
#include "eval/row_set.hpp"
#include "task/task.hpp"

namespace sheaf::api {

/// Borrows the task, whose exemplars and templates all cells share. Single-threaded.
class SweepRows {
 public:
  explicit SweepRows(const task::Task& task) : task_(task), predictor_(task), counter_(task) {}

  /// Reads all rows once. ErrorCode::usage: a row or a gold value that cannot be read, an id that
  /// stands on two different rows, a gold column without any value, no row.
  Expected<void> read(const RunOptions& options);

  /// All that was read.
  eval::RowSet all() const { return counter_.finish(); }
  /// Those that were passed over.
  std::int64_t bad_rows() const { return bad_rows_; }

  /// What the formulas say of a cell; nullopt where b = 1 told no usage.
  std::optional<eval::Prediction> predict(const eval::Cell& single, const eval::Cell& here);

 private:
  const task::Task& task_;
  eval::Predictor predictor_;
  eval::RowSetCounter counter_;
  std::int64_t bad_rows_ = 0;
};

}  // namespace sheaf::api
