#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;

const Surroundings on_terminal{.streams = Streams::terminal};

/// The example, slow enough to be met on its way: two requests at a time, a quarter second each.
std::vector<std::string> slow_run(const std::string& output, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--concurrency", "2", "--simulated", "first-token-ms=250"});
  return triage_run(output, std::move(more));
}

TEST(InterruptFresh, ContinuesWithoutFresh) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl")).code, 0);
  Running run(slow_run(folder / "a.jsonl", {"--fresh"}), on_terminal);
  ASSERT_TRUE(run.wait_for(" in flight")) << run.err();
  run.signal(SIGINT);
  EXPECT_THAT(run.wait().err, HasSubstr("without --fresh"));
  const auto again = sheaf(triage_run(folder / "a.jsonl"));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("all runs"));
  EXPECT_FALSE(folder.has("a.jsonl.sheaf.2"));
}

TEST(InterruptAtTheEnd, BetweenTheLastCommitAndTheNameIsMended) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl", {"--limit", "6"})).code, 0);
  const auto old = folder.read("a.jsonl");
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl", {"--limit", "12"})).code, 0);
  // As a kill just before the renaming would leave it.
  std::filesystem::rename(folder / "a.jsonl", folder / "a.jsonl.partial");
  folder.write("a.jsonl", old);
  const auto again = sheaf(triage_run(folder / "a.jsonl", {"--limit", "12"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(results_in(folder.read("a.jsonl")).size(), 12U);
}

class Interrupt : public ::testing::TestWithParam<int> {};

TEST_P(Interrupt, DrainsAndIsResumable) {
  const Folder folder;
  Running run(slow_run(folder / "a.jsonl"), on_terminal);
  ASSERT_TRUE(run.wait_for(" in flight")) << run.err();
  run.signal(GetParam());
  const auto ended = run.wait();
  EXPECT_EQ(ended.code, 128 + GetParam()) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("sheaf: stopping: no new requests"));
  EXPECT_THAT(ended.err, HasSubstr("the same command continues"));
  EXPECT_FALSE(folder.has("a.jsonl"));

  const auto again = sheaf(triage_run(folder / "a.jsonl"));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(ids_of(results_in(folder.read("a.jsonl"))), ElementsAreArray(triage_ids()));
}

INSTANTIATE_TEST_SUITE_P(Signals, Interrupt, ::testing::Values(SIGINT, SIGTERM));

TEST(InterruptTwice, StopsWithoutWaiting) {
  const Folder folder;
  // A reply that takes ten minutes: waiting for it would run into the limit of this test.
  Running run(triage_run(folder / "a.jsonl", {"--simulated", "first_token_ms=600000"}),
              on_terminal);
  ASSERT_TRUE(run.wait_for(" in flight")) << run.err();
  run.signal(SIGINT);
  ASSERT_TRUE(run.wait_for("sheaf: stopping")) << run.err();
  run.signal(SIGINT);
  const auto ended = run.wait();
  EXPECT_EQ(ended.code, 130);
  EXPECT_FALSE(folder.has("a.jsonl"));
  // What was cut off may have been billed.
  EXPECT_THAT(ended.err, ContainsRegex("\n  cost +\\$0\\.0*[1-9]"));
}

TEST(InterruptQuietly, SaysNothingButWhy) {
  const Folder folder;
  Running run(slow_run(folder / "a.jsonl", {"-q"}));
  // Nothing is shown: the checkpoint tells that it is on its way.
  ASSERT_TRUE(run.wait_until([&] { return folder.has("a.jsonl.sheaf"); }));
  run.signal(SIGTERM);
  const auto ended = run.wait();
  EXPECT_EQ(ended.code, 143) << ended.err;
  EXPECT_TRUE(is_one_line_error(ended.err));
}

}  // namespace
}  // namespace sheaf::testing
