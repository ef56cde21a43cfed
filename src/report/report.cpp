#include "report/report.hpp"

#include <string_view>
#include <utility>

#include "core/text.hpp"
#include "report/page_parts.hpp"
#include "report/tables.hpp"
#include "rows/result.hpp"

namespace sheaf::report {
namespace {

/// JSON inside a script element: what could end the element, open a comment in it or break a line
/// of a script stands only inside strings, and there as an escape.
void append_contained(std::string& out, std::string_view json) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    const std::string_view three = json.substr(i, 3);
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else if (three == "\u2028" || three == "\u2029") {
      out += three == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out.push_back(c);
    }
  }
}

std::string cell(const json::Value& value) {
  if (value.is_null()) return {};
  const std::string* text = value.string();
  if (text == nullptr) return json::dump(value);
  return rows::is_formula(*text) ? "'" + *text : *text;
}

void append_line(std::string& out, const std::vector<std::string>& cells) {
  rows::append_csv_record(out, cells);
  out += "\r\n";
}

std::string to_csv(const Table& table) {
  std::string out;
  std::vector<std::string> cells;
  cells.reserve(table.columns.size());
  for (const Column& column : table.columns) cells.emplace_back(column.name);
  append_line(out, cells);
  for (const json::Array& row : table.rows) {
    cells.clear();
    for (const json::Value& value : row) cells.push_back(text::replace_invalid_utf8(cell(value)));
    append_line(out, cells);
  }
  return out;
}

}  // namespace

std::string html(const json::Value& report) {
  json::Array figures;
  for (const Table& table : tables(report)) figures.push_back(to_json(table));
  std::string data = R"({"report":)";
  json::append(data, report);
  data += R"(,"tables":)";
  json::append(data, std::move(figures));
  data.push_back('}');

  std::string out(page_before_data());
  append_contained(out, text::replace_invalid_utf8(data));
  out += page_after_data();
  return out;
}

std::vector<File> csv(const json::Value& report) {
  std::vector<File> files;
  for (const Table& table : tables(report)) {
    files.push_back({std::string(table.id) + ".csv", to_csv(table)});
  }
  return files;
}

}  // namespace sheaf::report
