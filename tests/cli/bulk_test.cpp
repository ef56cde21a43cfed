// Runs by bulk jobs, through the command, against the simulated server's two forms of them.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "cli/served_model.hpp"
#include "core/json.hpp"
#include "fault/served.hpp"
#include "run/tally.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Form {
  std::string name;
  std::string model;
};

class BulkRun : public ::testing::TestWithParam<Form> {
 protected:
  static constexpr int row_count = 60;

  void SetUp() override {
    task_ = folder_.write("task.yaml", task_of(GetParam().model));
    rows_ = folder_.write("rows.jsonl", small_rows(row_count));
  }

  static std::string task_of(const std::string& model) {
    std::string yaml(small_task);
    const std::string_view simulated = "{name: simulated}";
    return yaml.replace(yaml.find(simulated), simulated.size(), "{name: " + model + "}");
  }

  ServedModel serve(const std::vector<std::string>& more = {}) {
    auto flags = calm_model();
    flags.insert(flags.end(), more.begin(), more.end());
    return {folder_.write("simulated.yaml", task_of("simulated")), rows_, flags};
  }

  Ended run(const std::string& url, const std::string& rows, const std::vector<std::string>& more) {
    std::vector<std::string> all{"run", task_, rows, "-o", output(), "--base-url", url};
    all.insert(all.end(), more.begin(), more.end());
    return sheaf(all, {.environment = {{"OPENAI_API_KEY", "k"}, {"ANTHROPIC_API_KEY", "k"}}});
  }
  Ended run_in_bulk(const std::string& url, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--via", "bulk"});
    return run(url, rows_, more);
  }

  std::string output() const { return folder_ / "out.jsonl"; }
  std::string stats(const ServedModel& model) const {
    // "http://127.0.0.1:PORT/v1" has its figures beside the version.
    const auto place = model.url().substr(0, model.url().rfind('/')) + "/stats";
    const auto file = folder_ / "stats.json";
    const auto fetched = std::system(("curl -sf -o " + file + " " + place).c_str());
    EXPECT_EQ(fetched, 0);
    return Folder::read_file(file);
  }
  std::int64_t figure(const ServedModel& model, const std::string& path) const {
    return json::parse(stats(model))->find_path(path)->integer().value();
  }

  void expect_all_answered(int rows = row_count) const {
    const auto results = results_in(folder_.read("out.jsonl"));
    ASSERT_EQ(std::ssize(results), rows);
    for (const auto& result : results) {
      EXPECT_EQ(result.status, "answered") << json::dump(result.line);
    }
  }
  void expect_each_asked_once(const ServedModel& model) const {
    const auto samples = served_samples(stats(model));
    EXPECT_EQ(std::ssize(samples), row_count);
    for (const auto& [id, served] : samples) EXPECT_EQ(served.asked, 1) << id;
  }

  Folder folder_;
  std::string task_, rows_;
};

INSTANTIATE_TEST_SUITE_P(OfBothForms, BulkRun,
                         ::testing::Values(Form{"openai", "openai/gpt-4o-mini"},
                                           Form{"anthropic", "anthropic/claude-haiku-4-5"}),
                         [](const auto& which) { return which.param.name; });

TEST_P(BulkRun, AnswersEveryRowInOneJobAndAsksNoneTwice) {
  const auto model = serve();
  const auto ended = run_in_bulk(model.url());
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered();
  expect_each_asked_once(model);
  EXPECT_EQ(figure(model, "bulk.jobs"), 1);
  EXPECT_EQ(figure(model, "bulk.requests"), row_count / 4);
  EXPECT_EQ(figure(model, "requests"), 0) << "none was sent live";
}

