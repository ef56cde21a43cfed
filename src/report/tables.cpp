#include "report/tables.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sheaf::report {
namespace {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "text";
    case Kind::flag:
      return "flag";
    case Kind::count:
      return "count";
    case Kind::number:
      return "number";
    case Kind::share:
      return "share";
    case Kind::points:
      return "points";
    case Kind::usd:
      return "usd";
    case Kind::ms:
      return "ms";
    case Kind::times:
      return "times";
    case Kind::probability:
      return "probability";
  }
  return "text";
}

}  // namespace

std::vector<Table> tables(const json::Value& report) {
  std::vector<Table> all = size_tables(report);
  std::ranges::move(run_tables(report), std::back_inserter(all));
  return all;
}

json::Value to_json(const Table& table) {
  json::Array columns;
  for (const Column& column : table.columns) {
    columns.emplace_back(json::Object{{"name", json::Value(column.name)},
                                      {"title", json::Value(column.title)},
                                      {"kind", json::Value(name_of(column.kind))}});
  }
  json::Array rows(table.rows.begin(), table.rows.end());
  return json::Object{{"id", json::Value(table.id)},
                      {"title", json::Value(table.title)},
                      {"columns", std::move(columns)},
                      {"rows", std::move(rows)}};
}

}  // namespace sheaf::report
