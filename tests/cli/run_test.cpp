#include <algorithm>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "cli/served_model.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

TEST(Run, AnswersEveryRowOnceInInputOrder) {
  const Folder folder;
  const auto ended = sheaf(demo_run(folder / "answers.jsonl"));
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  const auto results = results_in(folder.read("answers.jsonl"));
  EXPECT_THAT(ids_of(results), ElementsAreArray(triage_ids()));
  EXPECT_THAT(results, Each(Field(&Result::status, "answered")));
  EXPECT_FALSE(folder.has("answers.jsonl.partial"));
  EXPECT_TRUE(folder.has("answers.jsonl.sheaf"));
}

TEST(Run, GivesEachRowItsOwnAnswerUnderPerfectAccuracy) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl"));
  EXPECT_EQ(ended.code, 0) << ended.err;
  for (const auto& result : results_in(folder.read("a.jsonl"))) {
    EXPECT_EQ(text_of(&result.answer), text_of(result.line.find_path("input.queue"))) << result.id;
  }
  EXPECT_THAT(ended.err, HasSubstr("304 of 304  100.0%"));
}

TEST(Run, ClosesWithATableThatSaysSimulated) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl"));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("support-triage: the simulated model, batch size 6\n"),
                               HasSubstr("one request per row"), HasSubstr("input tokens"),
                               HasSubstr("cost"), HasSubstr("* estimated"),
                               HasSubstr("  results     " + (folder / "a.jsonl") + "\n"),
                               HasSubstr("  checkpoint  " + (folder / "a.jsonl.sheaf") + "\n")));
}

TEST(Run, AgainReusesEveryAnswerAtNoCost) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl")).code, 0);
  const auto first = folder.read("a.jsonl");
  const auto again = sheaf(triage_run(folder / "a.jsonl", {"--batch-size", "3"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(folder.read("a.jsonl"), first);
  EXPECT_THAT(again.err, HasSubstr("reused, at no cost"));
  EXPECT_THAT(again.err, ContainsRegex("\n  requests +0 "));
}

TEST(Run, FreshKeepsTheOldCheckpointAndAsksAgain) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl", {"--limit", "12"})).code, 0);
  const auto again = sheaf(triage_run(folder / "a.jsonl", {"--limit", "12", "--fresh"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(folder.has("a.jsonl.sheaf.1"));
  EXPECT_THAT(again.err, Not(HasSubstr("reused, at no cost")));
}

TEST(Run, ShowsTheTokensOfAllRunsAfterAResume) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl", {"--limit", "12"})).code, 0);
  const auto ended = sheaf(triage_run(folder / "a.jsonl", {"--limit", "24"}));
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("all runs"));
  EXPECT_THAT(ended.err, ContainsRegex("\n  requests +2 +2 +4 +24 +6\\.0x\n"));
  EXPECT_THAT(
      ended.err,
      ContainsRegex("\n  input tokens +1,[0-9]+ +1,[0-9]+ +2,[0-9]+ +[0-9,]+\\* +[45]\\.[0-9]x\n"));
}

TEST(Run, HoldsMoreRequestsInFlightThanTheUsualLimitOfOpenFiles) {
  const Folder folder;
  const auto command =
      triage_run(folder / "a.jsonl", {"--batch-size", "1", "--concurrency", "200", "--limit", "200",
                                      "--simulated", "first_token_ms=1000"});
  const auto ended = sheaf(command, {.open_files = 100});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, ContainsRegex("\n    retries +0\n"));
}

TEST(Run, GivesTheAnswersOfRowsFromAPipeWithoutWaitingForItsEnd) {
  const Folder folder;
  ServedModel model(triage_task, triage_rows, calm_model());
  const auto pipe = folder / "rows.csv";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int writer = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  const auto rows = Folder::read_file(triage_rows);
  const auto first_rows = rows.substr(0, rows.find("\nmsg-013,") + 1);
  ASSERT_EQ(::write(writer, first_rows.data(), first_rows.size()), std::ssize(first_rows));
  Running run({"run", triage_task, pipe, "-o", "-", "--checkpoint", folder / "c.sheaf", "--model",
               "none", "--base-url", model.url(), "--order", "completion"});
  while (std::ranges::count(run.out(), '\n') < 12) ASSERT_TRUE(run.wait_for_more()) << run.err();
  ::close(writer);
  EXPECT_EQ(run.wait().code, 0);
}

TEST(Run, LimitTakesTheFirstRows) {
  const Folder folder;
  EXPECT_EQ(sheaf(triage_run(folder / "a.jsonl", {"--limit", "10"})).code, 0);
  EXPECT_THAT(ids_of(results_in(folder.read("a.jsonl"))), ElementsAreArray(triage_ids(10)));
}

TEST(Run, SampleDrawsTheSameRowsFromTheSameSeedInInputOrder) {
  const Folder folder;
  const auto drawn = [&](const std::string& name, const std::string& seed) {
    EXPECT_EQ(sheaf(triage_run(folder / name, {"--sample", "20", "--seed", seed})).code, 0);
    return ids_of(results_in(folder.read(name)));
  };
  const auto first = drawn("a.jsonl", "7");
  EXPECT_EQ(first.size(), 20U);
  EXPECT_TRUE(std::ranges::is_sorted(first));
  EXPECT_EQ(drawn("b.jsonl", "7"), first);
  EXPECT_NE(drawn("c.jsonl", "8"), first);
}

TEST(Run, CompletionOrderLosesNoRow) {
  const Folder folder;
  EXPECT_EQ(sheaf(triage_run(folder / "a.jsonl", {"--order", "completion"})).code, 0);
  EXPECT_THAT(ids_of(results_in(folder.read("a.jsonl"))), UnorderedElementsAreArray(triage_ids()));
}

TEST(Run, WritesCsvByTheEnding) {
  const Folder folder;
  EXPECT_EQ(sheaf(triage_run(folder / "a.csv", {"--limit", "5"})).code, 0);
  const auto text = folder.read("a.csv");
  EXPECT_THAT(text, StartsWith("id,answer,status,"));
  const auto header = text.substr(0, text.find('\n'));
  EXPECT_THAT(header, AllOf(HasSubstr("usage_input_tokens"), HasSubstr("batch_position"),
                            HasSubstr("input.queue")));
  EXPECT_THAT(text, HasSubstr("\nmsg-005,"));
}

TEST(Run, WritesStandardOutputAloneWithResults) {
  const Folder folder;
  const auto ended = sheaf(triage_run("-", {"--checkpoint", folder / "c.sheaf", "--limit", "9"}));
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ids_of(results_in(ended.out)), ElementsAreArray(triage_ids(9)));
}

