#include "format/align.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/text.hpp"
#include "format/loose_keys.hpp"

namespace sheaf::format {
namespace {

class Aligner {
 public:
  explicit Aligner(const PrintedAnswers& in)
      : in_(in),
        boundaries_(in.choice.boundaries),
        printings_(static_cast<std::size_t>(in.size)),
        doubts_(static_cast<std::size_t>(in.size), false),
        forgotten_twice_(static_cast<std::size_t>(in.size), false),
        printed_itself_(static_cast<std::size_t>(in.size), false) {}

  Decoded run() {
    Decoded out{.answers = {}, .any_key = in_.choice.any_key};
    const bool unknown = names_outside_key();
    if (!unknown) collect();
    out.incomplete = incomplete_;
    for (int key = 1; key <= in_.size; ++key) {
      out.answers.push_back(unknown ? DecodedAnswer{key, KeyStatus::unknown, {}} : judge(key));
    }
    return out;
  }

 private:
  /// A list with nothing behind it is a heading ("Answers A[1] to A[6]:").
  bool is_heading(std::size_t i) const {
    constexpr std::string_view filler = " \t\n*_`\"':>#-";
    return boundaries_[i].doubted &&
           in_.pieces[i].text.find_first_not_of(filler) == std::string::npos;
  }

  bool is_outside(const std::vector<Interval>& intervals) const {
    return std::ranges::any_of(
        intervals, [this](const Interval& keys) { return keys.first < 1 || keys.last > in_.size; });
  }

  /// Keys in any writing. (In a single's text, "A[5] = 3" may be an assignment.)
  bool names_outside_key() const {
    const auto counts = [this](const Mark& mark) {
      return is_other_writing(mark) && (in_.size > 1 || mark.form == MarkForm::spelled);
    };
    return std::ranges::any_of(boundaries_,
                               [this](const Boundary& b) { return is_outside(b.keys); }) ||
           std::ranges::any_of(in_.choice.rest, [&](const Mark& mark) {
             return counts(mark) && is_outside(mark.numbers.intervals);
           });
  }

  void collect() {
    for (std::size_t i = 0; i < boundaries_.size(); ++i) {
      const Boundary& boundary = boundaries_[i];
      if (!boundary.answers() || in_.pieces[i].text.empty()) continue;
      if (!boundary.doubted) of(boundary.keys.front().first).push_back(i);
    }
    for (std::size_t i = 0; i < boundaries_.size(); ++i) {
      if (!boundaries_[i].answers()) continue;
      doubt_boundary(i);
      if (in_.pieces[i].open_fence) doubt(boundaries_[i].keys);
    }
    forget_quotes();
    if (in_.choice.said_before_field) doubt({{1, 1}});
    doubt_mentions();
    doubt_swallowed_answers();
    doubt_shifted_keys();
    if (in_.end == ReplyEnd::cut_at_cap) judge_cut();
  }

  void doubt_boundary(std::size_t i) {
    const Boundary& boundary = boundaries_[i];
    if (boundary.doubted) {
      if (is_heading(i)) return;
      doubt(boundary.keys);
      if (boundary.place == Place::mid_line) doubt_before(i);
      return;
    }
    const int key = boundary.keys.front().first;
    const bool doubled = of(key).size() > 1;
    const bool in_line = boundary.place == Place::mid_line;
    const bool quotes = in_.quoted.quotes(key, in_.pieces[i].text);
    if (quotes || (in_.quoted.has(key) && (in_line || doubled))) {
      doubt(boundary.keys);
      doubt_before(i);
      quotes_.push_back(i);
      if (!in_line && !quotes) printed_itself_[slot(key)] = true;
    } else if (in_line && doubled) {
      doubt_before(i);
    }
  }

  /// A quotation answers nothing: its key counts as not printed, but where it stands twice it may
  /// have been counted twice.
  void forget_quotes() {
    for (const std::size_t i : quotes_) {
      const int key = boundaries_[i].keys.front().first;
      if (of(key).size() > 1) forgotten_twice_[slot(key)] = true;
      of(key).clear();
    }
  }

