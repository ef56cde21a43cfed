// Grouping by vectors of an endpoint, from the command line to the wire and back to the bill.
#include <algorithm>
#include <csignal>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/simulate.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "unit/store/checkpoint_fixture.hpp"

namespace sheaf::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int row_count = 400;

using Simulated = std::map<std::string, std::string>;

/// A task that groups by vectors, its rows, and the model that a server in this process simulates.
class Served {
 public:
  explicit Served(Simulated simulated = {}, int rows = row_count) {
    folder_.write("task.yaml", std::string(small_task) +
                                   "price: {input_per_million: 1, output_per_million: 2}\n"
                                   "embeddings: {model: simulated, input_per_million: 3}\n");
    folder_.write("rows.jsonl", small_rows(rows));
    auto task = Task::load(folder_ / "task.yaml");
    if (!task) throw std::runtime_error(task.error().message);
    ServeOptions options;
    options.rows = folder_ / "rows.jsonl";
    options.simulated = std::move(simulated);
    auto server = SimulatedServer::start(*task, options);
    if (!server) throw std::runtime_error(server.error().message);
    server_.emplace(std::move(*server));
  }

  std::string url() const { return server_->base_url(); }
  std::vector<std::string> command(std::vector<std::string> more = {}) const {
    std::vector<std::string> all{"run",
                                 folder_ / "task.yaml",
                                 folder_ / "rows.jsonl",
                                 "-o",
                                 folder_ / "out.jsonl",
                                 "--base-url",
                                 server_->base_url(),
                                 "--grouping",
                                 "similarity"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  PlanReport plan(const TaskOverrides& overrides) const {
    PlanOptions options;
    options.rows = folder_ / "rows.jsonl";
    return plan_task(*Task::load(folder_ / "task.yaml", overrides), options).value();
  }

  std::int64_t stat(std::string_view path) const {
    const auto stats = json::parse(server_->stats_json());
    return stats->find_path(path)->integer().value_or(-1);
  }
  json::Value inspected() const {
    const auto ended = sheaf({"inspect", folder_ / "out.jsonl.sheaf", "--json"});
    return json::parse(ended.out).value_or(json::Value());
  }
  std::vector<Result> results() const { return results_in(folder_.read("out.jsonl")); }
  std::string checkpoint() const { return folder_ / "out.jsonl.sheaf"; }

 private:
  Folder folder_;
  std::optional<SimulatedServer> server_;
};

std::int64_t figure(const json::Value& value, std::string_view path) {
  const auto* found = value.find_path(path);
  return found == nullptr ? -1 : found->integer().value_or(-1);
}

void expect_all_answered(const Served& served) {
  const auto results = served.results();
  ASSERT_EQ(results.size(), std::size_t{row_count});
  for (int i = 0; i < row_count; ++i) {
    const auto& result = results[static_cast<std::size_t>(i)];
    EXPECT_EQ(result.id, std::to_string(i + 1)) << "the order of the input";
    EXPECT_EQ(result.status, "answered");
  }
}

TEST(Embeddings, AreAskedForOnceAndTheirCostIsInTheBill) {
  const Served served;
  const auto ended = sheaf(served.command());
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered(served);
  EXPECT_EQ(served.stat("embeddings.texts"), row_count);
  EXPECT_THAT(ended.err, HasSubstr("\n    embeddings "));
  const auto bill = served.inspected();
  EXPECT_EQ(figure(bill, "embeddings.requests"), served.stat("embeddings.requests"));
  EXPECT_EQ(figure(bill, "embeddings.tokens"), served.stat("embeddings.tokens"));
  EXPECT_EQ(figure(bill, "requests.spent"), served.stat("requests"));
  EXPECT_EQ(figure(bill, "usage.input_tokens"), served.stat("tokens.input"));
  const auto cost = bill.find("cost_usd")->real().value_or(-1);
  EXPECT_NEAR(
      cost,
      1e-6 * static_cast<double>(served.stat("tokens.input") + 2 * served.stat("tokens.output") +
                                 2 * served.stat("embeddings.tokens")),
      1e-9)
      << "a token of a prompt costs 1, one of an answer 2, one of a vector 3";

  const auto again = sheaf(served.command({"--limit", "300"}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(served.stat("embeddings.texts"), row_count);
}

TEST(Embeddings, StandInThePlanAsTheyWillInTheBill) {
  const Served served;
  ASSERT_EQ(sheaf(served.command()).code, 0);
  TaskOverrides overrides;
  const auto without = served.plan(overrides);
  overrides.grouping = "diversity";
  const auto with = served.plan(overrides);
  EXPECT_FALSE(without.vectors);
  ASSERT_TRUE(with.vectors);
  EXPECT_EQ(with.vectors->texts, row_count);
  EXPECT_EQ(with.vectors->requests, served.stat("embeddings.requests"));
  const auto told = static_cast<double>(served.stat("embeddings.tokens"));
  EXPECT_NEAR(static_cast<double>(with.vectors->input_tokens), told, told / 4);
  EXPECT_NEAR(*with.vectors->cost_usd, 3e-6 * static_cast<double>(with.vectors->input_tokens),
              1e-12);
  for (std::size_t i = 0; i < with.lines.size(); ++i) {
    const auto& more = with.lines[i];
    const auto& less = without.lines[i];
    const bool compares = more.batch_size > 1;
    EXPECT_EQ(more.requests - less.requests, compares ? with.vectors->requests : 0);
    EXPECT_EQ(more.input_tokens - less.input_tokens, compares ? with.vectors->input_tokens : 0);
    EXPECT_NEAR(more.costs.at(0).usd.expected - less.costs.at(0).usd.expected,
                compares ? *with.vectors->cost_usd : 0, 1e-12);
  }
}

TEST(Embeddings, PlanNamesWhatTheyTakeOrThatTheirPriceIsNotKnown) {
  const Folder folder;
  const auto rows = folder.write("rows.jsonl", small_rows(400));
  const std::string section = "embeddings: {model: openai/text-embedding-3-small";
  const auto plan = [&](const std::string& more) {
    const auto task = folder.write("task.yaml", std::string(small_task) + section + more);
    return sheaf({"plan", task, rows, "--model", "openai/gpt-4o-mini", "--grouping", "similarity"});
  };
  EXPECT_THAT(plan("}\n").out, HasSubstr("\nabove batch size 1 with vectors of 400 texts from "
                                         "openai/text-embedding-3-small: 4 requests, "));
  EXPECT_THAT(plan("}\n").out, HasSubstr("input tokens, cost not known: no `price`\n"));
  const auto priced = plan(
      ", input_per_million: 1000, requests_per_minute: 2}\n"
      "price: {input_per_million: 1, output_per_million: 2}\n");
  EXPECT_THAT(priced.out, HasSubstr("input tokens, $"));
  EXPECT_THAT(priced.out, HasSubstr(" 2m00s ")) << "the limit of the vectors alone";
}

TEST(Embeddings, AreNotAskedForWhereNothingStandsBesideARow) {
  const Served served;
  const auto ended = sheaf(served.command({"--batch-size", "1"}));
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered(served);
  EXPECT_EQ(served.stat("embeddings.requests"), 0);
}

TEST(Embeddings, AreNotAskedForWhereTheGroupingComparesNothing) {
  const Served served;
  auto command = served.command();
  command.back() = "random";
  const auto ended = sheaf(command);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("'embeddings' is not used: grouping 'random'"));
  EXPECT_THAT(ended.err, Not(HasSubstr("\n    embeddings ")));
  EXPECT_EQ(served.stat("embeddings.requests"), 0);
}

TEST(Embeddings, ARefusedKeyStopsTheRunBeforeAnyPromptIsSent) {
  const Served served(Simulated{{"key", "sesame"}});
  const auto ended = sheaf(served.command());
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("the key was refused"));
  EXPECT_EQ(served.stat("asked"), 0);
  EXPECT_GT(served.stat("embeddings.requests"), 0);
  EXPECT_EQ(served.stat("requests"), served.stat("embeddings.requests"));
}

TEST(Embeddings, NoRepairIsBoughtWhileTheyMayStillBeRefused) {
  const Served first(Simulated{{"drop", "1"}}, 6000);  // More than are read before any is sent.
  const auto poor = sheaf(first.command({"--limit", "100", "--max-requests", "4"}));
  EXPECT_EQ(poor.code, 4) << poor.err;
  EXPECT_GT(first.stat("faults.drop"), 0);
  const Served refusing(Simulated{{"key", "sesame"}});
  auto command = first.command();
  std::ranges::replace(command, first.url(), refusing.url());
  const auto ended = sheaf(command);
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("the key was refused"));
  EXPECT_GT(refusing.stat("embeddings.requests"), 0);
  EXPECT_EQ(refusing.stat("requests"), refusing.stat("embeddings.requests"));
}

TEST(Embeddings, FaultsOnTheWayAreRepeatedAndBilledInFull) {
  const Served served(Simulated{{"http_500", "0.2"}, {"http_429", "0.2"}, {"half_json", "0.1"}});
  const auto ended = sheaf(served.command({"--max-retries", "50"}));
  ASSERT_EQ(ended.code, 0) << ended.err;
  expect_all_answered(served);
  EXPECT_GE(served.stat("embeddings.texts"), row_count);
}

TEST(Embeddings, CountAgainstTheBudgetAndGoOnWithAHigherOne) {
  const Served served;
  const auto poor = sheaf(served.command({"--max-requests", "2"}));
  EXPECT_EQ(poor.code, 4) << poor.err;
  EXPECT_EQ(served.stat("requests"), 2);
  EXPECT_EQ(served.stat("asked"), 0);
  const auto rich = sheaf(served.command({"--max-requests", "1000"}));
  EXPECT_EQ(rich.code, 0) << rich.err;
  expect_all_answered(served);
  EXPECT_EQ(served.stat("embeddings.texts"), row_count) << "none was bought twice";
}

TEST(Embeddings, ADamagedOneIsSaidAndNeverCompared) {
  const Served served;
  ASSERT_EQ(sheaf(served.command({"--max-requests", "5"})).code, 4);
  const auto asked = served.stat("asked");
  store::tamper(served.checkpoint(), "UPDATE vectors SET list = zeroblob(length(list))");
  const auto ended = sheaf(served.command());
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("the record of vector 1 is not as it was written"));
  EXPECT_EQ(served.stat("asked"), asked);
}

