// A stream of rows read as a whole, and the one form in which a row's fault is told.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include <sheaf/error.hpp>

#include "rows/row.hpp"

namespace sheaf::rows {

/// "FILE:LINE: reason", where the column is known "FILE:LINE:COLUMN: reason"; safe for a terminal.
std::string describe(const RowSource& source, const BadRow& row);

enum class BadRows { refuse, skip };

/// What is done with a row; the error is why the row is bad, without its place.
using VisitRow = std::function<std::expected<void, std::string>(const Row&)>;

/// Hands over every row in its order. A bad row is one that cannot be read, or that `visit` has a
/// fault to find with: refused, it ends the reading with ErrorCode::usage and what `describe` says;
/// else it is counted. Returns how many were.
Expected<std::int64_t> for_each_row(RowSource& source, BadRows bad_rows, const VisitRow& visit);

}  // namespace sheaf::rows
