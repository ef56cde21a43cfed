#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* task_yaml =
    "name: parity\n"
    "instruction: Say whether each number is even or odd.\n"
    "sample: {Number: '{{n}}'}\n"
    "answer: {type: choice, choices: [even, odd]}\n"
    "id: id\n"
    "gold: gold\n"
    "batch: {size: 4}\n"
    "model: {name: simulated}\n";

std::string row(int number) {
  const auto n = std::to_string(number);
  return R"({"id":")" + n + R"(","n":")" + n + R"(","gold":")" +
         (number % 2 == 0 ? "even" : "odd") + "\"}";
}

std::string result(int number, const std::string& answer) {
  const auto n = std::to_string(number);
  return R"({"id":")" + n + R"(","answer":)" + answer + R"(,"input":)" + row(number) + "}\n";
}

std::string odd_and_even(const std::string& odd, const std::string& even) {
  return R"({"id":")" + odd + R"(","n":"1","gold":"odd"})" + "\n" + R"({"id":")" + even +
         R"(","n":"2","gold":"even"})" + "\n";
}

class Eval : public ::testing::Test {
 protected:
  void SetUp() override {
    task_ = folder_.write("task.yaml", task_yaml);
    std::string rows;
    for (int i = 1; i <= 20; ++i) rows += row(i) + "\n";
    rows_ = folder_.write("rows.jsonl", rows);
  }

  Ended run(const std::string& out, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"run", task_, rows_, "-o", folder_ / out, "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return sheaf(arguments);
  }
  Ended eval(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"eval", task_, "--json", folder_ / "r.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return sheaf(arguments);
  }
  json::Value report() const { return json::parse(folder_.read("r.json")).value(); }
  std::int64_t number(const char* path) const {
    const auto whole = report();
    const auto* found = whole.find_path(path);
    return found == nullptr ? -1 : found->integer().value_or(-1);
  }

  Folder folder_;
  std::string task_;
  std::string rows_;
};

TEST_F(Eval, SaysWhichModelWasAskedWhereTheTaskNamesAnother) {
  ASSERT_EQ(run("a.jsonl", {}).code, 0);
  EXPECT_THAT(eval({folder_ / "a.jsonl", "--model", "openai/other"}).out,
              HasSubstr("holds answers of simulated; " + task_ + " names openai/other"));
}

TEST_F(Eval, ScoresARunAsTheRunItselfDid) {
  ASSERT_EQ(run("a.jsonl", {"--simulated", "accuracy=0.7"}).code, 0);
  const auto ended = eval({folder_ / "a.jsonl"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  std::int64_t right = 0;
  for (const auto& one : results_in(folder_.read("a.jsonl"))) {
    right += text_of(&one.answer) == text_of(one.line.find_path("input.gold")) ? 1 : 0;
  }
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), right);
  EXPECT_EQ(number("cells.0.accuracy.final.n"), 20);
  EXPECT_EQ(number("cells.0.requests"), 5);
  EXPECT_EQ(number("cells.0.accuracy.final.batches"), 5);
  EXPECT_EQ(*report().find("simulated")->boolean(), true);
}

TEST_F(Eval, TellsByTheRepliesWhatTheFirstOnesSaid) {
  // Every reply leaves one out, the repairs of one row too.
  ASSERT_EQ(run("a.jsonl", {"--simulated", "drop=1"}).code, 3);
  ASSERT_EQ(eval({folder_ / "a.jsonl"}).code, 0);
  EXPECT_EQ(number("cells.0.rates.missing.count"), 5);
  EXPECT_EQ(number("cells.0.accuracy.first_pass.correct"), 15);
  EXPECT_GT(number("cells.0.rates.repaired.count"), 0);
  EXPECT_EQ(number("cells.0.rates.repaired.count") + number("cells.0.failed"), 5);
}