/// Runs until one request for vectors was answered and another is in flight, then sends `signal`.
Ended signalled(const Served& served, int signal) {
  Running run(served.command({"--concurrency", "1"}));
  while (served.stat("embeddings.requests") < 2) std::this_thread::yield();
  run.signal(signal);
  return run.wait();
}

TEST(Embeddings, WhatCameBeforeAnInterruptIsNotBoughtAgain) {
  const Served served(Simulated{{"first_token_ms", "150"}});
  const auto stopped = signalled(served, SIGINT);
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_EQ(served.stat("asked"), 0) << "no prompt was sent";
  EXPECT_LT(served.stat("embeddings.texts"), row_count);
  const auto resumed = sheaf(served.command());
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  expect_all_answered(served);
  EXPECT_EQ(served.stat("embeddings.texts"), row_count);
}

TEST(Embeddings, AKillCostsAtMostWhatWasInFlight) {
  const Served served(Simulated{{"first_token_ms", "150"}});
  EXPECT_EQ(signalled(served, SIGKILL).code, 128 + SIGKILL);
  const auto resumed = sheaf(served.command());
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  expect_all_answered(served);
  EXPECT_LE(served.stat("embeddings.texts"), row_count + 128);
  EXPECT_GE(figure(served.inspected(), "requests.spent"), served.stat("requests"))
      << "what was in flight, or about to leave, stays spent";
}

}  // namespace
}  // namespace sheaf::testing
