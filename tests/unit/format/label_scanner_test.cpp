#include "format/label_scanner.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.hpp"

namespace sheaf::format {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// "answer bracketed: 1 line" for each mark: label, form, colon, numbers, place.
std::vector<std::string> described(const std::vector<Mark>& marks) {
  std::vector<std::string> out;
  for (const Mark& mark : marks) {
    std::string text = mark.answer ? "answer" : "field" + std::to_string(mark.field);
    text += mark.form == MarkForm::plain       ? " plain"
            : mark.form == MarkForm::bracketed ? " bracketed"
                                               : " spelled";
    text += mark.colon ? ":" : "";
    for (const Interval& keys : mark.numbers.intervals) {
      text += " " + std::to_string(keys.first);
      if (keys.last != keys.first) text += "-" + std::to_string(keys.last);
    }
    text += mark.place == Place::line_start ? " line"
            : mark.place == Place::mid_line ? " mid"
                                            : " glued";
    out.push_back(text + (mark.escaped ? " escaped" : ""));
  }
  return out;
}

std::vector<std::string> found(std::string_view text) {
  const LabelScanner scanner({"Q", "Answer Choices"}, "Answer");
  return described(join_lists(scanner.scan(text), text));
}

TEST(LabelScanner, FindsLabelsWithTheirFormAndPlace) {
  EXPECT_THAT(
      found("Q[1]: x Answer[2]: y\nanswer: z\nmyAnswer[3]: w\nAnswer 4: v"),
      ElementsAre("field0 bracketed: 1 line", "answer bracketed: 2 mid", "answer plain: line",
                  "answer bracketed: 3 glued", "answer spelled: 4 line"));
}

TEST(LabelScanner, TheLongerLabelWins) {
  EXPECT_THAT(found("Answer Choices[1]: (a)\nAnswer choices: b"),
              ElementsAre("field1 bracketed: 1 line", "field1 plain: line"));
  const LabelScanner numbered({"Text", "Text 2"}, "A");
  EXPECT_THAT(described(numbered.scan("Text 2: x")), ElementsAre("field1 plain: line"));
}

TEST(LabelScanner, AnUnderscoreIsEmphasisUnlessItJoinsAWord) {
  EXPECT_THAT(found("x _Answer[1]:_ y my_Answer[2]: z"),
              ElementsAre("answer bracketed: 1 mid", "answer bracketed: 2 glued"));
}

TEST(LabelScanner, LabelsWithoutAnIndexStandAtALinesStartOnly) {
  EXPECT_THAT(found("the Answer: 3, Q: 4, Answer 5: x"), IsEmpty());
}

TEST(LabelScanner, IndentedLinesSpellNoKeys) {
  EXPECT_THAT(found("    Answer 1: x\n   Answer 2: y"), ElementsAre("answer spelled: 2 line"));
}

TEST(LabelScanner, ABackslashEscapesWhateverStandsBeforeIt) {
  EXPECT_THAT(found("\\Answer[1]: x\n- \\\\Q: y\nx\\Answer[2] z"),
              ElementsAre("answer bracketed: 1 line escaped", "field0 plain: line escaped",
                          "answer bracketed 2 mid escaped"));
}

TEST(LabelScanner, JoinsListsAndRangesUnlessEscaped) {
  EXPECT_THAT(found("Answer[1], Answer[3]: x"), ElementsAre("answer bracketed: 1 3 line"));
  EXPECT_THAT(found("Answer[1] - Answer[3]: x"), ElementsAre("answer bracketed: 1 1-3 3 line"));
  EXPECT_THAT(found("\\Answer[1], Answer[3]: x"),
              ElementsAre("answer bracketed 1 line escaped", "answer bracketed: 3 mid"));
  EXPECT_THAT(found("Answer[1]: x, Answer[3]: y"),
              ElementsAre("answer bracketed: 1 line", "answer bracketed: 3 mid"));
  EXPECT_THAT(found("Answer[1]\nAnswer[2]: y"),
              ElementsAre("answer bracketed 1 line", "answer bracketed: 2 line"));
}

TEST(LabelScanner, WhatHasNoNumberInItsBracketsIsText) {
  EXPECT_THAT(found("Answer[i]: x\nAnswer[]: y\nAnswer[one]: z\nAnswer[1: x\nAnswer 1]: y"),
              IsEmpty());
}

TEST(LabelScanner, TellsWhereTheTextStarts) {
  const LabelScanner scanner({"Q"}, "A");
  const std::string text = "see **A [1]** :** x";
  const std::vector<Mark> marks = scanner.scan(text);
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(text.substr(0, marks[0].begin), "see ");
  EXPECT_EQ(text.substr(marks[0].label, 1), "A");
  EXPECT_EQ(text.substr(marks[0].index_end), "** :** x");
  EXPECT_EQ(text.substr(marks[0].end), "** x");
}

/// Most texts hold no label and are not read point by point; a bracket anywhere makes sure they
/// are.
TEST(LabelScanner, TheQuickLookMissesNoMark) {
  using namespace std::string_view_literals;
  constexpr std::array pieces{"Q"sv,
                              "answer"sv,
                              "Answer Choices"sv,
                              "A"sv,
                              ":"sv,
                              "1"sv,
                              "12."sv,
                              "(3) "sv,
                              "\n"sv,
                              "\r"sv,
                              "\v"sv,
                              "\u2028"sv,
                              "\u0085"sv,
                              "\u200B"sv,
                              "\uFEFF"sv,
                              "\uFF21"sv,
                              "\uFF1A"sv,
                              "\u201C"sv,
                              "\u2022 "sv,
                              "**"sv,
                              "- "sv,
                              "> "sv,
                              "\\"sv,
                              " "sv,
                              "\t"sv,
                              "x"sv,
                              "\u00E9"sv,
                              "\u65E5"sv,
                              "\xE2"sv,
                              "\xC2"sv,
                              "#"sv,
                              "_"sv,
                              "[1]"sv,
                              "\uFF3B2\uFF3D"sv,
                              "\u30103\u3011"sv,
                              "\u0130"sv};
  const LabelScanner scanner({"Q", "Answer Choices", "\u00C9tat", "2nd"}, "Answer");
  Random random(3);
  std::size_t found = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text;
    for (auto count = random.below(9); count > 0; --count)
      text += pieces[random.below(pieces.size())];
    const auto marks = described(scanner.scan(text));
    EXPECT_EQ(marks, described(scanner.scan(text + "\n["))) << text;
    found += marks.size();
  }
  EXPECT_GT(found, 1'000);
}

}  // namespace
}  // namespace sheaf::format
