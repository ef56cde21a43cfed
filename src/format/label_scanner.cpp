#include "format/label_scanner.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <ranges>
#include <utility>

#include "core/byte_run.hpp"
#include "core/text.hpp"
#include "format/label.hpp"
#include "format/reading.hpp"

namespace sheaf::format {
namespace {

constexpr std::size_t max_space_in_label = 8;
constexpr std::size_t indented = 4;

std::size_t indentation(std::string_view line) {
  const std::size_t text = std::min(line.find_first_not_of(" \t"), line.size());
  return line.substr(0, text).find('\t') == std::string_view::npos ? text : indented;
}

char32_t mirrored(char32_t opener) {
  if (opener == U'\u2018') return U'\u2019';
  if (opener == U'\u201C') return U'\u201D';
  return opener == U'\u00AB' ? U'\u00BB' : opener;
}

bool may_stand_before_label(char32_t point) {
  constexpr std::u32string_view numbering = U".()\\";
  return is_line_decoration(point) || is_digit(point) || numbering.find(point) != numbering.npos;
}

constexpr auto begins_line_break = [](auto byte) {
  return ((byte >= 0x0A) & (byte <= 0x0D)) | (byte == 0xC2) | (byte == 0xE2);
};

/// The byte behind the next line break, from `at` on.
std::size_t next_line(std::string_view text, std::size_t at) {
  do {
    at += run_before(text.substr(at), begins_line_break);
  } while (at < text.size() && read_point(text, at) != U'\n');
  return at;
}

/// The byte behind `label`, if it stands at byte `at`.
std::optional<std::size_t> skip_label(std::u32string_view label, std::string_view text,
                                      std::size_t at) {
  for (const char32_t letter : label) {
    if (letter == U' ') continue;
    std::optional<char32_t> point = U' ';
    while (at < text.size() && (!point || *point == U' ')) point = read_point(text, at);
    if (point != letter) return std::nullopt;
  }
  return at;
}

bool may_follow_label(std::string_view text, std::size_t at) {
  constexpr std::u32string_view telling = U":({<#-";
  while (at < text.size()) {
    const auto point = read_point(text, at);
    if (!point || *point == U' ' || is_emphasis(*point)) continue;
    return is_digit(*point) || telling.find(*point) != telling.npos;
  }
  return false;
}

bool joinable(const Mark& mark) {
  return mark.answer && mark.form == MarkForm::bracketed && !mark.escaped;
}

Join join_of(const Mark& left, const Mark& right, std::string_view text) {
  constexpr std::size_t max_bytes = 32;
  if (left.colon || !joinable(left) || !joinable(right)) return Join::none;
  const std::size_t between = right.label - left.index_end;
  if (between > max_bytes) return Join::none;
  return joins(read_points(text.substr(left.index_end, between)).points);
}

}  // namespace

bool is_structure(const Mark& mark) {
  if (mark.form == MarkForm::spelled) return false;
  if (mark.colon || mark.place == Place::line_start) return true;
  return mark.answer && mark.place == Place::mid_line;
}

bool may_hold_bracket(std::string_view text) {
  constexpr std::array<std::string_view, 4> brackets{"[", "\uFF3B", "\u3010", "\u3014"};
  return std::ranges::any_of(
      brackets, [text](std::string_view bracket) { return text.find(bracket) != text.npos; });
}

/// One walk over one text.
class LabelScanner::Pass {
 public:
  Pass(const LabelScanner& scanner, std::string_view text)
      : scanner_(scanner), text_(text), reading_(read_points(text)), points_(reading_.points) {}

  std::vector<Mark> run() {
    start_line(0);
    for (std::size_t at = 0; at < points_.size();) {
      if (points_[at] == U'\n') start_line(at + 1);
      const std::size_t next = scanner_.begins_label(points_[at]) ? try_labels(at) : at;
      at = next == at ? at + 1 : next;
    }
    return std::move(marks_);
  }

 private:
  void start_line(std::size_t at) {
    line_ = at;
    line_text_ = decoration_end(points_, at);
    indentation_ = indentation(text_.substr(reading_.offsets[at]));
  }

  std::size_t try_labels(std::size_t at) {
    for (const Label& label : scanner_.labels_) {
      const std::size_t behind = match(label.points, at);
      if (behind == at) continue;
      const std::size_t next = add_mark(label, at, behind);
      if (next != at) return next;
    }
    return at;
  }

