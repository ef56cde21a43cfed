// What is not known of a run's output.
#include "run/ways.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace sheaf::run {
namespace {

plan::Traffic ten_requests() {
  plan::Traffic traffic;
  traffic.samples = 40;
  traffic.requests = 10;
  return traffic;
}

TEST(Outputs, VaryAsTheReasoningOfTheRepliesDid) {
  AnswerLengths lengths;
  lengths.mean = 10;
  lengths.count = 16;
  lengths.reasoning = 100;
  lengths.reasoning_deviation = 50;
  lengths.replies = 4;
  const auto reasoning = with_outputs(ten_requests(), lengths, 0, 4096).reasoning_tokens;
  // Student's t of 3 degrees, of the mean of four and of that of ten.
  EXPECT_NEAR(reasoning.high - 100, 2.353 * 50 * std::sqrt(1.0 / 4 + 1.0 / 10), 0.05);
  EXPECT_NEAR(100 - reasoning.low, reasoning.high - 100, 1e-9);
  EXPECT_EQ(reasoning.expected, 100);
}

TEST(Outputs, MayHoldAnyReasoningUpToTheAllowanceBeforeOneIsKnown) {
  AnswerLengths lengths;
  lengths.mean = 10;
  const auto reasoning = with_outputs(ten_requests(), lengths, 0, 4000).reasoning_tokens;
  EXPECT_EQ(reasoning.low, 200);
  EXPECT_EQ(reasoning.expected, 2000);
  EXPECT_EQ(reasoning.high, 3800);
}

}  // namespace
}  // namespace sheaf::run
