#include "format/loose_keys.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "format/key_numbers.hpp"
#include "format/label.hpp"
#include "format/reading.hpp"

namespace sheaf::format {
namespace {

constexpr std::size_t most_spaces = 8;

class Finder {
 public:
  Finder(std::string_view text, std::string_view label)
      : points_(read_points(text).points), label_(label_points(label)) {
    std::erase(label_, U' ');
  }

  std::vector<int> run() {
    for (std::size_t at = 0; at < points_.size();) {
      if (points_[at] == U'\n') start_line(at + 1);
      if (points_[at] == U'(') ++open_brackets_;
      if (points_[at] == U')' && open_brackets_ > 0) --open_brackets_;
      const std::size_t begin = at;
      const auto number = read_number(points_, at);
      if (!number) {
        ++at;
      } else if (stands_as_key(begin, at)) {
        keys_.push_back(*number);
      }
    }
    return std::move(keys_);
  }

 private:
  void start_line(std::size_t at) {
    open_brackets_ = 0;
    line_text_ = at;
    while (is_line_decoration(point(line_text_))) ++line_text_;
  }

  bool stands_as_key(std::size_t begin, std::size_t end) const {
    const char32_t before = point(begin - 1);
    const bool decimals = (before == U'.' || before == U',') && is_digit(point(begin - 2));
    if (decimals) return false;
    const char32_t behind = point(skip_filler(points_, end));
    if (before == U'#' || behind == U':') return true;
    return in_brackets(begin, end) || ends_in_bracket(end) || starts_line(begin, end, behind) ||
           follows_label(begin);
  }

  bool in_brackets(std::size_t begin, std::size_t end) const {
    constexpr std::u32string_view openers = U"[({<";
    constexpr std::u32string_view closers = U"])}>";
    const std::size_t kind = openers.find(point(back_over_spaces(begin) - 1));
    if (kind == openers.npos) return false;
    std::size_t next = skip_filler(points_, end);
    if (point(next) == U'\\') ++next;
    return point(next) == closers[kind];
  }

  bool ends_in_bracket(std::size_t end) const { return point(end) == U')' && open_brackets_ == 0; }

  bool starts_line(std::size_t begin, std::size_t end, char32_t behind) const {
    constexpr std::u32string_view signs = U"-=|>)\u2192";
    if (begin != line_text_) return false;
    const bool item = point(end) == U'.' && !is_digit(point(end + 1));
    return item || signs.find(behind) != signs.npos;
  }

  /// One letter needs the number right behind it: "a 2" is no key.
  bool follows_label(std::size_t begin) const {
    std::size_t at = label_.size() > 1 ? back_over_spaces(begin) : begin;
    for (std::size_t i = label_.size(); i > 0; --i) {
      if (i < label_.size()) at = back_over_spaces(at);
      if (at == 0 || points_[at - 1] != label_[i - 1]) return false;
      --at;
    }
    return !is_word(point(at - 1));
  }

  std::size_t back_over_spaces(std::size_t at) const {
    const std::size_t limit = at - std::min(at, most_spaces);
    while (at > limit && points_[at - 1] == U' ') --at;
    return at;
  }

  /// 0 beyond either end.
  char32_t point(std::size_t at) const { return at < points_.size() ? points_[at] : U'\0'; }

  std::u32string points_;
  std::u32string label_;
  std::vector<int> keys_;
  std::size_t line_text_ = std::u32string::npos;  ///< Of the first line, which a key opens: none.
  int open_brackets_ = 0;
};

}  // namespace

std::vector<int> loose_keys(std::string_view text, std::string_view answer_label) {
  return Finder(text, answer_label).run();
}

}  // namespace sheaf::format
