// What a run's checkpoint says it cost.
#include <string>

#include <gtest/gtest.h>

#include "eval/cell.hpp"
#include "eval/measures.hpp"
#include "eval/report.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"

namespace sheaf::eval {
namespace {

constexpr auto priced_task =
    "name: n\ninstruction: i\nsample: {Q: \"{{q}}\"}\nmodel: {name: m}\nanswer: {type: text}\n"
    "price: {input_per_million: 1, output_per_million: 2}\n";

store::AttemptEnd told(std::int64_t input, std::int64_t output, Money cost) {
  store::AttemptEnd end;
  end.usage = Usage{input, 0, output, 0};
  end.cost = cost;
  return end;
}

TEST(Bill, KeepsVectorsApartFromPromptsAndAddsUpToWhatWasSpent) {
  const auto task = task::parse(priced_task, "task.yaml", {});
  ASSERT_TRUE(task) << task.error().message;
  const auto store = store::make_memory();
  store::AttemptStart prompt;
  prompt.reserved_cost = Money{900'000'000};
  store::AttemptStart vectors = prompt;
  vectors.round = 0;
  ASSERT_TRUE(store->begin_attempt(prompt));
  ASSERT_TRUE(store->end_attempt(1, told(100, 10, Money{120'000'000})));
  ASSERT_TRUE(store->begin_attempt(vectors));
  ASSERT_TRUE(store->end_attempt(2, told(5000, 0, Money{100'000'000})));
  ASSERT_TRUE(store->begin_attempt(prompt));
  ASSERT_TRUE(store->begin_attempt(vectors));
  const auto bill = bill_of(*task, *store);
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->requests, 4);
  EXPECT_EQ(bill->usage.input_tokens, 100);
  EXPECT_EQ(bill->embedding_tokens, 5000);
  EXPECT_EQ(bill->told.total().picos, 120'000'000);
  EXPECT_EQ(bill->embeddings.picos, 100'000'000 + 900'000'000) << "one has no end";
  EXPECT_EQ(bill->unknown.picos, 900'000'000) << "of prompts";
}

TEST(Bill, PricesEachRequestByItsOwnLength) {
  auto task = task::parse(priced_task, "task.yaml", {});
  ASSERT_TRUE(task) << task.error().message;
  task->price->tiers.push_back({150, {Money{10}, Money{10}, Money{10}, Money{10}}});
  const auto store = store::make_memory();
  const std::int64_t lengths[] = {100, 100, 200};
  for (store::AttemptNo number = 1; number <= 3; ++number) {
    ASSERT_TRUE(store->begin_attempt({}));
    ASSERT_TRUE(store->end_attempt(number, told(lengths[number - 1], 10, {})));
  }
  Cell cell;
  cell.is_priced = true;
  cell.bill = bill_of(*task, *store).value();
  EXPECT_EQ(cell.bill.told.total(), Money{240'000'000 + 2'100});
  EXPECT_NEAR(bill_parts(cell).value().input, (200'000'000 + 2'000) / 1e12, 1e-18);
  EXPECT_NEAR(bill_parts(cell).value().output, (40'000'000 + 100) / 1e12, 1e-18);
}

TEST(Bill, ItsPartsHoldWhatWasWrittenToTheCacheAtItsPrice) {
  const Price price{.input = {100}, .cached_input = {10}, .output = {1000}, .cache_write = {125}};
  Cell cell;
  cell.is_priced = true;
  cell.bill.told = price.by_kind({.input_tokens = 9,
                                  .cached_input_tokens = 3,
                                  .output_tokens = 3,
                                  .reasoning_tokens = 1,
                                  .cache_write_tokens = 2});
  const auto parts = bill_parts(cell).value();
  EXPECT_NEAR(parts.input, (4 * 100 + 2 * 125) / 1e12, 1e-18);
  EXPECT_NEAR(parts.cached_input, 3 * 10 / 1e12, 1e-18);
  EXPECT_NEAR(parts.output, 2 * 1000 / 1e12, 1e-18);
  EXPECT_NEAR(parts.reasoning, 1000 / 1e12, 1e-18);
}

TEST(Bill, TellsWhatWasWrittenToTheCacheAsAPartOfTheInput) {
  ReportData report;
  auto& cell = report.cells.emplace_back();
  cell.bill_known = true;
  cell.bill.usage = {.input_tokens = 9, .cached_input_tokens = 3, .cache_write_tokens = 2};
  const auto told = report_json(report);
  EXPECT_EQ(told.find_path("cells.0.tokens.input")->integer(), 9);
  EXPECT_EQ(told.find_path("cells.0.tokens.cache_write")->integer(), 2);
}

TEST(Bill, TellsRetriesOfLaterCallsFromRepairs) {
  const auto task = task::parse(priced_task, "task.yaml", {});
  ASSERT_TRUE(task) << task.error().message;
  const auto store = store::make_memory();
  const auto send = [&](int round, int attempt, const std::string& fault) {
    store::AttemptStart start;
    start.round = round;
    start.attempt = attempt;
    start.samples = {1, 2};
    const auto number = store->begin_attempt(start);
    store::AttemptEnd end;
    end.fault_reason = fault;
    end.started_unix_ms = fault == "not-sent" ? 0 : 1000;
    if (fault != "killed") {
      EXPECT_TRUE(store->end_attempt(*number, end));
    }
  };
  send(1, 1, "server-error");
  send(1, 2, "killed");
  send(1, 1, "");  // by the next call
  send(2, 1, "killed");
  send(2, 1, "server-error");  // by the next call
  send(2, 2, "not-sent");
  send(3, 1, "not-sent");
  const auto bill = bill_of(*task, *store);
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->retries, 3);
  EXPECT_EQ(bill->repairs, 1);
}

/// One request: when it was queued, left and ended.
struct Sent {
  int attempt = 1;
  int round = 1;
  std::int64_t queued = 0;
  std::int64_t left = 0;
  std::int64_t ended = 0;
};

TEST(Bill, CountsRetriesRepairsAndEachMomentUnderWayOnce) {
  const auto task = task::parse(priced_task, "task.yaml", {});
  ASSERT_TRUE(task) << task.error().message;
  const auto store = store::make_memory();
  for (const auto& sent :
       {Sent{1, 1, 1000, 1100, 1500}, Sent{1, 1, 1200, 1250, 1350}, Sent{1, 1, 1400, 1400, 1600},
        Sent{2, 2, 3000, 3000, 3500}, Sent{1, 2, 3400, 3400, 4000}}) {
    store::AttemptStart start;
    start.attempt = sent.attempt;
    start.round = sent.round;
    start.at_unix_ms = sent.queued;
    const auto number = store->begin_attempt(start);
    auto end = told(1, 1, Money{});
    end.started_unix_ms = sent.left;
    end.latency_ms = sent.ended - sent.left;
    ASSERT_TRUE(number && store->end_attempt(*number, end));
  }
  const auto bill = bill_of(*task, *store);
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->retries, 1);
  EXPECT_EQ(bill->repairs, 1) << "a repair's retry is a retry";
  EXPECT_EQ(bill->wall_ms, 600 + 1000);
}

TEST(Bill, LeavesOutWhatWasRefusedUnbilled) {
  const auto task = task::parse(priced_task, "task.yaml", {});
  ASSERT_TRUE(task) << task.error().message;
  const auto store = store::make_memory();
  for (const bool billed : {false, true}) {
    store::AttemptStart start;
    start.reserved_cost = Money{billed ? 7 : 900};
    const auto number = store->begin_attempt(start);
    store::AttemptEnd end;
    end.fault_reason = "overloaded";
    end.maybe_billed = billed;
    ASSERT_TRUE(number && store->end_attempt(*number, end));
  }
  EXPECT_EQ(bill_of(*task, *store)->unknown.picos, 7);
}

}  // namespace
}  // namespace sheaf::eval