  /// Text that names another sample's key may hold another sample's answer.
  void doubt_mentions() {
    if (in_.size == 1) return;
    std::size_t i = 0;
    for (const Mark& mark : in_.choice.rest) {
      while (i < boundaries_.size() && boundaries_[i].begin <= mark.label) ++i;
      doubt_equated(mark, i);
      if (i == 0 || !boundaries_[i - 1].answers()) continue;
      if (contests(mark, boundaries_[i - 1])) doubt(boundaries_[i - 1].keys);
    }
  }

  /// "A[2] = A[3]: x": boundary i answers for both or for neither.
  void doubt_equated(const Mark& mark, std::size_t i) {
    const bool bare = mark.answer && mark.form == MarkForm::bracketed && !mark.colon;
    if (!bare || mark.escaped || mark.place == Place::glued || i == boundaries_.size()) return;
    if (!boundaries_[i].answers() || boundaries_[i].place != Place::mid_line) return;
    doubt(boundaries_[i].keys);
    doubt(mark.numbers.intervals);
  }

  bool contests(const Mark& mark, const Boundary& boundary) const {
    if (mark.form == MarkForm::plain) return false;
    if (mark.escaped) return mark.answer && mark.colon && misses(mark.numbers.intervals);
    if (mark.form == MarkForm::bracketed) {
      if (!mark.answer) return mark.colon;
      if (!mark.colon && mark.place == Place::glued) return false;
    }
    const auto& keys = mark.numbers.intervals;
    return keys.size() != 1 || !boundary.names_only(keys.front().first);
  }

  /// Whether one of these keys is printed nowhere: a backslash may then stand before it by chance.
  bool misses(const std::vector<Interval>& intervals) const {
    return std::ranges::any_of(intervals, [this](const Interval& keys) {
      return keys.first >= 1 && keys.first <= in_.size && of(keys.first).empty();
    });
  }

  /// The last key that no cut can have taken away: the highest that is printed, but for one that
  /// has nothing behind it any more.
  int last_certain() const {
    if (in_.end != ReplyEnd::cut_at_cap) return in_.size;
    int last = 0;
    for (const Boundary& boundary : boundaries_) {
      if (!boundary.answers()) continue;
      for (const Interval& keys : boundary.keys)
        last = std::max(last, std::min(keys.last, in_.size));
    }
    return last > 0 && of(last).empty() ? last - 1 : last;
  }

  bool is_lacking(int key) const { return key >= 1 && key <= last_certain_ && of(key).empty(); }

  /// Without one of the keys, further lines may be its answer, and so may be what stands behind the
  /// key's number.
  void doubt_swallowed_answers() {
    last_certain_ = last_certain();
    for (int key = 1; key <= last_certain_; ++key) incomplete_ |= of(key).empty();
    if (!incomplete_) return;
    for (std::size_t i = 0; i < boundaries_.size(); ++i) {
      if (!boundaries_[i].answers()) continue;
      if (in_.pieces[i].loose_lines || holds_lacking_key(i)) doubt(boundaries_[i].keys);
    }
  }

  bool holds_lacking_key(std::size_t i) const {
    const std::vector<int> keys =
        loose_keys(in_.pieces[i].text + in_.pieces[i].tail, in_.answer_label);
    return std::ranges::any_of(keys, [this](int key) { return is_lacking(key); });
  }

  /// Between a key that is doubled and one that is missing, the numbers may have slipped by one.
  void doubt_shifted_keys() {
    std::optional<int> doubled;
    std::optional<int> missing;
    for (int key = 1; key <= in_.size; ++key) {
      const bool twice = of(key).size() > 1 || forgotten_twice_[slot(key)];
      const bool none = of(key).empty() && !printed_itself_[slot(key)];
      if (twice && missing) doubt({{*missing + 1, key - 1}});
      if (none && doubled) doubt({{*doubled + 1, key - 1}});
      if (twice) doubled = key;
      if (none) missing = key;
    }
  }

