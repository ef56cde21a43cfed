// The files of public data sets as rows, whatever form they were published in.
#pragma once

#include <memory>
#include <string>

#include <sheaf/error.hpp>

#include "rows/row.hpp"

namespace sheaf::dataset {

/// Opens PATH ("-" is standard input), unpacked where it ends in .gz or .zst:
/// - .csv: a header and records, as rows have them;
/// - `[...]`: a JSON array of objects; `{...}` alone: an object that holds one under "data",
///   "examples" or "rows" (whose elements may be {"row": {...}}), or is a single row itself;
///   `{...}` and more: JSON Lines;
/// - `(...)`: one bracketed tree a line, as the Stanford Sentiment Treebank is written: columns
///   "label" (of its root) and "text";
/// - anything else: lines parted by tabs, quotation marks being text. The first one is the header
///   where it holds a name that these sets use ("label", "sentence1", ...); without a header there
///   are two columns, "label" and "text".
///
/// All but CSV is read into memory. Errors are ErrorCode::usage; a row that cannot be read is a
/// BadRow with its line.
Expected<std::unique_ptr<rows::RowSource>> open_published(const std::string& path);

}  // namespace sheaf::dataset
