#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::Field;
using ::testing::HasSubstr;

double spent(const std::string& checkpoint) {
  const auto ended = sheaf({"inspect", checkpoint, "--json"});
  const auto value = json::parse(ended.out);
  if (!value) return -1;
  const auto* const cost = value->find_path("cost_usd");
  return cost == nullptr ? -1 : cost->real().value_or(-1);
}

TEST(Budget, OfMoneyIsNeverExceededAndARaisedOneContinues) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl", {"--max-cost", "0.002"}));
  EXPECT_EQ(ended.code, 4) << ended.err;
  EXPECT_THAT(lines_of(ended.err).back(), HasSubstr("--max-cost"));
  EXPECT_THAT(ended.err, HasSubstr("the same command continues"));
  const auto first = spent(folder / "a.jsonl.sheaf");
  EXPECT_GT(first, 0);
  EXPECT_LE(first, 0.002);
  EXPECT_FALSE(folder.has("a.jsonl"));

  const auto again = sheaf(triage_run(folder / "a.jsonl", {"--max-cost", "5"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(ids_of(results_in(folder.read("a.jsonl"))), ElementsAreArray(triage_ids()));
  EXPECT_THAT(again.err, HasSubstr("all runs"));
}

TEST(Budget, OfRequestsCountsOverTheCheckpoint) {
  const Folder folder;
  const auto first = sheaf(triage_run(folder / "a.jsonl", {"--max-requests", "5"}));
  EXPECT_EQ(first.code, 4) << first.err;
  const auto second = sheaf(triage_run(folder / "a.jsonl", {"--max-requests", "5"}));
  EXPECT_EQ(second.code, 4) << second.err;
  EXPECT_THAT(second.err, ::testing::ContainsRegex("\n  requests +0 "));
}

TEST(MaxFailed, StopsBeforeTheTableIsBurnt) {
  const Folder folder;
  const auto ended =
      sheaf(triage_run(folder / "a.jsonl", {"--simulated", "refuse=1", "--max-requests-per-sample",
                                            "1", "--concurrency", "1", "--max-failed", "10%"}));
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(lines_of(ended.err).back(), HasSubstr("--max-failed"));
  EXPECT_LT(results_in(folder.read("a.jsonl.partial")).size(), 100U);
}

}  // namespace
}  // namespace sheaf::testing
