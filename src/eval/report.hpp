// A report: everything that was measured, as docs/report-format.md describes it, and as text for a
// terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "eval/cell.hpp"
#include "eval/row_set.hpp"
#include "eval/variant.hpp"

namespace sheaf::eval {

struct WrongAnswer {
  std::string cell;
  ScoredRow row;
  std::string prompt;
  std::string reply;
};

struct ReportData {
  std::string kind;  ///< "sweep", "eval" or "comparison"
  std::string title;
  std::string rows_file;
  std::int64_t exemplars = 0;
  double max_loss = 0.02;
  RowSet rows;  ///< Of a comparison: of the first run.
  std::vector<Cell> cells;
  std::vector<Variant> variants;  ///< Of `cells`.
  /// Of two runs, `cells[1]` against `cells[0]`.
  std::optional<Comparison> first_pass_comparison;
  std::optional<Comparison> comparison;
  std::string stopped;  ///< Why cells of a sweep are missing; empty when none is.
  std::vector<WrongAnswer> wrong;
  std::vector<std::string> notes;  ///< Beside those that follow from the rest.
};

/// That so many rows stand in no figure.
std::string note_on_bad_rows(std::int64_t count);

/// Fills what follows from the cells: the notes that a reader needs.
void add_notes(ReportData& data);

json::Value report_json(const ReportData& data);

/// A table a variant, its recommendation, and the notes; for a terminal.
std::string report_text(const ReportData& data);

}  // namespace sheaf::eval
