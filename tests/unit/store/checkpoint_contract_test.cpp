// One contract, two checkpoints: what is true of the file is true of the one in memory.
#include "checkpoint_contract.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST_P(CheckpointContract, NumbersSamplesFromOneInOrderOfArrival) {
  EXPECT_EQ(store().sample_count(), 0);
  EXPECT_EQ(must(store().add(key_of(7), "a")), 1);
  EXPECT_EQ(must(store().add(key_of(3), "b")), 2);
  settle();
  EXPECT_EQ(must(store().add(key_of(9), "c")), 3);
  EXPECT_EQ(store().sample_count(), 3);
}

TEST_P(CheckpointContract, FindsASampleByItsWholeKey) {
  const Fingerprint key{0x0123'4567'89ab'cdef, 1};
  const Fingerprint same_upper_half{key.high, 2};
  const Fingerprint unknown{key.high, 3};
  must(store().add(key, "a"));
  must(store().add(same_upper_half, "b"));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(must(store().find(key)), 1);
    EXPECT_EQ(must(store().find(same_upper_half)), 2);
    EXPECT_EQ(must(store().find(unknown)), std::nullopt);
    settle();
  }
}

TEST_P(CheckpointContract, AnAddedSampleIsOpenUntilItIsWritten) {
  const auto number = must(store().add(key_of(1), "row-1"));
  SampleRecord expected;
  expected.key = key_of(1);
  expected.first_id = "row-1";
  expect_equal(must(store().read(number)), expected);
}

TEST_P(CheckpointContract, KeepsEveryFieldOfASample) {
  for (std::int64_t n = 1; n <= 3; ++n) must(store().add(key_of(n), "row-" + std::to_string(n)));
  must(store().write(1, answered(1)));
  must(store().write(3, failed(3)));
  for (int round = 0; round < 2; ++round) {
    expect_equal(must(store().read(1)), answered(1));
    expect_equal(must(store().read(3)), failed(3));
    EXPECT_EQ(must(store().read(2)).state, SampleState::open);
    settle();
  }
}

TEST_P(CheckpointContract, ASampleWrittenAgainIsReplacedAsAWhole) {
  must(store().add(key_of(1), "row-1"));
  must(store().write(1, failed(1)));
  settle();
  must(store().write(1, answered(1)));
  settle();
  expect_equal(must(store().read(1)), answered(1));
}

TEST_P(CheckpointContract, WritingASampleLeavesItsKeyAndFirstId) {
  must(store().add(key_of(1), "row-1"));
  auto other = answered(1);
  other.key = key_of(2);
  other.first_id = "someone else";
  must(store().write(1, other));
  expect_equal(must(store().read(1)), answered(1));
  EXPECT_EQ(must(store().find(key_of(2))), std::nullopt);
}

TEST_P(CheckpointContract, RefusesASampleThatWasNeverAdded) {
  must(store().add(key_of(1), "row-1"));
  for (const SampleNo unknown : {SampleNo{0}, SampleNo{2}, SampleNo{-1}}) {
    EXPECT_FALSE(store().read(unknown));
    EXPECT_FALSE(store().write(unknown, answered(1)));
    EXPECT_FALSE(store().add_row(0, "a", unknown));
  }
  must(store().write(1, answered(1)));
}

TEST_P(CheckpointContract, KeepsTextsAndNumbersAtTheirEdges) {
  auto record = answered(1);
  record.first_id = std::string("\0nul \xff not UTF-8", 16);
  record.text = std::string(1 << 20, 'x') + '\0';
  record.detail = "";
  record.value_json = "'); DROP TABLE samples; --";
  record.requests = std::numeric_limits<int>::max();
  record.cost.picos = std::numeric_limits<std::int64_t>::max();
  record.usage = {std::numeric_limits<std::int64_t>::max(), 0, -1, 1};
  must(store().add(record.key, record.first_id));
  must(store().write(1, record));
  settle();
  expect_equal(must(store().read(1)), record);
}

TEST_P(CheckpointContract, FindsTheFirstRowOfAnId) {
  must(store().add(key_of(1), "a"));
  must(store().add(key_of(2), "b"));
  must(store().add_row(0, "a", 1));
  must(store().add_row(1, "b", 2));
  must(store().add_row(2, "a", 2));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(must(store().find_row("a")), 1);
    EXPECT_EQ(must(store().find_row("b")), 2);
    EXPECT_EQ(must(store().find_row("c")), std::nullopt);
    settle();
  }
}

