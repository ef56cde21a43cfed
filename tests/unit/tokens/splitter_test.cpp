#include "tokens/splitter.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::tokens {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> pieces(const SplitRules& rules, std::string_view text) {
  const auto end = piece_end_for(rules);
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size(); at += pieces.back().size()) {
    pieces.emplace_back(text.substr(at, end(text, at) - at));
  }
  return pieces;
}

TEST(Splitter, KeepsTheSpaceBeforeAWordOrASign) {
  EXPECT_THAT(pieces(o200k_rules, "Two words, (so)."),
              ElementsAre("Two", " words", ",", " (", "so", ")."));
  EXPECT_THAT(pieces(cl100k_rules, "\ttab \xC2\xA0nbsp"),
              ElementsAre("\ttab", " ", "\xC2\xA0nbsp"));
}

TEST(Splitter, GivesALineEndToNoWordAndOtherSpacesToNoSign) {
  for (const auto& rules : {o200k_rules, cl100k_rules}) {
    EXPECT_THAT(pieces(rules, "a\nb\rc"), ElementsAre("a", "\n", "b", "\r", "c"));
    EXPECT_THAT(pieces(rules, "\t! \u3000?"), ElementsAre("\t", "!", " ", "\u3000", "?"));
  }
}

TEST(Splitter, CutsCasedWordsBeforeACapital) {
  EXPECT_THAT(pieces(o200k_rules, "camelCase HTMLPage"), ElementsAre("camel", "Case", " HTMLPage"));
  EXPECT_THAT(pieces(cl100k_rules, "camelCase HTMLPage"), ElementsAre("camelCase", " HTMLPage"));
}

TEST(Splitter, EndsAWordOfCapitalsBehindItsLastLetterWithoutCase) {
  EXPECT_THAT(pieces(o200k_rules, "A\u4E2DB\u4E2DCD"), ElementsAre("A\u4E2DB\u4E2D", "CD"));
}

TEST(Splitter, TakesAMarkBeforeCapitalsForAWord) {
  EXPECT_THAT(pieces(o200k_rules, "\u0301AB"), ElementsAre("\u0301", "AB"));
  EXPECT_THAT(pieces(o200k_rules, "\u0301ab"), ElementsAre("\u0301ab"));
  EXPECT_THAT(pieces(o200k_rules, "\u0301's"), ElementsAre("\u0301's"));
  EXPECT_THAT(pieces(cl100k_rules, "\u0301AB \u0301"), ElementsAre("\u0301AB", " \u0301"));
}

TEST(Splitter, KnowsContractionsInEitherCase) {
  EXPECT_THAT(pieces(o200k_rules, "we'LL it's 'tis"), ElementsAre("we'LL", " it's", " '", "tis"));
  EXPECT_THAT(pieces(cl100k_rules, "we'LL 'tis"), ElementsAre("we", "'LL", " '", "tis"));
  EXPECT_THAT(pieces(cl100k_rules, "'\u017Fo"), ElementsAre("'\u017F", "o"));
  EXPECT_THAT(pieces(o200k_rules, "a'lx'v"), ElementsAre("a", "'lx", "'v"));
}

TEST(Splitter, KnowsAllContractionsAndNoOther) {
  for (const std::string suffix :
       {"s", "t", "re", "ve", "m", "ll", "d", "S", "RE", "Ll", "\u017F"}) {
    EXPECT_THAT(pieces(o200k_rules, "IT'" + suffix + "1"), ElementsAre("IT'" + suffix, "1"));
    EXPECT_THAT(pieces(o200k_rules, "it'" + suffix + "1"), ElementsAre("it'" + suffix, "1"));
    EXPECT_THAT(pieces(cl100k_rules, "it'" + suffix + "n"), ElementsAre("it", "'" + suffix, "n"));
  }
  for (const std::string other : {"l", "v", "r", "le", "lv", "rl", "el", "ee", "x", "\u212A"}) {
    EXPECT_THAT(pieces(o200k_rules, "it'" + other + "x"), ElementsAre("it", "'" + other + "x"));
    EXPECT_THAT(pieces(cl100k_rules, "it'" + other + "x"), ElementsAre("it", "'" + other + "x"));
  }
}

