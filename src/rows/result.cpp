#include "rows/result.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sheaf::rows {
namespace {

constexpr std::string_view formula_starts = "=+-@\t\r\n";

std::string_view behind_apostrophes(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of('\''), text.size()));
}

void append_number(std::string& out, std::string_view name, std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(name).append(digits.data(), end);
}

void append_usage(std::string& out, const Usage& usage) {
  append_number(out, R"({"input_tokens":)", usage.input_tokens);
  append_number(out, R"(,"cached_input_tokens":)", usage.cached_input_tokens);
  append_number(out, R"(,"output_tokens":)", usage.output_tokens);
  append_number(out, R"(,"reasoning_tokens":)", usage.reasoning_tokens);
  if (usage.cache_write_tokens != 0) {
    append_number(out, R"(,"cache_write_tokens":)", usage.cache_write_tokens);
  }
  out.push_back('}');
}

void append_error(std::string& out, const std::optional<ResultError>& error) {
  if (!error) {
    out += "null";
    return;
  }
  out += R"({"reason":)";
  json::append_string(out, error->reason);
  out += R"(,"detail":)";
  json::append_string(out, error->detail);
  out.push_back('}');
}

void append_batch(std::string& out, const std::optional<ResultBatch>& batch) {
  if (!batch) {
    out += "null";
    return;
  }
  append_number(out, R"({"size":)", batch->size);
  append_number(out, R"(,"position":)", batch->position);
  append_number(out, R"(,"round":)", batch->round);
  out.push_back('}');
}

/// A value as the text of a cell: strings as they are, null empty, all else as JSON.
std::string cell(const json::Value& value) {
  if (value.is_null()) return {};
  if (const std::string* text = value.string()) return *text;
  return json::dump(value);
}

/// The member `name`, looked for at `place` first: rows of one table have their members in one
/// order.
const json::Value* member(const json::Object& fields, std::size_t place, const std::string& name) {
  if (place < fields.size() && fields[place].first == name) return &fields[place].second;
  const auto found = std::ranges::find(fields, name, &json::Member::first);
  return found == fields.end() ? nullptr : &found->second;
}

bool is_column(const std::vector<std::string>& names, std::size_t place, const std::string& name) {
  if (place < names.size() && names[place] == name) return true;
  return std::ranges::find(names, name) != names.end();
}

void append_input(std::vector<std::string>& cells, const std::string& input,
                  const TableColumns& columns) {
  const auto parsed = json::parse(input).value_or(json::Object{});
  const json::Object& fields = *parsed.object();
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    const json::Value* value = member(fields, i, columns.names[i]);
    cells.push_back(value == nullptr ? std::string() : cell(*value));
  }
  if (columns.fixed) return;
  json::Object more;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!is_column(columns.names, i, fields[i].first)) more.push_back(fields[i]);
  }
  cells.push_back(more.empty() ? std::string() : json::dump(std::move(more)));
}

}  // namespace

bool is_formula(std::string_view text) {
  if (text.empty() || !formula_starts.contains(text.front())) return false;
  const auto value = json::parse(text);
  return !value || value->number() == nullptr;
}

bool escape_formula(std::string& text) {
  if (!is_formula(behind_apostrophes(text))) return false;
  text.insert(0, 1, '\'');
  return true;
}

void unescape_formula(std::string& text) {
  if (text.starts_with('\'') && is_formula(behind_apostrophes(text))) text.erase(0, 1);
}

std::string_view status(const ResultRecord& record) { return record.error ? "failed" : "answered"; }

std::string to_json_line(const ResultRecord& record) {
  std::string out;
  out.reserve(record.input.size() + record.text.size() + 512);
  out += R"({"id":)";
  json::append_string(out, record.id);
  out += R"(,"answer":)";
  json::append(out, record.error ? json::Value() : record.answer);
  out += R"(,"status":)";
  json::append_string(out, status(record));
  out += R"(,"text":)";
  json::append_string(out, record.text);
  out += R"(,"error":)";
  append_error(out, record.error);
  append_number(out, R"(,"requests":)", record.requests);
  out += R"(,"usage":)";
  append_usage(out, record.usage);
  out += R"(,"cost_usd":)" + (record.cost ? to_decimal(*record.cost) : "null");
  out += R"(,"batch":)";
  append_batch(out, record.batch);
  out += R"(,"input":)";
  out += record.input;
  out.push_back('}');
  return out;
}

CsvResults::CsvResults(TableColumns columns, Formulas formulas)
    : columns_(std::move(columns)), formulas_(formulas) {}

std::string CsvResults::header() const {
  std::vector<std::string> names{"id",
                                 "answer",
                                 "status",
                                 "text",
                                 "error_reason",
                                 "error_detail",
                                 "requests",
                                 "usage_input_tokens",
                                 "usage_cached_input_tokens",
                                 "usage_output_tokens",
                                 "usage_reasoning_tokens",
                                 "cost_usd",
                                 "batch_size",
                                 "batch_position",
                                 "batch_round"};
  if (formulas_ == Formulas::escape) names.emplace_back("escaped");
  for (const std::string& name : columns_.names) names.push_back("input." + name);
  if (!columns_.fixed) names.emplace_back("input_more");
  std::string out;
  append_csv_record(out, names);
  return out;
}

std::string CsvResults::line(const ResultRecord& record) const {
  const auto& batch = record.batch;
  std::vector<std::string> cells{
      record.id,
      record.error ? std::string() : cell(record.answer),
      std::string(status(record)),
      record.text,
      record.error ? record.error->reason : std::string(),
      record.error ? record.error->detail : std::string(),
      std::to_string(record.requests),
      std::to_string(record.usage.input_tokens),
      std::to_string(record.usage.cached_input_tokens),
      std::to_string(record.usage.output_tokens),
      std::to_string(record.usage.reasoning_tokens),
      record.cost ? to_decimal(*record.cost) : std::string(),
      batch ? std::to_string(batch->size) : std::string(),
      batch ? std::to_string(batch->position) : std::string(),
      batch ? std::to_string(batch->round) : std::string(),
  };
  const auto before_input = std::ssize(cells);
  append_input(cells, record.input, columns_);
  if (formulas_ == Formulas::escape) {
    int escaped = 0;
    for (auto& text : cells) escaped += escape_formula(text) ? 1 : 0;
    cells.insert(cells.begin() + before_input, std::to_string(escaped));
  }
  std::string out;
  append_csv_record(out, cells);
  return out;
}

void append_csv_record(std::string& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string& text = cells[i];
    if (i > 0) out.push_back(',');
    const bool blank_line = text.empty() && cells.size() == 1;
    if (!blank_line && text.find_first_of(",\"\r\n") == std::string::npos) {
      out += text;
      continue;
    }
    out.push_back('"');
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    out.push_back('"');
  }
}

}  // namespace sheaf::rows
