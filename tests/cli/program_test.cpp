// A task whose answers are programs, from its file to its results.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string sums(const std::string& answer) {
  return "name: sums\ninstruction: Add up.\nsample: {Q: \"{{question}}\"}\n"
         "answer: {type: number, reasoning: program" +
         answer +
         "}\n"
         "exemplars:\n"
         "  - {question: one and one, answer: 2, program: \"x = 1\\n\\nans = x + 1\"}\n"
         "  - {question: two and two, answer: 4, program: \"def solution():\\n  return 2 + 2\"}\n"
         "id: id\ngold: gold\nbatch: {size: 4}\nmodel: {name: simulated}\n";
}

std::string sum_rows(int count) {
  std::string rows;
  for (int i = 1; i <= count; ++i) {
    const auto n = std::to_string(i);
    rows += R"({"id":")" + n + R"(","question":"What is )" + n + R"( and )" + n + R"(?","gold":)" +
            std::to_string(2 * i) + "}\n";
  }
  return rows;
}

/// Runs the task over 40 rows; each of `options` is one of the simulated model's.
Ended run_sums(const Folder& folder, const std::string& answer,
               const std::vector<std::string>& options) {
  folder.write("task.yaml", sums(answer));
  folder.write("rows.jsonl", sum_rows(40));
  std::vector<std::string> command{"run", folder / "task.yaml", folder / "rows.jsonl", "-o",
                                   folder / "a.jsonl"};
  for (const auto& option : options) command.insert(command.end(), {"--simulated", option});
  return sheaf(command);
}

TEST(Programs, GiveEachRowItsOwnValueWhateverFaultsBefallTheReplies) {
  const Folder folder;
  const auto ended =
      run_sums(folder, "", {"seed=7", "content_faults=0.06", "nonce=true", "prose=0"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto results = results_in(folder.read("a.jsonl"));
  ASSERT_EQ(results.size(), 40U);
  for (const auto& result : results) {
    EXPECT_EQ(result.status, "answered") << result.id;
    EXPECT_EQ(text_of(&result.answer), text_of(result.line.find_path("input.gold"))) << result.id;
    EXPECT_THAT(text_of(result.line.find("text")), StartsWith("```python\n")) << result.id;
  }
}

TEST(Programs, AreReadAgainByAChangedRuleAtNoCost) {
  const Folder folder;
  const auto first = run_sums(folder, "", {"prose=1"});
  EXPECT_EQ(first.code, 3) << first.err;
  const auto doubted = results_in(folder.read("a.jsonl"));
  EXPECT_THAT(doubted, Each(Field(&Result::status, "failed")));
  EXPECT_THAT(text_of(doubted.at(0).line.find_path("error.detail")),
              HasSubstr("has no program in a code fence"));
  const auto again = run_sums(folder, ", program_failure: text", {"prose=1"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, ContainsRegex("\n  requests +0 "));
  for (const auto& result : results_in(folder.read("a.jsonl"))) {
    EXPECT_EQ(text_of(&result.answer), text_of(result.line.find_path("input.gold"))) << result.id;
  }
}

TEST(Programs, AreMissedInAnExemplarFileWithItsLine) {
  const Folder folder;
  auto task = sums("");
  task.replace(task.find("exemplars:"), task.find("id: id") - task.find("exemplars:"),
               "exemplars: shots.jsonl\n");
  folder.write("task.yaml", task);
  folder.write("rows.jsonl", sum_rows(1));
  folder.write("shots.jsonl",
               "{\"question\": \"a\", \"answer\": 1, \"program\": \"ans = 1\"}\n"
               "{\"question\": \"b\", \"answer\": 2, \"reasoning\": \"unused\"}\n");
  const auto ended = sheaf({"plan", folder / "task.yaml", folder / "rows.jsonl"});
  EXPECT_NE(ended.code, 0);
  EXPECT_THAT(ended.err, HasSubstr("shots.jsonl:2: no 'program', which answer.reasoning: program"));
}

}  // namespace
}  // namespace sheaf::testing
