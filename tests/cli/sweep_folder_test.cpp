// What stands in a sweep's folder already: nothing that was paid for, or is somebody else's, goes.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/served_model.hpp"

namespace sheaf::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

constexpr const char* task_yaml =
    "name: parity\n"
    "instruction: Say whether each number is even or odd.\n"
    "sample: {Number: '{{n}}'}\n"
    "answer: {type: choice, choices: [even, odd]}\n"
    "gold: gold\n"
    "model: {name: simulated}\n";

constexpr const char* first_cell = "sweep/cells/b1-labelled-sequential-simulated-r1.jsonl";

class SweepFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    task_ = folder_.write("task.yaml", task_yaml);
    std::string rows;
    for (int i = 0; i < 12; ++i) {
      rows += R"({"n":")" + std::to_string(i) + R"(","gold":")" + (i % 2 == 0 ? "even" : "odd") +
              "\"}\n";
    }
    rows_ = folder_.write("rows.jsonl", rows);
  }

  Ended sweep(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"sweep",           task_,          rows_, "-o",
                                       folder_ / "sweep", "--batch-size", "2",   "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return sheaf(arguments);
  }

  /// A folder of this sweep in which nothing was bought.
  void nothing_bought() {
    const ServedModel refusing(task_, rows_, {"--key", "sesame"});
    const auto ended = sweep({"--model", "openai/gone", "--base-url", refusing.url()});
    ASSERT_EQ(ended.code, 1) << ended.err;
    ASSERT_TRUE(folder_.has("sweep/sweep.json"));
  }

  Folder folder_;
  std::string task_;
  std::string rows_;
};

TEST_F(SweepFolder, InWhichNothingWasBoughtIsTheNextSweeps) {
  nothing_bought();
  const auto ended = sweep({"--limit", "10"});
  EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST_F(SweepFolder, KeepsPaidResultsWhoseCheckpointIsGone) {
  ASSERT_EQ(sweep().code, 0);
  for (const auto& file : fs::directory_iterator(folder_ / "sweep/cells")) {
    if (file.path().extension() == ".sheaf") fs::remove(file.path());
  }
  EXPECT_EQ(sweep({"--limit", "10"}).code, 2);
  EXPECT_TRUE(folder_.has(first_cell));
}

TEST_F(SweepFolder, KeepsFilesOfOthers) {
  nothing_bought();
  folder_.write("sweep/cells/thesis.txt", "all of it");
  EXPECT_EQ(sweep({"--limit", "10"}).code, 2);
  EXPECT_TRUE(folder_.has("sweep/cells/thesis.txt"));
}

TEST_F(SweepFolder, KeepsAFolderWhoseMarkIsNotASweeps) {
  fs::create_directories(folder_ / "sweep/cells");
  folder_.write("sweep/sweep.json", R"({"method":"bayes"})");
  EXPECT_EQ(sweep().code, 2);
  EXPECT_EQ(folder_.read("sweep/sweep.json"), R"({"method":"bayes"})");
}

TEST_F(SweepFolder, GoesOnBesideACheckpointInWhichNothingWasWritten) {
  nothing_bought();
  folder_.write(std::string(first_cell) + ".sheaf", "");
  folder_.write("sweep/cells/b9-labelled-sequential-simulated-r1.jsonl.sheaf", "");
  const auto ended = sweep();
  EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST_F(SweepFolder, ReportsWhatWasBoughtWhereALaterCellCannotBeginAtAll) {
  fs::create_directories(folder_ / "sweep");
  ASSERT_EQ(sweep({"--batch-size", "1"}).code, 0);
  fs::create_directory(folder_ / "sweep/cells/b2-labelled-sequential-simulated-r1.jsonl.partial");
  const auto ended = sweep();
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.out, HasSubstr("Not run: b2-labelled-sequential-simulated-r1"));
}

}  // namespace
}  // namespace sheaf::testing
