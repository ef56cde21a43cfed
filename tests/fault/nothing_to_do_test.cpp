// A run that its checkpoint completed looks at the bytes of rows and output alone; whatever differs
// sends it the long way. A record spoilt in the checkpoint tells the two apart: only the long way
// reads it.
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::HasSubstr;

/// More than one record of samples: opening looks at the last.
constexpr int row_count = 80;

class NothingToDo : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("task.yaml", small_task);
    folder_.write("rows.jsonl", small_rows(row_count));
    const auto first = run();
    ASSERT_EQ(first.code, 0) << first.err;
    results_ = folder_.read("out.jsonl");
  }

  std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"run", folder_ / "task.yaml", folder_ / "rows.jsonl", "-o",
                                 folder_ / "out.jsonl"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Ended run(const std::vector<std::string>& more = {}, const std::string& input = {}) const {
    return sheaf(command(more), {.input = input});
  }

  void spoil_records() const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "out.jsonl.sheaf").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, "UPDATE samples SET checksum = checksum + 1 WHERE first = 1",
                           nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(database);
    std::filesystem::copy_file(folder_ / "out.jsonl.sheaf", folder_ / "spoilt");
  }

  /// As `spoil_records` left it: the long way changes the checkpoint before it meets the record.
  void restore() const {
    std::filesystem::copy_file(folder_ / "spoilt", folder_ / "out.jsonl.sheaf",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(folder_ / "out.jsonl.partial");
  }

  void replace(const std::string& file, const std::string& from, const std::string& to) const {
    auto text = folder_.read(file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    folder_.write(file, text.replace(at, from.size(), to));
  }

  void expect_the_long_way(const std::vector<std::string>& more = {}) const {
    const auto ended = run(more);
    EXPECT_EQ(ended.code, 1) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("is not as it was written"));
    restore();
  }

  Folder folder_;
  std::string results_;
};

/// The closing table without what differs from call to call.
std::vector<std::string> table_of(const std::string& err) {
  std::vector<std::string> lines;
  for (const auto& line : lines_of(err)) {
    if (!line.starts_with("  time ")) lines.push_back(line);
  }
  return lines;
}

TEST_F(NothingToDo, SaysWhatTheLongWaySays) {
  const auto by_rows = run({"--max-failed", "1000"});
  const auto by_digest = run();
  EXPECT_EQ(by_rows.code, 0);
  EXPECT_EQ(by_digest.code, 0);
  EXPECT_EQ(table_of(by_digest.err), table_of(by_rows.err));
  EXPECT_EQ(folder_.read("out.jsonl"), results_);
}

TEST_F(NothingToDo, IsSeenWithoutReadingTheSamples) {
  spoil_records();
  const auto ended = run();
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(run({"--retry-errors"}).code, 0) << "no row had failed";
  EXPECT_EQ(folder_.read("out.jsonl"), results_);
}

TEST_F(NothingToDo, IsNotTakenForGrantedWithOtherOptions) {
  spoil_records();
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"--limit", "12"},
                                             {"--sample", "12"},
                                             {"--no-dedup"},
                                             {"--order", "completion"},
                                             {"--skip-bad-rows"},
                                             {"--max-failed", "3"}}) {
    SCOPED_TRACE(more.front());
    expect_the_long_way(more);
  }
}

TEST_F(NothingToDo, IsNotTakenForGrantedWithAnotherTask) {
  spoil_records();
  const std::vector<std::pair<std::string, std::string>> changes{
      {"Say which", "Tell which"},
      {"\"{{text}}\"", "\"{{ text }}\""},
      {"gold: gold", "gold: id"},
      {"id: id\n", "id: id\nisolate: id\n"},
      {"name: small", "name: other"},
      {"id: id\n", ""},
      {"red, green", "green, red"},
      {"batch:", "price: {input_per_million: 1, output_per_million: 2}\nbatch:"}};
  const auto task = folder_.read("task.yaml");
  for (const auto& [from, to] : changes) {
    SCOPED_TRACE(to);
    replace("task.yaml", from, to);
    expect_the_long_way();
    folder_.write("task.yaml", task);
  }
  EXPECT_EQ(run().code, 0);
}

TEST_F(NothingToDo, IsNotTakenForGrantedWithOtherRows) {
  spoil_records();
  replace("rows.jsonl", "thing 7", "thinG 7");
  expect_the_long_way();
  folder_.write("rows.jsonl", small_rows(row_count + 1));
  expect_the_long_way();
  folder_.write("rows.jsonl", small_rows(row_count - 1));
  expect_the_long_way();
  folder_.write("rows.jsonl", small_rows(row_count));
  EXPECT_EQ(run().code, 0);
}

TEST_F(NothingToDo, IsNotTakenForGrantedWithAnotherOutput) {
  spoil_records();
  folder_.write("out.jsonl.partial", "");
  expect_the_long_way();
  replace("out.jsonl", "red", "Red");
  const auto ended = run();
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("did not write it"));
  std::filesystem::remove(folder_ / "out.jsonl");
  expect_the_long_way();
}

TEST_F(NothingToDo, IsForgottenByARunThatDidNotEnd) {
  folder_.write("rows.jsonl", small_rows(row_count) + "no row\n");
  EXPECT_EQ(run().code, 2);
  folder_.write("rows.jsonl", small_rows(row_count));
  std::filesystem::remove(folder_ / "out.jsonl.partial");
  spoil_records();
  expect_the_long_way();
}

TEST_F(NothingToDo, IsNotSaidWhenFailedRowsAreToBeAskedAgain) {
  const std::vector<std::string> failing{"--fresh", "--max-requests-per-sample", "1", "--simulated",
                                         "drop=1"};
  EXPECT_EQ(run(failing).code, 3);
  EXPECT_EQ(run().code, 3) << "the failed rows are told again";
  EXPECT_EQ(run({"--retry-errors"}).code, 0);
}

TEST_F(NothingToDo, MendsAnOutputThatIsGone) {
  std::filesystem::remove(folder_ / "out.jsonl");
  EXPECT_EQ(run().code, 0);
  EXPECT_EQ(folder_.read("out.jsonl"), results_);
}

}  // namespace
}  // namespace sheaf::testing
