// Finds every place in a text that reads as one of the task's labels. Encoding escapes what it
// finds, decoding joins by it: one scanner, so that the two cannot disagree.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "format/key_numbers.hpp"

namespace sheaf::format {

/// What stands behind the label.
enum class MarkForm {
  plain,      ///< "A:", at the start of a line only.
  bracketed,  ///< "A[1]:" or "A[1]".
  spelled,    ///< "A1:", "A 1:", "A(1):", "A #1:", at the start of an unindented line only.
};

enum class Place {
  line_start,  ///< Only spaces, bullets, numbering, emphasis and backslashes before it.
  mid_line,
  glued,  ///< Inside a word: "data[1]" for the label "A".
};

struct Mark {
  std::size_t begin = 0;  ///< Byte where the text before it ends: its decoration is not that text.
  std::size_t label = 0;  ///< Byte of the label's first letter; an escaping backslash goes here.
  std::size_t index_end = 0;  ///< Byte behind the last closing bracket.
  std::size_t end = 0;        ///< Byte where the text behind it starts.
  MarkForm form = MarkForm::plain;
  Place place = Place::mid_line;
  bool answer = false;    ///< The answer label; else the label of field number `field`.
  std::size_t field = 0;  ///< Position among the field labels.
  bool colon = false;     ///< False only for bracketed marks.
  /// What parts a bracketed mark without colon from its text (0: nothing does), or opens a spelled
  /// mark's index (0: nothing): two marks that differ in it are not written alike.
  char32_t separator = 0;
  std::size_t slash = 0;  ///< Byte of the backslash next to the label, if `escaped`.
  bool escaped = false;   ///< A backslash stands before the label: this is text, not a key.
  std::string closer;     ///< Emphasis opened before the label and not closed behind the colon.
  KeyNumbers numbers;     ///< Empty for plain marks.
};

/// Whether a mark has to be escaped in an answer's text to be read as text.
bool is_structure(const Mark& mark);

/// False only where no bracketed mark can stand in `text`: a quick look.
bool may_hold_bracket(std::string_view text);

/// Makes one mark of answer keys that are joined to a list or a range: "A[1], A[2]:", "A[1] -
/// A[3]:". `text` is the one that was scanned.
std::vector<Mark> join_lists(std::vector<Mark> marks, std::string_view text);

/// Immutable; any thread may call it.
class LabelScanner {
 public:
  LabelScanner(const std::vector<std::string>& field_labels, std::string_view answer_label);

  /// All marks of `text`, in order, in time linear in it.
  std::vector<Mark> scan(std::string_view text) const;

  /// False only where no mark can stand at the start of the first line of `text`, which has no
  /// brackets.
  bool may_start_with_mark(std::string_view text) const;

 private:
  struct Label {
    std::u32string points;  ///< As a Reading has it; a space stands for any number of them.
    bool answer = false;
    std::size_t field = 0;
  };
  class Pass;
  bool may_hold_mark(std::string_view text) const;
  bool may_be_mark(std::string_view text, std::size_t at) const;
  bool begins_label(char32_t point) const;

  std::vector<Label> labels_;                ///< Longest first.
  std::u32string initials_;                  ///< First points of the labels.
  std::array<bool, 0x80> ascii_initials_{};  ///< Those of them that are ASCII.
};

}  // namespace sheaf::format