TEST(Run, StopsWhenStandardOutputIsFullAndLosesNothing) {
  const Folder folder;
  const auto command = triage_run("-", {"--checkpoint", folder / "c.sheaf", "--limit", "9"});
  const auto ended = sheaf(command, {.out_path = "/dev/full"});
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(lines_of(ended.err).back(), HasSubstr("No space left on device"));
  EXPECT_EQ(results_in(sheaf(command).out).size(), 9U);
}

TEST(Run, RefusesClosedStandardInputInPlaceOfRows) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto ended = sheaf({"run", task, "-", "-o", folder / "a.jsonl", "--model", "none",
                            "--base-url", "http://127.0.0.1:1/v1"},
                           {.closed = {STDIN_FILENO}});
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_THAT(lines_of(ended.err).back(), HasSubstr("Bad file descriptor"));
}

TEST(Run, ReadsRowsFromStandardInput) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows = folder.write("rows.jsonl", small_rows(20));
  const ServedModel model(task, rows);
  const auto ended = sheaf(
      {"run", task, "-", "-o", folder / "a.jsonl", "--model", "served", "--base-url", model.url()},
      {.input = small_rows(20)});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(results_in(folder.read("a.jsonl")).size(), 20U);
}

TEST(Run, ReadsPackedRows) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  folder.write("rows.jsonl", small_rows(20));
  for (const auto* tool : {"gzip -k", "zstd -q"}) {
    const auto command = std::string(tool) + " '" + (folder / "rows.jsonl") + "'";
    if (std::system(command.c_str()) != 0) GTEST_SKIP() << "no " << tool;
  }
  for (const auto* ending : {".gz", ".zst"}) {
    const auto out = folder / (std::string("a") + ending + ".jsonl");
    const auto ended =
        sheaf({"run", task, folder / ("rows.jsonl" + std::string(ending)), "-o", out});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(results_in(Folder::read_file(out)).size(), 20U) << ending;
  }
}

TEST(Run, KeepsTheRowsOwnBytesInTheResult) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const std::string row =
      R"({"id": "7", "text": "a", "big": 12345678901234567890.10, "gold": "red", "n": null})";
  const auto rows = folder.write("rows.jsonl", row + "\n");
  EXPECT_EQ(sheaf({"run", task, rows, "-o", folder / "a.jsonl"}).code, 0);
  EXPECT_THAT(folder.read("a.jsonl"), HasSubstr("\"input\":" + row));
}

TEST(Run, TakesTheSimulatedModelsOptionsFromFlags) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl", {"--simulated", "accuracy=many"}));
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr("accuracy"));
}

TEST(Run, WithFailedRowsIsExitThreeAndRetryErrorsMendsThem) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows = folder.write("rows.jsonl", small_rows(12));
  const std::vector<std::string> command{"run", task, rows, "-o", folder / "a.jsonl"};
  auto faulty = command;
  faulty.insert(faulty.end(), {"--simulated", "refuse=1", "--max-requests-per-sample", "1"});
  const auto first = sheaf(faulty);
  EXPECT_EQ(first.code, 3) << first.err;
  EXPECT_THAT(results_in(folder.read("a.jsonl")), Contains(Field(&Result::status, "failed")));

  auto again = command;
  again.emplace_back("--retry-errors");
  const auto second = sheaf(again);
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(results_in(folder.read("a.jsonl")), Each(Field(&Result::status, "answered")));
}

}  // namespace
}  // namespace sheaf::testing