TEST_F(Eval, ReadsStoredAnswersByTheTasksPresentRule) {
  ASSERT_EQ(run("a.jsonl", {}).code, 0);
  // Another rule reads one letter of each answer: none is the gold value any more.
  std::string other = task_yaml;
  other.replace(other.find("type: choice, choices: [even, odd]"), 34,
                "type: text, pattern: '^(.)', max_tokens: 16");
  other.replace(other.find("simulated"), 9, "openai/gpt-4o-mini");
  folder_.write("task.yaml", other);
  const auto ended = eval({folder_ / "a.jsonl"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 0);
  EXPECT_EQ(number("cells.0.answered"), 20);
  EXPECT_EQ(*report().find("simulated")->boolean(), true) << "whatever the task names now";
}

TEST_F(Eval, TakesResultsOfAnybodyWithIdAndAnswer) {
  const auto file = folder_.write("theirs.jsonl",
                                  result(1, "\"odd\"") + result(2, "\"odd\"") + result(3, "null"));
  const auto ended = eval({file});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 1);
  EXPECT_EQ(number("cells.0.failed"), 1);
  EXPECT_THAT(ended.out, HasSubstr("has no checkpoint beside it"));
  EXPECT_TRUE(report().find_path("cells.0.tokens")->is_null());
}

TEST_F(Eval, TakesGoldFromTheRowsJoinedById) {
  const auto file = folder_.write("theirs.csv", "id,answer\n2,even\n1,even\n");
  const auto ended = eval({file, "--rows", rows_});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 1);
  EXPECT_EQ(number("cells.0.accuracy.final.n"), 2);
  folder_.write("theirs.csv", "id,answer\n77,even\n");
  const auto unknown = eval({file, "--rows", rows_});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("theirs.csv:2: no row has the id \"77\""));
}

TEST_F(Eval, TakesTheApostrophesOfEscapedFormulasAwayAgain) {
  const auto row = [](const std::string& id) {
    return R"({"id":")" + id + R"(","n":"+4 or so","gold":"even"})" + "\n";
  };
  rows_ = folder_.write("rows.jsonl", row("=1") + row("-2") + row("plain"));
  ASSERT_EQ(run("a.csv", {"--escape-formulas"}).code, 0);
  ASSERT_THAT(folder_.read("a.csv"), HasSubstr("\n'=1,"));
  for (const auto& more : {std::vector<std::string>{}, {"--rows", rows_}}) {
    std::vector<std::string> arguments{folder_ / "a.csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto ended = eval(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(number("cells.0.accuracy.final.correct"), 3);
    EXPECT_EQ(number("cells.0.rates.missing.n"), 3) << "their first replies are known";
  }
}

TEST_F(Eval, TellsIdsApartThatDifferInAnApostropheBeforeAFormula) {
  rows_ = folder_.write("rows.jsonl", odd_and_even("-a", "'-a"));
  ASSERT_EQ(run("a.csv", {"--escape-formulas"}).code, 0);
  std::filesystem::remove_all(folder_ / "a.csv.sheaf");
  const auto ended = eval({folder_ / "a.csv", "--rows", rows_});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 2);
}

TEST_F(Eval, KeepsTheApostrophesOfARunThatEscapedNothing) {
  rows_ = folder_.write("rows.jsonl", odd_and_even("'-1a", "'=b"));
  ASSERT_EQ(run("a.csv", {}).code, 0);
  const auto ended = eval({folder_ / "a.csv", "--rows", rows_});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 2);
}

TEST_F(Eval, KeepsTheApostropheOfAnAnswerWhereNothingWasEscaped) {
  std::string text_task = task_yaml;
  text_task.replace(text_task.find("type: choice, choices: [even, odd]"), 34,
                    "type: text, max_tokens: 16");
  folder_.write("task.yaml", text_task);
  const auto title = folder_.write("theirs.csv", "id,answer\n1,'@home' by X\n");
  rows_ = folder_.write("rows.jsonl", R"({"id":"1","n":"1","gold":"'@home' by X"})");
  const auto ended = eval({title, "--rows", rows_});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 1);
}

