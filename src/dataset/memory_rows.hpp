// Rows from a text that is in memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>

#include "dataset/json_outline.hpp"
#include "rows/row.hpp"

namespace sheaf::dataset {

/// One row for each span of `content`, which should be an object. The line is the one where it
/// begins.
std::unique_ptr<rows::RowSource> json_rows(std::string content, std::vector<Span> spans,
                                           std::string name);

/// One row {"label", "text"} for each line that holds a bracketed tree such as
/// `(3 (2 A) (4 (3 fine) (2 film)))`: the root's label, and the words with a space between.
/// `-LRB-`, `-RRB-` and escaped slashes and stars are put back.
std::unique_ptr<rows::RowSource> tree_rows(std::string_view content, std::string name);

/// Lines parted by tabs; quotation marks are text. See open_published for the header. Error: a
/// first line that names no column and has not two cells.
Expected<std::unique_ptr<rows::RowSource>> tabbed_rows(std::string_view content, std::string name);

}  // namespace sheaf::dataset