TEST_P(BulkRun, CostsHalfOfWhatLiveRequestsCost) {
  const auto model = serve();
  ASSERT_EQ(run(model.url(), rows_, {}).code, 0);
  const auto live = results_in(folder_.read("out.jsonl"));
  ASSERT_EQ(run_in_bulk(model.url(), {"--fresh"}).code, 0);
  const auto bulk = results_in(folder_.read("out.jsonl"));
  const auto cost = [](const std::vector<Result>& results) {
    double sum = 0;
    for (const auto& result : results) {
      sum += std::stod(result.line.find("cost_usd")->number()->digits);
    }
    return sum;
  };
  EXPECT_GT(cost(live), 0);
  EXPECT_NEAR(cost(bulk), cost(live) / 2, 1e-12);
}

TEST_P(BulkRun, AsksAgainWhatExpiredOrFailedAndRepairsInTheNextJob) {
  const auto model = serve({"--bulk-expired=0.3", "--bulk-errors=0.2", "--drop=0.2"});
  const auto ended = run_in_bulk(model.url(), {"--max-requests-per-sample", "40"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered();
  EXPECT_GT(figure(model, "bulk.expired"), 0);
  EXPECT_GT(figure(model, "bulk.errored"), 0);
  EXPECT_GT(figure(model, "bulk.jobs"), 1);
  EXPECT_EQ(figure(model, "requests"), 0);
}

TEST_P(BulkRun, FindsTheJobWhoseCreationWasAcceptedAndNeverTold) {
  const auto model = serve({"--bulk-accept-then-drop=1"});
  const auto ended = run_in_bulk(model.url(), {"-v"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("looking for it among the account's jobs"));
  expect_all_answered();
  expect_each_asked_once(model);
  EXPECT_EQ(figure(model, "bulk.jobs"), 1);
}

TEST_P(BulkRun, RepairsLiveWhereAskedTo) {
  const auto model = serve({"--bulk-expired=0.5"});
  const auto ended = run_in_bulk(model.url(), {"--repairs", "live"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered();
  EXPECT_EQ(figure(model, "bulk.jobs"), 1);
  EXPECT_GT(figure(model, "requests"), 0);
}

TEST_P(BulkRun, ThatDoesNotWaitLeavesItsJobToTheNextCommand) {
  const auto model = serve();
  const auto first = run_in_bulk(model.url(), {"--no-wait"});
  EXPECT_EQ(first.code, 5) << first.err;
  EXPECT_THAT(first.err, HasSubstr("15 requests in 1 bulk job are with the provider"));
  EXPECT_THAT(first.err, HasSubstr("with the provider: 15 requests in 1 bulk job, counted at"));
  EXPECT_TRUE(folder_.has("out.jsonl.partial"));
  const auto inspected = sheaf({"inspect", output() + ".sheaf"}).out;
  EXPECT_THAT(inspected, HasSubstr("bulk job   1, "));
  EXPECT_THAT(inspected, HasSubstr(": 15 requests, 60 samples, "));
  const auto second = run_in_bulk(model.url(), {"--no-wait"});
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(sheaf({"inspect", output() + ".sheaf"}).out, Not(HasSubstr("bulk job")));
  expect_all_answered();
  expect_each_asked_once(model);
}

TEST_P(BulkRun, IsCollectedByALiveRunToo) {
  const auto model = serve();
  ASSERT_EQ(run_in_bulk(model.url(), {"--no-wait", "--limit", "20"}).code, 5);
  const auto ended = run(model.url(), rows_, {});
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered();
  expect_each_asked_once(model);
  EXPECT_EQ(figure(model, "bulk.requests"), 5);
  EXPECT_EQ(figure(model, "requests"), 10);
}

TEST_P(BulkRun, KeepsTheAnswersOfRowsThatAreNotThereWhenTheJobIsCollected) {
  const auto model = serve();
  ASSERT_EQ(run_in_bulk(model.url(), {"--no-wait"}).code, 5);
  // A row of each of the first two batches, and rows of no other.
  const auto some = folder_.write("some.jsonl", small_row(2) + small_row(7));
  const auto ended = run(model.url(), some, {"--via", "bulk"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered(2);
  const auto all = run_in_bulk(model.url());
  ASSERT_EQ(all.code, 0) << all.err;
  expect_all_answered();
  expect_each_asked_once(model);
}

TEST_P(BulkRun, LeavesAJobAloneOfWhichItHasNoRow) {
  const auto model = serve();
  ASSERT_EQ(run_in_bulk(model.url(), {"--no-wait", "--limit", "8"}).code, 5);
  std::string others;
  for (int number = 40; number < 44; ++number) others += small_row(number);
  const auto other = run(model.url(), folder_.write("others.jsonl", others), {});
  ASSERT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("1 bulk job stays with the provider"));
  const auto all = run(model.url(), rows_, {});
  ASSERT_EQ(all.code, 0) << all.err;
  expect_all_answered();
  expect_each_asked_once(model);
}

TEST_P(BulkRun, SubmitsWhatItHasWhereEqualRowsAreAllThatFollow) {
  const auto model = serve();
  auto rows = small_rows(8);
  for (int copy = 0; copy < 500; ++copy) {
    auto row = small_row(1 + copy % 8);
    rows += row.replace(row.find("\"id\": \"") + 7, 0, fmt::format("copy {} of ", copy));
  }
  const auto ended = run(model.url(), folder_.write("copies.jsonl", rows),
                         {"--via", "bulk", "--bulk-requests", "4"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered(508);
  EXPECT_EQ(figure(model, "bulk.requests"), 2);
}

TEST_P(BulkRun, ReadsOnToTheRowsOfItsJobsBeforeItWaitsForTheLengthsOfAnswers) {
  rows_ = folder_.write("many.jsonl", small_rows(200));
  const auto model = serve();
  auto yaml = task_of(GetParam().model);
  yaml.replace(yaml.find("size: 4"), 7, "size: 400");
  yaml.replace(yaml.find("id: id"), 0, "  max_tokens: 500\n");
  task_ = folder_.write("long.yaml", yaml);
  ASSERT_EQ(run_in_bulk(model.url(), {"--no-wait", "--limit", "4"}).code, 5);
  std::string rows = small_row(1);
  for (int number = 5; number <= 200; ++number) rows += small_row(number);
  for (int number = 2; number <= 4; ++number) rows += small_row(number);
  const auto ended = run(model.url(), folder_.write("order.jsonl", rows), {});
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered(200);
  EXPECT_EQ(figure(model, "bulk.requests"), 1);
}

TEST_P(BulkRun, HoldsTheBudgetBeforeAJobIsSubmitted) {
  const auto model = serve();
  ASSERT_EQ(run_in_bulk(model.url(), {"--no-wait"}).code, 5);
  const auto store = store::open_sqlite(output() + ".sheaf", store::Access::read_only);
  const auto worst = sheaf::run::to_usd((*store)->spending()->cost);
  ASSERT_GT(worst, 0);
  const auto poor = run_in_bulk(
      model.url(), {"--fresh", "--overwrite", "--max-cost", fmt::format("{:.9f}", worst / 2)});
  // What a job gave back pays for the next one, until that is not enough for a request.
  EXPECT_THAT(poor.code, AnyOf(0, 4)) << poor.err;
  EXPECT_GE(figure(model, "bulk.jobs"), 3);
  const auto spent = store::open_sqlite(output() + ".sheaf", store::Access::read_only);
  EXPECT_LE(sheaf::run::to_usd((*spent)->spending()->cost), worst / 2);
}

TEST_P(BulkRun, StopsAtTheMostRequestsAndGoesOnFromThere) {
  const auto model = serve();
  const auto poor = run_in_bulk(model.url(), {"--max-requests", "7"});
  EXPECT_EQ(poor.code, 4) << poor.err;
  EXPECT_EQ(figure(model, "bulk.requests"), 7);
  const auto rest = run_in_bulk(model.url());
  ASSERT_EQ(rest.code, 0) << rest.err;
  expect_all_answered();
  expect_each_asked_once(model);
}

TEST_P(BulkRun, SaysWhoseJobsItHasWhereItAsksAnother) {
  const auto model = serve();
  ASSERT_EQ(run_in_bulk(model.url(), {"--no-wait"}).code, 5);
  const auto other = serve();
  const auto refused = run_in_bulk(other.url());
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(is_one_line_error(refused.err));
  EXPECT_THAT(refused.err, HasSubstr(model.url()));
  const auto abandoned = run_in_bulk(other.url(), {"--abandon-bulk"});
  ASSERT_EQ(abandoned.code, 0) << abandoned.err;
  EXPECT_THAT(abandoned.err, HasSubstr("15 requests in bulk jobs are given up"));
  expect_all_answered();
  expect_each_asked_once(other);
}

TEST_P(BulkRun, SaysThatAFreshStartLeavesJobsUncollected) {
  const auto model = serve();
  ASSERT_EQ(run_in_bulk(model.url(), {"--no-wait"}).code, 5);
  const auto fresh = run_in_bulk(model.url(), {"--fresh"});
  ASSERT_EQ(fresh.code, 0) << fresh.err;
  EXPECT_THAT(fresh.err, HasSubstr("--checkpoint " + output() + ".sheaf.1"));
}

TEST_P(BulkRun, StopsOnASignalWithItsJobsAtTheProvider) {
  auto model = serve({"--bulk-delay-ms=600000"});
  Running running(
      {"run", task_, rows_, "-o", output(), "--base-url", model.url(), "--via", "bulk", "-v"},
      {.environment = {{"OPENAI_API_KEY", "k"}, {"ANTHROPIC_API_KEY", "k"}}});
  ASSERT_TRUE(running.wait_for("15 requests are with the provider")) << running.err();
  running.signal(SIGINT);
  const auto ended = running.wait();
  EXPECT_EQ(ended.code, 130);
  EXPECT_THAT(ended.err, HasSubstr("run the same command again"));
  EXPECT_EQ(figure(model, "bulk.jobs"), 1);
}

TEST(BulkWays, ThatAreNotThereAreSaid) {
  const Folder folder;
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  const auto refusal = [&](const std::string& model, const std::vector<std::string>& more) {
    std::string yaml(small_task);
    const std::string_view simulated = "{name: simulated}";
    yaml.replace(yaml.find(simulated), simulated.size(), "{name: " + model + "}");
    std::vector<std::string> all{"run", folder.write("task.yaml", yaml), rows, "-o",
                                 folder / "out.jsonl"};
    all.insert(all.end(), more.begin(), more.end());
    const auto ended = sheaf(all, {.environment = {{"OPENAI_API_KEY", "k"},
                                                   {"GEMINI_API_KEY", "k"},
                                                   {"MISTRAL_API_KEY", "k"},
                                                   {"AZURE_OPENAI_API_KEY", "k"},
                                                   {"AZURE_OPENAI_ENDPOINT", "https://a.b"}}});
    EXPECT_EQ(ended.code, 2) << ended.err;
    return ended.err;
  };
  const std::vector<std::string> bulk{"--via", "bulk"};
  EXPECT_THAT(refusal("gemini/gemini-3.8-flash", bulk), HasSubstr("not supported yet"));
  EXPECT_THAT(refusal("mistral/mistral-small-2603", bulk), HasSubstr("not supported yet"));
  EXPECT_THAT(refusal("azure/gpt-4.1-mini", bulk), HasSubstr("not supported yet"));
  EXPECT_THAT(refusal("mistral/mistral-small-2603", {"--via", "flex"}),
              HasSubstr("not supported of mistral yet"));
  EXPECT_THAT(refusal("openai/gpt-4o-mini", {"--repairs", "flex"}), HasSubstr("bulk or live"));
}

TEST(BulkWays, InTheProcessOfTheSimulatedModelEndWithIt) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows = folder.write("rows.jsonl", small_rows(8));
  const std::vector<std::string> command{"run",   task,  rows, "-o", folder / "out.jsonl",
                                         "--via", "bulk"};
  auto first = command;
  first.emplace_back("--no-wait");
  EXPECT_EQ(sheaf(first).code, 5);
  const auto second = sheaf(command);
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("went with the simulated model"));
}

}  // namespace
}  // namespace sheaf::testing