TEST_F(Eval, KeepsTheApostrophesOfAFileThatEscapesNothing) {
  rows_ = folder_.write("rows.jsonl", odd_and_even("'=1", "=2"));
  const auto plain = folder_.write("plain.csv", "id,answer\n'=1,odd\n=2,even\n");
  const auto zero = folder_.write("zero.csv", "id,answer,escaped\n'=1,odd,0\n=2,even,no\n");
  const auto lines = folder_.write("lines.jsonl", R"({"id":"'=1","answer":"odd","escaped":1})"
                                                  "\n"
                                                  R"({"id":"=2","answer":"even","escaped":1})");
  for (const auto& file : {plain, zero, lines}) {
    const auto ended = eval({file, "--rows", rows_});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(number("cells.0.accuracy.final.correct"), 2) << file;
  }
}

TEST_F(Eval, ReadsEscapedResultsFromStandardInput) {
  rows_ = folder_.write("rows.jsonl", odd_and_even("-a", "'-a"));
  ASSERT_EQ(run("a.csv", {"--escape-formulas"}).code, 0);
  const auto ended = sheaf({"eval", task_, "-", "--rows", rows_, "--json", folder_ / "r.json"},
                           {.input = folder_.read("a.csv")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 2);
}

TEST_F(Eval, ReadsResultsOnceSoThatANamedPipeWillDo) {
  const auto pipe = folder_ / "a.csv";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  Running running({"eval", task_, pipe, "--rows", rows_, "--json", folder_ / "r.json"});
  int end = -1;
  ASSERT_TRUE(running.wait_until([&] {
    end = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    return end >= 0;
  }));
  constexpr std::string_view results = "id,answer\n1,odd\n2,even\n";
  EXPECT_EQ(::write(end, results.data(), results.size()), std::ssize(results));
  ::close(end);
  const auto ended = running.wait();
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 2);
}

TEST_F(Eval, SaysHowManyRowsHaveNoResult) {
  const auto file = folder_.write("theirs.csv", "id,answer\n2,even\n");
  EXPECT_THAT(eval({file, "--rows", rows_}).out,
              HasSubstr("19 rows with a gold value have no result"));
}

TEST_F(Eval, PassesOverTheBadRowsThatARunPassedOver) {
  rows_ =
      folder_.write("rows.jsonl", row(1) + "\n{\"id\":\n" + row(2) + "\n" + R"({"id":"3"})" + "\n" +
                                      R"({"id":"1","n":"7","gold":"odd"})" + "\n" + row(2) + "\n");
  ASSERT_EQ(run("a.jsonl", {"--skip-bad-rows"}).code, 3);
  const auto refused = eval({folder_ / "a.jsonl", "--rows", rows_});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("rows.jsonl:2:7: "));
  const auto ended = eval({folder_ / "a.jsonl", "--rows", rows_, "--skip-bad-rows"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("- 3 rows cannot be read, and are in no figure."));
  EXPECT_EQ(number("cells.0.accuracy.final.n"), 3) << "row 2 stands there twice";
  EXPECT_THAT(eval({folder_ / "a.jsonl", "--skip-bad-rows"}).err, HasSubstr("needs --rows"));
}

TEST_F(Eval, RefusesEqualRowsWithOtherGoldValues) {
  rows_ = folder_.write("rows.jsonl", row(1) + "\n" + R"({"id":"1","n":"1","gold":"even"})" + "\n");
  const auto file = folder_.write("theirs.csv", "id,answer\n1,odd\n");
  EXPECT_THAT(
      eval({file, "--rows", rows_}).err,
      HasSubstr("rows.jsonl:2: the id \"1\" stood on an earlier row with different content"));
}

