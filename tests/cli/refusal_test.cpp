#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A folder with the small task and some rows.
class Refusal : public ::testing::Test {
 protected:
  std::string task(const std::string& more = {}) const {
    return folder.write("task.yaml", std::string(small_task) + more);
  }
  Ended run(const std::string& task, const std::string& rows, const std::string& output,
            std::vector<std::string> more = {}) const {
    std::vector<std::string> all{"run", task, rows, "-o", output};
    all.insert(all.end(), more.begin(), more.end());
    return sheaf(all);
  }
  void expect_refused(const Ended& ended, const std::string& says) const {
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(is_one_line_error(ended.err));
    EXPECT_THAT(ended.err, HasSubstr(says));
  }

  Folder folder;
};

TEST_F(Refusal, OfAMissingTaskFileNamesIt) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  expect_refused(run(folder / "none.yaml", rows, folder / "a.jsonl"), folder / "none.yaml");
}

TEST_F(Refusal, OfMissingRowsNamesThem) {
  expect_refused(run(task(), folder / "none.jsonl", folder / "a.jsonl"), folder / "none.jsonl");
  EXPECT_FALSE(folder.has("a.jsonl.sheaf"));
}

TEST_F(Refusal, OfAnUnknownTaskKeyNamesFileLineColumnAndTheNearestKey) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  const auto file = task("limit: {concurrency: 3}\n");
  expect_refused(run(file, rows, folder / "a.jsonl"), file + ":12:1: ");
  EXPECT_THAT(run(file, rows, folder / "a.jsonl").err, HasSubstr("limits"));
}

TEST_F(Refusal, OfAnUnknownOptionOfTheSimulatedModelNamesItsPlace) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  const auto other = task("simulated:\n  accuracy: 0.9\n  acuracy: 1\n");
  for (const std::string command : {"plan", "run"}) {
    std::vector<std::string> words{command, other, rows};
    if (command == "run") words.insert(words.end(), {"-o", folder / "a.jsonl", "--model", "x/y"});
    const auto ended = sheaf(words);
    expect_refused(ended, "task.yaml:14:3: ");
    EXPECT_THAT(ended.err, HasSubstr("did you mean accuracy?"));
  }
}

TEST_F(Refusal, OfAMissingColumnNamesTheRow) {
  const auto rows =
      folder.write("rows.jsonl", small_rows(2) + "{\"id\": \"3\", \"gold\": \"red\"}\n");
  const auto ended = run(task(), rows, folder / "a.jsonl");
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr(rows + ":3"), HasSubstr("text")));
}

TEST_F(Refusal, OfAMalformedRowKeepsWhatWasAnswered) {
  std::string text = small_rows(4710) + "{\"id\": \"4711\", \"text\": \n";
  for (int number = 4712; number <= 5000; ++number) text += small_row(number);
  const auto rows = folder.write("rows.jsonl", text);
  const auto ended = run(task(), rows, folder / "a.jsonl", {"--batch-size", "16"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(lines_of(ended.err).back(), AllOf(HasSubstr("sheaf: "), HasSubstr(rows + ":4711")));
  EXPECT_FALSE(folder.has("a.jsonl"));

  // Mended, it goes on: nothing is asked twice.
  folder.write("rows.jsonl", small_rows(5000));
  const auto again = run(task(), rows, folder / "a.jsonl", {"--batch-size", "16"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(results_in(folder.read("a.jsonl")).size(), 5000U);
  EXPECT_THAT(again.err, HasSubstr("reused, at no cost"));
}

TEST_F(Refusal, OfAMalformedRowIsLiftedBySkipBadRows) {
  const std::string bad = "{\"id\": \"4\", \"text\": ";
  const auto rows = folder.write("rows.jsonl", small_rows(3) + bad + "\n" + small_row(5));
  const auto ended = run(task(), rows, folder / "a.jsonl", {"--skip-bad-rows"});
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_THAT(ids_of(results_in(folder.read("a.jsonl"))), ElementsAre("1", "2", "3", "5"));
  EXPECT_THAT(folder.read("a.jsonl.rejected"), HasSubstr("id"));
  EXPECT_THAT(ended.err, HasSubstr("rejected, unreadable"));
}

TEST_F(Refusal, OfAnotherEndingNamesTheEndingsThereAre) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  expect_refused(run(task(), rows, folder / "a.xlsx"), ".jsonl");
  EXPECT_THAT(run(task(), rows, folder / "a.xlsx").err, HasSubstr(".csv"));
  EXPECT_FALSE(folder.has("a.xlsx.sheaf"));
}

TEST_F(Refusal, OfAnUnwritableOutputComesBeforeAnyRequest) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  const auto ended = run(task(), rows, folder / "none/a.jsonl");
  EXPECT_THAT(ended.code, ::testing::AnyOf(1, 2));
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr(folder / "none/a.jsonl"));
}

TEST_F(Refusal, OfAForeignOutputIsLiftedByOverwrite) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  folder.write("a.jsonl", "precious\n");
  expect_refused(run(task(), rows, folder / "a.jsonl"), "--overwrite");
  EXPECT_EQ(folder.read("a.jsonl"), "precious\n");
  EXPECT_EQ(run(task(), rows, folder / "a.jsonl", {"--overwrite"}).code, 0);
  EXPECT_EQ(results_in(folder.read("a.jsonl")).size(), 3U);
}

