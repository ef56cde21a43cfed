// Answers that are fenced programs: what stands in a fence is code, whatever it looks like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/fences.hpp"
#include "reading_of.hpp"

namespace sheaf::format {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<BatchFormat> programs() { return make_labelled({"Q"}, "A", AnswerForm::program); }

std::vector<std::string> programs_of(int size, std::string_view text,
                                     ReplyEnd end = ReplyEnd::complete) {
  const auto samples = questions(size);
  return reading_of(*programs(), {.text = text, .end = end, .samples = samples});
}

std::string plain_program(std::string_view text) {
  const auto samples = questions(1);
  return reading_of(*programs(), {.text = text, .keys = Keys::plain, .samples = samples})[0];
}

TEST(Programs, AreWrittenBelowTheirKeyAsTheyAre) {
  const std::vector<std::string> texts{"```python\nif x:\n    ans = 1\n```", fenced("ans = 2")};
  EXPECT_EQ(programs()->answers(texts, Keys::indexed),
            "A[1]:\n```python\nif x:\n    ans = 1\n```\nA[2]:\n```python\nans = 2\n```");
  EXPECT_EQ(programs()->answers({&texts[1], 1}, Keys::plain), "A:\n```python\nans = 2\n```");
}

TEST(Programs, KeepTheWordsAroundThem) {
  const std::vector<std::string> texts{"Three.\nA[2]: no\n```\nans = 3\n```\nThat is all.", "none"};
  EXPECT_EQ(programs()->answers(texts, Keys::indexed),
            "A[1]: Three.\n    \\A[2]: no\n```\nans = 3\n```\n    That is all.\nA[2]: none");
}

TEST(Programs, WhatOnlyLooksLikeAFenceIsWrittenAsText) {
  const std::vector<std::string> texts{"x\n```\nA[2]: y", fenced("ans = 2")};
  const std::string reply = programs()->answers(texts, Keys::indexed);
  EXPECT_EQ(reply, "A[1]: x\n    \\```\n    \\A[2]: y\nA[2]:\n```python\nans = 2\n```");
  EXPECT_THAT(programs_of(2, reply),
              ElementsAre("ok x\n\\```\nA[2]: y", "ok ```python\nans = 2\n```"));
  const std::string open = "```\nx";
  EXPECT_EQ(programs()->answers({&open, 1}, Keys::plain), "A: \\```\n    x");
}

TEST(Programs, ComeBackWithTheirFences) {
  EXPECT_THAT(programs_of(2, "A[1]:\n```python\nans = 1\n```\nA[2]:\n~~~\n\nans = 2\n\n~~~"),
              ElementsAre("ok ```python\nans = 1\n```", "ok ~~~\n\nans = 2\n\n~~~"));
}

TEST(Programs, MayOpenBehindTheirKeyAndBeIndented) {
  EXPECT_THAT(programs_of(2, "**A[1]:** ```python\nans = 1\n```\n- A[2]:\n  ```\n  ans = 2\n  ```"),
              ElementsAre("ok ```python\nans = 1\n```", "ok ```\n  ans = 2\n  ```"));
}

TEST(Programs, AKeyInAFenceIsCode) {
  EXPECT_THAT(programs_of(2,
                          "A[1]:\n```\nA[2]: int = 7\nQ[1]: x\nA[99]: y\nans = 1\n```\nA[2]:\n"
                          "```\nans = A[1] = 2\n```"),
              ElementsAre("ok ```\nA[2]: int = 7\nQ[1]: x\nA[99]: y\nans = 1\n```",
                          "ok ```\nans = A[1] = 2\n```"));
}

TEST(Programs, AKeyInAFenceOfWhichNoneIsPrintedIsADoubt) {
  EXPECT_THAT(programs_of(3,
                          "A[1]:\n```\nans = 1\nA[2]:\n```\nans = 2\n```\nA[3]:\n```\n"
                          "ans = 3\n```\n"),
              ElementsAre(HasSubstr("unparsable"), "missing", "missing"));
  EXPECT_THAT(programs_of(3, "A[1]:\n```\nans = 1\nA[2]:\n```\nA[3]:\n```\nans = 3\n```\n"),
              ElementsAre(HasSubstr("unparsable"), "missing", HasSubstr("ok")));
}

TEST(Programs, AnUnclosedFenceIsADoubtAndSoIsAllBehindIt) {
  EXPECT_THAT(programs_of(4,
                          "A[1]:\n```\nans = 1\n```\nA[2]:\n```python\nans = 2\n\nA[3]: 3\n"
                          "A[4]: 4"),
              ElementsAre("ok ```\nans = 1\n```", HasSubstr("unparsable"), "missing", "missing"));
}

TEST(Programs, ACutFenceIsTruncated) {
  EXPECT_THAT(
      programs_of(3, "A[1]:\n```\nans = 1\n```\nA[2]:\n```python\nans = 2", ReplyEnd::cut_at_cap),
      ElementsAre("ok ```\nans = 1\n```", "truncated ```python\nans = 2", "missing"));
}

TEST(Programs, WhatMayBeMeantAsAFenceIsADoubtAndSoIsAllBehindIt) {
  const std::string before = "A[1]:\n```\nans = 1\n```\nA[2]:";
  for (const std::string stray : {"\n> ```\n> ans = 2\n> ```", "\n    ```\n    ans = 2\n    ```",
                                  " so ```python\nans = 2\n```"}) {
    EXPECT_THAT(programs_of(3, before + stray + "\nA[3]:\n```\nans = 3\n```"),
                ElementsAre("ok ```\nans = 1\n```", HasSubstr("unparsable"), "missing"));
  }
}

TEST(Programs, ATextWithoutAFenceIsADoubtBehindCodeThatLooksLikeAKey) {
  EXPECT_THAT(programs_of(2, "A[1]:\n```python\nans = 1\nA[2]:\n```\nA[2]: 5\nans = 2"),
              ElementsAre(HasSubstr("ok"), HasSubstr("unparsable")));
  EXPECT_THAT(programs_of(2, "A[1]:\n```python\nans = 1\n```\nA[2]: 5"),
              ElementsAre(HasSubstr("ok"), "ok 5"));
  EXPECT_THAT(programs_of(2, "A[1]:\n```\nans = A[2]\n```\nA[2]: 5"),
              ElementsAre(HasSubstr("ok"), "ok 5"));
  EXPECT_THAT(programs_of(3, "A[1]:\n```\nA[3]: 1\n```\nA[2]:\n```\nans = 2\n```\nA[3]: 5"),
              ElementsAre(HasSubstr("ok"), HasSubstr("ok"), HasSubstr("unparsable")))
      << "however far behind";
}

TEST(Programs, TwoUnderOneKeyAreADoubt) {
  EXPECT_THAT(programs_of(2,
                          "A[1]:\n```\nans = 1\n```\n```\nans = 2\n```\nA[2]:\n```\nans = 3\n"
                          "```\n\n```\n3\n```"),
              ElementsAre(HasSubstr("unparsable"), HasSubstr("unparsable")));
}

TEST(Programs, PrintedTwiceAreComparedWithTheirCode) {
  const std::string one = "A[1]:\n```\nans = 1\n```\n";
  EXPECT_THAT(programs_of(1, one + one), ElementsAre(HasSubstr("duplicate-same")));
  EXPECT_THAT(programs_of(1, one + "A[1]:\n```\nans = 2\n```"),
              ElementsAre(HasSubstr("duplicate-conflict")));
}

TEST(Programs, SpeakOfThoughtsWithoutHavingThem) {
  EXPECT_THAT(programs_of(2, "A[1]:\n```\nans = '</think>'\n```\nA[2]:\n```\nans = '<think>'\n```"),
              ElementsAre("ok ```\nans = '</think>'\n```", "ok ```\nans = '<think>'\n```"));
  EXPECT_THAT(programs_of(1, "A[1]:\n```\nans = 0\n```\n</think>\nA[1]:\n```\nans = 1\n```"),
              ElementsAre("ok ```\nans = 1\n```"));
  EXPECT_THAT(
      programs_of(1, "<think>\nA[1]:\n```\nans = 0\n```\n</think>\nA[1]:\n```\nans = 1\n```"),
      ElementsAre("ok ```\nans = 1\n```"));
}

TEST(Programs, TheReplyToASingleIsItsProgram) {
  EXPECT_EQ(plain_program("```python\nans = 1\n\nA: 2\n```"), "ok ```python\nans = 1\n\nA: 2\n```");
  EXPECT_EQ(plain_program("A: ```python\nans = 1\n```"), "ok ```python\nans = 1\n```");
  EXPECT_THAT(plain_program("A:\n```python\nans = 1"), HasSubstr("unparsable"));
}

TEST(Programs, EpiloguesAreTails) {
  const auto samples = questions(2);
  const Decoded decoded = programs()->decode(
      {.text = "A[1]:\n```\nans = 1\n```\nA[2]:\n```\nans = 2\n```\n\nThat is all.",
       .samples = samples});
  EXPECT_EQ(decoded.answers[1].text, "```\nans = 2\n```");
  EXPECT_EQ(decoded.answers[1].tail, "\n\nThat is all.");
}

TEST(Programs, AFenceAroundTheWholeReplyHidesTheKeysInIt) {
  const auto read =
      programs_of(2, "```\nA[1]:\n```python\nans = 1\n```\nA[2]:\n```\nans = 2\n```\n```");
  EXPECT_THAT(read, ElementsAre("missing", HasSubstr("unparsable")));
}

TEST(Programs, AByteThatStandsForAFenceIsNone) {
  EXPECT_THAT(programs_of(1,
                          "A[1]:\n\xFF"
                          "0\xFF\n```\nans = '\xFF"
                          "0\xFF'\n```"),
              ElementsAre("ok \xFF"
                          "0\xFF\n```\nans = '\xFF"
                          "0\xFF'\n```"));
}

TEST(Programs, AnswersThatAreTextsKnowNoFences) {
  EXPECT_THAT(reading_of(2, "A[1]: x\n```\nA[2]: y"), ElementsAre("ok x", "ok y"));
  EXPECT_THAT(make_labelled({"Q"}, "A")->contract(), Not(HasSubstr("fence")));
}

}  // namespace
}  // namespace sheaf::format
