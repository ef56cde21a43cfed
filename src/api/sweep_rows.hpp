// The rows of a sweep, looked at as a whole before anything is bought.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/eval.hpp>

#include "api/sweep_grid.hpp"
#include "eval/cell.hpp"
#include "eval/prediction.hpp"
#include "eval/row_set.hpp"
#include "task/task.hpp"

namespace sheaf::api {

/// Borrows a grid that is not empty, whose tasks share exemplars and templates.
/// Single-threaded.
class SweepRows {
 public:
  explicit SweepRows(const std::vector<GridCell>& grid);

  /// Reads all rows once. ErrorCode::usage: a row or a gold value that cannot be read, an id that
  /// stands on two different rows, a gold column without any value, no row, a tokenizer or a model
  /// file that cannot be read.
  Expected<void> read(const RunOptions& options);

  /// All that was read.
  eval::RowSet all() const { return counter_.finish(); }
  /// Those that were passed over.
  std::int64_t bad_rows() const { return bad_rows_; }

  /// What the formulas say of a cell; nullopt where b = 1 told no usage.
  std::optional<eval::Prediction> predict(const eval::Cell& single, const eval::Cell& here);

 private:
  /// One for every format and model of the grid.
  Expected<void> make_predictors(const RunOptions& options);

  const std::vector<GridCell>& grid_;
  const task::Task& task_;
  /// By format and model: what prompts are made of besides the rows.
  std::map<std::pair<std::string, std::string>, eval::Predictor> predictors_;
  eval::RowSetCounter counter_;
  std::int64_t bad_rows_ = 0;
};

}  // namespace sheaf::api
