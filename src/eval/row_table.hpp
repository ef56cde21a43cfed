// Rows as a task shows them, by id: where gold values stand in a file of their own.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include <sheaf/error.hpp>

#include "task/task.hpp"

namespace sheaf::eval {

struct RowTable {
  std::unordered_map<std::string, task::RenderedRow> by_id;  ///< Of equal ids the last row.
  std::vector<std::string> ids;                              ///< In the order of the rows.
};

/// Reads all rows; one that cannot be read or shown is ErrorCode::usage with "FILE:LINE: ...".
Expected<RowTable> read_row_table(const task::Task& task, const std::string& path);

}  // namespace sheaf::eval
