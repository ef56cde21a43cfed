#include <gtest/gtest.h>

#include "format/batch_format.hpp"

namespace sheaf::format {
namespace {

using Texts = std::vector<std::string>;

TEST(EncodeContexts, OneSampleInPlainFormIsWhatAPersonWouldWrite) {
  const auto format = make_labelled({"Q"}, "A");
  const std::vector<SampleText> one{{{{"Q", "How much is 2 + 2?"}}}};
  EXPECT_EQ(format->contexts(one, Keys::plain), "Q: How much is 2 + 2?");
  EXPECT_EQ(format->answers(Texts{"4"}, Keys::plain), "A: 4");
  EXPECT_EQ(format->primed(Keys::plain), "A:");
}

TEST(EncodeContexts, AllContextsStandInOrderFieldByField) {
  const auto format = make_labelled({"Premise", "Hypothesis"}, "Answer");
  const std::vector<SampleText> two{{{{"Premise", "It rains."}, {"Hypothesis", "It is dry."}}},
                                    {{{"Premise", "He ran."}, {"Hypothesis", "He moved."}}}};
  EXPECT_EQ(format->contexts(two, Keys::indexed),
            "Premise[1]: It rains.\nHypothesis[1]: It is dry.\n"
            "Premise[2]: He ran.\nHypothesis[2]: He moved.");
  EXPECT_EQ(format->answers(Texts{"false", "true"}, Keys::indexed),
            "Answer[1]: false\nAnswer[2]: true");
  EXPECT_EQ(format->primed(Keys::indexed), "Answer[1]:");
}

TEST(EncodeContexts, AnEmptyTextLeavesNoSpaceAtTheLinesEnd) {
  const auto format = make_labelled({"Q"}, "A");
  EXPECT_EQ(format->contexts(std::vector<SampleText>{{{{"Q", ""}}}}, Keys::indexed), "Q[1]:");
  EXPECT_EQ(format->answers(Texts{""}, Keys::plain), "A:");
}

TEST(EncodeContexts, TheFirstSampleMayStartWithABlankField) {
  const auto format = make_labelled({"Q", "Note"}, "A");
  const std::vector<SampleText> one{{{{"Q", "\n\nx"}, {"Note", ""}}}};
  EXPECT_EQ(format->contexts(one, Keys::indexed), "Q[1]: \n    \n    x\nNote[1]:");
}

/// What a reply may end with.
const std::string end = " (\"\\n\" \"\\n\"?)?\n";

TEST(EncodeGrammar, AdmitsEveryKeyOnceAndInOrder) {
  const auto format = make_labelled({"Q"}, R"(A "b")");
  EXPECT_EQ(format->grammar(Texts{"x", "y", "x"}, Keys::indexed, false),
            R"(root ::= "A \"b\"[1]: " x "\nA \"b\"[2]: " y "\nA \"b\"[3]: " x)" + end);
  EXPECT_EQ(format->grammar(Texts{"x", "y"}, Keys::indexed, true),
            R"(root ::= " " x "\nA \"b\"[2]: " y)" + end);
  EXPECT_EQ(format->grammar(Texts{"x"}, Keys::indexed, false),
            R"(root ::= "A \"b\"[1]: " x)" + end);
}

TEST(EncodeGrammar, LetsAChatsSingleAnswerStandAlone) {
  const auto format = make_labelled({"Q"}, "A");
  EXPECT_EQ(format->grammar(Texts{"x"}, Keys::plain, false), R"(root ::= ("A: ")? x)" + end);
  EXPECT_EQ(format->grammar(Texts{"x"}, Keys::plain, true), R"(root ::= " " x)" + end);
}

TEST(EncodeContract, NamesNeitherACountNorAKeyAndTheClosingLineBoth) {
  const auto format = make_labelled({"Q"}, "Answer");
  const std::string contract = format->contract();
  EXPECT_NE(contract.find("Answer[i]:"), contract.npos);
  EXPECT_EQ(contract.find_first_of("0123456789"), contract.npos);
  const std::string closing = format->closing_line(12);
  EXPECT_NE(closing.find("12"), closing.npos);
  EXPECT_NE(closing.find("Answer[1]"), closing.npos);
  EXPECT_NE(closing.find("Answer[12]"), closing.npos);
  EXPECT_EQ(closing.find('\n'), closing.npos);
}

TEST(EncodeContract, AReplyThatStartsWithTheClosingLineStillDecodes) {
  const auto format = make_labelled({"Q"}, "A");
  const std::vector<SampleText> two(2, {{{"Q", "x"}}});
  const std::string reply = format->closing_line(2) + "\nA[1]: a\nA[2]: b";
  const Decoded decoded = format->decode({.text = reply, .samples = two});
  EXPECT_EQ(decoded.answers[0].text, "a");
  EXPECT_EQ(decoded.answers[1].status, KeyStatus::ok);
}

TEST(EncodeOverhead, CoversAKeyOnALineOfItsOwn) {
  const auto one = make_labelled({"Q"}, "A")->overhead_tokens_per_answer();
  const auto longer = make_labelled({"Q"}, "Final Answer")->overhead_tokens_per_answer();
  EXPECT_GE(one, 6);
  EXPECT_GT(longer, one);
  EXPECT_LE(longer, 20);
}

}  // namespace
}  // namespace sheaf::format
