// A measured report as a page and as tables. The form of the report's JSON object is
// docs/report-format.md. Nothing in it is trusted: rows, replies, names of tasks and files may hold
// any text. A member that is missing reads as null.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"

namespace sheaf::report {

/// One self-contained HTML page that holds `report`, its figures and their tables. It loads nothing
/// and sends nothing: its policy forbids both. The same report gives the same bytes. Malformed
/// UTF-8 in `report` becomes U+FFFD.
std::string html(const json::Value& report);

struct File {
  std::string name;  ///< "accuracy.csv": lower-case letters and hyphens
  std::string bytes;
};

/// Every figure's table as CSV (RFC 4180, lines end in CR LF, a header first), always the same
/// files in the same order; a table of which nothing is known has its header alone. A text that a
/// spreadsheet would take for a formula gets an apostrophe before it. The page offers the same
/// tables.
std::vector<File> csv(const json::Value& report);

}  // namespace sheaf::report
