// The files of a run are deleted, moved or changed while it goes on: it ends as the documents say,
// what was answered stays, and the same command ends the work.
#include <fstream>
#include <string>

#include "fault/attacked_run.hpp"

namespace sheaf::testing {
namespace {

using ::testing::HasSubstr;

/// So much that the reader is far from the end when the first requests leave.
constexpr std::size_t wide = 64UL * 1024;
constexpr std::int64_t far_from_the_end = 3;

class Files : public AttackedRun {
 protected:
  /// A run with the first replies kept and half of its time ahead, which `attack` then befalls.
  template <class Attack>
  Ended attacked(Attack attack, std::int64_t at_request = 5) {
    serve({{"first_token_ms", "150"}});
    Running run(command());
    EXPECT_TRUE(reaches(run, at_request)) << "it ended too soon";
    attack();
    return run.wait();
  }

  /// OUT as an earlier run over fewer rows left it.
  void complete_with(int rows) {
    serve({});
    folder_.write("rows.jsonl", numbers_rows(rows));
    const auto first = sheaf(command());
    ASSERT_EQ(first.code, 0) << first.err;
    folder_.write("rows.jsonl", numbers_rows(row_count));
    ASSERT_EQ(results_in(folder_.read("out.jsonl")).size(), static_cast<std::size_t>(rows));
  }

  void expect_stopped(const Ended& ended, int code, const std::string& says) const {
    EXPECT_EQ(ended.code, code) << ended.err;
    EXPECT_TRUE(is_one_line_error(ended.err));
    EXPECT_THAT(ended.err, HasSubstr(says));
  }

