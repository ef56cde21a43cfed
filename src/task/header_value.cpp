#include "task/header_value.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::task {
namespace {

constexpr std::string_view open = "${";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool breaks_header(std::string_view value) {
  return std::ranges::any_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

/// The next `${NAME}` from `at` on: where it opens, and its name. An unclosed one has npos.
struct Reference {
  std::size_t begin = std::string_view::npos;
  std::size_t end = std::string_view::npos;
  std::string_view name;
};

Reference next_reference(std::string_view value, std::size_t at) {
  Reference found;
  found.begin = value.find(open, at);
  if (found.begin == std::string_view::npos) return found;
  const std::size_t close = value.find('}', found.begin);
  if (close == std::string_view::npos) return found;
  found.end = close + 1;
  found.name = value.substr(found.begin + open.size(), close - found.begin - open.size());
  return found;
}

}  // namespace

bool is_header_name(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || is_digit(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::string_view header_value_fault(std::string_view value) {
  if (breaks_header(value)) return "has a line break or control character; remove it";
  for (auto found = next_reference(value, 0); found.begin != std::string_view::npos;
       found = next_reference(value, found.end)) {
    if (found.end == std::string_view::npos) return "has '${' without '}'; close it";
    if (!is_variable_name(found.name)) {
      return "has '${...}' around what is no variable's name; write ${NAME}";
    }
  }
  return {};
}

bool is_secret_header(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 5> words{"authorization", "cookie", "token", "secret",
                                                  "password"};
  const std::string named = text::fold_ascii(name);
  const std::string written = text::fold_ascii(text::trim(value));
  const bool by_name =
      named.ends_with("key") || std::ranges::any_of(words, [&](std::string_view word) {
        return named.find(word) != std::string::npos;
      });
  return by_name || written.starts_with("bearer ") || written.starts_with("sk-");
}

std::vector<std::string> variables_of(std::string_view value) {
  std::vector<std::string> names;
  for (auto found = next_reference(value, 0); found.end != std::string_view::npos;
       found = next_reference(value, found.end)) {
    names.emplace_back(found.name);
  }
  return names;
}

std::expected<std::string, std::string> expand_header(
    std::string_view value, const std::map<std::string, std::string>& environment) {
  std::string out;
  std::size_t at = 0;
  for (auto found = next_reference(value, at); found.end != std::string_view::npos;
       found = next_reference(value, at)) {
    const auto variable = environment.find(std::string(found.name));
    if (variable == environment.end()) {
      return std::unexpected(
          fmt::format("needs the environment variable {}, which is not set; set it", found.name));
    }
    if (breaks_header(variable->second)) {
      return std::unexpected(fmt::format(
          "takes the environment variable {}, which has a line break or control character; mend it",
          found.name));
    }
    out.append(value.substr(at, found.begin - at)).append(variable->second);
    at = found.end;
  }
  return out.append(value.substr(at));
}

}  // namespace sheaf::task
