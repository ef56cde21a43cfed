// How a tokenizer cuts a text into words: no merge reaches over two of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tokens/splitter.hpp"

namespace sheaf::tokens {

/// U+2581, which stands for a space in vocabularies that come from SentencePiece.
inline constexpr std::string_view space_mark = "\u2581";

/// The text is one word. For this and the next two see PieceEnd.
std::size_t end_of_text(std::string_view text, std::size_t at);
/// A word ends behind each space.
std::size_t end_behind_space(std::string_view text, std::size_t at);
/// A word begins at each space mark.
std::size_t end_before_space_mark(std::string_view text, std::size_t at);

struct PreTokenizer {
  enum class MarkBefore : std::uint8_t { never, first, always };

  PieceEnd word_end = end_of_text;
  bool marks_spaces = false;  ///< Each space becomes a space mark.
  /// With `marks_spaces`: a space mark is put before the first section of a text, or before each,
  /// unless it begins with one.
  MarkBefore mark_before = MarkBefore::never;

  /// `section`, not empty, as it is cut: itself, or a view of `storage`.
  std::string_view marked(std::string_view section, bool is_first, std::string& storage) const;
};

}  // namespace sheaf::tokens
