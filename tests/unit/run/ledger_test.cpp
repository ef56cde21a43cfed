// Where the tokens and the money of a checkpoint went.
#include "run/ledger.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.hpp"
#include "run/inspection.hpp"
#include "run/stored_prices.hpp"

namespace sheaf::run {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Usage told{.input_tokens = 1000,
                     .cached_input_tokens = 600,
                     .output_tokens = 50,
                     .reasoning_tokens = 20,
                     .cache_write_tokens = 300};

/// A first prompt, its retry, a follow-up, and a request for vectors; of the retry no usage.
std::unique_ptr<store::Checkpoint> some_run() {
  auto store = store::make_memory();
  store::SampleNo sample = 0;
  for (std::uint64_t n = 1; n <= 2; ++n) sample = *store->add({n, n}, "row-" + std::to_string(n));
  store::SampleRecord record;
  record.state = store::SampleState::answered;
  record.value_json = "1";
  record.usage = told;
  record.cost = {.picos = 77};
  EXPECT_TRUE(store->write(sample, record));
  EXPECT_TRUE(store->add_row(0, "row-2", sample));
  const auto attempt = [&](int sending, int round, std::optional<Usage> usage, std::int64_t picos) {
    store::AttemptStart start;
    start.attempt = sending;
    start.round = round;
    if (round > 0) start.samples = {1, 2};
    start.reserved_cost = {.picos = 5000};
    store::AttemptEnd end;
    end.usage = usage;
    end.cost = {.picos = picos};
    end.started_unix_ms = 1;
    if (!usage) end.fault_reason = "stall";
    const auto number = store->begin_attempt(start);
    EXPECT_TRUE(store->end_attempt(*number, end));
  };
  attempt(1, 1, std::nullopt, 0);
  attempt(2, 1, told, 1'000'001);
  attempt(1, 2, Usage{.input_tokens = 70, .output_tokens = 4}, 20);
  attempt(1, 0, Usage{.input_tokens = 9}, 3);
  return store;
}

std::int64_t number_at(const json::Value& value, const std::vector<std::string>& path) {
  const auto* at = &value;
  for (const auto& name : path) {
    at = at->find(name);
    if (at == nullptr) return -1;
  }
  return at->integer().value_or(-1);
}

TEST(Ledger, CountsEachAttemptUnderOnePurpose) {
  const auto json = json::parse(*inspect_run(*some_run(), Form::json)).value();
  for (const std::string purpose : {"first_prompts", "retries", "follow_ups", "vectors"}) {
    EXPECT_EQ(number_at(json, {"ledger", purpose, "requests"}), 1) << purpose;
  }
  EXPECT_EQ(number_at(json, {"ledger", "first_prompts", "tokens", "input"}), 0);
  EXPECT_EQ(number_at(json, {"ledger", "follow_ups", "tokens", "input"}), 70);
  EXPECT_EQ(number_at(json, {"ledger", "vectors", "tokens", "input"}), 9);
}

TEST(Ledger, TellsRequestsThatGoAheadApartButNotTheirRetries) {
  Ledger ledger;
  store::Attempt ahead;
  ahead.start.is_warm_up = true;
  ahead.end.emplace().usage = told;
  ledger.add(ahead, /*is_retry=*/false);
  EXPECT_EQ(ledger.of(Purpose::warm_up).requests, 1);
  EXPECT_EQ(ledger.of(Purpose::warm_up).usage, told);
  EXPECT_EQ(ledger.of(Purpose::first_prompts).requests, 0);
  ledger.add(ahead, /*is_retry=*/true);
  EXPECT_EQ(ledger.of(Purpose::retries).requests, 1);
}

TEST(Ledger, TellsModelsApart) {
  Ledger ledger({}, {{2, "a"}, {4, "b"}});
  for (store::AttemptNo number = 1; number <= 6; ++number) {
    store::Attempt attempt;
    attempt.number = number;
    attempt.start.round = number == 5 ? 0 : 1;
    attempt.end.emplace().usage = told;
    ledger.add(attempt, /*is_retry=*/false);
  }
  ASSERT_EQ(ledger.by_model().size(), 3U);
  EXPECT_EQ(ledger.by_model().at("").requests, 1) << "before the first";
  EXPECT_EQ(ledger.by_model().at("a").requests, 2);
  EXPECT_EQ(ledger.by_model().at("b").requests, 2) << "vectors are no model's";
  EXPECT_EQ(ledger.by_model().at("b").usage.input_tokens, 2 * told.input_tokens);
}

TEST(Ledger, ShowsModelsWhereThereAreSeveral) {
  const auto store = some_run();
  EXPECT_THAT(*inspect_run(*store, Form::text), Not(HasSubstr("models")));
  store::TaskMark mark;
  mark.model = "openai/other";
  EXPECT_TRUE(store->set_task_mark(mark));
  store::AttemptStart start;
  start.samples = {1};
  EXPECT_TRUE(store->begin_attempt(start));
  const auto text = *inspect_run(*store, Form::text);
  EXPECT_THAT(text, HasSubstr("\nmodels\n"));
  EXPECT_THAT(text, HasSubstr("  (not kept)\n"));
  EXPECT_THAT(text, HasSubstr("  openai/other\n"));
}

TEST(Ledger, ItsKindsDoNotOverlap) {
  const TokenKinds kinds(told);
  EXPECT_EQ(kinds.input, 100);
  EXPECT_EQ(kinds.cached_input, 600);
  EXPECT_EQ(kinds.cache_write, 300);
  EXPECT_EQ(kinds.output, 30);
  EXPECT_EQ(kinds.reasoning, 20);
}

TEST(Ledger, AddsUpToTheLastTokenAndPicodollar) {
  const auto store = some_run();
  Ledger ledger;
  EXPECT_TRUE(store->for_each_attempt([&](const store::Attempt& attempt) {
    ledger.add(attempt, attempt.start.attempt > 1);
    return true;
  }));
  store::Spending sum;
  for (const auto purpose : purposes) {
    const auto& part = ledger.of(purpose);
    add(sum.usage, part.usage);
    sum.cost += part.cost;
    sum.requests += part.requests;
  }
  const auto all = *store->spending();
  EXPECT_EQ(sum.usage, all.usage);
  EXPECT_EQ(sum.cost, all.cost);
  EXPECT_EQ(sum.requests, all.requests);
  EXPECT_EQ(all.cost.picos, 5000 + 1'000'001 + 20 + 3);
  EXPECT_EQ(ledger.of(Purpose::first_prompts).cost.picos, 5000) << "what was reserved";
}

TEST(Ledger, IsShownWithATotalOfEachColumn) {
  const auto text = *inspect_run(*some_run(), Form::text);
  EXPECT_THAT(text, HasSubstr("cache write"));
  EXPECT_THAT(text, HasSubstr("  first prompts         1            0            0            0"
                              "            0            0  $0.000000005\n"));
  EXPECT_THAT(text, HasSubstr("  all                   4          179          600          300"
                              "           34           20  $0.000001005024\n"));
}

const PriceList cheap{{.input = {1}, .cached_input = {1}, .output = {1}, .cache_write = {1}}};
/// What `some_run` billed its retry and its follow-up at.
const PriceList retried{
    {.input = {2'001}, .cached_input = {1'000}, .output = {2'000}, .cache_write = {333}}};

/// Costs are those of the prices, but the first prompt's, which told nothing, and the vectors'.
std::unique_ptr<store::Checkpoint> priced_run(const std::vector<PriceList>& prices) {
  auto store = store::make_memory();
  const auto attempt = [&](int round, const PriceList& price) {
    store::AttemptStart start;
    start.round = round;
    start.samples = {1};
    start.reserved_cost = {.picos = 5000};
    const auto number = store->begin_attempt(start);
    store::AttemptEnd end;
    end.usage = told;
    end.cost = price.cost(told);
    end.started_unix_ms = 1;
    EXPECT_TRUE(store->end_attempt(*number, end));
  };
  store::AttemptStart lost;
  lost.samples = {9};
  lost.reserved_cost = {.picos = 5000};
  EXPECT_TRUE(store->begin_attempt(lost));
  attempt(1, cheap);
  attempt(2, retried);
  std::string stored;
  for (const auto& one : prices) stored = with_prices(stored, one);
  EXPECT_TRUE(store->set_task_mark({"t", "", "", "", stored}));
  return store;
}

std::string usd_at(const json::Value& value, const std::string& path) {
  const auto* found = value.find_path(path);
  return found == nullptr || found->number() == nullptr ? "-" : found->number()->digits;
}

TEST(Ledger, SplitsTheCostOfToldUsageByThePricesThatTheRunsHad) {
  const auto json = json::parse(*inspect_run(*priced_run({cheap, retried}), Form::json)).value();
  const std::string first = "ledger.first_prompts.cost_by_kind_usd.";
  EXPECT_EQ(usd_at(json, first + "input"), "0.0000000001");
  EXPECT_EQ(usd_at(json, first + "cached_input"), "0.0000000006");
  EXPECT_EQ(usd_at(json, first + "cache_write"), "0.0000000003");
  EXPECT_EQ(usd_at(json, first + "output"), "0.00000000003");
  EXPECT_EQ(usd_at(json, first + "reasoning"), "0.00000000002");
  EXPECT_EQ(usd_at(json, first + "other"), "0.000000005") << "reserved";
  const std::string again = "ledger.follow_ups.cost_by_kind_usd.";
  EXPECT_EQ(usd_at(json, again + "input"), "0.0000002001");
  EXPECT_EQ(usd_at(json, again + "cache_write"), "0.0000000999");
  EXPECT_EQ(usd_at(json, again + "other"), "0");
  EXPECT_EQ(usd_at(json, "ledger.all.cost_by_kind_usd.input"), "0.0000002002");
}

TEST(Ledger, LeavesWhatWasBilledAtOtherPricesWhole) {
  const auto json = json::parse(*inspect_run(*priced_run({cheap}), Form::json)).value();
  const std::string again = "ledger.follow_ups.";
  EXPECT_EQ(usd_at(json, again + "cost_by_kind_usd.input"), "0");
  EXPECT_EQ(usd_at(json, again + "cost_by_kind_usd.other"), usd_at(json, again + "cost_usd"));
}

TEST(Ledger, ShowsMoneyByKindOnlyWhereThereArePrices) {
  EXPECT_THAT(*inspect_run(*priced_run({cheap}), Form::text),
              HasSubstr("in dollars\n                         input   cached input"));
  EXPECT_THAT(*inspect_run(*priced_run({}), Form::text), Not(HasSubstr("in dollars")));
  const auto json = json::parse(*inspect_run(*priced_run({}), Form::json)).value();
  EXPECT_TRUE(json.find_path("ledger.all.cost_by_kind_usd")->is_null());
}

TEST(Ledger, SaysWhatOneRowTookAndEachOfItsPrompts) {
  const auto text = *inspect_row(*some_run(), "row-2", Form::text);
  EXPECT_THAT(text, HasSubstr("its share: tokens input 1000 (cached 600, cache write 300), "));
  EXPECT_THAT(text, HasSubstr(" tokens input 70 (cached 0, cache write 0), output 4 "));
  const auto json = json::parse(*inspect_row(*some_run(), "row-2", Form::json)).value();
  EXPECT_EQ(number_at(json, {"usage", "cache_write_tokens"}), 300);
}

}  // namespace
}  // namespace sheaf::run
