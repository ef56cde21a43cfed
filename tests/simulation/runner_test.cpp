// What a run does besides the laws: deduplication, resuming, stopping.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/checkpoint.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {
namespace {

std::string text_of(const json::Value& result, std::string_view path) {
  const auto* value = result.find_path(path);
  return value != nullptr && value->string() != nullptr ? *value->string() : "";
}

TEST(Dedup, IdenticalRowsAreAskedOnceAndAnsweredEverywhere) {
  const std::vector<WordRow> rows{{"a", "same", ""}, {"b", "other", ""}, {"c", "same", ""}};
  const auto store = store::make_memory();
  const auto run = virtual_run(rows, {}, *store);
  ASSERT_EQ(run.results.size(), 3u);
  EXPECT_EQ(text_of(run.results[2], "id"), "c");
  EXPECT_EQ(text_of(run.results[2], "answer"), "same");
  EXPECT_EQ(run.served.at("same"), 1);
  EXPECT_EQ(run.summary.reused, 1);
}

TEST(Dedup, TurnedOffEveryRowIsAskedAndStillNeverTwice) {
  const std::vector<WordRow> rows{{"a", "same", ""}, {"b", "same", ""}, {"c", "same", ""}};
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.options.dedup = false;
  EXPECT_EQ(virtual_run(rows, settings, *store).served.at("same"), 3);
  EXPECT_TRUE(virtual_run(rows, settings, *store).sent.empty());
}

TEST(Ids, ARepeatedIdWithTheSameContentGivesTwoLines) {
  const std::vector<WordRow> rows{{"a", "w", ""}, {"a", "w", ""}};
  const auto store = store::make_memory();
  const auto run = virtual_run(rows, {}, *store);
  EXPECT_FALSE(run.summary.stopped);
  EXPECT_EQ(run.results.size(), 2u);
}

TEST(Ids, ARepeatedIdWithOtherContentStopsTheRun) {
  const std::vector<WordRow> rows{{"a", "w", ""}, {"b", "x", ""}, {"a", "v", ""}};
  const auto store = store::make_memory();
  const auto run = virtual_run(rows, {}, *store);
  ASSERT_TRUE(run.summary.stopped);
  EXPECT_EQ(run.summary.stopped->code, ErrorCode::usage);
  EXPECT_NE(run.summary.stopped->message.find("rows.jsonl:3"), std::string::npos);
}

TEST(Resume, AFinishedRunSendsNothing) {
  const auto store = store::make_memory();
  const auto rows = word_rows(30);
  const auto first = virtual_run(rows, {}, *store);
  const auto second = virtual_run(rows, {}, *store);
  EXPECT_TRUE(second.sent.empty());
  EXPECT_EQ(first.results, second.results);
  EXPECT_EQ(second.summary.reused, 30);
}

TEST(Resume, AChangedRuleReadsStoredAnswersAgainForNothing) {
  const auto store = store::make_memory();
  std::vector<WordRow> rows;
  for (int i = 0; i < 20; ++i) rows.push_back({std::to_string(i), std::to_string(i * 10), ""});
  virtual_run(rows, {}, *store);
  VirtualRunSettings numbers;
  numbers.answer_type = "number";
  const auto second = virtual_run(rows, numbers, *store);
  EXPECT_TRUE(second.sent.empty());
  ASSERT_EQ(second.results.size(), 20u);
  EXPECT_NE(second.results[3].find("answer")->number(), nullptr);
  const auto back = virtual_run(rows, {}, *store);
  EXPECT_TRUE(back.sent.empty());
  EXPECT_EQ(text_of(back.results[3], "answer"), "30");
}

TEST(Resume, FailedRowsAreAskedAgainOnlyOnRequest) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.answer_type = "number";
  const std::vector<WordRow> rows{{"a", "12", ""}, {"b", "word", ""}};
  const auto first = virtual_run(rows, settings, *store);
  EXPECT_EQ(first.summary.failed_rows, 1);
  EXPECT_EQ(text_of(first.results[1], "error.reason"), "unparsable");
  EXPECT_TRUE(virtual_run(rows, settings, *store).sent.empty());
  settings.options.retry_errors = true;
  const auto again = virtual_run(rows, settings, *store);
  EXPECT_FALSE(again.served.contains("12"));
  EXPECT_EQ(again.served.at("word"), settings.options.max_requests_per_sample);
}

