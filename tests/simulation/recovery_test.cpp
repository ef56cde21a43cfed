// What a run does after it was stopped, and how it ends with something broken.
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/checkpoint.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {
namespace {

double real_of(const json::Value& result, std::string_view path) {
  const auto* value = result.find_path(path);
  if (value == nullptr) return 0;
  return value->real() ? *value->real() : static_cast<double>(value->integer().value_or(0));
}

std::vector<WordRow> with_poison(std::vector<WordRow> rows) {
  rows.push_back({"poisoned", "poison", ""});
  return rows;
}

TEST(PoisonedRow, FailsAloneWhenItIsAllThatIsLeft) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.faults.poison = {"poison"};
  ASSERT_FALSE(virtual_run(word_rows(20), settings, *store).summary.stopped);
  const auto run = virtual_run(with_poison(word_rows(20)), settings, *store);
  EXPECT_FALSE(run.summary.stopped);
  EXPECT_EQ(run.summary.failed_rows, 1);
  EXPECT_EQ(run.summary.answered, 20);
}

TEST(PoisonedRow, StopsAFirstRunThatHasNothingElse) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.faults.poison = {"poison"};
  EXPECT_TRUE(virtual_run(with_poison({}), settings, *store).summary.stopped);
}

TEST(PoisonedRow, OfAnotherModelIsNoProofForThisOne) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  ASSERT_FALSE(virtual_run(word_rows(20), settings, *store).summary.stopped);
  settings.more_yaml = "exemplars: [{q: a, answer: b}]\n";
  settings.faults.poison = {"w0"};
  EXPECT_TRUE(virtual_run(word_rows(1), settings, *store).summary.stopped);
}

TEST(PoisonedRow, ThatBreaksTheServerEndsTheRunToo) {
  for (const int batch_size : {1, 6}) {
    const auto store = store::make_memory();
    VirtualRunSettings settings;
    settings.batch_size = batch_size;
    settings.faults.poison = {"poison"};
    settings.faults.poison_status = 500;
    int calls = 1;
    auto run = virtual_run(with_poison(word_rows(20)), settings, *store);
    for (; run.summary.stopped && calls < 5; ++calls) {
      run = virtual_run(with_poison(word_rows(20)), settings, *store);
    }
    EXPECT_LE(calls, 2) << "batch size " << batch_size;
    EXPECT_EQ(run.summary.failed_rows, 1);
    EXPECT_EQ(run.summary.answered, 20);
  }
}

TEST(RetryErrors, BeginsWithWholeBatches) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.answer_type = "number";
  ASSERT_EQ(virtual_run(word_rows(12), settings, *store).summary.failed_rows, 12);
  settings.options.retry_errors = true;
  const auto again = virtual_run(word_rows(12), settings, *store);
  EXPECT_EQ(again.prompts.at(0).size(), 6u);
  EXPECT_EQ(again.prompts.at(1).size(), 6u);
}

TEST(ChangedRule, ReachesTheRowsThatTheFirstCallDidNotSee) {
  const auto store = store::make_memory();
  std::vector<WordRow> rows;
  for (int i = 0; i < 20; ++i) rows.push_back({std::to_string(i), std::to_string(i), ""});
  virtual_run(rows, {}, *store);
  VirtualRunSettings numbers;
  numbers.answer_type = "number";
  numbers.options.limit = 5;
  virtual_run(rows, numbers, *store);
  numbers.options.limit.reset();
  for (const auto& result : virtual_run(rows, numbers, *store).results) {
    EXPECT_NE(result.find("answer")->number(), nullptr) << *result.find("id")->string();
  }
}

TEST(ChangedRule, ReadsTheAnswersOfOpenSamplesForNothing) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.answer_type = "number";
  settings.options.max_requests = 4;
  const auto first = virtual_run(word_rows(20), settings, *store);
  ASSERT_TRUE(first.summary.stopped);
  settings.answer_type = "text";
  settings.options.max_requests.reset();
  const auto second = virtual_run(word_rows(20), settings, *store);
  EXPECT_EQ(second.summary.answered, 20);
  EXPECT_TRUE(second.sent.empty());
}

TEST(BrokenOutput, LosesNoReplyAndChargesNothingUnsent) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.output_lines = 13;
  const auto run = virtual_run(word_rows(300), settings, *store);
  ASSERT_TRUE(run.summary.stopped);
  EXPECT_NE(run.summary.stopped->message.find("disk is full"), std::string::npos);
  EXPECT_EQ(answered_words(*store).size(), run.served.size());
  EXPECT_EQ(store->spending()->requests, std::ssize(run.sent));
  EXPECT_EQ(run.summary.requests, std::ssize(run.sent));
  settings.output_lines.reset();
  EXPECT_EQ(virtual_run(word_rows(300), settings, *store).results.size(), 300u);
}

TEST(Bill, CountsTheRetriesInTheRowsToo) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.priced = true;
  settings.faults = {.content = 0.2, .transport = 0.2};
  const auto run = virtual_run(word_rows(200), settings, *store);
  ASSERT_FALSE(run.summary.stopped);
  ASSERT_GT(run.summary.retries, 0);
  double cost = 0;
  double tokens = 0;
  for (const auto& result : run.results) {
    cost += real_of(result, "cost_usd");
    tokens += real_of(result, "usage.input_tokens");
  }
  EXPECT_NEAR(cost, *run.summary.cost_usd, 1e-9);
  EXPECT_EQ(static_cast<std::int64_t>(tokens), run.summary.usage.input_tokens);
}

