// The parsing defects of the original batch-prompting code, each as a test. Their numbers are those
// of the list in the project's reference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reading_of.hpp"

namespace sheaf::format {
namespace {

using ::testing::ElementsAre;

TEST(OriginalDefect, D03AMissingMiddleAnswerShiftsNobody) {
  EXPECT_THAT(reading_of(3, "A[1]: 1\nA[3]: 3"), ElementsAre("ok 1", "missing", "ok 3"));
  EXPECT_THAT(reading_of(3, "1\nA[2]: 2\nA[3]: 3"), ElementsAre("missing", "ok 2", "ok 3"));
}

TEST(OriginalDefect, D04ReorderedKeysAreFollowed) {
  EXPECT_THAT(reading_of(2, "A[2]: 2\nA[1]: 1"), ElementsAre("ok 1", "ok 2"));
}

TEST(OriginalDefect, D05AnAnswerWithoutAFullStopIsNotCut) {
  EXPECT_THAT(reading_of(3, "A[1]: The answer is 18\nA[2]: The answer is 250.\nA[3]: 7"),
              ElementsAre("ok The answer is 18", "ok The answer is 250.", "ok 7"));
}

TEST(OriginalDefect, D06APreambleABlankLineOrASecondLineShiftsNobody) {
  EXPECT_THAT(reading_of(2, "Here you are:\n\nA[1]: (a) blotter\n\nbecause of ink\nA[2]: (b) x"),
              ElementsAre("ok (a) blotter\n\nbecause of ink", "ok (b) x"));
}

TEST(OriginalDefect, D07AnIndexOfTwoDigitsIsReadWhole) {
  const auto read = reading_of(12, "A[10]: ten\nA[1]: one\nA[12]: twelve");
  EXPECT_EQ(read[0], "ok one");
  EXPECT_EQ(read[9], "ok ten");
  EXPECT_EQ(read[11], "ok twelve");
}

TEST(OriginalDefect, D08ALastBatchOfOneIsAnAnswerNotItsFirstCharacter) {
  EXPECT_EQ(plain_reading_of("42"), "ok 42");
  EXPECT_EQ(plain_reading_of(" 42\n"), "ok 42");
  EXPECT_EQ(reading_of(1, "A[1]: 42")[0], "ok 42");
}

TEST(OriginalDefect, D10ARemainderThatDropsTheIndexIsStillRead) {
  EXPECT_EQ(reading_of(1, "A: She has 3 left. The answer is 3.")[0],
            "ok She has 3 left. The answer is 3.");
  EXPECT_EQ(reading_of(1, "She has 3 left. The answer is 3.")[0],
            "ok She has 3 left. The answer is 3.");
}

TEST(OriginalDefect, D12TheChoicesLabelIsTheSameInExemplarsAndSamples) {
  const auto format = make_labelled({"Q", "Answer Choices"}, "A");
  const std::vector<SampleText> two(2, {{{"Q", "x"}, {"Answer Choices", "(a) y (b) z"}}});
  EXPECT_EQ(format->contexts(two, Keys::indexed),
            "Q[1]: x\nAnswer Choices[1]: (a) y (b) z\nQ[2]: x\nAnswer Choices[2]: (a) y (b) z");
}

TEST(OriginalDefect, ARepeatedQuestionLabelInPlaceOfTheAnswersIsRead) {
  EXPECT_THAT(reading_of(2, "Q[1]: She has 3. The answer is 3.\nQ[2]: The answer is 4."),
              ElementsAre("ok She has 3. The answer is 3.", "ok The answer is 4."));
}

}  // namespace
}  // namespace sheaf::format