TEST(Stopping, AnInterruptDrainsAndLosesNothing) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.interrupted_after = 3;
  const auto rows = word_rows(200);
  const auto run = virtual_run(rows, settings, *store);
  ASSERT_TRUE(run.summary.stopped);
  EXPECT_EQ(run.summary.stopped->code, ErrorCode::interrupted);
  std::size_t answered = 0;
  for (const auto& [word, times] : run.served) answered += static_cast<std::size_t>(times);
  EXPECT_EQ(answered_words(*store).size(), answered);
  EXPECT_LT(answered, rows.size());
  settings.interrupted_after.reset();
  EXPECT_EQ(virtual_run(rows, settings, *store).results.size(), rows.size());
}

TEST(Stopping, WhatTheLastRequestsOfAStoppedRunBroughtIsDurable) {
  auto name = ::testing::TempDir() + "sheaf-stopped-XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path folder = name;
  for (std::size_t after = 1; after <= 12; ++after) {
    const auto path = (folder / std::to_string(after)).string();
    const auto open = [&] { return store::open_sqlite(path, store::Access::read_write).value(); };
    VirtualRunSettings settings;
    settings.interrupted_after = after;
    const auto run = virtual_run(word_rows(200), settings, *open());
    ASSERT_TRUE(run.summary.stopped);
    const auto stored = open();
    EXPECT_EQ(answered_words(*stored).size(), run.served.size());
    const auto seen = stored->for_each_attempt([](const store::Attempt& attempt) {
      EXPECT_TRUE(attempt.end) << "request " << attempt.number;
      return true;
    });
    EXPECT_TRUE(seen);
  }
  std::filesystem::remove_all(folder);
}

TEST(Stopping, TooManyFailedRowsStopTheRun) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.answer_type = "number";
  settings.options.max_failed = FailureBound{.count = 10, .percent = {}};
  const auto run = virtual_run(word_rows(500), settings, *store);
  ASSERT_TRUE(run.summary.stopped);
  EXPECT_NE(run.summary.stopped->message.find("--max-failed"), std::string::npos);
  EXPECT_LT(run.served.size(), 200u);
}

TEST(Stopping, ADeadServiceStopsTheRunAndFailsNoRow) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.faults.transport = 1.0;
  const auto run = virtual_run(word_rows(50), settings, *store);
  ASSERT_TRUE(run.summary.stopped);
  EXPECT_EQ(run.summary.stopped->code, ErrorCode::unavailable);
  EXPECT_EQ(run.summary.failed_rows, 0);
  settings.faults.transport = 0.0;
  EXPECT_EQ(virtual_run(word_rows(50), settings, *store).summary.answered, 50);
}

TEST(Stopping, TheRequestBudgetCountsOverResumes) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.options.max_requests = 5;
  const auto rows = word_rows(100);
  EXPECT_EQ(virtual_run(rows, settings, *store).sent.size(), 5u);
  const auto second = virtual_run(rows, settings, *store);
  EXPECT_TRUE(second.sent.empty());
  EXPECT_EQ(second.summary.stopped->code, ErrorCode::budget);
}

TEST(Order, ByCompletionWritesEachRowOnceToo) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.faults.content = 0.5;
  settings.options.order = Order::completion;
  const auto run = virtual_run(word_rows(100), settings, *store);
  std::vector<std::string> ids;
  for (const auto& result : run.results) ids.push_back(text_of(result, "id"));
  EXPECT_FALSE(std::ranges::is_sorted(ids));
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::unique(ids).size(), 0u);
  EXPECT_EQ(ids.size(), 100u);
}

TEST(Bill, TheRowsOfTheResultAddUpToTheRunsCost) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.priced = true;
  settings.faults.content = 0.3;
  const auto run = virtual_run(word_rows(100), settings, *store);
  double sum = 0;
  for (const auto& result : run.results) sum += *result.find("cost_usd")->real();
  EXPECT_NEAR(sum, *run.summary.cost_usd, 1e-9);
  EXPECT_NEAR(sum, *run.summary.total_cost_usd, 1e-9);
}

TEST(Bill, ARowCostsWhatItsOwnTokensCost) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.priced = true;
  const auto run = virtual_run(word_rows(20), settings, *store);
  ASSERT_EQ(run.results.size(), 20U);
  for (const auto& result : run.results) {
    const auto& usage = *result.find("usage");
    EXPECT_NEAR(*result.find("cost_usd")->real(),
                1e-6 * static_cast<double>(*usage.find("input_tokens")->integer()) +
                    2e-6 * static_cast<double>(*usage.find("output_tokens")->integer()),
                1e-13);
  }
}

}  // namespace
}  // namespace sheaf::testing