TEST(Splitter, TakesAMarkForALetterOrASign) {
  EXPECT_THAT(pieces(o200k_rules, "e\u0301e 1\u0301"), ElementsAre("e\u0301e", " ", "1", "\u0301"));
  EXPECT_THAT(pieces(cl100k_rules, "e\u0301e \u0301\u0301."),
              ElementsAre("e", "\u0301e", " \u0301\u0301."));
}

TEST(Splitter, CutsNumbersAfterThreeDigits) {
  EXPECT_THAT(pieces(o200k_rules, "1234567 \u0663\u0664"),
              ElementsAre("123", "456", "7", " ", "\u0663\u0664"));
}

TEST(Splitter, GivesSignsTheLineEndsBehindThem) {
  EXPECT_THAT(pieces(o200k_rules, "a;\r\n/b"), ElementsAre("a", ";\r\n/", "b"));
  EXPECT_THAT(pieces(cl100k_rules, "a;\r\n/b"), ElementsAre("a", ";\r\n", "/b"));
}

TEST(Splitter, EndsWhiteSpaceBehindItsLastLineEndOrBeforeItsLastCharacter) {
  EXPECT_THAT(pieces(o200k_rules, "a  \n \n  b"), ElementsAre("a", "  \n \n", " ", " b"));
  EXPECT_THAT(pieces(o200k_rules, "a   1"), ElementsAre("a", "  ", " ", "1"));
}

TEST(Splitter, EndsTheTextsWhiteSpaceAsItsEncodingDoes) {
  EXPECT_THAT(pieces(o200k_rules, "a\n  "), ElementsAre("a", "\n", "  "));
  EXPECT_THAT(pieces(cl100k_rules, "a\n  "), ElementsAre("a", "\n  "));
}

TEST(Splitter, KnowsTheFamiliesByWhatTheyDoOtherwise) {
  const auto text = "HTMLPage's e\u0301t 123 a;\n/\n  ";
  EXPECT_THAT(pieces(llama_3_rules, text),
              ElementsAre("HTMLPage", "'s", " e", "\u0301t", " ", "123", " a", ";\n", "/\n", "  "));
  EXPECT_THAT(pieces(qwen_2_rules, text), ElementsAre("HTMLPage", "'s", " e", "\u0301t", " ", "1",
                                                      "2", "3", " a", ";\n", "/\n", "  "));
  EXPECT_THAT(pieces(qwen_3_5_rules, text), ElementsAre("HTMLPage", "'s", " e\u0301t", " ", "1",
                                                        "2", "3", " a", ";\n", "/\n", "  "));
  EXPECT_THAT(pieces(tekken_rules, text),
              ElementsAre("HTMLPage", "'s", " e\u0301t", " ", "1", "2", "3", " a", ";\n/\n", "  "));
}

TEST(Splitter, GivesMarksToWordsOrToSigns) {
  EXPECT_THAT(pieces(qwen_3_5_rules, "\u0301 \u0301;\u0301"),
              ElementsAre("\u0301", " \u0301", ";\u0301"));
  EXPECT_THAT(pieces(qwen_2_rules, "\u0301 \u0301;\u0301"),
              ElementsAre("\u0301", " \u0301;\u0301"));
}

TEST(Splitter, TakesNoContractionForItsOwnWhereRulesHaveNone) {
  EXPECT_THAT(pieces(tekken_rules, "we'LL x's"), ElementsAre("we", "'LL", " x", "'s"));
  EXPECT_THAT(pieces(tekken_rules, "'sand"), ElementsAre("'sand"));
  EXPECT_THAT(pieces(qwen_2_rules, "'sand"), ElementsAre("'s", "and"));
}

TEST(SplitRulesOf, KnowsARegularExpressionByItsCharacters) {
  EXPECT_EQ(split_rules_of(R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})"
                           R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
            llama_3_rules);
  EXPECT_EQ(split_rules_of(R"(\s+)"), std::nullopt);
  EXPECT_EQ(split_rules_of(""), std::nullopt);
}

TEST(Splitter, HasNoFunctionForOtherRules) {
  EXPECT_EQ(
      piece_end_for({SplitRules::Words::cased, SplitRules::Contractions::none, 9, false, false}),
      nullptr);
}

}  // namespace
}  // namespace sheaf::tokens
