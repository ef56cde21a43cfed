// The columns of a table that is made from rows whose members may differ.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "rows/row.hpp"

namespace sheaf::rows {

/// `fixed`: a header says so, no row has others. Otherwise these are the first row's members, and
/// later rows may lack some or bring more.
struct TableColumns {
  std::vector<std::string> names;
  bool fixed = false;
};

/// The columns of `source`. Where it has no header this reads as far as its first good row (past
/// at most 1,000 bad ones; none found: no columns) and puts in its place a source that gives what
/// was read once more.
Expected<TableColumns> table_columns(std::unique_ptr<RowSource>& source);

}  // namespace sheaf::rows