  std::size_t match(std::u32string_view label, std::size_t at) const {
    std::size_t point = at;
    for (const char32_t letter : label) {
      if (letter == U' ') {
        const std::size_t limit = std::min(points_.size(), point + max_space_in_label);
        while (point < limit && points_[point] == U' ') ++point;
        continue;
      }
      if (point >= points_.size() || points_[point] != letter) return at;
      ++point;
    }
    return point;
  }

  /// Adds the mark whose label is `at`..`behind`, if it is one; the point to go on from, or `at`.
  std::size_t add_mark(const Label& label, std::size_t at, std::size_t behind) {
    Mark mark;
    mark.answer = label.answer;
    mark.field = label.field;
    std::size_t run = at;
    while (run > 0 && points_[run - 1] == U'\\') --run;
    mark.escaped = run < at;
    mark.place = run <= line_text_ ? Place::line_start : Place::mid_line;
    if (mark.place == Place::mid_line && glued(at)) mark.place = Place::glued;

    const std::size_t filler = skip_filler(points_, behind);
    if (auto numbers = read_key_numbers(points_, filler)) {
      mark.form = MarkForm::bracketed;
      mark.numbers = std::move(*numbers);
      return finish(mark, at, behind, mark.numbers.end);
    }
    if (mark.place != Place::line_start) return at;
    if (point(filler) == U':') return finish(mark, at, behind, filler);
    return add_spelled(mark, at, behind);
  }

  std::size_t add_spelled(Mark& mark, std::size_t at, std::size_t behind) {
    if (indentation_ >= indented) return at;
    constexpr std::u32string_view openers = U"({<";
    constexpr std::u32string_view closers = U")}>";
    std::size_t digits = skip_filler(points_, behind);
    while (point(digits) == U'#' || point(digits) == U'-') ++digits;
    const std::size_t opener = openers.find(point(digits));
    if (opener != std::u32string_view::npos) mark.separator = point(digits++);
    const auto number = read_number(points_, digits);
    if (!number) return at;
    if (opener != std::u32string_view::npos && point(digits++) != closers[opener]) return at;
    if (point(skip_filler(points_, digits)) != U':') return at;
    mark.form = MarkForm::spelled;
    mark.numbers.intervals.push_back({*number, *number});
    return finish(mark, at, behind, digits);
  }

  /// Fills in where the mark ends. `behind` is the label's end, `index_end` that of its index.
  std::size_t finish(Mark& mark, std::size_t at, std::size_t behind, std::size_t index_end) {
    std::u32string opener = opened_before(at, mark.escaped);
    mark.label = reading_.offsets[at];
    mark.slash = mark.escaped ? reading_.offsets[at - 1] : 0;
    mark.begin = mark.place == Place::line_start ? reading_.offsets[line_]
                                                 : reading_.offsets[at - opener.size()];
    const std::size_t filler = skip_filler(points_, index_end);
    mark.colon = point(filler) == U':';
    std::size_t end = mark.colon ? filler + 1 : index_end;
    if (!mark.colon) end = read_separator(mark, filler);
    if (has_emphasis(behind, filler)) opener.clear();
    const std::size_t closed = skip_closer(opener, end);
    if (closed == end) {
      for (const char32_t c : std::views::reverse(opener)) {
        text::append_utf8(mark.closer, mirrored(c));
      }
    }
    mark.index_end = reading_.offsets[index_end];
    mark.end = reading_.offsets[closed];
    marks_.push_back(std::move(mark));
    return std::max(marks_.back().colon ? closed : index_end, at + 1);
  }

  std::size_t read_separator(Mark& mark, std::size_t filler) const {
    constexpr std::u32string_view separators = U"-=.)|>\u2192";
    const char32_t next = point(filler);
    const bool spaced = filler > mark.numbers.end;
    if (next == U'\n' || next == 0) {
      mark.separator = U'\n';
    } else if (separators.find(next) != std::u32string_view::npos && !starts_number(filler)) {
      mark.separator = next;
      return point(filler + 1) == U'>' ? filler + 2 : filler + 1;
    } else if (spaced) {
      mark.separator = U' ';
    }
    return filler;
  }

