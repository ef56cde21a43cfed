// Results out: one record per row, as a line of JSON or of CSV. docs/output-format.md describes
// both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/usage.hpp>

#include "core/json.hpp"
#include "core/money.hpp"
#include "rows/columns.hpp"

namespace sheaf::rows {

/// Why a row has no answer: `reason` is one of the words in docs/output-format.md.
struct ResultError {
  std::string reason;
  std::string detail;
};

/// The prompt that settled the row: samples in it, the row's place from 1, the round from 1.
struct ResultBatch {
  int size = 0;
  int position = 0;
  int round = 0;
};

/// What is known of one row at its end. With `error` it is a failed row, without an answered one.
struct ResultRecord {
  std::string id;
  json::Value answer;  ///< Null when failed, whatever stands here.
  std::string text;    ///< The answer as the model wrote it; empty when there was none.
  std::optional<ResultError> error;
  std::int64_t requests = 0;  ///< Prompts that the row was part of.
  Usage usage;                ///< Its share of their tokens.
  std::optional<Money> cost;  ///< Its share of their cost; nullopt without prices.
  std::optional<ResultBatch> batch;
  std::string input;  ///< Row::raw: one JSON object, on one line.
};

/// "answered" or "failed".
std::string_view status(const ResultRecord& record);

/// The record as one JSON object without a newline: members in the documented order, `input` byte
/// for byte. Precondition: every string is valid UTF-8.
std::string to_json_line(const ResultRecord& record);

/// What a spreadsheet would compute: text that begins with = + - @, a tab or a line break and is no
/// JSON number.
bool is_formula(std::string_view text);

/// Puts an apostrophe before a formula, and one more where apostrophes stand before it already:
/// other texts become other texts. Whether it did.
bool escape_formula(std::string& text);

/// The inverse. A formula without an apostrophe, which no `escape_formula` leaves, stays.
void unescape_formula(std::string& text);

/// `escape`: every cell goes through `escape_formula`, so that it is shown and not computed, and a
/// column `escaped` behind `batch_round` counts the cells of the row that got an apostrophe.
enum class Formulas { keep, escape };

/// The record as a line of CSV. Nested members are flattened with `_`, the input's columns are
/// called `input.NAME`. Immutable.
class CsvResults {
 public:
  /// Input columns that `columns` does not list go together into a last column `input_more`, as a
  /// JSON object; it is there only where the columns are not fixed.
  explicit CsvResults(TableColumns columns, Formulas formulas = Formulas::keep);

  /// The names of the columns, as the file's first line; no newline.
  std::string header() const;
  /// One line (a quoted cell may hold line breaks), no newline at its end.
  std::string line(const ResultRecord& record) const;

 private:
  TableColumns columns_;
  Formulas formulas_;
};

/// Appends `cells` as one CSV record (RFC 4180, comma, no line end): a cell is quoted only when it
/// holds a comma, a quote or a line break, or is the only one and empty. Bytes are kept as they
/// are.
void append_csv_record(std::string& out, const std::vector<std::string>& cells);

}  // namespace sheaf::rows