  /// Only the last answer of a cut reply is cut. But the key that would betray wrong numbers may be
  /// cut off with it, so that only the unbroken run 1, 2, 3, ... of answers is certain.
  void judge_cut() {
    int run = 0;
    std::size_t last = boundaries_.size();
    for (std::size_t i = 0; i < boundaries_.size(); ++i) {
      if (!boundaries_[i].answers()) continue;
      last = i;
      if (boundaries_[i].doubted) continue;
      const int key = boundaries_[i].keys.front().first;
      if (of(key).empty()) continue;
      if (key == run + 1) ++run;
      if (key != run) doubt(boundaries_[i].keys);
    }
    if (last == boundaries_.size() || boundaries_[last].doubted) return;
    cut_ = boundaries_[last].keys.front().first;
    if (boundaries_[last].place == Place::mid_line) doubt_before(last);
  }

  DecodedAnswer judge(int key) const {
    const auto& printings = of(key);
    DecodedAnswer answer{.index = key, .status = KeyStatus::missing, .text = {}};
    if (!printings.empty()) answer.text = in_.pieces[printings.front()].text;
    std::string tail;
    for (const std::size_t i : printings) {
      tail += in_.pieces[i].tail;
      answer.run_on = std::max(answer.run_on, in_.pieces[i].run_on);
    }
    if (cut_ == key) {
      answer.status = KeyStatus::truncated;
    } else if (doubts_[slot(key)]) {
      answer.status = KeyStatus::unparsable;
    } else if (printings.size() == 1) {
      answer.status = KeyStatus::ok;
    } else if (printings.size() > 1) {
      const bool same = std::ranges::all_of(
          printings, [&](std::size_t i) { return in_.pieces[i].text == answer.text; });
      answer.status = same ? KeyStatus::duplicate_same : KeyStatus::duplicate_conflict;
    }
    if (answer.status == KeyStatus::ok || answer.status == KeyStatus::duplicate_same) {
      answer.tail = std::move(tail);
    } else if (printings.size() == 1) {
      answer.text = text::trim(answer.text + tail);
    }
    return answer;
  }

  /// Doubts those of 1..size.
  void doubt(const std::vector<Interval>& intervals) {
    for (const Interval& keys : intervals) {
      const int last = std::min(keys.last, in_.size);
      for (int key = std::max(keys.first, 1); key <= last; ++key) doubts_[slot(key)] = true;
    }
  }

  /// The answer that boundary i ended, if one stands right before it.
  void doubt_before(std::size_t i) {
    if (i > 0 && boundaries_[i - 1].answers() && !boundaries_[i - 1].doubted) {
      doubt(boundaries_[i - 1].keys);
    }
  }

  static std::size_t slot(int key) { return static_cast<std::size_t>(key - 1); }
  std::vector<std::size_t>& of(int key) { return printings_[slot(key)]; }
  const std::vector<std::size_t>& of(int key) const { return printings_[slot(key)]; }

  const PrintedAnswers& in_;
  const std::vector<Boundary>& boundaries_;
  std::vector<std::vector<std::size_t>> printings_;  ///< Boundaries with a text, by key.
  std::vector<bool> doubts_;
  std::vector<bool> forgotten_twice_;  ///< Keys, printed more than once, perhaps in quotations.
  std::vector<bool> printed_itself_;   ///< Forgotten keys that start a line with another text.
  std::vector<std::size_t> quotes_;    ///< Boundaries that may be a sample's own words.
  std::optional<int> cut_;
  int last_certain_ = 0;
  bool incomplete_ = false;  ///< A key is missing, and not because the reply was cut.
};

}  // namespace

Decoded align(const PrintedAnswers& printed) { return Aligner(printed).run(); }

}  // namespace sheaf::format
