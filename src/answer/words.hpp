// A text made ready for finding words, and where a word begins and ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sheaf::answer {

/// Whether a code point belongs to a word of a script that parts words by spaces: letters, digits
/// and combining marks, but no Chinese, Japanese, Korean, Thai, Lao, Khmer or Burmese letter,
/// beside which any word may stand.
bool joins_words(char32_t code_point);

/// Signs of money: $ ¢ £ ¤ ¥ and U+20A0-20CF.
bool is_currency(char32_t code_point);

/// A text with full-width forms narrowed, hyphens and quotes in ASCII, and each run of spaces one
/// ' ' ('\n' where it holds a line end), trimmed. `folded` has ASCII letters in lower case, at the
/// same offsets.
struct FlatText {
  explicit FlatText(std::string_view text);
  std::string shown;
  std::string folded;
};

/// Code point that ends before `offset`, or that begins at it; 0 at the ends. Well-formed UTF-8.
char32_t code_point_before(std::string_view text, std::size_t offset);
char32_t code_point_at(std::string_view text, std::size_t offset);

/// Whether [begin, end) of `shown` stands alone: no letter or digit touches it, no '-' or '_' ties
/// it to a word ("non-", "_id"), and a digit at its edge does not go on ("5" in "5.5", "-5",
/// "1/5").
bool is_whole_word(std::string_view shown, std::size_t begin, std::size_t end);

/// The word that denies what begins at `begin` ("not", "never", "neither", "nor", "cannot", "isn't"
/// and its like, "no"), in lower case; empty without one. Between the two stand decoration, opening
/// brackets and at most three small words ("not about the ..."), no other sign and no line end.
/// Borrows `text`.
std::string_view denial_before(const FlatText& text, std::size_t begin);

}  // namespace sheaf::answer
