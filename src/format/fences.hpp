// Fenced code blocks, as CommonMark has them: what stands in one is code, and no structure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "format/label_scanner.hpp"

namespace sheaf::format {

/// Opened by a line of three or more "`" or "~" behind at most three spaces, with a word behind
/// them or without (which holds no "`" where the fence is made of them); closed by a line of the
/// same character, at least as many of it, behind at most three spaces, and nothing else.
struct Fence {
  std::size_t begin = 0;  ///< Byte of the opening line; behind a key, of the fence itself.
  std::size_t end = 0;    ///< Byte behind the closing line, without its line break.
  std::string_view code;  ///< The lines between, the last line's break included.
  bool closed = false;    ///< Else it goes on to the end of the text.
};

/// The fences of `text`, which has LF only, in order; linear in it. With a scanner, a fence may
/// also open right behind an answer key of its line.
std::vector<Fence> find_fences(std::string_view text, const LabelScanner* scanner = nullptr);

/// Whether a line of `text` holds what may be meant as a fence and is none: three "`" or "~" behind
/// more spaces, a quotation sign, a bullet, or words. A backslash before them makes them text.
bool holds_stray_fence(std::string_view text);

/// The same with a backslash before each such place.
std::string escape_stray_fences(std::string_view text);

/// `code` as a block that `find_fences` finds whole, with the word `python` behind its opening
/// fence, which is longer than any in the code.
std::string fenced(std::string_view code);

/// Which fences FencesOut takes out.
enum class Fences { closed, all };

/// A text with one indented line, or a word behind a key, in the place of each fence: so that what
/// is read from it reads no code. Gives the fences back to whatever was cut from it.
class FencesOut {
 public:
  FencesOut(std::string_view text, const LabelScanner* scanner, Fences which);

  const std::string& text() const { return text_; }

  /// `part` with each fence back in its place, on a line of its own.
  std::string restored(std::string_view part) const;
  /// Whether a fence that is not closed stands in `part`.
  bool holds_open_fence(std::string_view part) const;

 private:
  struct Block {
    std::string text;
    bool closed = false;
  };
  template <typename See>
  void for_each_stand_in(std::string_view part, See see) const;

  std::string text_;
  std::vector<Block> blocks_;
};

/// `text` with spaces in place of each byte of a closed fence.
std::string blank_fences(std::string_view text);

}  // namespace sheaf::format
