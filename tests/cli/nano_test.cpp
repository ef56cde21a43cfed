// The main job on sheaf-nano, a real model (models/nano): what no simulation says.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::HasSubstr;

const std::string nano = SHEAF_SOURCE_DIR "/models/nano";
const std::string nano_task = nano + "/tasks/support.yaml";
const std::string nano_rows = nano + "/held-out/support.jsonl";
const std::string row_count = "120";

class NanoModel : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = Task::load(nano_task);
    if (!loaded && loaded.error().message.contains("no GGUF support")) GTEST_SKIP();
    ASSERT_TRUE(loaded) << loaded.error().message;
  }

  /// A task with replies kept to keyed answers: then nothing is repaired, and requests that go one
  /// at a time go in the same order each time.
  std::string constrained(const std::string& of_model = "",
                          const std::string& file = nano_task) const {
    std::string task = Folder::read_file(file);
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>("gguf/..", "gguf/" + nano),
          std::pair<std::string, std::string>("exemplars: ", "exemplars: " + nano + "/tasks/"),
          std::pair<std::string, std::string>("batch:\n", "batch:\n  constrain: true\n"),
          std::pair<std::string, std::string>("model:\n", "model:\n" + of_model)}) {
      task.replace(task.find(from), from.size(), to);
    }
    return folder_.write("task.yaml", task);
  }

  std::vector<std::string> command(const std::string& task, const std::string& name,
                                   const std::string& concurrency) const {
    return {"run",           task,        nano_rows, "-o",     folder_ / name,
            "--concurrency", concurrency, "--limit", row_count};
  }

  std::vector<std::string> answers_in(const std::string& name) const {
    std::vector<std::string> answers;
    for (const auto& result : results_in(folder_.read(name))) {
      answers.push_back(result.id + " " + json::dump(result.answer));
    }
    return answers;
  }

  std::vector<std::string> answered(const std::string& task, const std::string& name,
                                    const std::string& concurrency = "1") const {
    const auto ended = sheaf(command(task, name, concurrency));
    EXPECT_EQ(ended.code, 0) << ended.err;
    return answers_in(name);
  }

  Folder folder_;
};

TEST_F(NanoModel, AnswersHeldOutMessagesAndIsMostlyRight) {
  RunOptions options;
  options.rows = nano_rows;
  options.output = folder_ / "a.jsonl";
  const auto summary = run_task(Task::load(nano_task).value(), options);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->answered + summary->failed_rows, summary->rows);
  EXPECT_EQ(results_in(folder_.read("a.jsonl")).size(), static_cast<std::size_t>(summary->rows));
  EXPECT_GT(summary->correct, summary->rows * 3 / 4);
  EXPECT_LT(summary->requests, summary->rows / 3) << "six to a prompt, and some repairs";
  EXPECT_GT(summary->usage.cached_input_tokens, summary->usage.input_tokens / 2);
}

TEST_F(NanoModel, IsSweptWhereItsTaskFileFindsIt) {
  const auto ended = sheaf({"sweep", nano_task, nano_rows, "-o", folder_ / "sweep", "--batch-size",
                            "1,6", "--sample", "60"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("sheaf-nano.gguf"));
}

TEST_F(NanoModel, KeepsThePriceOfItsTaskInASweep) {
  const auto task =
      folder_.write("priced.yaml", "price: {input_per_million: 1, output_per_million: 4}\n" +
                                       Folder::read_file(constrained()));
  const auto ended = sheaf({"sweep", task, nano_rows, "-o", folder_ / "sweep", "--batch-size",
                            "1,6", "--sample", "60", "--json", folder_ / "sweep.json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(folder_.read("sweep.json"), ::testing::ContainsRegex("\"usd_per_row\": ?0\\.0"));
}

/// The model says by line breaks, not by its end token alone, that it has reasoned enough.
TEST_F(NanoModel, EndsItsReasoningWhereItIsKeptToKeyedAnswers) {
  const auto ended =
      sheaf({"run", constrained("", nano + "/tasks/arithmetic.yaml"),
             nano + "/held-out/arithmetic.jsonl", "-o", folder_ / "a.jsonl", "--limit", "24"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(answers_in("a.jsonl").size(), 24U);
  const auto about = sheaf({"inspect", folder_ / "a.jsonl.sheaf"});
  EXPECT_THAT(about.out, HasSubstr("24 answered (0 by a repair), 0 failed")) << about.out;
}

TEST_F(NanoModel, GivesTheSameAnswersAgainOneRequestAtATime) {
  const auto task = constrained();
  EXPECT_EQ(answered(task, "a.jsonl"), answered(task, "b.jsonl"));
}

// Requests that share a step round sums otherwise, so that of two tokens nearly as likely the other
// may come out as the likelier one.
TEST_F(NanoModel, GivesNearlyTheSameAnswersToManyRequestsAtOnce) {
  const auto task = constrained();
  const auto one = answered(task, "one.jsonl");
  const auto eight = answered(task, "eight.jsonl", "8");
  ASSERT_EQ(one.size(), eight.size());
  std::size_t differ = 0;
  for (std::size_t i = 0; i < one.size(); ++i) differ += one[i] == eight[i] ? 0 : 1;
  EXPECT_LE(differ, one.size() / 50);
}

TEST_F(NanoModel, DrawsTheSameWithTheSameSeed) {
  const std::string hot = "  temperature: 1.5\n  parameters: {seed: ";
  const auto first = answered(constrained(hot + "7}\n"), "a.jsonl");
  EXPECT_EQ(first, answered(constrained(hot + "7}\n"), "b.jsonl"));
  EXPECT_NE(first, answered(constrained(hot + "8}\n"), "c.jsonl"));
}

TEST_F(NanoModel, GoesOnWhereItWasKilled) {
  const auto task = constrained();
  const auto whole = answered(task, "whole.jsonl");
  {
    Running run(command(task, "killed.jsonl", "1"), {.streams = Streams::terminal});
    while (!run.err().contains("/s")) ASSERT_TRUE(run.wait_for_more()) << run.err();
    run.signal(SIGKILL);
    EXPECT_EQ(run.wait().code, 128 + SIGKILL);
  }
  ASSERT_FALSE(folder_.has("killed.jsonl"));
  const auto again = sheaf(command(task, "killed.jsonl", "1"));
  EXPECT_THAT(again.err, HasSubstr("all runs"));
  EXPECT_EQ(answers_in("killed.jsonl"), whole);
}

}  // namespace
}  // namespace sheaf::testing