  /// Whether the dash or point at `at` is a number's own: "-5", "-$5", ".5".
  bool starts_number(std::size_t at) const {
    constexpr std::u32string_view currency = U"$\u00A3\u00A5\u20AC";
    const char32_t next = point(at + 1);
    if (point(at) == U'.') return is_digit(next);
    const bool counted = is_digit(next) || currency.find(next) != std::u32string_view::npos;
    return point(at) == U'-' && (counted || (next == U'.' && is_digit(point(at + 2))));
  }

  std::u32string opened_before(std::size_t at, bool escaped) const {
    std::size_t start = at;
    while (!escaped && start > line_ && is_emphasis(points_[start - 1])) --start;
    return points_.substr(start, at - start);
  }

  bool has_emphasis(std::size_t from, std::size_t to) const {
    return std::any_of(points_.begin() + static_cast<std::ptrdiff_t>(from),
                       points_.begin() + static_cast<std::ptrdiff_t>(to), is_emphasis);
  }

  std::size_t skip_closer(std::u32string_view opener, std::size_t at) const {
    std::size_t end = at;
    for (std::size_t i = opener.size(); i > 0; --i, ++end) {
      if (point(end) != mirrored(opener[i - 1])) return at;
    }
    return end;
  }

  /// Whether the label at `at` continues a word.
  bool glued(std::size_t at) const {
    std::size_t before = at;
    while (before > line_ && points_[before - 1] == U'_') --before;
    return before > 0 && is_word(points_[before - 1]) && is_word(points_[at]);
  }

  char32_t point(std::size_t at) const { return at < points_.size() ? points_[at] : U'\0'; }

  const LabelScanner& scanner_;
  std::string_view text_;
  Reading reading_;
  const std::u32string& points_;
  std::vector<Mark> marks_;
  std::size_t line_ = 0;       ///< First point of the line.
  std::size_t line_text_ = 0;  ///< First point of the line that is no decoration.
  std::size_t indentation_ = 0;
};

LabelScanner::LabelScanner(const std::vector<std::string>& field_labels,
                           std::string_view answer_label) {
  labels_.push_back({.points = label_points(answer_label), .answer = true});
  for (std::size_t i = 0; i < field_labels.size(); ++i) {
    labels_.push_back({.points = label_points(field_labels[i]), .field = i});
  }
  std::ranges::sort(labels_, std::greater{},
                    [](const Label& label) { return label.points.size(); });
  for (const Label& label : labels_) {
    const char32_t initial = label.points.front();
    initials_.push_back(initial);
    if (initial < ascii_initials_.size()) ascii_initials_[initial] = true;
  }
}

std::vector<Mark> LabelScanner::scan(std::string_view text) const {
  if (!may_hold_mark(text)) return {};
  return Pass(*this, text).run();
}

bool LabelScanner::begins_label(char32_t point) const {
  if (point < ascii_initials_.size()) return ascii_initials_[point];
  return initials_.find(point) != initials_.npos;
}

/// Of a label at the start of a line of a text without brackets: a colon may follow, or an index.
bool LabelScanner::may_be_mark(std::string_view text, std::size_t at) const {
  return std::ranges::any_of(labels_, [&](const Label& label) {
    const auto behind = skip_label(label.points, text, at);
    return behind && may_follow_label(text, *behind);
  });
}

bool LabelScanner::may_start_with_mark(std::string_view text) const {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const auto point = read_point(text, at);
    if (!point) continue;
    if (begins_label(*point) && may_be_mark(text, start)) return true;
    if (!may_stand_before_label(*point)) return false;
  }
  return false;
}

/// False only where a pass would find nothing: in most texts, and then they need not be read.
/// Without a bracket a mark can only stand at the start of a line, behind its decoration.
bool LabelScanner::may_hold_mark(std::string_view text) const {
  if (may_hold_bracket(text)) return true;
  for (std::size_t at = 0; at < text.size(); at = next_line(text, at)) {
    if (may_start_with_mark(text.substr(at))) return true;
  }
  return false;
}

std::vector<Mark> join_lists(std::vector<Mark> marks, std::string_view text) {
  std::vector<Mark> joined;
  for (Mark& mark : marks) {
    const Join join = joined.empty() ? Join::none : join_of(joined.back(), mark, text);
    if (join == Join::none) {
      joined.push_back(std::move(mark));
      continue;
    }
    Mark& list = joined.back();
    append_joined(list.numbers, mark.numbers, join);
    list.index_end = mark.index_end;
    list.end = mark.end;
    list.colon = mark.colon;
    list.separator = mark.separator;
  }
  return joined;
}

}  // namespace sheaf::format