  void expect_sent_no_more_than(std::int64_t count) const { EXPECT_LE(requests(), count); }
};

TEST_F(Files, AnOutputDeletedWhileItIsToBeReplacedIsMadeAnew) {
  complete_with(8);
  const auto ended = attacked([&] { remove("out.jsonl"); });
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_whole(folder_.read("out.jsonl"), row_count);
  EXPECT_EQ(asked().size(), static_cast<std::size_t>(row_count - 8));
  for (const auto& [id, count] : asked()) EXPECT_EQ(count, 1) << id;
}

TEST_F(Files, ResultsDeletedWhileTheyAreWrittenAreSaidAndWrittenAnewForNothing) {
  const auto ended = attacked([&] { remove("out.jsonl.partial"); });
  expect_stopped(ended, 1, "out.jsonl.partial was moved or deleted");
  EXPECT_FALSE(folder_.has("out.jsonl"));
  EXPECT_EQ(settled().size(), static_cast<std::size_t>(row_count));
  expect_completion();
}

TEST_F(Files, ResultsDeletedWhileTheyAreWrittenLeaveTheOldOutputOurs) {
  complete_with(8);
  const auto ended = attacked([&] { remove("out.jsonl.partial"); });
  expect_stopped(ended, 1, "out.jsonl.partial was moved or deleted");
  expect_whole(folder_.read("out.jsonl"), 8);
  expect_completion();
}

TEST_F(Files, SomeoneElsesFileNeverPassesForTheResults) {
  const auto ended = attacked([&] {
    rename("out.jsonl.partial", "moved");
    folder_.write("out.jsonl.partial", "not ours\n");
  });
  expect_stopped(ended, 1, "out.jsonl.partial was moved or deleted");
  EXPECT_FALSE(folder_.has("out.jsonl"));
  expect_completion();
}

TEST_F(Files, ACheckpointMovedAwayStopsTheRunUntilItIsPutBack) {
  std::int64_t sent = 0;
  const auto ended = attacked([&] {
    rename("out.jsonl.sheaf", "moved");
    sent = requests();
  });
  expect_stopped(ended, 1, "was moved or deleted while the run was going; put it back");
  EXPECT_FALSE(folder_.has("out.jsonl"));
  // What was handed over before, with at most as many as are in flight at once.
  expect_sent_no_more_than(sent + 4);
  rename("moved", "out.jsonl.sheaf");
  expect_completion();
}

TEST_F(Files, ADeletedCheckpointStopsTheRunAndTheNextBeginsAnew) {
  std::int64_t sent = 0;
  const auto ended = attacked([&] {
    remove("out.jsonl.sheaf");
    sent = requests();
  });
  expect_stopped(ended, 1, "was moved or deleted");
  expect_sent_no_more_than(sent + 4);
  const auto again = sheaf(command());
  EXPECT_EQ(again.code, 0) << again.err;
  expect_whole(folder_.read("out.jsonl"), row_count);
}

TEST_F(Files, ADeletedLogStopsTheRunWhichKeepsWhatItHeld) {
  std::int64_t sent = 0;
  const auto ended = attacked([&] {
    remove("out.jsonl.sheaf-wal");
    sent = requests();
  });
  expect_stopped(ended, 1, "or its -wal file was moved or deleted");
  expect_sent_no_more_than(sent + 4);
  expect_completion();
}

TEST_F(Files, RowsCutOffWhileTheyAreReadAreSaid) {
  folder_.write("rows.jsonl", numbers_rows(row_count, wide));
  const auto ended = attacked(
      [&] {
        // After a whole row, so that what is left looks like a sound file.
        std::filesystem::resize_file(folder_ / "rows.jsonl", numbers_rows(16, wide).size());
      },
      far_from_the_end);
  expect_stopped(ended, 2, "rows.jsonl was changed while it was being read");
  EXPECT_FALSE(folder_.has("out.jsonl"));
  folder_.write("rows.jsonl", numbers_rows(row_count, wide));
  expect_completion();
}

TEST_F(Files, RowsRewrittenWhileTheyAreReadAreSaid) {
  folder_.write("rows.jsonl", numbers_rows(row_count, wide));
  const auto ended = attacked(
      [&] {
        // As long as before, with the first rows in another order.
        std::ofstream file(folder_ / "rows.jsonl", std::ios::binary | std::ios::in);
        file << numbers_row(2, wide) << numbers_row(1, wide);
      },
      far_from_the_end);
  expect_stopped(ended, 2, "rows.jsonl was changed while it was being read");
  EXPECT_FALSE(folder_.has("out.jsonl"));
  folder_.write("rows.jsonl", numbers_rows(row_count, wide));
  expect_completion();
}

TEST_F(Files, RowsAppendedWhileTheyAreReadAreForTheNextRun) {
  folder_.write("rows.jsonl", numbers_rows(row_count - 8, wide));
  const auto ended = attacked(
      [&] {
        std::ofstream file(folder_ / "rows.jsonl", std::ios::binary | std::ios::app);
        for (int row = row_count - 7; row <= row_count; ++row) file << numbers_row(row, wide);
        // As a writer is met in the middle of a line.
        file << "{\"id\": ";
      },
      far_from_the_end);
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_whole(folder_.read("out.jsonl"), row_count - 8);
  folder_.write("rows.jsonl", numbers_rows(row_count, wide));
  expect_completion();
}

TEST_F(Files, RowsReplacedByAnotherFileAreReadToTheirEndAndTheOtherIsForTheNextRun) {
  folder_.write("rows.jsonl", numbers_rows(row_count - 8, wide));
  const auto ended = attacked(
      [&] {
        folder_.write("other", numbers_rows(row_count, wide));
        rename("other", "rows.jsonl");
      },
      far_from_the_end);
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_whole(folder_.read("out.jsonl"), row_count - 8);
  expect_completion();
}

TEST_F(Files, DeletedRowsAreReadToTheirEnd) {
  folder_.write("rows.jsonl", numbers_rows(row_count, wide));
  const auto ended = attacked([&] { remove("rows.jsonl"); }, far_from_the_end);
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_whole(folder_.read("out.jsonl"), row_count);
}

}  // namespace
}  // namespace sheaf::testing
