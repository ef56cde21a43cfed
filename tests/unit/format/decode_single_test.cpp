// One sample in a prompt: nobody else's answer can be in the reply.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reading_of.hpp"

namespace sheaf::format {
namespace {

TEST(DecodeSingle, AReplyWithoutAKeyIsItsAnswer) {
  for (const char* reply :
       {"bug", "\n bug\n", "A: bug", "a : bug", "**A:** bug", "Sure.\nA: bug", "A[1]: bug",
        "Q: Which?\nA: bug", "<think>A: x</think>bug", "A: bug\nQ: next?", "bug\nQ: and this?\n",
        "A1: bug", "A[1] - bug", "Q: bug", "```\nA: bug\n```"}) {
    EXPECT_EQ(plain_reading_of(reply), "ok bug") << reply;
    EXPECT_EQ(reading_of(1, reply)[0], "ok bug") << reply;
  }
}

TEST(DecodeSingle, OnlyTheFirstFieldsLabelStartsAFurtherSample) {
  const auto format = make_labelled({"Premise", "Hypothesis"}, "Answer");
  const std::vector<SampleText> one{{{{"Premise", "x"}, {"Hypothesis", "y"}}}};
  const auto read = [&](std::string_view text) {
    return reading_of(*format, {.text = text, .keys = Keys::plain, .samples = one})[0];
  };
  EXPECT_EQ(read("Answer: Compare.\nHypothesis: y\nTrue."), "ok Compare.\nHypothesis: y\nTrue.");
  EXPECT_EQ(read("Answer: true\nPremise: z\nHypothesis: w"), "ok true");
}

TEST(DecodeSingle, NothingIsMissing) {
  for (const char* reply : {"", " \n", "A:", "A[1]:\n", "<think>bug"}) {
    EXPECT_EQ(plain_reading_of(reply), "missing") << reply;
    EXPECT_EQ(reading_of(1, reply)[0], "missing") << reply;
  }
}

TEST(DecodeSingle, AnyOtherKeyIsADoubt) {
  for (const char* reply : {"A[2]: bug", "A[0]: bug", "A[1]: bug\nA[2]: x", "A2: bug", "A[2] - bug",
                            "A[1]: 5\nA2: 7", "5\nA2: 7"}) {
    EXPECT_EQ(plain_reading_of(reply).substr(0, 7), "unknown") << reply;
    EXPECT_EQ(reading_of(1, reply)[0].substr(0, 7), "unknown") << reply;
  }
}

TEST(DecodeSingle, ASecondAnswerThatDiffersIsAConflict) {
  EXPECT_EQ(plain_reading_of("A: bug\nA: how-to"), "duplicate-conflict bug");
  EXPECT_EQ(plain_reading_of("A: bug\nQ: next\nA: how-to"), "duplicate-conflict bug");
  EXPECT_EQ(plain_reading_of("A: bug\nA[1]: how-to"), "duplicate-conflict bug");
  EXPECT_EQ(plain_reading_of("A: bug\nA: bug"), "duplicate-same bug");
}

TEST(DecodeSingle, WithKeysPrintedAPlainLabelIsText) {
  EXPECT_EQ(reading_of(1, "A[1]: 20 + 6\nA: 26")[0], "ok 20 + 6\nA: 26");
}

TEST(DecodeSingle, AnAnswerBehindASampleThatTheModelInventedIsADoubt) {
  for (const char* reply : {"5\nQ: How many is 4+5?\nA: 9", "5\nQ[1]: How many?\nA[1]: 9"}) {
    EXPECT_EQ(plain_reading_of(reply), "unparsable 9") << reply;
    EXPECT_EQ(reading_of(1, reply)[0], "unparsable 9") << reply;
  }
  EXPECT_EQ(plain_reading_of("\n```\nQ: How many is 4+5?\nA: 9\n```"), "ok 9");
  EXPECT_EQ(plain_reading_of("A: 5\nQ: How many is 4+5?"), "ok 5");
}

TEST(DecodeSingle, TextMayNameKeysThatNobodyHas) {
  EXPECT_EQ(plain_reading_of("A: swap A[0] and A[5], as in\nA[0] = A[5]"),
            "ok swap A[0] and A[5], as in\nA[0] = A[5]");
  EXPECT_EQ(plain_reading_of("A[1] is the first"), "ok A[1] is the first");
}

TEST(DecodeSingle, ItsOwnQuestionIsNoAnswer) {
  EXPECT_EQ(plain_reading_of("Q: Which queue is message number 1 for?"), "missing");
  EXPECT_EQ(reading_of(1, "Q[1]: Which queue is message number 1 for?")[0], "missing");
}

TEST(DecodeSingle, ACutReplyIsTruncatedWithOrWithoutItsKey) {
  EXPECT_EQ(plain_reading_of("A: bu", ReplyEnd::cut_at_cap), "truncated bu");
  EXPECT_EQ(plain_reading_of("First, we", ReplyEnd::cut_at_cap), "truncated First, we");
}

TEST(DecodeSingle, AParagraphThatFollowsIsItsText) {
  EXPECT_EQ(plain_reading_of("A: First this.\n\nThe answer is 7."),
            "ok First this.\n\nThe answer is 7.");
}

TEST(DecodeSingle, AQuotedTranscriptIsNoAnswer) {
  const std::vector<SampleText> samples{{{{"Q", "Rate this:\nQ: why?\nA: because"}}}};
  const auto format = make_labelled({"Q"}, "A");
  const auto read = [&](std::string_view text) {
    return reading_of(*format, {.text = text, .keys = Keys::plain, .samples = samples})[0];
  };
  EXPECT_EQ(read("Q: Rate this:\nQ: why?\nA: because"), "unparsable");
  EXPECT_EQ(read("A: good"), "ok good");
}

}  // namespace
}  // namespace sheaf::format
