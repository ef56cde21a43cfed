#include "task/problems.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::task {
namespace {

constexpr std::size_t longest_file_name = 400;
constexpr std::size_t longest_value = 60;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool could_be_key(std::string_view value) {
  constexpr std::size_t shortest_key = 20;
  if (value.starts_with("sk-")) return true;
  if (value.size() < shortest_key || value.find(' ') != std::string_view::npos) return false;
  return std::ranges::any_of(value, is_letter) && std::ranges::any_of(value, is_digit);
}

}  // namespace

Problems::Problems(std::string_view file) : file_(text::display_safe(file, longest_file_name)) {}

void Problems::add(Position at, std::string_view message) {
  add_bare(fmt::format("{}:{}:{}: {}", file_, at.line, at.column, message));
}

void Problems::add_in(std::string_view file, std::int64_t line, std::optional<std::size_t> column,
                      std::string_view message) {
  const std::string name = text::display_safe(file, longest_file_name);
  if (column) {
    add_bare(fmt::format("{}:{}:{}: {}", name, line, *column, message));
  } else {
    add_bare(fmt::format("{}:{}: {}", name, line, message));
  }
}

void Problems::add_bare(std::string message) {
  if (!first_) first_ = std::move(message);
}

std::string shown_value(std::string_view value) {
  if (could_be_key(value)) return "(hidden: it could be an API key)";
  return "'" + text::display_safe(value, longest_value) + "'";
}

std::string any_of(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace sheaf::task
