// The seven laws over whole runs in virtual time. Each failure names its seed.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "store/checkpoint.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {
namespace {

constexpr int seeds = 40;

VirtualRunSettings faulty(int seed) {
  VirtualRunSettings settings;
  settings.seed = static_cast<std::uint64_t>(seed);
  settings.batch_size = 2 + seed % 7;
  settings.faults = {.content = 0.3, .transport = 0.1};
  return settings;
}

const std::string& text_of(const json::Value& result, std::string_view member) {
  static const std::string none;
  const auto* value = result.find(member);
  return value != nullptr && value->string() != nullptr ? *value->string() : none;
}

TEST(Conservation, EveryRowLeavesExactlyOnceInInputOrder) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    const auto rows = word_rows(100);
    const auto store = store::make_memory();
    const auto run = virtual_run(rows, faulty(seed), *store);
    ASSERT_FALSE(run.summary.stopped) << run.summary.stopped->message;
    ASSERT_EQ(run.results.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(text_of(run.results[i], "id"), rows[i].id);
    }
    EXPECT_EQ(run.summary.answered + run.summary.failed_rows, 100);
  }
}

TEST(Identity, NoAnswerIsEverAnotherRowsAnswer) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    const auto rows = word_rows(100);
    const auto store = store::make_memory();
    auto settings = faulty(seed);
    settings.faults.content = 0.8;
    const auto run = virtual_run(rows, settings, *store);
    ASSERT_EQ(run.results.size(), rows.size());
    int answered = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (text_of(run.results[i], "status") != "answered") continue;
      ++answered;
      EXPECT_EQ(text_of(run.results[i], "answer"), rows[i].word);
    }
    EXPECT_GT(answered, 50);
  }
}

TEST(Limits, NoSixtySecondWindowHoldsMoreRequestsThanTheAccountAllows) {
  for (int seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    auto settings = faulty(seed);
    settings.batch_size = 2;
    settings.requests_per_minute = 30;
    const auto store = store::make_memory();
    const auto run = virtual_run(word_rows(200), settings, *store);
    ASSERT_GT(run.sent.size(), 60u);
    for (std::size_t i = 30; i < run.sent.size(); ++i) {
      EXPECT_GE(run.sent[i].at - run.sent[i - 30].at, std::chrono::seconds(60));
    }
  }
}

TEST(Limits, TheBudgetIsNeverExceededAndARaisedOneContinues) {
  for (int seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    auto settings = faulty(seed);
    settings.priced = true;
    settings.options.max_cost_usd = 0.004;
    const auto store = store::make_memory();
    const auto first = virtual_run(word_rows(200), settings, *store);
    ASSERT_TRUE(first.summary.stopped);
    EXPECT_EQ(first.summary.stopped->code, ErrorCode::budget);
    EXPECT_LE(store->spending()->cost, Money{4'000'000'000});
    settings.options.max_cost_usd = 10;
    const auto second = virtual_run(word_rows(200), settings, *store);
    EXPECT_FALSE(second.summary.stopped);
    EXPECT_EQ(second.results.size(), 200u);
  }
}

TEST(NeverPayTwice, WhatIsCommittedIsNeverAskedAgainWhateverTheBatchSize) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    const auto rows = word_rows(120);
    const auto store = store::make_memory();
    auto settings = faulty(seed);
    settings.killed_after = 3 + static_cast<std::size_t>(seed);
    virtual_run(rows, settings, *store);
    const auto bought = answered_words(*store);
    settings.killed_after.reset();
    settings.batch_size = 1 + seed % 5;
    const auto resumed = virtual_run(rows, settings, *store);
    ASSERT_FALSE(resumed.summary.stopped);
    std::set<std::string> asked;
    for (const auto& prompt : resumed.prompts) asked.insert(prompt.begin(), prompt.end());
    for (const auto& word : bought) EXPECT_FALSE(asked.contains(word)) << word;
    EXPECT_EQ(resumed.results.size(), rows.size());
  }
}

TEST(Determinism, TheSameRepliesGiveTheSameRequestBytes) {
  for (int seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE(seed);
    const auto one = store::make_memory();
    const auto two = store::make_memory();
    const auto first = virtual_run(word_rows(80), faulty(seed), *one);
    const auto second = virtual_run(word_rows(80), faulty(seed), *two);
    ASSERT_EQ(first.sent.size(), second.sent.size());
    for (std::size_t i = 0; i < first.sent.size(); ++i) {
      EXPECT_EQ(first.sent[i].body, second.sent[i].body);
    }
  }
}

TEST(Determinism, FirstRoundPromptsDependOnNoReply) {
  const auto first_round = [](double content) {
    auto settings = faulty(4);
    settings.faults = {.content = content, .transport = 0};
    const auto store = store::make_memory();
    virtual_run(word_rows(90), settings, *store);
    std::set<std::vector<store::SampleNo>> batches;
    EXPECT_TRUE(store->for_each_attempt([&](const store::Attempt& attempt) {
      if (attempt.start.round == 1) batches.insert(attempt.start.samples);
      return true;
    }));
    return batches;
  };
  EXPECT_EQ(first_round(0.0), first_round(0.7));
}

TEST(Termination, NoSampleIsAskedMoreOftenThanItsBound) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    auto settings = faulty(seed);
    settings.faults = {.content = 1.0, .transport = 0};
    settings.options.max_requests_per_sample = 1 + seed % 4;
    const auto store = store::make_memory();
    const auto run = virtual_run(word_rows(60), settings, *store);
    ASSERT_EQ(run.results.size(), 60u);
    for (const auto& [word, times] : run.served) {
      EXPECT_LE(times, settings.options.max_requests_per_sample) << word;
    }
  }
}

TEST(Containment, OnePoisonedRowFailsAlone) {
  for (int seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    auto settings = faulty(seed);
    settings.faults = {.content = 0.0, .transport = 0.0, .poison = {"w37"}};
    const auto store = store::make_memory();
    const auto run = virtual_run(word_rows(60), settings, *store);
    ASSERT_FALSE(run.summary.stopped) << run.summary.stopped->message;
    for (const auto& result : run.results) {
      const bool poisoned = text_of(result, "id") == "id-37";
      EXPECT_EQ(text_of(result, "status"), poisoned ? "failed" : "answered");
    }
  }
}

TEST(Containment, IsolationGroupsNeverShareAPrompt) {
  for (int seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    const auto rows = word_rows(100, 3);
    std::map<std::string, std::string> group_of;
    for (const auto& row : rows) group_of[row.word] = row.group;
    auto settings = faulty(seed);
    settings.isolate = true;
    const auto store = store::make_memory();
    const auto run = virtual_run(rows, settings, *store);
    ASSERT_EQ(run.results.size(), rows.size());
    for (const auto& prompt : run.prompts) {
      std::set<std::string> groups;
      for (const auto& word : prompt) groups.insert(group_of.at(word));
      EXPECT_LE(groups.size(), 1u);
    }
  }
}

}  // namespace
}  // namespace sheaf::testing
