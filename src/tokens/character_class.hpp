// What split rules ask of a character: its class in Unicode.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sheaf::tokens {

enum class CharacterClass : std::uint8_t {
  other,     ///< Punctuation, symbols, controls, what is not assigned.
  upper,     ///< \p{Lu} and \p{Lt}.
  lower,     ///< \p{Ll}.
  caseless,  ///< \p{Lm} and \p{Lo}.
  mark,      ///< \p{M}.
  number,    ///< \p{N}.
  space,     ///< \s, line ends among them.
};

/// In Unicode 16.0, as tiktoken 0.14 has it. A surrogate or a value above U+10FFFF is `other`.
CharacterClass class_of(char32_t code_point);

/// The same of an ASCII character.
constexpr CharacterClass class_of_ascii(unsigned char c) {
  if (c >= 'a' && c <= 'z') return CharacterClass::lower;
  if (c >= 'A' && c <= 'Z') return CharacterClass::upper;
  if (c >= '0' && c <= '9') return CharacterClass::number;
  return c == ' ' || (c >= '\t' && c <= '\r') ? CharacterClass::space : CharacterClass::other;
}

struct Character {
  CharacterClass kind = CharacterClass::other;
  std::size_t bytes = 1;
};

/// The character beyond ASCII that begins at `at`.
Character character_beyond_ascii(std::string_view text, std::size_t at);

/// The character that begins at `at`. Precondition: `text` is well-formed UTF-8, `at` < its size.
inline Character character_at(std::string_view text, std::size_t at) {
  static constexpr auto ascii = [] {
    std::array<CharacterClass, 0x80> table{};
    for (std::size_t c = 0; c < table.size(); ++c) {
      table[c] = class_of_ascii(static_cast<unsigned char>(c));
    }
    return table;
  }();
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte < ascii.size() ? Character{ascii[byte], 1} : character_beyond_ascii(text, at);
}

}  // namespace sheaf::tokens
