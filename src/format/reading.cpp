#include "format/reading.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/text.hpp"

namespace sheaf::format {
namespace {

bool is_invisible(char32_t c) {
  if (c < 0xAD) return false;
  return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

constexpr bool is_line_break(char32_t c) {
  return (c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool is_dash(char32_t c) { return (c >= 0x2010 && c <= 0x2015) || c == 0x2212; }

bool is_colon(char32_t c) { return c == 0x2236 || c == 0xFE13 || c == 0xFE30 || c == 0xFE55; }

constexpr char32_t alike_ascii(char32_t c) {
  if (is_line_break(c)) return U'\n';
  if (c == U'\t') return U' ';
  return c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c;
}

constexpr std::array<char32_t, 0x80> make_ascii_alike() {
  std::array<char32_t, 0x80> table{};
  char32_t c = 0;
  for (char32_t& entry : table) entry = alike_ascii(c++);
  return table;
}

constexpr auto ascii_alike = make_ascii_alike();

/// A full-width backslash is no escape: those are written as ASCII.
char32_t alike(char32_t c) {
  if (is_line_break(c)) return U'\n';
  if (text::is_space(c)) return U' ';
  if (c == 0xFF3C) return c;
  c = text::narrow(c);
  if (c < 0x80) return ascii_alike[c];
  if (is_dash(c)) return U'-';
  if (is_colon(c)) return U':';
  if (c == 0x3010 || c == 0x3014) return U'[';
  if (c == 0x3011 || c == 0x3015) return U']';
  return c;
}

/// Behind "1.", "1)" or "(1)" at `at`; `at` itself when there is none.
std::size_t skip_numbering(std::u32string_view points, std::size_t at) {
  constexpr std::size_t max_numbering = 4;
  std::size_t digits = at < points.size() && points[at] == U'(' ? at + 1 : at;
  const std::size_t limit = std::min(points.size(), digits + max_numbering);
  const std::size_t first = digits;
  while (digits < limit && is_digit(points[digits])) ++digits;
  if (digits == first || digits >= points.size()) return at;
  return points[digits] == U')' || (points[digits] == U'.' && first == at) ? digits + 1 : at;
}

}  // namespace

std::optional<char32_t> read_point(std::string_view text, std::size_t& at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) {
    ++at;
    return ascii_alike[byte];
  }
  const text::CodePoint point = text::decode_front(text.substr(at));
  at += point.length;
  return is_invisible(point.value) ? std::nullopt : std::optional(alike(point.value));
}

Reading read_points(std::string_view text) {
  Reading reading;
  reading.points.resize(text.size());
  reading.offsets.resize(text.size() + 1);
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const auto point = read_point(text, at);
    if (!point) continue;
    reading.points[count] = *point;
    reading.offsets[count++] = start;
  }
  reading.points.resize(count);
  reading.offsets[count] = text.size();
  reading.offsets.resize(count + 1);
  return reading;
}

std::string with_line_feeds(std::string_view text) {
  if (text.find('\r') == text.npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (!pair) out.push_back(text[at] == '\r' ? '\n' : text[at]);
  }
  return out;
}

bool is_digit(char32_t point) { return point >= U'0' && point <= U'9'; }

bool is_word(char32_t point) {
  if (point < 0x80) return is_digit(point) || (point >= U'a' && point <= U'z');
  return point >= 0xC0 && point < 0x2000 && !text::is_space(point);
}

bool is_emphasis(char32_t point) {
  constexpr std::u32string_view marks = U"*_`\"'\u2018\u2019\u201C\u201D\u00AB\u00BB";
  return marks.find(point) != std::u32string_view::npos;
}

bool is_line_decoration(char32_t point) {
  constexpr std::u32string_view marks = U" >#-+|=\u2022\u2023\u25E6\u25AA\u00B7";
  return marks.find(point) != std::u32string_view::npos || is_emphasis(point);
}

std::size_t decoration_end(std::u32string_view points, std::size_t at) {
  for (;;) {
    while (at < points.size() && is_line_decoration(points[at])) ++at;
    const std::size_t next = skip_numbering(points, at);
    if (next == at) return at;
    at = next;
  }
}

}  // namespace sheaf::format
