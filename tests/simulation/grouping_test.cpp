// Whole runs in virtual time under each grouping: who shares a prompt changes, and nothing else.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "grouping/kind.hpp"
#include "store/checkpoint.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {
namespace {

using Prompts = std::vector<std::vector<std::string>>;

/// Rows of six topics in turn; those of one topic share most of their words.
std::vector<WordRow> topic_rows(int count) {
  static const std::vector<std::string> topics{"red apple pie",    "blue whale song",
                                               "green tea leaf",   "old stone bridge",
                                               "fast night train", "small paper boat"};
  auto rows = word_rows(count, 3);
  for (int i = 0; i < count; ++i) {
    auto& row = rows[static_cast<std::size_t>(i)];
    row.word = fmt::format("{} {}", topics[static_cast<std::size_t>(i) % 6], i);
  }
  return rows;
}

/// Words of one to 300 letters, in no order.
std::vector<WordRow> long_rows(int count) {
  auto rows = word_rows(count);
  for (int i = 0; i < count; ++i) {
    const auto letters = static_cast<std::size_t>(1 + i * 151 % 300);
    rows[static_cast<std::size_t>(i)].word = fmt::format("{}{}", std::string(letters, 'x'), i);
  }
  return rows;
}

VirtualRunResult run_grouped(const std::vector<WordRow>& rows, VirtualRunSettings settings) {
  const auto store = store::make_memory();
  return virtual_run(rows, std::move(settings), *store);
}

VirtualRunSettings grouped(std::string_view name, std::uint64_t seed = 0) {
  VirtualRunSettings settings;
  settings.grouping = name;
  settings.options.grouping_seed = seed;
  return settings;
}

std::vector<std::string> ids_of(const VirtualRunResult& run) {
  std::vector<std::string> ids;
  for (const auto& result : run.results) ids.push_back(*result.find("id")->string());
  return ids;
}

std::size_t topics_in(const std::vector<std::string>& prompt) {
  std::set<char> initials;
  for (const auto& word : prompt) initials.insert(word.front());
  return initials.size();
}

class EveryGrouping : public ::testing::TestWithParam<std::pair<std::string_view, grouping::Kind>> {
 protected:
  static std::string_view name() { return GetParam().first; }
};

TEST_P(EveryGrouping, GivesEveryRowOnceInInputOrderWithItsOwnAnswer) {
  auto rows = topic_rows(100);
  for (std::size_t i = 0; i < 20; ++i) rows[99 - i].word = rows[i].word;  // Asked once.
  const auto run = run_grouped(rows, grouped(name()));
  ASSERT_FALSE(run.summary.stopped);
  ASSERT_EQ(run.results.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(*run.results[i].find("id")->string(), rows[i].id);
    EXPECT_EQ(*run.results[i].find("answer")->string(), rows[i].word);
  }
  for (const auto& [word, times] : run.served) EXPECT_EQ(times, 1) << word;
  EXPECT_EQ(run.prompts.size(), 14U) << "80 samples in batches of 6";
}

TEST_P(EveryGrouping, KeepsIsolationGroupsApart) {
  const auto rows = topic_rows(100);
  std::map<std::string, std::string> group_of;
  for (const auto& row : rows) group_of[row.word] = row.group;
  auto settings = grouped(name());
  settings.isolate = true;
  const auto run = run_grouped(rows, settings);
  EXPECT_EQ(ids_of(run).size(), rows.size());
  EXPECT_EQ(run.prompts.size(), 18U) << "34, 33 and 33 samples in batches of 6";
  for (const auto& prompt : run.prompts) {
    for (const auto& word : prompt) EXPECT_EQ(group_of.at(word), group_of.at(prompt.front()));
  }
}

TEST_P(EveryGrouping, SendsNothingBeforeTheEndOfTheRowsUnlessSequential) {
  auto settings = grouped(name());
  std::int64_t fewest = 1'000'000;
  settings.on_request = [&](std::int64_t read) { fewest = std::min(fewest, read); };
  run_grouped(topic_rows(2000), settings);
  if (GetParam().second == grouping::Kind::sequential) {
    EXPECT_LT(fewest, 2000);
  } else {
    EXPECT_EQ(fewest, 2000);
  }
}

TEST_P(EveryGrouping, AsksTheSamePromptsForTheSameSeedAndOthersForAnother) {
  const auto rows = topic_rows(120);
  const auto first = run_grouped(rows, grouped(name(), 1)).prompts;
  EXPECT_EQ(first, run_grouped(rows, grouped(name(), 1)).prompts);
  const auto other = run_grouped(rows, grouped(name(), 2)).prompts;
  if (GetParam().second == grouping::Kind::sequential) {
    EXPECT_EQ(first, other);
  } else {
    EXPECT_NE(first, other);
  }
}

TEST_P(EveryGrouping, NeverAsksWhatAnotherGroupingHasBought) {
  const auto rows = topic_rows(60);
  const auto store = store::make_memory();
  auto settings = grouped(name());
  settings.killed_after = 4;
  virtual_run(rows, settings, *store);
  const auto bought = answered_words(*store);
  ASSERT_GT(bought.size(), 0U);
  settings.killed_after.reset();
  settings.grouping = name() == "random" ? "similarity" : "random";
  const auto resumed = virtual_run(rows, settings, *store);
  ASSERT_FALSE(resumed.summary.stopped);
  for (const auto& word : bought) EXPECT_FALSE(resumed.served.contains(word)) << word;
  EXPECT_EQ(resumed.results.size(), rows.size());
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryGrouping, ::testing::ValuesIn(grouping::kinds),
                         [](const auto& kind) { return std::string(kind.param.first); });

TEST(Grouping, BySimilarityAPromptHoldsOneTopic) {
  for (const auto& prompt : run_grouped(topic_rows(108), grouped("similarity")).prompts) {
    EXPECT_EQ(topics_in(prompt), 1U) << prompt.front();
  }
}

// By chance it holds four of six.
TEST(Grouping, ByDiversityAPromptHoldsNearlyAllTopics) {
  for (const auto& prompt : run_grouped(topic_rows(108), grouped("diversity")).prompts) {
    EXPECT_GE(topics_in(prompt), 5U) << prompt.front();
  }
}

TEST(Grouping, ByLengthAPromptHoldsWordsOfOneLength) {
  for (const auto& prompt : run_grouped(long_rows(300), grouped("length")).prompts) {
    const auto [low, high] = std::ranges::minmax(prompt, {}, &std::string::size);
    EXPECT_LE(high.size(), low.size() + 12 + low.size() / 10);
  }
}

TEST(Grouping, ByChanceAPromptHoldsNoNeighboursOfTheInput) {
  std::size_t neighbours = 0;
  const auto rows = word_rows(300);
  for (const auto& prompt : run_grouped(rows, grouped("random")).prompts) {
    for (std::size_t i = 1; i < prompt.size(); ++i) {
      neighbours += prompt[i] == fmt::format("w{}", std::stoi(prompt[i - 1].substr(1)) + 1) ? 1 : 0;
    }
  }
  EXPECT_LT(neighbours, 10U);
}

}  // namespace
}  // namespace sheaf::testing
