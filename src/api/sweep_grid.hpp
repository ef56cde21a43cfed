// The cells of a sweep, before any is run.
#pragma once

#include <string>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/eval.hpp>
#include <sheaf/task.hpp>

#include "eval/cell.hpp"

namespace sheaf::api {

struct GridCell {
  eval::CellKey key;
  std::string name;     ///< Of its files; unique.
  Task task;            ///< With everything that the cell says of it.
  std::string results;  ///< Path; its checkpoint is this and ".sheaf".
};

/// Every cell in the order in which they are run: variant by variant, repeat by repeat, b = 1
/// first and once more, then the sizes as they rise. ErrorCode::usage: an option out of its range,
/// a cell whose task cannot be read.
Expected<std::vector<GridCell>> make_grid(const std::string& task_path,
                                          const TaskOverrides& overrides,
                                          const SweepOptions& options);

}  // namespace sheaf::api
