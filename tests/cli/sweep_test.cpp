#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "cli/served_model.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* task_yaml =
    "name: parity\n"
    "instruction: Say whether each number is even or odd.\n"
    "sample: {Number: '{{n}}'}\n"
    "answer: {type: choice, choices: [even, odd]}\n"
    "exemplars:\n"
    "  - {n: '400', answer: even}\n"
    "  - {n: '401', answer: odd}\n"
    "id: id\n"
    "gold: gold\n"
    "model: {name: simulated}\n"
    "price: {input_per_million: 1, output_per_million: 4}\n";

/// Rows 1 to `count`; from the second copy on equal to the first in what the prompt shows.
std::string rows_of(int count, int copies = 1) {
  std::string rows;
  for (int i = 1; i <= count; ++i) {
    for (int copy = 1; copy <= copies; ++copy) {
      const auto n = std::to_string(i);
      rows += R"({"id":")" + n + "-" + std::to_string(copy) + R"(","n":")" + n + R"(","gold":")" +
              (i % 2 == 0 ? "even" : "odd") + "\"}\n";
    }
  }
  return rows;
}

class Sweep : public ::testing::Test {
 protected:
  void SetUp() override { task_ = folder_.write("task.yaml", task_yaml); }

  Ended sweep(const std::vector<std::string>& more, const Surroundings& surroundings = {}) {
    std::vector<std::string> arguments{
        "sweep", task_, rows_, "-o", out(), "--json", folder_ / "r.json", "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return sheaf(arguments, surroundings);
  }

  std::string out() const { return folder_ / "sweep"; }
  json::Value report() const { return json::parse(folder_.read("r.json")).value(); }
  std::int64_t number(const json::Value& value, const char* path) const {
    const auto* found = value.find_path(path);
    return found == nullptr ? -1 : found->integer().value_or(-1);
  }
  std::vector<std::int64_t> of_cells(const char* path) const {
    std::vector<std::int64_t> list;
    const auto whole = report();
    for (const auto& cell : *whole.find("cells")->array()) list.push_back(number(cell, path));
    return list;
  }

  Folder folder_;
  std::string task_;
  std::string rows_ = folder_.write("rows.jsonl", rows_of(24));
};

TEST_F(Sweep, BuysEveryCellsAnswersForItself) {
  rows_ = folder_.write("rows.jsonl", rows_of(12, 2));
  const auto ended = sweep({"--batch-size", "1,2,4"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(of_cells("batch_size"), ElementsAre(1, 1, 2, 4));
  EXPECT_THAT(of_cells("requests"), ElementsAre(24, 24, 12, 6));
  EXPECT_THAT(of_cells("rows"), ElementsAre(24, 24, 24, 24));
}

TEST_F(Sweep, RunsAtOneTwiceAndAlways) {
  ASSERT_EQ(sweep({"--batch-size", "4"}).code, 0);
  EXPECT_THAT(of_cells("batch_size"), ElementsAre(1, 1, 4));
  const auto whole = report();
  EXPECT_EQ(*whole.find_path("cells.0.noise")->boolean(), false);
  EXPECT_EQ(*whole.find_path("cells.1.noise")->boolean(), true);
  EXPECT_FALSE(whole.find_path("variants.0.noise")->is_null());
  EXPECT_EQ(whole.find_path("variants.0.sizes")->array()->size(), 2U);
}

TEST_F(Sweep, GoesOnWhereItsBudgetEndedAndBuysNothingTwice) {
  const auto stopped = sweep({"--batch-size", "1,2", "--max-requests", "30"});
  EXPECT_EQ(stopped.code, 4) << stopped.err;
  EXPECT_THAT(of_cells("rows"), ElementsAre(24, 6));
  EXPECT_THAT(text_of(report().find("stopped")),
              HasSubstr("the budget of the whole sweep is used up"));
  EXPECT_THAT(stopped.out, HasSubstr("is not complete, and in no comparison"));
  const auto ended = sweep({"--batch-size", "1,2", "--max-requests", "60"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(of_cells("requests"), ElementsAre(24, 24, 12));
  EXPECT_TRUE(report().find("stopped")->is_null());
  const auto again = sweep({"--batch-size", "1,2"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(of_cells("requests"), ElementsAre(24, 24, 12));
}

TEST_F(Sweep, ComposesEachRepeatAnew) {
  ASSERT_EQ(sweep({"--batch-size", "4", "--repeat", "2"}).code, 0);
  EXPECT_THAT(of_cells("repeat"), ElementsAre(1, 1, 1, 2, 2));
  const auto places = [&](const char* cell) {
    std::vector<std::string> list;
    const auto text = Folder::read_file(out() + "/cells/" + cell);
    for (const auto& result : results_in(text)) {
      list.push_back(text_of(result.line.find_path("batch.position")));
    }
    return list;
  };
  const auto first = places("b4-labelled-sequential-simulated-r1.jsonl");
  ASSERT_EQ(first.size(), 24U);
  EXPECT_NE(first, places("b4-labelled-sequential-simulated-r2.jsonl"));
  EXPECT_EQ(number(report(), "variants.0.sizes.1.accuracy.final.n"), 48);
}

TEST_F(Sweep, SaysWithOneRepeatWhatItCannotTell) {
  const auto once = sweep({"--batch-size", "2"});
  EXPECT_THAT(once.out, HasSubstr("cannot be told apart. Use --repeat."));
  const auto twice = sweep({"--batch-size", "2", "--repeat", "2"});
  EXPECT_THAT(twice.out, Not(HasSubstr("cannot be told apart")));
}

TEST_F(Sweep, SaysThatTheModelWasSimulated) {
  const auto ended = sweep({"--batch-size", "2"});
  EXPECT_THAT(ended.out, AllOf(StartsWith("parity: the simulated model, "),
                               HasSubstr("- The model was simulated")));
  EXPECT_EQ(*report().find("simulated")->boolean(), true);
}

TEST_F(Sweep, CountsAFailedRowAsWrongAndApart) {
  const auto ended =
      sweep({"--batch-size", "2", "--simulated", "refuse=1", "--max-requests-per-sample", "1"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto whole = report();
  const auto* cell = whole.find_path("cells.0");
  EXPECT_EQ(number(*cell, "failed"), 24);
  EXPECT_EQ(number(*cell, "accuracy.final.n"), 24);
  EXPECT_EQ(number(*cell, "accuracy.final.correct"), 0);
  EXPECT_EQ(number(*cell, "rates.failed.count"), 24);
  EXPECT_THAT(ended.out, HasSubstr("no answer is right"));
}

TEST_F(Sweep, TellsFirstAnswersFromRepairedOnes) {
  const auto ended = sweep({"--batch-size", "4", "--simulated", "drop=1"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto whole = report();
  const auto* cell = whole.find_path("cells.2");
  // Each of the six replies of four leaves one out, as do the repairs.
  EXPECT_EQ(number(*cell, "accuracy.first_pass.correct"), 18);
  EXPECT_EQ(number(*cell, "rates.missing.count"), 6);
  EXPECT_GT(number(*cell, "repairs"), 0);
  EXPECT_EQ(number(*cell, "rates.repaired.count") + number(*cell, "rates.failed.count"), 6);
}

TEST_F(Sweep, RefusesAGoldValueThatIsNoChoiceBeforeItBuys) {
  rows_ = folder_.write("rows.jsonl", R"({"id":"1","n":"1","gold":"blue"})"
                                      "\n");
  const auto ended = sweep({});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("rows.jsonl:1: the gold value \"blue\""), HasSubstr("mend it")));
  EXPECT_FALSE(folder_.has("sweep"));
}

TEST_F(Sweep, HasAWordForRowsWithoutGold) {
  rows_ = folder_.write("rows.jsonl", R"({"id":"1","n":"1"})"
                                      "\n"
                                      R"({"id":"2","n":"2"})"
                                      "\n");
  std::string costs_alone = task_yaml;
  costs_alone.replace(costs_alone.find("gold: gold\n"), 11, "");
  folder_.write("task.yaml", costs_alone);
  const auto ended = sweep({"--batch-size", "2"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("No row has a gold value"),
                               HasSubstr("No batch size can be recommended")));
  EXPECT_TRUE(report().find_path("cells.0.accuracy")->is_null());
}

TEST_F(Sweep, HasAWordForOneRow) {
  rows_ = folder_.write("rows.jsonl", rows_of(1));
  const auto ended = sweep({"--batch-size", "2"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("One row has a gold value"), HasSubstr("Use b = 1."),
                               Not(HasSubstr("nan"))));
}

TEST_F(Sweep, SpeaksOfAllItsRowsWhereTheFirstCellIsNotComplete) {
  rows_ = folder_.write("rows.jsonl", rows_of(5) + R"({"id":"6","n":"6"})" + "\n");
  ASSERT_EQ(sweep({"--batch-size", "2", "--max-requests", "1"}).code, 4);
  EXPECT_THAT(of_cells("rows"), ElementsAre(1));
  EXPECT_EQ(number(report(), "rows.count"), 6);
  EXPECT_EQ(number(report(), "rows.with_gold"), 5);
  const auto notes = json::dump(*report().find("notes"));
  EXPECT_THAT(notes, AllOf(HasSubstr("1 of 6 rows have no gold value"),
                           Not(HasSubstr("One row has a gold value")),
                           Not(HasSubstr("No row has the gold value"))));
}

TEST_F(Sweep, NamesTheChoicesThatAreNoRowsGold) {
  rows_ = folder_.write("rows.jsonl", R"({"id":"1","n":"1","gold":"odd"})"
                                      "\n"
                                      R"({"id":"3","n":"3","gold":"odd"})"
                                      "\n");
  EXPECT_THAT(sweep({"--batch-size", "2", "--max-requests", "1"}).out,
              HasSubstr("No row has the gold value \"even\"."));
}

TEST_F(Sweep, KeepsToTheRowsOfItsFolder) {
  ASSERT_EQ(sweep({"--batch-size", "2"}).code, 0);
  rows_ = folder_.write("rows.jsonl", rows_of(25));
  const auto ended = sweep({"--batch-size", "2"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("belongs to a sweep over other rows"));
}

TEST_F(Sweep, KeepsToTheTaskOfItsFolder) {
  ASSERT_EQ(sweep({"--batch-size", "2"}).code, 0);
  std::string other = task_yaml;
  other.replace(other.find("Say whether"), 3, "Tell");
  folder_.write("task.yaml", other);
  const auto ended = sweep({"--batch-size", "2"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err,
              HasSubstr("was bought with another model, instruction or other exemplars"));
}

TEST_F(Sweep, RefusesWhatItCannotDo) {
  EXPECT_THAT(sheaf({"sweep", task_, "-", "-o", out()}).err, HasSubstr("give a file, not -"));
  EXPECT_EQ(sweep({"--batch-size", "1,,2"}).code, 2);
  EXPECT_EQ(sweep({"--batch-size", "0"}).code, 2);
  EXPECT_EQ(sweep({"--max-loss", "two"}).code, 2);
  EXPECT_THAT(sweep({"--grouping", "randm"}).err, HasSubstr("--grouping is 'randm'"));
  EXPECT_THAT(sweep({"--format", "xml"}).err, HasSubstr("--format is 'xml'"));
  rows_ = folder_.write("rows.jsonl", "");
  EXPECT_THAT(sweep({}).err, HasSubstr("has no row to ask about"));
}

TEST_F(Sweep, SaysWhereNoPromptOfItsSizeWasAnswered) {
  const auto ended = sweep({"--batch-size", "8", "--simulated", "context_tokens=250"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              HasSubstr("b8-labelled-sequential-simulated-r1: for 24 of 24 rows a prompt "
                        "of 8 brought no reply"));
  EXPECT_THAT(ended.out, HasSubstr("b = 8 was not compared with b = 1"));
}

TEST_F(Sweep, RunsNoCellTwiceForAWordThatIsGivenTwice) {
  ASSERT_EQ(sweep({"--batch-size", "2,2", "--format", "labelled,labelled"}).code, 0);
  EXPECT_THAT(of_cells("batch_size"), ElementsAre(1, 1, 2));
}

TEST_F(Sweep, CountsWhatEarlierCallsBoughtOfOtherSizes) {
  ASSERT_EQ(sweep({"--batch-size", "2"}).code, 0);  // 60 requests
  const auto ended = sweep({"--batch-size", "4", "--max-requests", "60"});
  EXPECT_EQ(ended.code, 4) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("the budget of the whole sweep is used up, in cell b4-"));
  EXPECT_THAT(ended.out, HasSubstr("b = 4 was not compared with b = 1"));
}

TEST_F(Sweep, RefusesBeforeItBuysWhatWouldBeInVain) {
  const auto nowhere = sweep({"--report", folder_ / "none" + "/r.html"});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("there is no folder"));
  std::string other = task_yaml;
  other.replace(other.find("gold: gold"), 10, "gold: goldd");
  folder_.write("task.yaml", other);
  EXPECT_THAT(sweep({}).err, HasSubstr("no row has a value in the gold column 'goldd'"));
  folder_.write("task.yaml", task_yaml);
  rows_ = folder_.write("rows.jsonl", rows_of(2) + R"({"id":"1-1","n":"7","gold":"odd"})" + "\n");
  EXPECT_THAT(sweep({}).err, HasSubstr("rows.jsonl:3: the id \"1-1\" stood on an earlier row"));
  EXPECT_FALSE(folder_.has("sweep"));
}

TEST_F(Sweep, GoesOnWithTheOtherModelsWhereOneIsRefused) {
  const ServedModel refusing(task_, rows_, {"--key", "sesame"});
  const auto ended =
      sweep({"--batch-size", "2", "--model", "openai/gone,simulated", "--simulated", "accuracy=0"},
            {.environment = {{"OPENAI_BASE_URL", refusing.url()}}});
  EXPECT_EQ(ended.code, 1) << ended.out;
  EXPECT_THAT(of_cells("rows"), ElementsAre(0, 24, 24, 24));
  EXPECT_THAT(ended.err, AllOf(StartsWith("sheaf: not all models were measured; openai/gone: "),
                               HasSubstr("the key was refused")));
  EXPECT_EQ("sheaf: " + text_of(report().find("stopped")) + "\n", ended.err);
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("Not run, because openai/gone could not go on (key-refused: the key "
                              "was refused"),
                    HasSubstr("b1-labelled-sequential-openai-gone-539685-r1-again, "
                              "b2-labelled-sequential-openai-gone-539685-r1."),
                    HasSubstr("parity: the simulated model, ")));
  EXPECT_EQ(report().find("wrong_answers")->array()->size(), 10U) << "of the model that answered";
}

TEST_F(Sweep, SaysOfModelsThatAreAllRefusedWhatItSaysOfOne) {
  const ServedModel refusing(task_, rows_, {"--key", "sesame"});
  const auto one = sweep({"--model", "openai/gone", "--base-url", refusing.url()});
  const auto all = sweep({"--model", "openai/gone,openai/away", "--base-url", refusing.url()});
  EXPECT_EQ(all.code, 1);
  EXPECT_THAT(one.err, HasSubstr("sheaf: key-refused: the key was refused"));
  EXPECT_EQ(all.err, one.err);
}

TEST_F(Sweep, LeavesAFolderInWhichNothingWasBoughtToTheNext) {
  const ServedModel refusing(task_, rows_, {"--key", "sesame"});
  ASSERT_EQ(sweep({"--model", "openai/gone", "--base-url", refusing.url()}).code, 1);
  std::string other = task_yaml;
  other.replace(other.find("Say whether"), 3, "Tell");
  folder_.write("task.yaml", other);
  const auto ended = sweep({"--batch-size", "2", "--limit", "10"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(of_cells("rows"), ElementsAre(10, 10, 10));
  EXPECT_FALSE(folder_.has("sweep/cells/b1-labelled-sequential-openai-gone-539685-r1.jsonl.sheaf"));
}

TEST_F(Sweep, RefusesAModelWithoutAnAddressBeforeItBuys) {
  const auto ended = sweep({"--model", "simulated,azure/x"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("AZURE_OPENAI"));
  EXPECT_FALSE(folder_.has("sweep"));
}

TEST_F(Sweep, RefusesVectorsWithoutAnAddressBeforeItBuys) {
  const ServedModel served(task_, rows_, {});
  folder_.write("task.yaml",
                std::string(task_yaml) + "embeddings: {model: azure/x, input_per_million: 1}\n");
  const auto ended = sweep({"--model", "openai/m", "--base-url", served.url(), "--grouping",
                            "similarity", "--batch-size", "2"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("AZURE_OPENAI"));
  EXPECT_FALSE(folder_.has("sweep"));
}

TEST_F(Sweep, WritesAPageAndTables) {
  const auto ended =
      sweep({"--batch-size", "2", "--report", folder_ / "r.html", "--csv", folder_ / "csv"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(folder_.read("r.html"), AllOf(HasSubstr("<html"), HasSubstr("parity")));
  EXPECT_THAT(folder_.read("csv/accuracy.csv"), HasSubstr("\r\n"));
}

}  // namespace
}  // namespace sheaf::testing