TEST(Bill, OfARepeatedIdStandsOnOneLine) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.priced = true;
  const std::vector<WordRow> rows{{"a", "w", ""}, {"a", "w", ""}, {"b", "w", ""}};
  const auto first = virtual_run(rows, settings, *store);
  EXPECT_GT(real_of(first.results.at(0), "cost_usd"), 0);
  EXPECT_EQ(real_of(first.results.at(1), "cost_usd"), 0);
  EXPECT_EQ(real_of(first.results.at(2), "cost_usd"), 0);
  const auto second = virtual_run({rows.back()}, settings, *store);
  EXPECT_GT(real_of(second.results.at(0), "cost_usd"), 0) << "the row that was asked is not there";
}

TEST(Bill, CountsRequestsThatLeftWhereverARunStops) {
  for (std::size_t after = 1; after < 30; ++after) {
    const auto store = store::make_memory();
    VirtualRunSettings settings;
    settings.faults = {.content = 0.3, .transport = 0.3};
    settings.interrupted_after = after;
    const auto run = virtual_run(word_rows(200), settings, *store);
    EXPECT_EQ(run.summary.requests, std::ssize(run.sent)) << after;
    std::map<dispatch::JobId, int> starts;
    for (const auto& sent : run.sent) ++starts[sent.job];
    EXPECT_EQ(run.summary.retries, std::ssize(run.sent) - std::ssize(starts)) << after;
  }
}

TEST(Budget, ReservesWhatTheParametersAddToARequest) {
  const auto reserved = [](const std::string& parameters) {
    const auto store = store::make_memory();
    VirtualRunSettings settings;
    settings.priced = true;
    settings.model_yaml = parameters;
    virtual_run(word_rows(1), settings, *store);
    std::int64_t picos = 0;
    const auto done = store->for_each_attempt([&](const store::Attempt& attempt) {
      picos = attempt.start.reserved_cost.picos;
      return true;
    });
    EXPECT_TRUE(done);
    return picos;
  };
  const std::string format = R"({"response_format":{"type":"text"}})";
  EXPECT_EQ(reserved(", parameters: " + format) - reserved(""), 1'000'000 * std::ssize(format));
}

/// Of six samples; 120 rows leave no smaller first batch.
constexpr std::int64_t whole_cap = 6 * (8 + 6);

TEST(FollowUps, AskedAloneHaveTheWholeFirstBatchsCap) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto store = store::make_memory();
    VirtualRunSettings settings;
    settings.seed = seed;
    settings.faults.content = 0.4;
    const auto run = virtual_run(word_rows(120), settings, *store);
    for (const auto& sent : run.sent) {
      const auto samples = FakeServer::samples(sent.body);
      const auto body = json::parse(sent.body);
      if (samples.size() > 1) continue;
      EXPECT_EQ(body->find("max_tokens")->integer(), whole_cap) << sent.body;
    }
  }
}

TEST(Isolation, OfManyGroupsLeavesTheRequestsInFlight) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.isolate = true;
  settings.concurrency = 16;
  const auto run = virtual_run(word_rows(6000, 900), settings, *store);
  EXPECT_FALSE(run.summary.stopped);
  // 1,000 requests of 0.6 virtual seconds, and the short batches of the end.
  EXPECT_LT(run.summary.elapsed, std::chrono::seconds(100));
}

TEST(EqualRows, DoNotPileUpBeforeTheFirstRequest) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.options.order = Order::completion;
  std::vector<WordRow> rows(50'000, WordRow{"", "same", ""});
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = std::to_string(i);
  std::int64_t first_read = 0;
  settings.on_request = [&](std::int64_t rows_read) {
    if (first_read == 0) first_read = rows_read;
  };
  EXPECT_EQ(virtual_run(rows, settings, *store).results.size(), rows.size());
  EXPECT_LE(first_read, 15'000);
}

TEST(WithoutDedup, EqualRowsAreToldApartByTheirOrder) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.options.dedup = false;
  ASSERT_EQ(virtual_run({{"a", "w", ""}, {"b", "w", ""}}, settings, *store).sent.size(), 1u);
  EXPECT_TRUE(virtual_run({{"c", "w", ""}, {"d", "w", ""}}, settings, *store).sent.empty());
  const auto third =
      virtual_run({{"c", "w", ""}, {"d", "w", ""}, {"e", "w", ""}}, settings, *store);
  EXPECT_EQ(third.served.at("w"), 1);
}

TEST(WithoutDedup, ARepeatedIdWithEqualContentIsNoConflict) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.options.dedup = false;
  const std::vector<WordRow> rows{{"3", "A", ""}, {"5", "A", ""}, {"5", "A", ""}};
  const auto run = virtual_run(rows, settings, *store);
  EXPECT_FALSE(run.summary.stopped);
  EXPECT_EQ(run.results.size(), 3u);
}

TEST(RepeatedId, WithOtherContentIsSeenAfterAResumeToo) {
  const auto store = store::make_memory();
  virtual_run({{"5", "A", ""}}, {}, *store);
  const auto run = virtual_run({{"5", "B", ""}, {"5", "A", ""}}, {}, *store);
  ASSERT_TRUE(run.summary.stopped);
  EXPECT_EQ(run.summary.stopped->code, ErrorCode::usage);
}

}  // namespace
}  // namespace sheaf::testing
