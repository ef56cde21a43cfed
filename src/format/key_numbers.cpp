#include "format/key_numbers.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "format/reading.hpp"

namespace sheaf::format {
namespace {

constexpr std::size_t max_filler = 64;
constexpr std::size_t max_between = 12;

constexpr std::array<std::u32string_view, 9> range_words{
    U"-", U"to", U"through", U"thru", U"until", U"..", U"...", U"~", U"\u2026"};
constexpr std::array<std::u32string_view, 13> list_words{
    U"", U",", U"and", U",and", U"&", U"/", U"+", U";", U"or", U",or", U"|", U"\u3001", U"\uFF64"};

bool is_inner(char32_t point) {
  constexpr std::u32string_view allowed = U" ,;:/&+-.~#|\u3001\uFF64\u2026";
  return is_digit(point) || (point >= U'a' && point <= U'z') ||
         allowed.find(point) != std::u32string_view::npos;
}

std::u32string without_filler(std::u32string_view text) {
  std::u32string out;
  std::ranges::copy_if(text, std::back_inserter(out),
                       [](char32_t c) { return c != U' ' && c != U'\\' && !is_emphasis(c); });
  return out;
}

std::size_t after_bracket(std::u32string_view points, std::size_t at, char32_t bracket) {
  if (at < points.size() && points[at] == U'\\') ++at;
  return at < points.size() && points[at] == bracket ? at + 1 : 0;
}

std::size_t skip_spaces(std::u32string_view points, std::size_t at) {
  while (at < points.size() && points[at] == U' ') ++at;
  return at;
}

/// The numbers of one bracket whose content starts at `at`; `end` is behind its closing bracket.
std::optional<KeyNumbers> read_content(std::u32string_view points, std::size_t at) {
  at = skip_spaces(points, at);
  if (at < points.size() && points[at] == U'#') ++at;
  const bool negative = at < points.size() && points[at] == U'-';
  if (negative) at = skip_spaces(points, at + 1);
  const std::optional<int> first = read_number(points, at);
  if (!first) return std::nullopt;
  KeyNumbers numbers;
  numbers.intervals.push_back(negative ? Interval{} : Interval{*first, *first});
  std::size_t gap = at;
  while (at < points.size() && is_inner(points[at])) {
    if (!is_digit(points[at])) {
      ++at;
      continue;
    }
    const std::u32string_view between = points.substr(gap, at - gap);
    const int next = *read_number(points, at);
    append_joined(numbers, {.intervals = {{next, next}}},
                  between == U":" ? Join::range : joins(between));
    gap = at;
  }
  numbers.several |= skip_spaces(points, gap) < at;
  numbers.end = after_bracket(points, at, U']');
  if (numbers.end == 0) return std::nullopt;
  return numbers;
}

}  // namespace

std::size_t skip_filler(std::u32string_view points, std::size_t at) {
  const std::size_t limit = std::min(points.size(), at + max_filler);
  while (at < limit && (points[at] == U' ' || is_emphasis(points[at]))) ++at;
  return at;
}

std::optional<int> read_number(std::u32string_view points, std::size_t& at) {
  const std::size_t start = at;
  int value = 0;
  for (; at < points.size() && is_digit(points[at]); ++at) {
    const int digit = static_cast<int>(points[at] - U'0');
    value = value >= far_away / 10 ? far_away : value * 10 + digit;
  }
  if (at == start) return std::nullopt;
  return value;
}

Join joins(std::u32string_view between) {
  if (between.size() > max_between) return Join::none;
  const std::u32string word = without_filler(between);
  if (std::ranges::find(range_words, word) != range_words.end()) return Join::range;
  if (std::ranges::find(list_words, word) != list_words.end()) return Join::list;
  return Join::none;
}

void append_joined(KeyNumbers& numbers, const KeyNumbers& more, Join join) {
  numbers.several = true;
  if (join == Join::range && !more.intervals.empty()) {
    const int from = numbers.intervals.back().last;
    const int to = more.intervals.front().first;
    numbers.intervals.push_back({std::min(from, to), std::max(from, to)});
  }
  numbers.intervals.insert(numbers.intervals.end(), more.intervals.begin(), more.intervals.end());
}

std::optional<KeyNumbers> read_key_numbers(std::u32string_view points, std::size_t at) {
  const std::size_t content = after_bracket(points, at, U'[');
  if (content == 0) return std::nullopt;
  std::optional<KeyNumbers> numbers = read_content(points, content);
  if (!numbers) return std::nullopt;
  for (;;) {
    std::size_t next = numbers->end;
    const std::size_t limit = std::min(points.size(), next + max_between);
    while (next < limit && points[next] != U'[' && points[next] != U'\n') ++next;
    const std::size_t inner = after_bracket(points, next, U'[');
    if (inner == 0) return numbers;
    const Join join = joins(points.substr(numbers->end, next - numbers->end));
    const auto more = join == Join::none ? std::nullopt : read_content(points, inner);
    if (!more) return numbers;
    append_joined(*numbers, *more, join);
    numbers->end = more->end;
  }
}

}  // namespace sheaf::format
