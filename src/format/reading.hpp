// A text as the scanner reads it: code points in which every writing of a key looks alike.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::format {

/// Full-width forms narrowed, ASCII letters in lower case, every space ' ', every line break '\n',
/// every dash '-', every colon ':', lenticular brackets '[' and ']', invisible format characters
/// (zero width, bidirectional, soft hyphen, byte order mark) left out.
struct Reading {
  std::u32string points;
  /// The byte at which each point stands; one more at the end, the text's size.
  std::vector<std::size_t> offsets;
};

Reading read_points(std::string_view text);

/// The point at byte `at`, as a Reading has it, nullopt for one that it leaves out; moves `at`
/// behind it. Precondition: `at` is inside `text`.
std::optional<char32_t> read_point(std::string_view text, std::size_t& at);

/// CRLF and lone CR as LF.
std::string with_line_feeds(std::string_view text);

bool is_digit(char32_t point);
/// Letters and digits of ASCII, and letters of the alphabets that part words with spaces.
bool is_word(char32_t point);
/// Markdown emphasis, code and quotation marks, as they stand directly around a label.
bool is_emphasis(char32_t point);
/// What may stand between a line's start and a label: spaces, emphasis, bullets, headings, quotes.
bool is_line_decoration(char32_t point);
/// The first point from `at` on that is neither decoration nor a numbering such as "1.", "1)" or
/// "(1)".
std::size_t decoration_end(std::u32string_view points, std::size_t at);

}  // namespace sheaf::format