TEST_F(Refusal, OfAnOutputWhoseCheckpointIsDamagedIsLiftedByFreshAndOverwrite) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  folder.write("a.jsonl", "precious\n");
  folder.write("a.jsonl.sheaf", "this is no database\n");
  expect_refused(run(task(), rows, folder / "a.jsonl", {"--fresh"}), "it cannot be told whether");
  EXPECT_EQ(run(task(), rows, folder / "a.jsonl", {"--fresh", "--overwrite"}).code, 0);
  EXPECT_EQ(results_in(folder.read("a.jsonl")).size(), 3U);
  EXPECT_EQ(folder.read("a.jsonl.sheaf.1"), "this is no database\n");
}

TEST_F(Refusal, OfOneFileInTwoParts) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  const auto out = folder / "a.jsonl";
  for (const std::string end : {"", ".partial", ".rejected"}) {
    expect_refused(run(task(), rows, out, {"--checkpoint", out + end}), "two things at once");
  }
  expect_refused(run(task(), rows, rows, {"--overwrite"}), "two things at once");
  expect_refused(run(task(), rows, folder / "./rows.jsonl", {"--overwrite"}), "two things at once");
  expect_refused(run(task(), rows, out, {"--checkpoint", rows}), "two things at once");
  EXPECT_EQ(folder.read("rows.jsonl"), small_rows(3));
}

TEST_F(Refusal, OfANameThatIsTooLong) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  const auto name = folder / (std::string(300, 'x') + ".jsonl");
  expect_refused(run(task(), rows, name, {"--fresh"}), "cannot name a checkpoint");
}

TEST_F(Refusal, OfStandardOutputWithoutACheckpointSaysWhatIsNeeded) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  expect_refused(run(task(), rows, "-"), "--checkpoint");
}

TEST_F(Refusal, OfMaxCostWithoutPrices) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  expect_refused(run(task(), rows, folder / "a.jsonl", {"--max-cost", "1"}), "price");
}

TEST_F(Refusal, OfLimitTogetherWithSample) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  expect_refused(run(task(), rows, folder / "a.jsonl", {"--limit", "1", "--sample", "1"}),
                 "--sample");
}

TEST_F(Refusal, OfARepeatedIdWithOtherContent) {
  const auto rows = folder.write(
      "rows.jsonl", small_rows(2) + "{\"id\": \"1\", \"text\": \"other\", \"gold\": \"red\"}\n");
  const auto ended = run(task(), rows, folder / "a.jsonl");
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(lines_of(ended.err).back(), HasSubstr("1"));
}

TEST_F(Refusal, OfAFileThatIsNoCheckpoint) {
  const auto file = folder.write("a.jsonl.sheaf", "this is no database, whatever its name says\n");
  const auto ended = sheaf({"inspect", file});
  EXPECT_NE(ended.code, 0);
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr(file));
}

TEST_F(Refusal, OfAnUnknownIdNamesIt) {
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  ASSERT_EQ(run(task(), rows, folder / "a.jsonl").code, 0);
  const auto ended = sheaf({"inspect", folder / "a.jsonl.sheaf", "--id", "4711"});
  expect_refused(ended, "4711");
}

}  // namespace
}  // namespace sheaf::testing
