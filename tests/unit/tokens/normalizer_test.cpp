#include "tokens/normalizer.hpp"

#include <string>

#include <gtest/gtest.h>
#include <utf8proc.h>

namespace sheaf::tokens {
namespace {

std::string applied(std::vector<Normalizer::Step> steps, std::string_view text) {
  std::string storage;
  return std::string(Normalizer(std::move(steps)).apply(text, storage));
}

TEST(Composed, ComposesAndOrdersMarks) {
  EXPECT_EQ(composed("e\u0301"), "\u00E9");
  EXPECT_EQ(composed("a\u0315\u0323\u0300"), "\u1EA1\u0300\u0315");
  EXPECT_EQ(composed("\u1100\u1161\u11A8"), "\uAC01");
  EXPECT_EQ(composed("\u212B"), "\u00C5");
}

TEST(Composed, LeavesExclusionsDecomposed) {
  EXPECT_EQ(composed("\u0958"), "\u0915\u093C");
  EXPECT_EQ(composed("\u0344"), "\u0308\u0301");
}

TEST(Composed, KeepsWhatLooksLikeAnEnd) {
  const std::string text("e\0\u0301", 4);
  EXPECT_EQ(composed(text), text);
}

TEST(Composed, NeitherMovesNorComposesCharactersBeyondUnicode9) {
  EXPECT_EQ(composed("a\u0315\u07FD"), "a\u0315\u07FD");
  EXPECT_EQ(composed("a\u0898\u0334"), "a\u0898\u0334");
  EXPECT_EQ(composed("\U00011935\U00011930"), "\U00011935\U00011930");
  EXPECT_EQ(composed("\U00011938"), "\U00011938");
}

// The ranges in normalizer.cpp are those in which this version differs: find them anew for another.
TEST(Composed, IsOfTheUnicodeThatItsRangesAreFor) {
  EXPECT_STREQ(utf8proc_unicode_version(), "15.0.0");
}

TEST(Composed, KeepsMarksOfOneClassInTheirOrder) {
  std::string marks;
  for (int i = 0; i < 40; ++i) marks += i % 3 == 0 ? "\u0306" : "\u0311";
  EXPECT_EQ(composed("b" + marks + "\u0334"), "b\u0334" + marks);
}

TEST(Composed, OrdersALongRunOfMarksQuickly) {
  std::string text = "a";
  std::string expected = "a";
  constexpr int marks = 200'000;
  for (int i = 0; i < marks; ++i) text += "\u0315";
  for (int i = 0; i < marks; ++i) text += "\u0334", expected += "\u0334";
  for (int i = 0; i < marks; ++i) expected += "\u0315";
  EXPECT_EQ(composed(text), expected);
}

TEST(Normalizer, AppliesItsStepsInTheirOrder) {
  EXPECT_EQ(applied({Prepend{" "}, Replace{" ", "_"}}, "a b"), "_a_b");
  EXPECT_EQ(applied({Replace{" ", "_"}, Prepend{" "}}, "a b"), " a_b");
  EXPECT_EQ(applied({Compose{}, Replace{"\u00E9", "e"}}, "e\u0301"), "e");
}

TEST(Normalizer, ReplacesFromTheLeftWithoutOverlap) {
  EXPECT_EQ(applied({Replace{"aa", "b"}}, "aaaaa"), "bba");
  EXPECT_EQ(applied({Replace{"aa", ""}}, "aa"), "");
}

TEST(Normalizer, PutsNothingBeforeNothing) { EXPECT_EQ(applied({Prepend{"_"}}, ""), ""); }

}  // namespace
}  // namespace sheaf::tokens
