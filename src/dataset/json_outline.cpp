#include "dataset/json_outline.hpp"

#include <algorithm>

namespace sheaf::dataset {
namespace {

constexpr std::string_view json_space = " \t\r\n";
constexpr std::string_view after_scalar = " \t\r\n,:]}";

std::size_t skip_space(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(json_space, at), text.size());
}

std::optional<std::size_t> string_end(std::string_view text, std::size_t quote) {
  for (std::size_t at = quote + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> bracket_end(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const auto end = string_end(text, at);
      if (!end) return std::nullopt;
      at = *end - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return std::nullopt;
}

/// Past a separator, where one is next.
std::size_t skip_mark(std::string_view text, std::size_t at, char mark) {
  at = skip_space(text, at);
  return at < text.size() && text[at] == mark ? skip_space(text, at + 1) : at;
}

}  // namespace

std::optional<Span> find_value(std::string_view text, std::size_t at) {
  const std::size_t begin = skip_space(text, at);
  if (begin == text.size()) return std::nullopt;
  std::optional<std::size_t> end;
  if (text[begin] == '"') {
    end = string_end(text, begin);
  } else if (text[begin] == '{' || text[begin] == '[') {
    end = bracket_end(text, begin);
  } else {
    end = std::min(text.find_first_of(after_scalar, begin), text.size());
  }
  if (!end || *end == begin) return std::nullopt;
  return Span{begin, *end};
}

std::optional<std::vector<Span>> elements(std::string_view text, Span array) {
  std::vector<Span> found;
  std::size_t at = skip_space(text, array.begin + 1);
  while (at < text.size() && text[at] != ']') {
    const auto value = find_value(text, at);
    if (!value) return std::nullopt;
    found.push_back(*value);
    at = skip_mark(text, value->end, ',');
  }
  if (at == text.size()) return std::nullopt;
  return found;
}

std::optional<Span> member(std::string_view text, Span object, std::string_view name) {
  std::size_t at = skip_space(text, object.begin + 1);
  while (at < text.size() && text[at] == '"') {
    const auto key = find_value(text, at);
    if (!key) return std::nullopt;
    const auto value = find_value(text, skip_mark(text, key->end, ':'));
    if (!value) return std::nullopt;
    if (text.substr(key->begin + 1, key->end - key->begin - 2) == name) return value;
    at = skip_mark(text, value->end, ',');
  }
  return std::nullopt;
}

}  // namespace sheaf::dataset
