// Any bytes, any length: decoding ends, in linear time, with one entry for each key. A quadratic
// step would make these tests take minutes.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reading_of.hpp"

namespace sheaf::format {
namespace {

constexpr std::size_t megabyte = 1'000'000;

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string out;
  out.reserve(bytes + piece.size());
  while (out.size() < bytes) out += piece;
  return out;
}

class OnePieceOverAndOver : public ::testing::TestWithParam<const char*> {};

TEST_P(OnePieceOverAndOver, IsDecodedInOneWalk) {
  EXPECT_EQ(reading_of(3, repeated(GetParam(), megabyte / 8)).size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(DecodeHostile, OnePieceOverAndOver,
                         ::testing::Values("A[1], ", "A[1]: x", "\\A[1]:", "*A", "\\", "```\n",
                                           "1. ", "answer ", "A[1,", "<think>", "\n", "    \n",
                                           "Q:\n", "A[1]: x\n\n", "A(", "_A", "A1: x\n",
                                           "A[1] - x\n"));

TEST(DecodeHostile, AMegabyteOfHalfKeysIsDecodedInOneWalk) {
  EXPECT_EQ(reading_of(3, repeated("A[1", megabyte))[0], "missing");
}

TEST(DecodeHostile, LongStretchesInsideAKeyAreDecodedOnce) {
  EXPECT_EQ(reading_of(2, "A[" + repeated("1", megabyte / 2) + "]: x")[0], "unknown");
  EXPECT_EQ(reading_of(2, "A[" + repeated("1,", megabyte / 2))[0], "missing");
  EXPECT_EQ(reading_of(2, "A" + repeated(" ", megabyte / 2) + "[1]: x")[0], "missing");
  EXPECT_EQ(reading_of(2, "<think>" + repeated("</thin", megabyte / 2))[0], "missing");
}

TEST(DecodeHostile, ManyRangesOverManyKeysStayWithinTheBatch) {
  EXPECT_EQ(reading_of(1000, repeated("A[1-1000]: x\n", 100'000))[999], "unparsable");
}

TEST(DecodeHostile, ASamplesTextFullOfKeysIsReadOnce) {
  const std::vector<SampleText> samples(4,
                                        {{{"Q", repeated("A[1]: x\nA[2-900]: ", megabyte / 16)}}});
  EXPECT_EQ(reading_of(samples, "A[1]: y\nA[2]: z")[0], "ok y");
}

TEST(DecodeHostile, MalformedBytesAreTextAndHideNoKey) {
  EXPECT_EQ(reading_of(2,
                       "\xFF"
                       "A[1]: a\xC2\nA[2]: \x80z\xF0\x9F\n    x")[1],
            "ok \x80z\xF0\x9F\nx");
  EXPECT_EQ(reading_of(2, std::string_view("A[1]: a\0b\nA[2]: c", 17))[0],
            std::string_view("ok a\0b", 6));
}

TEST(DecodeHostile, NoSamplesHaveNoAnswers) { EXPECT_TRUE(reading_of(0, "A[1]: x").empty()); }

TEST(DecodeHostile, AThoughtDoesNotEndWhereAnAnswersTextSaysSo) {
  const std::string thought = "<think>\nA[1]: x \\</think>\nA[2]: guess\n";
  EXPECT_THAT(reading_of(2, thought + "A[1]: gue", ReplyEnd::cut_at_cap),
              ::testing::Each("missing"));
  EXPECT_THAT(reading_of(2, thought + "</think>\nA[1]: y\nA[2]: z"),
              ::testing::ElementsAre("ok y", "ok z"));
}

}  // namespace
}  // namespace sheaf::format
