// Rows as a task shows them, by id: where gold values stand in a file of their own.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include <sheaf/error.hpp>

#include "rows/each_row.hpp"
#include "task/task.hpp"

namespace sheaf::eval {

struct TableRow {
  task::RenderedRow shown;
  std::int64_t line = 0;  ///< Of the file, from 1.
};

struct RowTable {
  std::string name;  ///< Of the file, for messages.
  std::unordered_map<std::string, TableRow> by_id;
  std::int64_t bad_rows = 0;  ///< Those that were passed over.
  /// Rows with a gold value that are not among `named` ids.
  std::int64_t with_gold_beside(const std::unordered_set<std::string>& named) const;
};

/// Reads all rows. Bad are those that a run would refuse (one that cannot be read or shown, or has
/// the id of an earlier one with other content), and one of equal content with another gold value.
/// A refused one is ErrorCode::usage with "FILE:LINE: ...".
Expected<RowTable> read_row_table(const task::Task& task, const std::string& path,
                                  rows::BadRows bad_rows);

}  // namespace sheaf::eval
