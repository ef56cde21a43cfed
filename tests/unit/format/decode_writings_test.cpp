// Ways of writing a key that are all the same key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reading_of.hpp"

namespace sheaf::format {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

class KeyWriting : public ::testing::TestWithParam<const char*> {};

TEST_P(KeyWriting, JoinsByTheNumberPrintedAndLeavesTheLayoutOut) {
  EXPECT_THAT(reading_of(2, GetParam()), ElementsAre("ok bug", "ok how-to"));
}

INSTANTIATE_TEST_SUITE_P(
    InAnyOrderAndSpacing, KeyWriting,
    ::testing::Values("A[1]: bug\nA[2]: how-to", "A[2]: how-to\nA[1]: bug", "A[1]:bug\nA[2]:how-to",
                      "a[1]: bug\na[2]: how-to", "A [1] : bug\nA [ 2 ]: how-to",
                      "A[01]: bug\nA[0002]: how-to", "A[#1]: bug\nA[#2]: how-to",
                      "A[1]: bug\r\nA[2]: how-to\r\n", "A[1]: bug\rA[2]: how-to",
                      "\n\nA[1]: bug\n\n\nA[2]: how-to\n\n", "A[1]:\nbug\nA[2]:\n\nhow-to",
                      "A[1]: bug A[2]: how-to", "  A[1]: bug\n\tA[2]: how-to",
                      "A[1]:A[1]: bug\nA[2]: how-to"));

INSTANTIATE_TEST_SUITE_P(
    InMarkdown, KeyWriting,
    ::testing::Values("**A[1]:** bug\n**A[2]**: how-to", "**A[1]: bug**\n**A[2]: how-to**",
                      "**A**[1]: bug\n__A[2]:__ how-to", "*A[1]:* bug\n_A[2]_: how-to",
                      "- A[1]: bug\n- A[2]: how-to", "* **A[1]:** bug\n* **A[2]:** how-to",
                      "1. A[1]: bug\n2) A[2]: how-to", "(1) A[1]: bug\n(2) A[2]: how-to",
                      "### A[1]: bug\n### A[2]: how-to", "> A[1]: bug\n> A[2]: how-to",
                      "`A[1]`: bug\n`A[2]:` how-to", "`A[1]: bug`\n`A[2]: how-to`",
                      "\"A[1]\": bug\n\"A[2]\": how-to",
                      "\xE2\x80\x9C"
                      "A[1]\xE2\x80\x9D: bug\n\xE2\x80\xA2 A[2]: how-to",
                      "A\\[1\\]: bug\nA\\[2\\]: how-to",
                      "A[1]: bug\n\n### Sample 2\n\nA[2]: how-to",
                      "A[1]: bug\n---\nA[2]: how-to\n---",
                      "A[1]: bug\n\nAnd the second one:\nA[2]: how-to"));

INSTANTIATE_TEST_SUITE_P(InCodeFences, KeyWriting,
                         ::testing::Values("```\nA[1]: bug\nA[2]: how-to\n```",
                                           "```text\nA[1]: bug\nA[2]: how-to\n```\n",
                                           "Sure:\n```\nA[1]: bug\nA[2]: how-to\n```\nThat is all.",
                                           "```\nA[1]: bug\n```\n```\nA[2]: how-to\n```",
                                           "~~~\nA[1]: bug\nA[2]: how-to\n~~~"));

INSTANTIATE_TEST_SUITE_P(
    InFullWidth, KeyWriting,
    ::testing::Values("A[1]\xE2\x88\xB6 bug\nA[2]\xEF\xB9\x95 how-to",
                      "A\xEF\xBC\xBB"
                      "1\xEF\xBC\xBD\xEF\xBC\x9A"
                      "bug\nA[2]\xEF\xBC\x9Ahow-to",
                      "\xEF\xBC\xA1[\xEF\xBC\x91]: bug\nA[\xEF\xBC\x92]: how-to",
                      "A\xE3\x80\x90"
                      "1\xE3\x80\x91: bug\nA\xE3\x80\x90"
                      "2\xE3\x80\x91: how-to"));

INSTANTIATE_TEST_SUITE_P(
    WithOtherTextAround, KeyWriting,
    ::testing::Values("Here are the answers:\nA[1]: bug\nA[2]: how-to",
                      "Answers A[1] to A[2]:\n\nA[1]: bug\nA[2]: how-to",
                      "The keys are A[1], A[2].\nA[1]: bug\nA[2]: how-to",
                      "A[1]: bug\nA[2]: how-to\n\nLet me know about the other 7 things.",
                      "A[1]: bug\n\nA[2]: how-to\n\nIs there\nanything else?",
                      "Q[1]: Which queue?\nQ[2]: Which?\nA[1]: bug\nA[2]: how-to",
                      "Q[1]: Which queue?\nA[1]: bug\nQ[2]: Which?\nA[2]: how-to",
                      "A[1]: bug\nA[2]: how-to\nQ[3]: What next?",
                      "<think>A[1]: how-to?\nA[2]: bug</think>\nA[1]: bug\nA[2]: how-to",
                      " \n<THINK>A[9]: x</THINK>A[1]: bug\nA[2]: how-to"));

INSTANTIATE_TEST_SUITE_P(AllAlikeAndEachOnce, KeyWriting,
                         ::testing::Values("A[1] - bug\nA[2] - how-to",
                                           "A[1] \xE2\x80\x93 bug\nA[2] \xE2\x80\x93 how-to",
                                           "A[1] = bug\nA[2] = how-to", "A[1]. bug\nA[2]. how-to",
                                           "A[1]) bug\nA[2]) how-to", "A[1] bug\nA[2] how-to",
                                           "A[1] -> bug\nA[2] -> how-to", "A[1]\nbug\nA[2]\nhow-to",
                                           "**A[1]** bug\n**A[2]** how-to", "A1: bug\nA2: how-to",
                                           "A 2: how-to\nA 1: bug", "A(1): bug\nA(2): how-to",
                                           "A #1: bug\nA #2: how-to",
                                           "**A1:** bug\n**A2:** how-to"));

INSTANTIATE_TEST_SUITE_P(QuestionKeysWithoutAnyAnswerLabel, KeyWriting,
                         ::testing::Values("Q[1]: bug\nQ[2]: how-to",
                                           "**Q[2]:** how-to\n**Q[1]:** bug",
                                           "Fine.\nQ[1]: bug\nQ[2]: how-to"));

TEST(DecodeKeys, AnyIndexWidthIsReadWhole) {
  std::string reply;
  for (int i = 120; i >= 1; --i)
    reply += "A[" + std::to_string(i) + "]: v" + std::to_string(i) + "\n";
  const auto answers = reading_of(120, reply);
  for (int i = 1; i <= 120; ++i) {
    EXPECT_EQ(answers[static_cast<std::size_t>(i - 1)], "ok v" + std::to_string(i));
  }
}

TEST(DecodeKeys, LabelsAreReadWithoutCaseAndTheLongerOneFirst) {
  const auto format = make_labelled({"Answer Text", "Source"}, "Answer");
  const std::vector<SampleText> samples(2, {{{"Answer Text", "x"}, {"Source", "y"}}});
  const Reply reply{.text = "answer text[1]: x\nSOURCE[1]: y\nANSWER[1]: yes\nanswer  [2]: no",
                    .samples = samples};
  EXPECT_THAT(reading_of(*format, reply), ElementsAre("ok yes", "ok no"));
}

TEST(DecodeKeys, JsonMembersAreKeysInMidLine) {
  EXPECT_THAT(reading_of(2, R"({"A[1]": 12, "A[2]": 7})"), ElementsAre("ok 12,", "ok 7}"));
}

TEST(DecodeText, LinesWithoutAKeyBelongToTheAnswerBefore) {
  EXPECT_THAT(reading_of(2, "A[1]: two\nlines\n\nand a paragraph\nA[2]: x"),
              ElementsAre("ok two\nlines\n\nand a paragraph", "ok x"));
}

TEST(DecodeText, IndentationIsTakenOffOnlyWhereAllFurtherLinesHaveIt) {
  EXPECT_THAT(reading_of(2, "A[1]: a\n    b\n      c\n    \n    d\nA[2]: a\nb"),
              ElementsAre("ok a\nb\n  c\n\nd", "ok a"));
  EXPECT_THAT(reading_of(2, "A[1]: a\n    b\nc\nA[2]: a"), ElementsAre("ok a\n    b\nc", "ok a"));
}

TEST(DecodeText, AnAnswersOwnCodeBlockKeepsItsFences) {
  EXPECT_THAT(reading_of(2, "A[1]: use\n```\nx = 1\n```\nA[2]: ```py\ny\n```"),
              ElementsAre("ok use\n```\nx = 1\n```", "ok ```py\ny\n```"));
}

TEST(DecodeText, WhatFollowsABlankLineOrARuleBehindTheLastAnswerIsItsTail) {
  EXPECT_EQ(last_of(2, "A[1]: a\n\nb\nA[2]: c\n\nd\n\ne"), "c ~ \n\nd\n\ne");
  EXPECT_EQ(last_of(2, "A[1]: a\nA[2]:\n\nc\n\n\nd\n"), "c ~ \n\n\nd");
  EXPECT_EQ(last_of(2, "A[1]: 5\nA[2]: 7\n---\nDone 99"), "7 ~ \n---\nDone 99");
  EXPECT_EQ(last_of(2, "A[1]: a\n\nb\nA[2]: c\n\n# Note"), "c ~ \n\n# Note");
  EXPECT_EQ(last_of(2, "A[1]: a\nA[2]: c\n    \n    d\n\ne\n"), "c\n\nd ~ \n\ne");
}

TEST(DecodeText, WhatFollowsTheClosingFenceIsTheLastAnswersTail) {
  EXPECT_EQ(last_of(2, "```\nA[1]: a\nA[2]: b\n```\nDone 99"), "b ~ \nDone 99");
  EXPECT_EQ(last_of(2, "```\nA[1]: a\nx\nA[2]: b\ny\n```\n\nDone"), "b\ny ~ \n\nDone");
  EXPECT_EQ(last_of(2, "```\nA[1]: a\nA[2]: b\n```\n"), "b ~ ");
}

TEST(DecodeText, FurtherLinesOfTheLastAnswerAloneAreItsTail) {
  EXPECT_EQ(last_of(2, "A[1]: 5\nA[2]: 9\nI hope these 2 answers help!"),
            "9 ~ \nI hope these 2 answers help!");
  EXPECT_EQ(last_of(2, "A[1]: 5\n    7\nA[2]: 9\n    4\nTotal: 14"), "9\n4 ~ \nTotal: 14");
  EXPECT_EQ(last_of(2, "A[1]: 5\n7\nA[2]: 9\n4"), "9\n4 ~ ");
}

TEST(DecodeText, ASingleHasNoTail) {
  EXPECT_EQ(last_of(1, "A[1]: 5\n\n7\n---\n8"), "5\n\n7\n---\n8 ~ ");
}

TEST(DecodeText, EmphasisThatEndsWithTheFirstLineIsTakenOff) {
  EXPECT_THAT(reading_of(2, "**A[1]: bug**\nsince\n**A[2]:** **x** y"),
              ElementsAre("ok bug\nsince", "ok **x** y"));
}

TEST(DecodeText, AnIndentedParagraphIsNoEpilogue) {
  EXPECT_THAT(reading_of(2, "A[1]: a\nA[2]: c\n\n    d"), ElementsAre("ok a", "ok c\n\nd"));
}

TEST(DecodeText, EscapesAreUndone) {
  EXPECT_THAT(
      reading_of(2, "A[1]: see \\A[2]: and \\\\A[1]\n    \\Q: x\nA[2]: \\u0007\\\\u0007\\alpha"),
      ElementsAre("ok see A[2]: and \\A[1]\nQ: x", "ok \x07\\u0007\\alpha"));
}

TEST(DecodeText, AThoughtBehindThePrimedLabelIsNoAnswer) {
  EXPECT_THAT(reading_of(2, "A[1]: <think>A[2]: x</think> bug\nA[2]: how-to"),
              ElementsAre("ok bug", "ok how-to"));
  EXPECT_THAT(reading_of(2, "A[1]:<think>first</think>\nA[1]: bug\nA[2]: how-to"),
              ElementsAre("ok bug", "ok how-to"));
  EXPECT_THAT(reading_of(2, "A[1]: <think>A[1]: x"), ElementsAre("missing", "missing"));
  EXPECT_THAT(reading_of(2, "A[1]: \\<think>x</think>\nA[2]: y <think>"),
              ElementsAre("ok <think>x</think>", "ok y <think>"));
}

TEST(DecodeText, AThoughtThatLacksItsStartIsNoPartOfTheReply) {
  EXPECT_THAT(reading_of(2, "hmm A[1]: 3\n</think>\nA[2]: 9"), ElementsAre("missing", "ok 9"));
  EXPECT_THAT(reading_of(2, "A[1]: 3?\n</THINK>\nA[1]: 4\nA[2]: 9"), ElementsAre("ok 4", "ok 9"));
  EXPECT_EQ(plain_reading_of("A: 3, no 4</think>\n\n5"), "ok 5");
  EXPECT_THAT(reading_of(2, "A[1]: x \\</think>\nA[2]: <think>y</think>"),
              ElementsAre("ok x </think>", "ok <think>y</think>"));
}

TEST(DecodeText, KeyInTheThoughtIsNoKeyAndAnOpenThoughtHidesAll) {
  const auto samples = questions(2);
  const auto format = make_labelled({"Q"}, "A");
  const Decoded decoded = format->decode(
      {.text = "<think>A[1]: bug\nA[2]: x", .end = ReplyEnd::cut_at_cap, .samples = samples});
  EXPECT_FALSE(decoded.any_key);
  EXPECT_EQ(decoded.answers[0].status, KeyStatus::missing);
  EXPECT_EQ(decoded.answers[1].status, KeyStatus::missing);
}

TEST(DecodeText, AThoughtThatTheCapCutsIsNoPartOfTheReplyWhereverItBegins) {
  const auto cut = ReplyEnd::cut_at_cap;
  EXPECT_THAT(reading_of(3, "Sure.\n <Think>\nA[1]: x\nA[2]: y\nA[3]: z", cut), Each("missing"));
  EXPECT_THAT(reading_of(3, "A[1]: a\nA[2]: b\n<think>A[3]: x\nA[2]: z", cut),
              ElementsAre("ok a", "truncated b", "missing"));
  EXPECT_THAT(reading_of(3, "A[3]: <p>\n<think>A[1]: x</think>\nA[1]: a\nA[2]: b", cut),
              ElementsAre("ok a", "truncated b", "missing"));
  EXPECT_THAT(reading_of(2, "A[1]: a\n    \\</think> <think> b\nA[2]: c\nA[1]: a", cut)[1], "ok c");
  EXPECT_THAT(reading_of(2, "A[1]: a\n<think>\nA[2]: b"), ElementsAre("ok a\n<think>", "ok b"));
}

TEST(DecodeOtherWritings, ASignOfTheValueIsNoSignOfTheKey) {
  EXPECT_THAT(reading_of(2, "A[1] -5\nA[2] -.7"), ElementsAre("ok -5", "ok -.7"));
  EXPECT_THAT(reading_of(2, "A[1] -$5\nA[2] .7"), ElementsAre("ok -$5", "ok .7"));
  EXPECT_THAT(reading_of(2, "A[1] - 5\nA[2] - -7"), ElementsAre("ok 5", "ok -7"));
  EXPECT_THAT(reading_of(2, "A[1]-5\nA[2]-7"), Each("missing"));
}

}  // namespace
}  // namespace sheaf::format