TEST_F(Eval, RefusesTheCheckpointOfOtherResults) {
  ASSERT_EQ(run("a.jsonl", {"--limit", "4"}).code, 0);
  ASSERT_EQ(run("b.jsonl", {}).code, 0);
  const auto ended = eval({folder_ / "b.jsonl", "--checkpoint", folder_ / "a.jsonl.sheaf"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("the checkpoint knows no reply for the row \"5\""));
}

TEST_F(Eval, ScoresStoredReplies) {
  const auto replies =
      folder_.write("replies.jsonl", R"({"ids":["1","2","3"],"text":"A[3]: odd\nA[1]: odd"})"
                                     "\n"
                                     R"({"ids":[2],"text":"A: odd"})"
                                     "\n");
  const auto ended = eval({"--replies", replies, "--rows", rows_});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("cells.0.rows"), 3);
  EXPECT_EQ(number("cells.0.rates.missing.count"), 1);
  EXPECT_EQ(number("cells.0.accuracy.first_pass.correct"), 2);
  EXPECT_EQ(number("cells.0.accuracy.final.correct"), 2);
  EXPECT_EQ(number("cells.0.answered"), 3);
}

TEST_F(Eval, ComparesTwoRuns) {
  ASSERT_EQ(run("single.jsonl", {"--batch-size", "1"}).code, 0);
  ASSERT_EQ(run("batched.jsonl", {"--simulated", "accuracy=0"}).code, 0);
  const auto ended = eval({folder_ / "single.jsonl", "--against", folder_ / "batched.jsonl"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(number("comparison.final.worse"), 20);
  EXPECT_EQ(number("comparison.final.better"), 0);
  EXPECT_EQ(report().find_path("comparison.final.difference")->real(), -1.0);
  EXPECT_THAT(ended.out, HasSubstr("100.0 points lost"));
}

TEST_F(Eval, NeverCallsNotSignificantEqual) {
  ASSERT_EQ(run("one.jsonl", {}).code, 0);
  ASSERT_EQ(run("two.jsonl", {"--batch-size", "2"}).code, 0);
  const auto ended = eval({folder_ / "one.jsonl", "--against", folder_ / "two.jsonl"});
  EXPECT_THAT(ended.out, AllOf(HasSubstr("No difference shown, which does not show that there is "
                                         "none"),
                               Not(HasSubstr("equal"))));
}

TEST_F(Eval, SaysWhereTheRunsHaveOtherRows) {
  const auto one = folder_.write("one.jsonl", result(1, "\"odd\"") + result(2, "\"even\""));
  const auto two = folder_.write("two.jsonl", result(2, "\"even\"") + result(3, "\"odd\""));
  EXPECT_THAT(eval({one, "--against", two}).out,
              HasSubstr("The runs are unequal: 2 rows with a gold value stand in one of them"));
  const auto three = folder_.write("three.jsonl", result(5, "\"odd\""));
  EXPECT_THAT(eval({one, "--against", three}).out, HasSubstr("no row with a gold value in common"));
}

TEST_F(Eval, SaysWhichGoldValuesCannotBeRead) {
  const auto file = folder_.write(
      "a.jsonl", result(1, "\"odd\"") +
                     R"({"id":"2","answer":"even","input":{"id":"2","n":"2","gold":"blue"}})"
                     "\n");
  const auto ended = eval({file});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("1 of 2 gold values cannot be read"));
  EXPECT_THAT(ended.out, HasSubstr("a.jsonl:2: the gold value \"blue\""));
  EXPECT_THAT(ended.out, HasSubstr("No row has the gold value \"even\""));
  const auto rows =
      folder_.write("golds.jsonl", row(1) + "\n\n" + R"({"id":"2","n":"2","gold":"blue"})" + "\n");
  const auto results = folder_.write("b.jsonl", result(2, R"("even")") + result(1, R"("odd")"));
  EXPECT_THAT(eval({results, "--rows", rows}).out,
              HasSubstr("golds.jsonl:3: the gold value \"blue\""));
}

TEST_F(Eval, RefusesWhatIsNoResult) {
  const auto file = folder_.write("a.jsonl", "{\"id\":\"1\"}\n");
  EXPECT_EQ(eval({file}).code, 2);
  EXPECT_THAT(eval({file}).err, HasSubstr("a.jsonl:1: no `answer`: this is no result"));
  EXPECT_EQ(eval({}).code, 2);
  EXPECT_THAT(eval({"--replies", file}).err, HasSubstr("needs --rows"));
}

}  // namespace
}  // namespace sheaf::testing
