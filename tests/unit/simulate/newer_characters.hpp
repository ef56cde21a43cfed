// Letters, marks and numbers that tiktoken 0.14 knows (Unicode 16.0) and the RE2 of Debian 12 does
// not (15.0). They are not assigned there, so that the simulated model takes them for signs.
#pragma once

#include <algorithm>
#include <array>

namespace sheaf::simulate {

struct CharacterRange {
  char32_t first = 0;
  char32_t last = 0;
};

/// Of Unicode 16.0, but for the last, which came with 15.1; not all in each range is assigned.
inline constexpr std::array newer_characters{
    CharacterRange{0x0897, 0x0897},    // Arabic
    CharacterRange{0x1C89, 0x1C8A},    // Cyrillic
    CharacterRange{0xA7CB, 0xA7CD},    // Latin
    CharacterRange{0xA7DA, 0xA7DC},    // Latin
    CharacterRange{0x105C0, 0x105F3},  // Todhri
    CharacterRange{0x10D40, 0x10D85},  // Garay
    CharacterRange{0x10EC2, 0x10EC4},  // Arabic
    CharacterRange{0x10EFC, 0x10EFC},  // Arabic
    CharacterRange{0x11380, 0x113E2},  // Tulu-Tigalari
    CharacterRange{0x116D0, 0x116E3},  // Myanmar
    CharacterRange{0x11BC0, 0x11BF9},  // Sunuwar
    CharacterRange{0x11F5A, 0x11F5A},  // Kawi
    CharacterRange{0x13460, 0x143FA},  // Egyptian hieroglyphs
    CharacterRange{0x16100, 0x16139},  // Gurung Khema
    CharacterRange{0x16D40, 0x16D79},  // Kirat Rai
    CharacterRange{0x18CFF, 0x18CFF},  // Khitan
    CharacterRange{0x1CCF0, 0x1CCF9},  // Outlined digits
    CharacterRange{0x1E5D0, 0x1E5FA},  // Ol Onal
    CharacterRange{0x2EBF0, 0x2EE5D},  // Ideographs, extension I
};

inline bool is_newer_than_re2(char32_t character) {
  return std::ranges::any_of(newer_characters, [character](const CharacterRange& range) {
    return character >= range.first && character <= range.last;
  });
}

}  // namespace sheaf::simulate
