#include "format/echo.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "format/reading.hpp"

namespace sheaf::format {
namespace {

/// Fewer words than these occur in order in any longer text by chance.
constexpr std::size_t telling_words = 4;

/// Scripts that part no words with spaces: each of their characters is a word.
bool is_word_of_its_own(char32_t point) { return point >= 0x3040; }

/// The length of `uXXXX` at the front of `points`, or 0.
std::size_t escape_length(std::u32string_view points) {
  constexpr std::u32string_view hex = U"0123456789abcdef";
  constexpr std::size_t length = 5;
  if (points.size() < length || points[0] != U'u') return 0;
  return points.substr(1, length - 1).find_first_not_of(hex) == points.npos ? length : 0;
}

/// Escaped characters are left out, and so are backslashes: the other text may have them as they
/// are, or without.
Words words(std::string_view text) {
  const std::u32string points = read_points(text).points;
  Words out;
  bool inside = false;
  for (std::size_t at = 0; at < points.size(); ++at) {
    const char32_t point = points[at];
    if (point == U'\\') {
      const std::size_t escaped = escape_length(std::u32string_view(points).substr(at + 1));
      at += escaped;
      inside = inside && escaped == 0;
      continue;
    }
    const bool alone = is_word_of_its_own(point);
    const bool word = alone || is_word(point);
    if (word && (alone || !inside)) out.emplace_back();
    if (word) out.back().push_back(point);
    inside = word && !alone;
  }
  return out;
}

/// The words of the first line that has any, among the first few that are not blank.
Words first_words(std::string_view text) {
  constexpr int most_lines = 8;
  for (int i = 0; i < most_lines; ++i) {
    text = text::trim(text);
    const std::size_t end = std::min(text.find('\n'), text.size());
    Words line = words(text.substr(0, end));
    if (!line.empty() || end == text.size()) return line;
    text.remove_prefix(end);
  }
  return {};
}

bool is_prefix(const Words& part, const Words& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

bool in_order_within(const Words& part, const Words& whole) {
  if (part.size() < telling_words) return false;
  auto next = part.begin();
  for (const auto& word : whole) {
    if (next != part.end() && *next == word) ++next;
  }
  return next == part.end();
}

}  // namespace

QuotedKeys::QuotedKeys(std::span<const SampleText> samples, const LabelScanner& scanner)
    : keys_(samples.size() + 1, false), lines_(samples.size() + 1) {
  for (const SampleText& sample : samples) {
    for (const Field& field : sample.fields) {
      // Most samples hold no key; a plain one counts for a single only.
      if (samples.size() > 1 && !may_hold_bracket(field.text)) continue;
      add(with_line_feeds(field.text), scanner);
    }
  }
}

void QuotedKeys::add(std::string_view text, const LabelScanner& scanner) {
  for (Mark& mark : scanner.scan(text)) {
    const bool single = mark.form == MarkForm::plain && keys_.size() == 2;
    if (single) mark.numbers.intervals = {{1, 1}};
    const bool key = single || (mark.form == MarkForm::bracketed && mark.colon);
    if (mark.answer && key) add(mark, first_words(text.substr(mark.end)));
  }
}

void QuotedKeys::add(const Mark& mark, Words line) {
  for (const Interval& keys : mark.numbers.intervals) {
    const int last = std::min(keys.last, static_cast<int>(keys_.size()) - 1);
    for (int key = std::max(keys.first, 1); key <= last; ++key) {
      keys_[static_cast<std::size_t>(key)] = true;
    }
  }
  const int key = mark.numbers.intervals.front().first;
  if (!mark.numbers.several && has(key) && !line.empty()) {
    lines_[static_cast<std::size_t>(key)].push_back(std::move(line));
  }
}

bool QuotedKeys::has(int key) const {
  return key > 0 && static_cast<std::size_t>(key) < keys_.size() &&
         keys_[static_cast<std::size_t>(key)];
}

bool QuotedKeys::quotes(int key, std::string_view text) const {
  if (!has(key)) return false;
  const Words line = first_words(text);
  return std::ranges::any_of(lines_[static_cast<std::size_t>(key)], [&line](const Words& quoted) {
    return is_prefix(quoted, line) || is_prefix(line, quoted);
  });
}

bool echoes(std::string_view text, const SampleText& sample) {
  const Words said = words(text);
  if (said.empty() || sample.fields.empty()) return true;
  return std::ranges::any_of(sample.fields, [&said](const Field& field) {
    const Words own = words(field.text);
    if (own.empty()) return false;
    return is_prefix(said, own) || is_prefix(own, said) || in_order_within(said, own) ||
           in_order_within(own, said);
  });
}

}  // namespace sheaf::format
