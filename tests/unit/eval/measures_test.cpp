#include "eval/measures.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answer/extract.hpp"

namespace sheaf::eval {
namespace {

using ::testing::ElementsAre;

task::Task choice_task() {
  const std::string yaml =
      "name: t\ninstruction: i\nsample: {Q: '{{q}}'}\n"
      "answer: {type: choice, choices: [red, green, blue]}\nmodel: {name: m}\n";
  return task::parse(yaml, "t.yaml", {answer::check_pattern}).value();
}

struct Outcome {
  const char* gold;    ///< Null: none.
  const char* answer;  ///< Null: failed.
  FirstAnswer first = FirstAnswer::answered;
  int position = 1;
  int round = 1;
};

ScoredRun run_of(const std::vector<Outcome>& outcomes) {
  ScoredRun run;
  for (const auto& outcome : outcomes) {
    ScoredRow row;
    row.id = std::to_string(run.rows.size());
    if (outcome.gold != nullptr) row.gold = json::Value(outcome.gold);
    if (outcome.answer != nullptr) row.answer = json::Value(outcome.answer);
    if (outcome.answer == nullptr) row.reason = "missing";
    row.correct = row.gold && row.answer && *row.gold == *row.answer;
    row.round = outcome.round;
    row.first = outcome.first;
    row.first_correct = outcome.first == FirstAnswer::answered && row.correct;
    row.first_position = outcome.position;
    row.first_batch = 1 + static_cast<std::int64_t>(run.rows.size()) / 2;
    run.with_gold += row.gold.has_value();
    run.rows.push_back(std::move(row));
  }
  return run;
}

const auto task_ = choice_task();

TEST(Measures, CountAFailedRowAsWrongAndApart) {
  const auto found = measure(task_, run_of({{"red", "red"}, {"red", nullptr}, {"red", "blue"}}));
  EXPECT_EQ(found.final_answers->n, 3);
  EXPECT_EQ(found.final_answers->correct, 1);
  EXPECT_EQ(found.among_answered.n, 2);
  EXPECT_EQ(found.rates.failed.count, 1);
  EXPECT_EQ(found.failures.at("missing"), 1);
}

TEST(Measures, TellFirstAnswersFromFinalOnes) {
  const auto found = measure(task_, run_of({{"red", "red"},
                                            {"red", "red", FirstAnswer::missing, 2, 2},
                                            {"red", nullptr, FirstAnswer::truncated},
                                            {"red", "blue", FirstAnswer::doubtful, 2, 2}}));
  EXPECT_EQ(found.first_pass->correct, 1);
  EXPECT_EQ(found.final_answers->correct, 2);
  EXPECT_EQ(found.rates.missing.count, 1);
  EXPECT_EQ(found.rates.truncated.count, 1);
  EXPECT_EQ(found.rates.doubtful.count, 1);
  EXPECT_EQ(found.rates.repaired.count, 2);
  ASSERT_EQ(found.rounds.size(), 2U);
  EXPECT_EQ(found.rounds[1].answered, 2);
  EXPECT_EQ(found.rounds[1].correct, 1);
}

TEST(Measures, RateFirstAnswersAmongRowsThatHadOne) {
  const auto found = measure(
      task_, run_of({{"red", nullptr, FirstAnswer::missing}, {"red", nullptr, FirstAnswer::none}}));
  EXPECT_EQ(found.rates.missing.n, 1);
  EXPECT_EQ(found.rates.truncated.n, 1);
  EXPECT_EQ(found.rates.failed.count, 2);
  EXPECT_EQ(found.rates.failed.n, 2);
}

TEST(Measures, CountRowsWhoseFirstReplyWasThatOfASmallerPrompt) {
  auto run = run_of({{"red", "red"}, {"red", "red", FirstAnswer::missing, 1, 2}});
  EXPECT_EQ(measure(task_, run).made_smaller, 0);
  run.rows[0].first_round = 2;
  EXPECT_EQ(measure(task_, run).made_smaller, 1);
}

TEST(Measures, LeaveRowsWithoutGoldOutOfAccuracyAlone) {
  const auto found = measure(task_, run_of({{nullptr, "red"}, {"red", "red"}}));
  EXPECT_EQ(found.rows, 2);
  EXPECT_EQ(found.answered, 2);
  EXPECT_EQ(found.final_answers->n, 1);
  const auto none = measure(task_, run_of({{nullptr, "red"}}));
  EXPECT_FALSE(none.final_answers);
  EXPECT_FALSE(none.confusion);
}

TEST(Measures, GoByPosition) {
  const auto found = measure(task_, run_of({{"red", "red", FirstAnswer::answered, 1},
                                            {"red", "blue", FirstAnswer::answered, 2},
                                            {"red", "red", FirstAnswer::answered, 1},
                                            {"red", "red", FirstAnswer::missing, 2, 2},
                                            {nullptr, "red", FirstAnswer::answered, 2},
                                            {"red", nullptr, FirstAnswer::none, 0}}));
  ASSERT_EQ(found.positions.size(), 2U) << "a row that no prompt had stands nowhere";
  EXPECT_EQ(found.positions[1].n, 3);
  EXPECT_EQ(found.positions[1].first_pass->n, 2) << "those with gold";
  EXPECT_EQ(found.positions[0].first_pass->correct, 2);
  EXPECT_EQ(found.positions[1].first_pass->correct, 0);
  EXPECT_EQ(found.positions[1].doubtful.count, 1);
}

TEST(Measures, ConfuseByClassWithOthersAndFailuresApart) {
  const auto found = measure(
      task_, run_of({{"red", "red"}, {"red", "green"}, {"red", "mauve"}, {"green", nullptr}}));
  ASSERT_TRUE(found.confusion);
  EXPECT_THAT(found.confusion->classes, ElementsAre("red", "green", "blue"));
  EXPECT_THAT(found.confusion->counts[0], ElementsAre(1, 1, 0, 1, 0));
  EXPECT_THAT(found.confusion->counts[1], ElementsAre(0, 0, 0, 0, 1));
  EXPECT_EQ(found.classes[0].n, 3);
  EXPECT_EQ(found.classes[0].answers, 1);
  EXPECT_EQ(found.classes[1].answers, 1);
  EXPECT_EQ(found.classes[2].n, 0);
}

TEST(Measures, OfNoRowAreDefined) {
  const auto found = measure(task_, {});
  EXPECT_EQ(found.rows, 0);
  EXPECT_FALSE(found.first_pass);
}

TEST(Observations, GiveARowWithoutAReplyABatchOfItsOwn) {
  auto run = run_of({{"red", nullptr}, {"red", nullptr}, {"red", "red"}});
  run.rows[0].first_batch = run.rows[1].first_batch = 0;
  const auto list = observations(run, Pass::first);
  EXPECT_NE(list[0].batch, list[1].batch);
  EXPECT_NE(list[1].batch, list[2].batch);
}

}  // namespace
}  // namespace sheaf::eval
