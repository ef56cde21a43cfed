// Places where a run cannot keep what it needs: a checkpoint that another process has, a folder
// that may not be written, a disk that is full.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include <grp.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <unistd.h>

#include "fault/attacked_run.hpp"

namespace sheaf::testing {
namespace {

using ::testing::HasSubstr;

constexpr uid_t nobody = 65'534;

class Disk : public AttackedRun {
 protected:
  void expect_refused(const Ended& ended, int code, const std::string& says) const {
    EXPECT_EQ(ended.code, code) << ended.err;
    EXPECT_TRUE(is_one_line_error(ended.err));
    EXPECT_THAT(ended.err, HasSubstr(says));
    EXPECT_FALSE(folder_.has("out.jsonl"));
  }
};

TEST_F(Disk, ASecondRunIsRefusedWhileTheFirstGoesOnAndSendsNothing) {
  Running first(command());
  ASSERT_TRUE(reaches(first, 2));
  first.signal(SIGSTOP);
  const auto sent = requests();
  expect_refused(sheaf(command()), 2, "the checkpoint is locked: another run is using it");
  expect_refused(sheaf(command({"--fresh"})), 2, "the checkpoint is locked: another run");
  expect_refused(
      sheaf(command({"-o", folder_ / "b.jsonl", "--checkpoint", folder_ / "out.jsonl.sheaf"})), 2,
      "the checkpoint is locked: another run is using it");
  expect_refused(sheaf(command({"--checkpoint", folder_ / "other.sheaf"})), 2,
                 "out.jsonl.partial is being written by another run");
  EXPECT_EQ(requests(), sent);
  first.signal(SIGCONT);
  EXPECT_EQ(first.wait().code, 0);
  expect_whole(folder_.read("out.jsonl"), row_count);
  for (const auto& [id, count] : asked()) EXPECT_EQ(count, 1) << id;
}

/// Another program in the middle of writing to the checkpoint.
class Writer {
 public:
  explicit Writer(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
    sqlite3_busy_timeout(database_, 60'000);
    EXPECT_EQ(sqlite3_exec(database_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~Writer() { sqlite3_close(database_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

 private:
  sqlite3* database_ = nullptr;
};

TEST_F(Disk, AnotherProgramThatWritesToTheCheckpointIsSaidBeforeTheRunAndInIt) {
  std::optional<Writer> writer;
  {
    Running run(command());
    ASSERT_TRUE(reaches(run, 4));
    ASSERT_TRUE(run.wait_until([&] { return !settled().empty(); }));
    writer.emplace(folder_ / "out.jsonl.sheaf");
    expect_refused(run.wait(), 1, "the checkpoint is locked by another process; end that");
  }
  const auto sent = requests();
  expect_refused(sheaf(command()), 2, "the checkpoint is locked by another process; end that");
  EXPECT_EQ(requests(), sent);
  writer.reset();
  expect_completion();
}

TEST_F(Disk, AFolderThatMayNotBeWrittenIsSaidBeforeAnyRequest) {
  if (::access(SHEAF_BINARY, X_OK) != 0) GTEST_SKIP() << "no command to run";
  Surroundings surroundings;
  if (::geteuid() == 0) surroundings.user = nobody;
  std::filesystem::permissions(folder_ / ".", std::filesystem::perms(0555));
  if (const auto seen = sheaf({"--version"}, surroundings); seen.code != 0) {
    GTEST_SKIP() << "an unprivileged user cannot run the command from where it lies";
  }
  const auto command_of = command();
  expect_refused(sheaf(command_of, surroundings), 2, "no checkpoint can be kept in the folder");
  // The checkpoint in a place of its own: now it is the results that have none.
  const Folder other;
  std::filesystem::permissions(other / ".", std::filesystem::perms(0777));
  expect_refused(sheaf(command({"--checkpoint", other / "c.sheaf"}), surroundings), 2,
                 "cannot write " + (folder_ / "out.jsonl.partial") + ": Permission denied");
  EXPECT_EQ(requests(), 0);
  std::filesystem::permissions(folder_ / ".", std::filesystem::perms(0755));
  EXPECT_EQ(sheaf(command()).code, 0);
  expect_whole(folder_.read("out.jsonl"), row_count);
}

TEST_F(Disk, AFolderThatMayNoLongerBeWrittenAtTheEndIsSaidAndCostsNothing) {
  Surroundings surroundings;
  if (::geteuid() == 0) surroundings.user = nobody;
  std::filesystem::permissions(folder_ / ".", std::filesystem::perms(0777));
  if (const auto seen = sheaf({"--version"}, surroundings); seen.code != 0) {
    GTEST_SKIP() << "an unprivileged user cannot run the command from where it lies";
  }
  Running run(command(), surroundings);
  ASSERT_TRUE(reaches(run, 4));
  std::filesystem::permissions(folder_ / ".", std::filesystem::perms(0555));
  expect_refused(run.wait(), 1, "Permission denied");
  std::filesystem::permissions(folder_ / ".", std::filesystem::perms(0777));
  const auto before = asked();
  const auto again = sheaf(command(), surroundings);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(asked(), before);
  expect_whole(folder_.read("out.jsonl"), row_count);
}

TEST_F(Disk, ResultsToAFullDeviceStopTheRunAndCostNothingTwice) {
  const auto to_output = [&] { return command({"-o", "-", "--checkpoint", folder_ / "c"}); };
  const auto ended = sheaf(to_output(), {.out_path = "/dev/full"});
  expect_refused(ended, 1, "cannot write <stdout>: No space left on device");
  const auto kept = settled(folder_ / "c");
  EXPECT_FALSE(kept.empty());
  const auto before = asked();
  const auto again = sheaf(to_output());
  EXPECT_EQ(again.code, 0) << again.err;
  expect_whole(again.out, row_count);
  const auto after = asked();
  for (const auto& id : kept) EXPECT_EQ(after.at(id), before.at(id)) << id;
}

/// A disk of its own, in this process's view of the machine alone.
class SmallDisk : public Disk {
 protected:
  void SetUp() override {
    Disk::SetUp();
    std::filesystem::create_directory(folder_ / "small");
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", (folder_ / "small").c_str(), "tmpfs", 0, "size=512k") != 0) {
      GTEST_SKIP() << "no disk may be mounted here: " << std::strerror(errno);
    }
    is_mounted_ = true;
    folder_.write("known.jsonl", numbers_rows(row_count));
    folder_.write("rows.jsonl", numbers_rows(row_count, 32UL * 1024));
  }
  void TearDown() override {
    if (is_mounted_) ::umount((folder_ / "small").c_str());
  }
  void grow() const {
    ASSERT_EQ(::mount("none", (folder_ / "small").c_str(), nullptr, MS_REMOUNT, "size=64m"), 0);
  }
  /// The same command once there is room; what was kept is not asked again.
  void expect_completion_with(const std::vector<std::string>& command, const std::string& output,
                              const std::string& checkpoint) const {
    const auto kept = settled(checkpoint);
    const auto before = asked();
    grow();
    const auto again = sheaf(command);
    ASSERT_EQ(again.code, 0) << again.err;
    const auto after = asked();
    for (const auto& id : kept) EXPECT_EQ(after.at(id), before.at(id)) << id;
    expect_whole(Folder::read_file(output), row_count);
  }

 private:
  bool is_mounted_ = false;
};

TEST_F(SmallDisk, FullOfResultsStopsTheRunWithEverythingKept) {
  const auto out = folder_ / "small/out.jsonl";
  const auto checkpoint = folder_ / "c.sheaf";
  const auto all = command({"-o", out, "--checkpoint", checkpoint});
  const auto ended = sheaf(all);
  expect_refused(ended, 1, "cannot write " + out + ".partial: No space left on device");
  EXPECT_FALSE(std::filesystem::exists(out));
  EXPECT_FALSE(settled(checkpoint).empty());
  expect_completion_with(all, out, checkpoint);
}

TEST_F(SmallDisk, FullOfCheckpointStopsTheRunWithWhatWasCommitted) {
  // The log takes a few pages for every commit, and is brought into the file only from 8 MB on.
  const auto checkpoint = folder_ / "small/c.sheaf";
  const auto all = command({"--checkpoint", checkpoint, "--batch-size", "1"});
  const auto ended = sheaf(all);
  expect_refused(ended, 1, "c.sheaf: the disk is full; free some space");
  EXPECT_FALSE(settled(checkpoint).empty());
  expect_completion_with(all, folder_ / "out.jsonl", checkpoint);
}

}  // namespace
}  // namespace sheaf::testing
