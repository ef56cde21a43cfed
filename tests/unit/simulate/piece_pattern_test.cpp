// The published patterns in RE2 split as what plans does, character by character.
#include "simulate/piece_pattern.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/text.hpp"
#include "newer_characters.hpp"
#include "tokens/character_class.hpp"
#include "tokens/splitter.hpp"

namespace sheaf::simulate {
namespace {

std::vector<std::string_view> pieces_of(const PiecePattern& pattern, std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    pieces.push_back(pattern.first(text));
    text.remove_prefix(pieces.back().size());
  }
  return pieces;
}

std::vector<std::string_view> pieces_of(tokens::PieceEnd end, std::string_view text) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; at < text.size();) {
    pieces.push_back(text.substr(at, end(text, at) - at));
    at += pieces.back().size();
  }
  return pieces;
}

using Pieces = std::vector<std::string_view>;

TEST(PiecePattern, GivesTheLastSpaceOfARunToWhatFollows) {
  const PiecePattern o200k("o200k_base");
  const PiecePattern cl100k("cl100k_base");
  EXPECT_EQ(pieces_of(o200k, "a   b"), (Pieces{"a", "  ", " b"}));
  EXPECT_EQ(pieces_of(o200k, "a \t1"), (Pieces{"a", " ", "\t", "1"}));
  EXPECT_EQ(pieces_of(o200k, "a\u3000\u3000\u3000b"), (Pieces{"a", "\u3000\u3000", "\u3000b"}));
  EXPECT_EQ(pieces_of(o200k, "a  \n  b"), (Pieces{"a", "  \n", " ", " b"}));
  EXPECT_EQ(pieces_of(o200k, "a \n  "), (Pieces{"a", " \n", "  "}));
  EXPECT_EQ(pieces_of(cl100k, "a \n  "), (Pieces{"a", " \n  "}));
}

TEST(PiecePattern, TakesAByteThatIsNoUtf8AsAPiece) {
  const PiecePattern pattern("o200k_base");
  EXPECT_EQ(pieces_of(pattern, "a\xFF\xFF"), (Pieces{"a", "\xFF", "\xFF"}));
}

/// Everything that is a letter, mark, number or space, and all else of the first plane's scripts.
TEST(PiecePattern, KnowsEveryCharacterThatIsNotNewerThanRe2) {
  const PiecePattern o200k("o200k_base");
  const PiecePattern cl100k("cl100k_base");
  const auto planned_o200k = tokens::piece_end_for(tokens::o200k_rules);
  const auto planned_cl100k = tokens::piece_end_for(tokens::cl100k_rules);
  constexpr char32_t last_script = 0x3400;
  int wrong = 0;
  for (char32_t character = 0; character <= 0x10FFFF; ++character) {
    const bool other = tokens::class_of(character) == tokens::CharacterClass::other;
    if ((other && character > last_script) || is_newer_than_re2(character)) continue;
    std::string c;
    text::append_utf8(c, character);
    const auto text = "a" + c + "B" + c + "1" + c + "!" + c + c + " " + c;
    wrong += pieces_of(o200k, text) != pieces_of(planned_o200k, text);
    wrong += pieces_of(cl100k, text) != pieces_of(planned_cl100k, text);
    ASSERT_LT(wrong, 1) << "U+" << std::hex << static_cast<unsigned>(character);
  }
}

}  // namespace
}  // namespace sheaf::simulate
