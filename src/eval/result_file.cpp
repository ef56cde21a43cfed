#include "eval/result_file.hpp"

#include <charconv>
#include <expected>
#include <string_view>
#include <utility>

#include "rows/each_row.hpp"
#include "rows/result.hpp"
#include "rows/row.hpp"

namespace sheaf::eval {
namespace {

using Read = std::expected<StoredResult, std::string>;

constexpr std::string_view input_prefix = "input.";

std::string text_of(const json::Value* value) {
  if (value == nullptr) return {};
  if (const auto* text = value->string()) return *text;
  if (const auto* number = value->number()) return number->digits;
  return {};
}

int count_of(const json::Value* value) {
  const auto text = text_of(value);
  int count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

/// A line of JSON as docs/output-format.md has it.
Read from_json(const json::Value& fields) {
  StoredResult result;
  result.answer = *fields.find("answer");
  result.text = text_of(fields.find("text"));
  result.reason = text_of(fields.find_path("error.reason"));
  result.size = count_of(fields.find_path("batch.size"));
  result.position = count_of(fields.find_path("batch.position"));
  result.round = count_of(fields.find_path("batch.round"));
  const auto* input = fields.find("input");
  if (input == nullptr || input->is_null()) return result;
  if (input->object() == nullptr) return std::unexpected("`input` is no object");
  result.input = *input;
  return result;
}

/// The columns of a CSV of results; those of the row follow as `input.NAME`.
Read from_table(const json::Value& fields) {
  StoredResult result;
  const auto answer = text_of(fields.find("answer"));
  if (!answer.empty()) result.answer = answer;
  result.text = text_of(fields.find("text"));
  result.reason = text_of(fields.find("error_reason"));
  result.size = count_of(fields.find("batch_size"));
  result.position = count_of(fields.find("batch_position"));
  result.round = count_of(fields.find("batch_round"));
  json::Object input;
  for (const auto& [name, value] : *fields.object()) {
    if (name.starts_with(input_prefix)) input.emplace_back(name.substr(input_prefix.size()), value);
  }
  if (const auto more = json::parse(text_of(fields.find("input_more"))); more && more->object()) {
    input.insert(input.end(), more->object()->begin(), more->object()->end());
  }
  if (!input.empty()) result.input = std::move(input);
  return result;
}

/// A row of a table as it was before --escape-formulas.
json::Value unescaped(const json::Value& fields) {
  json::Object plain;
  for (const auto& [name, value] : *fields.object()) {
    auto text = text_of(&value);
    rows::unescape_formula(text);
    plain.emplace_back(name, std::move(text));
  }
  return plain;
}

Read read(const json::Value& fields, bool is_table) {
  const auto* id = fields.find("id");
  if (id == nullptr) return std::unexpected("no `id`: this is no result");
  if (fields.find("answer") == nullptr) {
    return std::unexpected("no `answer`: this is no result");
  }
  auto result = is_table ? from_table(fields) : from_json(fields);
  if (!result) return result;
  result->id = text_of(id);
  if (result->id.empty()) return std::unexpected("`id` is no text and no number");
  if (result->answer.is_null() && result->reason.empty()) result->reason = "no-answer";
  return result;
}

}  // namespace

Expected<void> for_each_result(const std::string& path, const VisitResult& visit) {
  auto source = rows::open_rows(path);
  if (!source) return std::unexpected(source.error());
  const bool is_table = !(*source)->columns().empty();
  const auto take = [&](const rows::Row& row) -> std::expected<void, std::string> {
    const bool is_escaped = is_table && count_of(row.fields.find("escaped")) > 0;
    auto result = is_escaped ? read(unescaped(row.fields), is_table) : read(row.fields, is_table);
    if (!result) return std::unexpected(std::move(result.error()));
    result->line = row.line;
    return visit(std::move(*result));
  };
  const auto done = rows::for_each_row(**source, rows::BadRows::refuse, take);
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace sheaf::eval
