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

/// The fences of `text`, which has LF only, in order; linear in it.
std::vector<Fence> find_fences(std::string_view text);

/// The same for a reply. A fence may also open right behind an answer key of its line. Where a line
/// holds what may be meant as a fence and is none (three "`" behind words, or those or three "~"
/// behind more spaces, a quotation sign or a bullet; no backslash before them), what is code from
/// there on cannot be told: a fence that is not closed begins there.
std::vector<Fence> find_fences(std::string_view reply, const LabelScanner& scanner);

/// `text` with a backslash before each place that may be meant as a fence.
std::string escape_stray_fences(std::string_view text);

/// `code` as a block that `find_fences` finds whole, with the word `python` behind its opening
/// fence, which is longer than any in the code.
std::string fenced(std::string_view code);

/// A text with one indented line, or a word behind a key, in the place of each fence: so that what
/// is read from it reads no code. Gives the fences back to whatever was cut from it.
class FencesOut {
 public:
  /// Without the closed ones of a text.
  explicit FencesOut(std::string_view text);
  /// Without any of a reply.
  FencesOut(std::string_view reply, const LabelScanner& scanner);

  const std::string& text() const { return text_; }

  /// `part` with each fence back in its place, on a line of its own.
  std::string restored(std::string_view part) const;
  /// The fences of `part`.
  struct Count {
    std::size_t closed = 0;
    std::size_t open = 0;
    bool holds_key = false;  ///< The code of one looks like an answer's key somewhere.
  };
  Count count(std::string_view part, const LabelScanner& scanner) const;

 private:
  struct Block {
    std::string text;
    bool closed = false;
  };
  void take_out(std::string_view text, const std::vector<Fence>& fences);
  template <typename See>
  void for_each_stand_in(std::string_view part, See see) const;

  std::string text_;
  std::vector<Block> blocks_;
};

/// Behind the last line outside fences that is `</think>` alone and before which no `<think>`
/// stands outside them: a thought whose start is not shown. 0 without one.
std::size_t thought_line_end(std::string_view text, const LabelScanner& scanner);

}  // namespace sheaf::format
