#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

const std::vector<std::string> kinds{"sequential", "random", "similarity", "diversity", "length"};

/// Id, status and answer of every result, a line each.
std::string answers_in(const Folder& folder, const std::string& file) {
  std::string all;
  for (const auto& result : results_in(folder.read(file))) {
    all += result.id + ' ' + result.status + ' ' + text_of(&result.answer) + '\n';
  }
  return all;
}

TEST(Grouping, ChangesNoResultAndNoOrderOfResults) {
  const Folder folder;
  for (const auto& kind : kinds) {
    const auto ended = sheaf(triage_run(folder / (kind + ".jsonl"), {"--grouping", kind}));
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("304 of 304  100.0%"));
    EXPECT_EQ(answers_in(folder, kind + ".jsonl"), answers_in(folder, "sequential.jsonl")) << kind;
  }
}

TEST(Grouping, HoldsWithEqualRowsAndIsolationGroups) {
  const Folder folder;
  const auto task = folder.write(
      "task.yaml", std::string(small_task) + "isolate: team\nsimulated: {accuracy: 1}\n");
  std::string rows;
  for (int i = 0; i < 90; ++i) {
    rows += "{\"id\": \"" + std::to_string(i) + "\", \"text\": \"thing " + std::to_string(i % 40) +
            "\", \"gold\": \"red\", \"team\": \"" + std::to_string(i % 40 % 7) + "\"}\n";
  }
  const auto input = folder.write("rows.jsonl", rows);
  for (const auto& kind : kinds) {
    const auto out = kind + ".jsonl";
    const auto ended =
        sheaf({"run", task, input, "-o", folder / out, "--grouping", kind, "--grouping-seed", "3",
               "--simulated", "content_faults=0.02", "--simulated", "first_token_ms=0",
               "--simulated", "tokens_per_second=0"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(answers_in(folder, out), answers_in(folder, "sequential.jsonl")) << kind;
    EXPECT_EQ(results_in(folder.read(out)).size(), 90U);
  }
}

TEST(Grouping, AnotherOneReusesEveryAnswer) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl", {"--grouping", "similarity"})).code, 0);
  const auto again = sheaf(triage_run(folder / "a.jsonl", {"--grouping", "diversity"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, ContainsRegex("\n  requests +0 "));
}

TEST(Grouping, SaysWhatItHoldsInMemory) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl", {"--grouping", "similarity", "-v"}));
  EXPECT_THAT(ended.err, HasSubstr("grouping is similarity: 304 samples are held, and 0.5 MB of "
                                   "vectors"));
}

TEST(Grouping, PlanSaysThatItsPromptIsOfInputOrder) {
  const auto plan = sheaf({"plan", triage_task, triage_rows, "--grouping", "diversity"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out,
              HasSubstr("A prompt, of the first rows (the run's grouping is diversity):"));
  const auto usual = sheaf({"plan", triage_task, triage_rows});
  EXPECT_THAT(usual.out, HasSubstr("The first prompt:"));
}

TEST(Grouping, OfNoSuchKindIsRefused) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl", {"--grouping", "similar"}));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("--grouping is 'similar'; give sequential, random"));
}

}  // namespace
}  // namespace sheaf::testing
