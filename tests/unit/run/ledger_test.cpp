// Where the tokens and the money of a checkpoint went.
#include "run/ledger.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.hpp"
#include "run/inspection.hpp"

namespace sheaf::run {
namespace {

using ::testing::HasSubstr;

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

TEST(Ledger, SaysWhatOneRowTookAndEachOfItsPrompts) {
  const auto text = *inspect_row(*some_run(), "row-2", Form::text);
  EXPECT_THAT(text, HasSubstr("its share: tokens input 1000 (cached 600, cache write 300), "));
  EXPECT_THAT(text, HasSubstr(" tokens input 70 (cached 0, cache write 0), output 4 "));
  const auto json = json::parse(*inspect_row(*some_run(), "row-2", Form::json)).value();
  EXPECT_EQ(number_at(json, {"usage", "cache_write_tokens"}), 300);
}

}  // namespace
}  // namespace sheaf::run
