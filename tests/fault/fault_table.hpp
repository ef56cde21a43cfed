// The table of docs/faults.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cli/process.hpp"

namespace sheaf::testing {

struct FaultOutcome {
  int code = 0;       ///< The exit code.
  std::string words;  ///< The reason, or what the message holds; empty with exit 0.
};

struct FaultRow {
  FaultOutcome transient;
  FaultOutcome persistent;
  FaultOutcome from_first = persistent;  ///< Of a run in which nothing was answered before.
};

inline std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// "exit 1 `network`"
inline FaultOutcome read_outcome(std::string_view cell) {
  FaultOutcome outcome{.code = -1, .words = {}};
  if (cell.starts_with("exit ") && cell.size() > 5) outcome.code = cell[5] - '0';
  const auto open = cell.find('`');
  if (open == std::string_view::npos) return outcome;
  outcome.words = cell.substr(open + 1, cell.find('`', open + 1) - open - 1);
  return outcome;
}

/// "exit 3 `word`; from the first on exit 1 `word`": the second is `from_first`.
inline FaultRow read_outcomes(std::string_view transient, std::string_view persistent) {
  static constexpr std::string_view mark = "; from the first on ";
  FaultRow row{.transient = read_outcome(transient), .persistent = read_outcome(persistent)};
  const auto at = persistent.find(mark);
  if (at != std::string_view::npos)
    row.from_first = read_outcome(persistent.substr(at + mark.size()));
  return row;
}

/// "status 400, 404 to 406" stands for each of them.
inline void add_kinds(std::map<std::string, FaultRow>& table, std::string_view kind,
                      const FaultRow& row) {
  static constexpr std::string_view status = "status ";
  if (!kind.starts_with(status)) {
    table[std::string(kind)] = row;
    return;
  }
  kind.remove_prefix(status.size());
  while (!kind.empty()) {
    const auto end = std::min(kind.find(','), kind.size());
    const auto item = trimmed(kind.substr(0, end));
    const int first = std::stoi(std::string(item.substr(0, 3)));
    const int last = std::stoi(std::string(item.substr(item.size() - 3)));
    for (int one = first; one <= last; ++one) table["status " + std::to_string(one)] = row;
    kind.remove_prefix(std::min(end + 1, kind.size()));
  }
}

/// Kind -> what comes of it. A table's line is "| kind | what it is | transient | persistent |".
inline std::map<std::string, FaultRow> read_fault_table() {
  std::map<std::string, FaultRow> table;
  for (const auto& line : lines_of(Folder::read_file(SHEAF_SOURCE_DIR "/docs/faults.md"))) {
    std::vector<std::string_view> cells;
    std::string_view rest = line;
    while (rest.starts_with('|') && rest.size() > 1) {
      rest.remove_prefix(1);
      cells.push_back(trimmed(rest.substr(0, rest.find('|'))));
      rest.remove_prefix(std::min(rest.find('|'), rest.size()));
    }
    if (cells.size() != 4 || cells[0] == "kind" || cells[0].starts_with("---")) continue;
    add_kinds(table, cells[0], read_outcomes(cells[2], cells[3]));
  }
  return table;
}

}  // namespace sheaf::testing