TEST_P(CheckpointContract, KeepsWhichSampleEachRowBecameHoweverRowsRepeat) {
  // Row i has the id `id` and became `sample`, whose first id is "s1", "s2", ...
  const std::vector<std::pair<std::string, SampleNo>> rows = {
      {"s2", 2}, {"s3", 3}, {"s4", 4}, {"s3", 3}, {"copy", 3}, {"s5", 5}, {"s6", 6},
      {"s1", 6}, {"s7", 7}, {"s8", 8}, {"s9", 8}, {"s9", 9},   {"s1", 1}};
  for (SampleNo n = 1; n <= 10; ++n) must(store().add(key_of(n), "s" + std::to_string(n)));
  must(store().add_row(0, "s10", 10));
  must(store().begin_rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    must(store().add_row(static_cast<std::int64_t>(i), rows[i].first, rows[i].second));
    if (i % 5 == 2) must(store().commit());
  }
  for (int round = 0; round < 2; ++round) {
    for (const auto& id : {"s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "copy", "s10"}) {
      const auto first =
          std::ranges::find(rows, std::string(id), &std::pair<std::string, SampleNo>::first);
      const auto expected = first == rows.end() ? std::nullopt : std::optional(first->second);
      EXPECT_EQ(must(store().find_row(id)), expected) << id;
    }
    std::vector<std::pair<std::string, SampleNo>> seen;
    must(store().for_each_row([&](std::int64_t sequence, std::string_view id, SampleNo sample) {
      EXPECT_EQ(sequence, std::ssize(seen));
      seen.emplace_back(id, sample);
    }));
    EXPECT_EQ(seen, rows);
    settle();
  }
}

TEST_P(CheckpointContract, ReadsWhatWasWrittenLastInAnyOrderOfCalls) {
  for (std::int64_t n = 1; n <= 2; ++n) must(store().add(key_of(n), "row-" + std::to_string(n)));
  EXPECT_EQ(must(store().read(2)).state, SampleState::open);
  must(store().write(2, failed(2)));
  expect_equal(must(store().read(2)), failed(2));
  must(store().write(1, answered(1)));
  expect_equal(must(store().read(2)), failed(2));
  EXPECT_EQ(must(store().find(key_of(1))), 1);
  expect_equal(must(store().read(1)), answered(1));
  must(store().write(1, failed(1)));
  expect_equal(must(store().read(1)), failed(1));
}

TEST_P(CheckpointContract, ANewRunForgetsTheRowsAndParkedLinesOfTheLast) {
  must(store().add(key_of(1), "a"));
  must(store().add_row(0, "a", 1));
  must(store().park(5, "stale"));
  settle();
  must(store().begin_rows());
  settle();
  EXPECT_EQ(must(store().find_row("a")), std::nullopt);
  EXPECT_EQ(must(store().unpark(5)), std::nullopt);
  EXPECT_EQ(must(store().find(key_of(1))), 1);
}

TEST_P(CheckpointContract, GivesAParkedLineBackOnce) {
  must(store().park(7, "seven"));
  must(store().park(3, "{\"id\":\"three\"}"));
  settle();
  EXPECT_EQ(must(store().unpark(3)), "{\"id\":\"three\"}");
  EXPECT_EQ(must(store().unpark(3)), std::nullopt);
  settle();
  EXPECT_EQ(must(store().unpark(3)), std::nullopt);
  EXPECT_EQ(must(store().unpark(7)), "seven");
  EXPECT_EQ(must(store().unpark(0)), std::nullopt);
}

TEST_P(CheckpointContract, KeepsEveryFieldOfAttemptsAndVisitsThemInOrder) {
  auto other_prefix = start_of({5, 4, 900'000, 4});
  other_prefix.prompt_prefix = "another";
  EXPECT_EQ(must(store().begin_attempt(start_of({1, 2, 3}))), 1);
  EXPECT_EQ(must(store().begin_attempt(other_prefix)), 2);
  EXPECT_EQ(must(store().begin_attempt(start_of({}))), 3);
  must(store().end_attempt(3, faulted(false)));
  must(store().end_attempt(1, completed()));
  settle();
  const auto attempts = attempts_of(store());
  ASSERT_EQ(attempts.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(attempts[i].number, static_cast<int>(i) + 1);
  expect_equal(attempts[0].start, start_of({1, 2, 3}));
  expect_equal(attempts[1].start, other_prefix);
  expect_equal(attempts[2].start, start_of({}));
  ASSERT_TRUE(attempts[0].end && attempts[2].end);
  expect_equal(*attempts[0].end, completed());
  EXPECT_FALSE(attempts[1].end);
  expect_equal(*attempts[2].end, faulted(false));
}

TEST_P(CheckpointContract, NumbersAttemptsOnAfterReopening) {
  must(store().begin_attempt(start_of({1})));
  settle();
  EXPECT_EQ(must(store().begin_attempt(start_of({1}))), 2);
  settle();
  EXPECT_EQ(attempts_of(store())[1].start.prompt_prefix, start_of({1}).prompt_prefix);
}

TEST_P(CheckpointContract, StopsVisitingWhenTold) {
  for (int i = 0; i < 3; ++i) must(store().begin_attempt(start_of({1})));
  int visits = 0;
  must(store().for_each_attempt([&](const Attempt&) { return ++visits < 2; }));
  EXPECT_EQ(visits, 2);
}

TEST_P(CheckpointContract, RefusesAnEndWithoutAStartAndASecondEnd) {
  must(store().begin_attempt(start_of({1})));
  EXPECT_FALSE(store().end_attempt(2, completed()));
  EXPECT_FALSE(store().end_attempt(0, completed()));
  must(store().end_attempt(1, completed()));
  EXPECT_FALSE(store().end_attempt(1, completed()));
}

TEST_P(CheckpointContract, SpendingIsActualWhereUsageWasToldElseReserved) {
  EXPECT_EQ(must(store().spending()).requests, 0);
  for (int i = 1; i <= 5; ++i) {
    auto start = start_of({1});
    start.reserved_cost.picos = 5'000'000 + i;
    must(store().begin_attempt(start));
  }
  must(store().end_attempt(1, completed()));
  must(store().end_attempt(2, faulted(true)));
  must(store().end_attempt(3, faulted(false)));
  auto told_fault = faulted(false);
  told_fault.usage = Usage{100, 1, 2, 3};
  told_fault.cost.picos = 70;
  must(store().end_attempt(4, told_fault));
  for (int round = 0; round < 2; ++round) {
    const auto spending = must(store().spending());
    EXPECT_EQ(spending.requests, 4);
    EXPECT_EQ(spending.cost.picos, 2'000'000 + 5'000'002 + 70 + 5'000'005);
    EXPECT_EQ(spending.usage, (Usage{1000, 301, 42, 13}));
    settle();
  }
}

TEST_P(CheckpointContract, SpendingDoesNotWrap) {
  for (int i = 1; i <= 2; ++i) {
    must(store().begin_attempt(start_of({1})));
    auto end = completed();
    end.usage->input_tokens = std::numeric_limits<std::int64_t>::max();
    end.cost.picos = std::numeric_limits<std::int64_t>::max();
    must(store().end_attempt(i, end));
  }
  const auto spending = must(store().spending());
  EXPECT_EQ(spending.cost.picos, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(spending.usage.input_tokens, std::numeric_limits<std::int64_t>::max());
}

TEST_P(CheckpointContract, RecentTokensGoByTheMomentOfSending) {
  constexpr std::int64_t now = 10'000'000;
  const auto attempt = [&](std::int64_t queued, std::optional<AttemptEnd> end) {
    const auto number = must(store().begin_attempt(start_of({1}, queued)));
    if (end) must(store().end_attempt(number, *end));
  };
  attempt(now - 900'000, completed(now - 60'000));  // Waited long, left in the window.
  attempt(now - 61'000, completed(now - 60'001));   // Left before it, ended in it.
  attempt(now - 10'000, faulted(true, now - 9'000));
  attempt(now - 10'000, faulted(false, 0));       // Never sent.
  attempt(now - 10'000, completed(now + 5'000));  // The clock was set back.
  attempt(now - 3'600'000, std::nullopt);
  attempt(now - 3'600'001, std::nullopt);
  settle();
  const auto recent_tokens = [&](std::int64_t since, std::int64_t until) {
    return must(store().recent_tokens(AttemptKind::completion, since, until));
  };
  EXPECT_THAT(recent_tokens(now - 60'000, now),
              ElementsAre(Pair(60'000, 940), Pair(9'000, 4000), Pair(0, 940), Pair(0, 4000)));
  EXPECT_THAT(recent_tokens(now + 3'600'000, now + 3'600'000), IsEmpty());
  EXPECT_EQ(recent_tokens(0, now).size(), 5U) << "what was never sent never counts";
}

TEST_P(CheckpointContract, RequestsForVectorsAreSpentButAreNoCompletionsAndHaveLimitsOfTheirOwn) {
  auto start = start_of({});
  start.round = 0;
  must(store().begin_attempt(start_of({1})));
  must(store().end_attempt(1, completed()));
  must(store().begin_attempt(start));
  must(store().end_attempt(2, completed()));
  must(store().begin_attempt(start));
  settle();
  const auto spending = must(store().spending());
  EXPECT_EQ(spending.requests, 3);
  EXPECT_EQ(spending.completions, 1);
  EXPECT_EQ(spending.cost.picos, 2 * 2'000'000 + 5'000'000);
  EXPECT_EQ(spending.usage.input_tokens, 1800);
  EXPECT_EQ(spending.vectors.requests, 2);
  EXPECT_EQ(spending.vectors.tokens, 900);
  EXPECT_EQ(spending.vectors.cost.picos, 2'000'000 + 5'000'000);
  EXPECT_EQ(must(store().recent_tokens(AttemptKind::completion, 0, 2000)).size(), 1U);
  EXPECT_EQ(must(store().recent_tokens(AttemptKind::vectors, 0, 2000)).size(), 2U);
}

std::vector<VectorRecord> vectors_of(Checkpoint& checkpoint) {
  std::vector<VectorRecord> vectors;
  must(checkpoint.for_each_vector([&](const VectorRecord& record) { vectors.push_back(record); }));
  return vectors;
}

TEST_P(CheckpointContract, KeepsVectorsToTheLastBit) {
  EXPECT_THAT(vectors_of(store()), IsEmpty());
  const std::vector<float> odd{1.0F / 3, -0.0F, std::numeric_limits<float>::denorm_min(),
                               std::numeric_limits<float>::lowest()};
  auto start = start_of({});
  start.round = 0;
  must(store().begin_attempt(start));
  must(store().add_vector({{0xFEDC'BA98'7654'3210, 7}, 1, odd}));
  must(store().add_vector({{1, 2}, 1, {5}}));
  settle();
  must(store().add_vector({{3, 4}, 1, {6}}));
  const auto vectors = vectors_of(store());
  ASSERT_EQ(vectors.size(), 3U);
  EXPECT_EQ(vectors[0].key, (Fingerprint{0xFEDC'BA98'7654'3210, 7}));
  EXPECT_EQ(vectors[0].values, odd);
  EXPECT_TRUE(std::signbit(vectors[0].values[1]));
  EXPECT_EQ(vectors[0].attempt, 1);
  EXPECT_EQ(vectors[1].key, (Fingerprint{1, 2}));
  EXPECT_THAT(vectors[2].values, ElementsAre(6));
}

TEST_P(CheckpointContract, KeepsTheMarksOfTaskAndOutput) {
  EXPECT_EQ(must(store().task_mark()).task_name, "");
  EXPECT_EQ(must(store().output_mark()), std::nullopt);
  must(store().set_task_mark({"triage", "request...", "reading...", "some/model", "[]"}));
  const OutputMark output{"answers.jsonl", 12'345, std::numeric_limits<std::uint64_t>::max()};
  must(store().set_output_mark(output));
  settle();
  const auto task = must(store().task_mark());
  EXPECT_EQ(task.task_name, "triage");
  EXPECT_EQ(task.request_identity, "request...");
  EXPECT_EQ(task.reading_identity, "reading...");
  EXPECT_EQ(task.model, "some/model");
  EXPECT_EQ(task.prices, "[]");
  EXPECT_EQ(must(store().output_mark()), output);
  must(store().set_task_mark({"triage", "other", ""}));
  const CompletionMark completion{"run", 9, std::numeric_limits<std::uint64_t>::max(), "{}"};
  EXPECT_EQ(must(store().completion_mark()), std::nullopt);
  must(store().set_completion_mark(completion));
  EXPECT_EQ(must(store().completion_mark()), completion);
  must(store().set_completion_mark(std::nullopt));
  EXPECT_EQ(must(store().completion_mark()), std::nullopt);
  must(store().set_output_mark(std::nullopt));
  settle();
  EXPECT_EQ(must(store().task_mark()).request_identity, "other");
  EXPECT_EQ(must(store().task_mark()).reading_identity, "");
  EXPECT_EQ(must(store().output_mark()), std::nullopt);
}

TEST_P(CheckpointContract, CommittingNothingIsFine) {
  must(store().commit());
  must(store().commit());
}

INSTANTIATE_TEST_SUITE_P(Both, CheckpointContract, testing::Values(Kind::sqlite, Kind::memory),
                         [](const auto& kind) {
                           return kind.param == Kind::sqlite ? "Sqlite" : "Memory";
                         });

}  // namespace
}  // namespace sheaf::store
