#include "task/template.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"

namespace sheaf::task {
namespace {

constexpr std::string_view open = "{{";
constexpr std::string_view close = "}}";
constexpr std::string_view escaped_open = "{{{{";

std::expected<std::string, std::string> column_name(std::string_view between) {
  const std::string_view name = text::trim(between);
  if (name.empty()) return std::unexpected("names no column between '{{' and '}}'");
  if (name.find_first_of("{}\r\n") != std::string_view::npos) {
    return std::unexpected("has a brace or a line break in a column's name");
  }
  return std::string(name);
}

}  // namespace

std::expected<Template, Template::Problem> Template::parse(std::string_view text) {
  Template parsed;
  parsed.source_ = text;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) parsed.parts_.emplace_back(std::exchange(literal, {}));
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(escaped_open)) {
      literal += open;
      at += escaped_open.size();
      continue;
    }
    if (!rest.starts_with(open)) {
      literal.push_back(text[at++]);
      continue;
    }
    const std::size_t end = rest.find(close, open.size());
    if (end == std::string_view::npos) return std::unexpected(Problem{at, "has '{{' without '}}'"});
    auto name = column_name(rest.substr(open.size(), end - open.size()));
    if (!name) return std::unexpected(Problem{at, std::move(name.error())});
    flush();
    parsed.parts_.emplace_back(Column{std::move(*name)});
    at += end + close.size();
  }
  flush();
  return parsed;
}

std::expected<std::string, std::string> Template::expand(const json::Value& fields) const {
  std::string out;
  for (const auto& part : parts_) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      out += *literal;
      continue;
    }
    const std::string& path = std::get<Column>(part).path;
    const json::Value* cell = fields.find_path(path);
    if (cell == nullptr) return std::unexpected(path);
    const std::string* text = cell->string();
    text != nullptr ? out += * text : out += cell_text(*cell);
  }
  return out;
}

std::vector<std::string> Template::columns() const {
  std::vector<std::string> names;
  for (const auto& part : parts_) {
    const auto* column = std::get_if<Column>(&part);
    if (column != nullptr && std::ranges::find(names, column->path) == names.end()) {
      names.push_back(column->path);
    }
  }
  return names;
}

std::string cell_text(const json::Value& value) {
  if (value.is_null()) return {};
  if (const auto* text = value.string()) return *text;
  return json::dump(value);
}

}  // namespace sheaf::task
