// Which of a list of choices a text names.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <re2/re2.h>

#include "answer/extract.hpp"
#include "answer/words.hpp"

namespace sheaf::answer {

/// What the prompt showed: the choices as they are, or each behind a letter, "(a) bank (b)
/// library".
enum class Shown { labels, letters };

/// Where the text that is read stood.
enum class Place { whole_answer, announced };

/// Reads choices of one list. Immutable; any thread.
///
/// A choice is named by its text: a whole word or words, letter case apart, spaces flexible; the
/// longest match first, so that "very positive" names no "positive".
/// With letters it is named by its letter too: in brackets "(b)", "[b]" anywhere; "b)", "b." or
/// "b:" at the start of a line; "option b", "choice b", "letter b"; alone as a whole line; and,
/// where a marker or pattern announced the text, in front. An "a" or "I" that may be a word of the
/// sentence never counts, be it a letter or a label of one letter. Beside a letter that is named,
/// any other that stands alone, in brackets or bare, is named too.
class ChoiceReader {
 public:
  ChoiceReader(std::span<const std::string> choices, Shown shown);

  /// The index of the one choice that is named. Refused: none, or two different ones (a letter
  /// beside its own text is one; a text that stands in the list twice needs its letter), or one
  /// that is denied ("not billing", "no bug", "it can't be (b)").
  std::expected<std::size_t, Unreadable> read(const FlatText& text, Place place) const;

 private:
  struct Name {
    std::string shown;
    std::string folded;
    std::vector<std::size_t> choices;  ///< More than one where the list repeats a text.
    std::unique_ptr<RE2> pattern;      ///< Only where folding ASCII is not enough.
  };
  struct Mentions;

  void add_name(const std::string& choice, std::size_t index);
  void find_texts(const FlatText& text, Place place, Mentions& mentions) const;
  void find_text(const Name& name, const FlatText& text, Place place, Mentions& mentions) const;
  void find_letters(const FlatText& text, Place place, Mentions& mentions) const;
  std::expected<std::size_t, Unreadable> judge(const Mentions& mentions) const;
  std::expected<std::size_t, Unreadable> judge_texts(const Mentions& mentions) const;
  std::string label(std::size_t index) const;
  Unreadable two(std::size_t first, std::size_t second) const;

  std::vector<std::string> choices_;
  std::vector<Name> names_;  ///< Longest first.
  Shown shown_;
};

}  // namespace sheaf::answer
