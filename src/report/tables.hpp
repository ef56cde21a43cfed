// The figures of a report as tables: what the page draws and what the CSV files hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace sheaf::report {

/// What a column's values are, and so how the page shows them.
enum class Kind {
  text,
  flag,        ///< a boolean
  count,       ///< a whole number
  number,      ///< any other
  share,       ///< 0 to 1, shown in per cent
  points,      ///< a difference of shares, shown in percentage points
  usd,         ///< dollars
  ms,          ///< milliseconds
  times,       ///< a ratio: 2.5 is "2.5 times less"
  probability  ///< a p value
};

struct Column {
  std::string_view name;   ///< the CSV header
  std::string_view title;  ///< the page's header
  Kind kind;
};

struct Table {
  std::string_view id;     ///< names its file and its place in the page
  std::string_view title;  ///< its caption
  std::vector<Column> columns;
  std::vector<json::Array> rows;  ///< each as long as `columns`
};

/// All tables, in the page's order.
std::vector<Table> tables(const json::Value& report);

/// Those that set batch sizes beside each other.
std::vector<Table> size_tables(const json::Value& report);
/// Those about single runs.
std::vector<Table> run_tables(const json::Value& report);

json::Value to_json(const Table& table);

}  // namespace sheaf::report
