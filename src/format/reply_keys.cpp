#include "format/reply_keys.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/text.hpp"
#include "format/line_kinds.hpp"

namespace sheaf::format {
namespace {

bool is_key(const Mark& mark) {
  return mark.answer && !mark.escaped && mark.form == MarkForm::bracketed && mark.colon &&
         mark.place != Place::glued;
}

bool at_line_start(const Mark& mark) { return mark.place == Place::line_start; }

/// Nothing but blank lines and fences.
bool says_nothing(std::string_view text) {
  return std::ranges::all_of(
      text::lines(text), [](std::string_view line) { return is_blank(line) || is_fence(line); });
}

bool written_alike(const Mark& a, const Mark& b) {
  return a.form == b.form && a.separator == b.separator;
}

Boundary boundary_of(const Mark& mark) {
  return {.begin = mark.begin,
          .end = mark.end,
          .keys = mark.numbers.intervals,
          .doubted = mark.numbers.several,
          .place = mark.place,
          .closer = mark.closer};
}

std::ptrdiff_t lines_that_say(std::string_view text) {
  return std::ranges::count_if(
      text::lines(text), [](std::string_view line) { return !is_blank(line) && !is_fence(line); });
}

/// Sorts marks into keys and the rest, for one reply.
class Chooser {
 public:
  Chooser(std::vector<Mark> marks, std::string_view body, int size, Keys keys)
      : marks_(std::move(marks)), body_(body), size_(size) {
    const bool bracketed = std::ranges::any_of(marks_, is_key);
    plain_counts_ = size == 1 && (keys == Keys::plain || !bracketed);
  }

  KeyChoice run() && {
    if (std::ranges::any_of(marks_, [this](const Mark& m) { return is_trusted(m); })) {
      choice_.said_before_field = single() && is_said_before_field();
      take([this](const Mark& m) { return is_trusted(m); });
    } else if (single() ? starts_with_other_writing() : any_other_writing()) {
      take_other_writing();
    } else if (stands_field_for_answer()) {
      choice_.from_fields = true;
      take([this](const Mark& m) { return ends_answer(m); });
    } else if (single()) {
      choice_.boundaries.push_back({.keys = {{1, 1}}, .closer = {}});
      take([](const Mark&) { return false; });
      choice_.any_key = false;
    }
    return std::move(choice_);
  }

 private:
  bool single() const { return size_ == 1; }

  bool is_trusted(const Mark& mark) const {
    if (is_key(mark)) return true;
    return plain_counts_ && mark.answer && !mark.escaped && mark.form == MarkForm::plain;
  }

  /// A field's label that starts a line ends the answer before it; without index only the first
  /// field's, with which a further sample would start.
  bool ends_answer(const Mark& mark) const {
    if (mark.answer || mark.escaped || !mark.colon || !at_line_start(mark)) return false;
    if (mark.form == MarkForm::bracketed) return true;
    return mark.form == MarkForm::plain && plain_counts_ && mark.field == 0;
  }

  bool is_said_before_field() const {
    for (const Mark& mark : marks_) {
      if (is_trusted(mark)) return false;
      const bool starts_sample = mark.form == MarkForm::bracketed || mark.field == 0;
      if (!mark.answer && !mark.escaped && mark.colon && at_line_start(mark) && starts_sample) {
        return !says_nothing(body_.substr(0, mark.begin));
      }
    }
    return false;
  }

  bool any_other_writing() const { return std::ranges::any_of(marks_, is_other_writing); }

  bool starts_with_other_writing() const {
    if (marks_.empty() || !is_other_writing(marks_.front())) return false;
    const Mark& first = marks_.front();
    return first.separator != U' ' && says_nothing(body_.substr(0, first.begin));
  }

  bool stands_field_for_answer() const {
    if (std::ranges::any_of(marks_, &Mark::answer)) return false;
    const auto first =
        std::ranges::find_if(marks_, [this](const Mark& m) { return ends_answer(m); });
    if (first == marks_.end()) return false;
    return !single() || says_nothing(body_.substr(0, first->begin));
  }

  /// All alike, and 1..size, each once.
  bool is_whole_set(const std::vector<const Mark*>& others) const {
    std::vector<bool> seen(static_cast<std::size_t>(size_), false);
    for (const Mark* mark : others) {
      const int key = mark->numbers.intervals.front().first;
      if (mark->numbers.several || !written_alike(*mark, *others.front())) return false;
      if (key < 1 || key > size_ || seen[static_cast<std::size_t>(key - 1)]) return false;
      seen[static_cast<std::size_t>(key - 1)] = true;
    }
    return others.size() == seen.size();
  }

  void take_other_writing() {
    std::vector<const Mark*> others;
    for (const Mark& mark : marks_) {
      if (is_other_writing(mark) && (!single() || others.empty())) others.push_back(&mark);
    }
    const bool prose = !single() && others.front()->separator == U' ' &&
                       others.front()->form == MarkForm::bracketed &&
                       lines_that_say(body_) > std::ssize(others);
    const bool trusted = !prose && is_whole_set(others);
    take([&](const Mark& m) { return is_other_writing(m) && (!single() || &m == others[0]); });
    for (Boundary& boundary : choice_.boundaries) boundary.doubted |= !trusted;
  }

  template <typename IsKey>
  void take(IsKey is_chosen) {
    choice_.any_key = true;
    for (Mark& mark : marks_) {
      if (is_chosen(mark)) {
        choice_.boundaries.push_back(boundary_of(mark));
        if (mark.form == MarkForm::plain) choice_.boundaries.back().keys = {{1, 1}};
      } else if (ends_answer(mark)) {
        choice_.boundaries.push_back(boundary_of(mark));
        choice_.boundaries.back().keys.clear();
      } else {
        choice_.rest.push_back(std::move(mark));
      }
    }
  }

  std::vector<Mark> marks_;
  std::string_view body_;
  int size_;
  bool plain_counts_ = false;
  KeyChoice choice_;
};

}  // namespace

bool is_other_writing(const Mark& mark) {
  if (!mark.answer || mark.escaped || !at_line_start(mark)) return false;
  return mark.form == MarkForm::spelled ||
         (mark.form == MarkForm::bracketed && !mark.colon && mark.separator != 0);
}

KeyChoice choose_keys(std::vector<Mark> marks, std::string_view body, int size, Keys keys) {
  return Chooser(std::move(marks), body, size, keys).run();
}

}  // namespace sheaf::format
