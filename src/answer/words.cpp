#include "answer/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.hpp"

namespace sheaf::answer {
namespace {

using Range = std::pair<char32_t, char32_t>;

bool is_in(const auto& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](const Range& r) { return c >= r.first && c <= r.second; });
}

// Beyond ASCII: punctuation and symbols, and the scripts that write no spaces.
constexpr std::array not_joining{
    Range{0x80, 0xA9},       Range{0xAB, 0xB4},       Range{0xB6, 0xB9},
    Range{0xBB, 0xBF},       Range{0xD7, 0xD7},       Range{0xF7, 0xF7},
    Range{0x0E00, 0x0EFF},   Range{0x1000, 0x109F},   Range{0x1780, 0x17FF},
    Range{0x2000, 0x2BFF},   Range{0x2E00, 0xA4CF},   Range{0xAC00, 0xD7AF},
    Range{0xF900, 0xFAFF},   Range{0xFE10, 0xFE6F},   Range{0xFEFF, 0xFF0F},
    Range{0xFF1A, 0xFF20},   Range{0xFF3B, 0xFF40},   Range{0xFF5B, 0xFFFF},
    Range{0x1F000, 0x1FAFF}, Range{0x20000, 0x3FFFF}, Range{0xE0000, 0x10FFFF},
};

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

// Between two words it makes them one; at the edge of one it is a dash or emphasis.
bool is_tie(char32_t c) { return c == '-' || c == '_'; }

char32_t flat(char32_t c) {
  if (c == U'\u2010' || c == U'\u2011') return U'-';
  if (c == U'\u2018' || c == U'\u2019') return U'\'';
  if (c == U'\u201C' || c == U'\u201D') return U'"';
  return text::narrow(c);
}

// The code point that ends before the one that ends at `offset`.
char32_t second_before(std::string_view text, std::size_t offset) {
  const auto first = code_point_before(text, offset);
  std::string bytes;
  text::append_utf8(bytes, first);
  return code_point_before(text, offset - bytes.size());
}

bool goes_on_before(std::string_view shown, std::size_t begin) {
  const auto prior = code_point_before(shown, begin);
  const auto first = code_point_at(shown, begin);
  if (prior == 0) return false;
  if (joins_words(prior) && joins_words(first)) return true;
  const auto second = second_before(shown, begin);
  if (is_tie(prior) && joins_words(second) && joins_words(first)) return true;
  if (!is_digit(first)) return false;
  if (prior == '-' || prior == U'\u2212' || prior == '.') return true;
  return (prior == ',' || prior == ':' || prior == '/') && is_digit(second);
}

bool goes_on_after(std::string_view shown, std::size_t end) {
  const auto last = code_point_before(shown, end);
  const auto next = code_point_at(shown, end);
  if (next == 0) return false;
  if (joins_words(last) && joins_words(next)) return true;
  if (next >= 0x80) return false;
  const auto second = code_point_at(shown, end + 1);
  if (is_tie(next) && joins_words(last) && joins_words(second)) return true;
  const bool number_sign = next == '.' || next == ',' || next == ':' || next == '/';
  return is_digit(last) && number_sign && is_digit(second);
}

constexpr std::array<std::string_view, 7> denials{"not",    "never", "neither", "nor",
                                                  "cannot", "cant",  "no"};
constexpr std::array<std::string_view, 13> small_words{
    "be",    "been",   "a",           "an",     "the",    "about",  "very",
    "quite", "really", "necessarily", "option", "choice", "letter",
};
constexpr std::size_t longest_small_word = 16;

// The word in front of `end`, with its apostrophe.
std::string_view word_before(std::string_view folded, std::size_t end) {
  constexpr std::string_view skipped = " *_`\"'([{";
  while (end > 0 && skipped.find(folded[end - 1]) != std::string_view::npos) --end;
  const auto belongs = [](char c) { return (c >= 'a' && c <= 'z') || c == '\''; };
  auto begin = end;
  while (begin > 0 && end - begin < longest_small_word && belongs(folded[begin - 1])) --begin;
  while (begin < end && folded[begin] == '\'') ++begin;
  if (joins_words(code_point_before(folded, begin))) return {};
  return folded.substr(begin, end - begin);
}

}  // namespace

bool joins_words(char32_t c) {
  if (c < 0x80) return is_ascii_letter(c) || is_digit(c);
  return !is_in(not_joining, c);
}

bool is_currency(char32_t c) {
  return c == '$' || (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20CF);
}

FlatText::FlatText(std::string_view text) {
  text = text::trim(text);
  while (!text.empty()) {
    const auto [c, length] = text::decode_front(text);
    text.remove_prefix(length);
    if (!text::is_space(c)) {
      text::append_utf8(shown, flat(c));
      continue;
    }
    const bool line_end = c == '\n' || c == U'\u2028' || c == U'\u2029';
    const bool in_run = !shown.empty() && (shown.back() == ' ' || shown.back() == '\n');
    if (!in_run) shown += line_end ? '\n' : ' ';
    if (in_run && line_end) shown.back() = '\n';
  }
  folded = text::fold_ascii(shown);
}

char32_t code_point_before(std::string_view text, std::size_t offset) {
  if (offset == 0 || offset > text.size()) return 0;
  auto begin = offset - 1;
  while (begin > 0 && offset - begin < 4 && (text[begin] & '\xC0') == '\x80') --begin;
  return text::decode_front(text.substr(begin, offset - begin)).value;
}

char32_t code_point_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return 0;
  return text::decode_front(text.substr(offset)).value;
}

bool is_whole_word(std::string_view shown, std::size_t begin, std::size_t end) {
  return !goes_on_before(shown, begin) && !goes_on_after(shown, end);
}

std::string_view denial_before(const FlatText& text, std::size_t begin) {
  constexpr int most_between = 3;
  auto word = word_before(text.folded, begin);
  for (int i = 0; i < most_between && std::ranges::find(small_words, word) != small_words.end();
       ++i) {
    word = word_before(text.folded, static_cast<std::size_t>(word.data() - text.folded.data()));
  }
  const bool denies = std::ranges::find(denials, word) != denials.end() || word.ends_with("n't");
  return denies ? word : std::string_view();
}

}  // namespace sheaf::answer
