// The keys of answers that are programs.
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

std::string answer(const std::string& keys) { return with("answer: {type: number, " + keys + "}"); }

TEST(Programs, AreRepairedWithinAHundredThousandStepsUnlessTheTaskSaysOtherwise) {
  const auto plain = loaded(answer("reasoning: program")).answer;
  EXPECT_EQ(plain.reasoning, Reasoning::program);
  EXPECT_EQ(plain.program_failure, ProgramFailure::repair);
  EXPECT_EQ(plain.program_steps, 100'000);
  EXPECT_EQ(plain.max_tokens, 256);
  const auto other =
      loaded(answer("reasoning: program, program_failure: text, program_steps: 7")).answer;
  EXPECT_EQ(other.program_failure, ProgramFailure::text);
  EXPECT_EQ(other.program_steps, 7);
}

TEST(Programs, TheirKeysAreRefusedWhereTheyAreWrongOrNoneIsAskedFor) {
  EXPECT_EQ(refusal(answer("program_failure: text")),
            "task.yaml:5:41: 'answer.program_failure' stands beside answers without a program; "
            "remove it, or write reasoning: program");
  EXPECT_EQ(refusal(answer("reasoning: program, program_failure: fail")),
            "task.yaml:5:61: 'answer.program_failure' is 'fail'; write repair or text");
  EXPECT_EQ(refusal(answer("reasoning: program, program_steps: 0")),
            "task.yaml:5:59: 'answer.program_steps' is '0'; write a whole number from 1 to "
            "10000000");
}

TEST(Programs, TheirFormatKnowsTheirFences) {
  const auto task = loaded(answer("reasoning: program"));
  const std::vector<std::string> texts{"```\nA[2]: x\n```"};
  EXPECT_EQ(make_format(task)->answers(texts, format::Keys::indexed), "A[1]:\n```\nA[2]: x\n```");
}

}  // namespace
}  // namespace sheaf::task
