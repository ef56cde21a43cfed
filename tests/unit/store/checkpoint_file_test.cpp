// What stands at a path, before, while and after a run has it.
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void make_checkpoint(const std::string& path) {
  auto checkpoint = open_writing(path);
  must(checkpoint->add(key_of(1), "row-1"));
  must(checkpoint->write(1, answered(1)));
  must(checkpoint->commit());
}

/// A new process, killed at the end of the scope if it did not end by itself.
class Child {
 public:
  /// Runs `work` and reports the text it returns.
  explicit Child(const std::function<std::string()>& work) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    id_ = ::fork();
    if (id_ == 0) {
      ::close(ends[0]);
      const auto text = work();
      const auto written = ::write(ends[1], text.data(), text.size());
      ::_exit(written == std::ssize(text) ? 0 : 1);
    }
    ::close(ends[1]);
    from_ = ends[0];
  }
  ~Child() {
    ::close(from_);
    ::waitpid(id_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  std::string report() const {
    std::string text;
    char buffer[4096];
    for (auto n = ::read(from_, buffer, sizeof buffer); n > 0;
         n = ::read(from_, buffer, sizeof buffer)) {
      text.append(buffer, static_cast<std::size_t>(n));
    }
    return text;
  }

 private:
  pid_t id_ = 0;
  int from_ = -1;
};

/// What a user without privileges finds; root may write everywhere.
std::string as_nobody(const std::function<std::string()>& work) {
  return Child([&] {
           if (::getuid() == 0 && ::setuid(65'534) != 0) return std::string("cannot drop root");
           return work();
         })
      .report();
}

std::string refusal_for_nobody(const std::string& path, Access access) {
  return as_nobody([&] {
    const auto opened = open_sqlite(path, access);
    return opened ? std::string{} : opened.error().message;
  });
}

TEST(CheckpointFile, IsOneFileOnceItIsClosed) {
  const TemporaryFolder folder;
  make_checkpoint(folder.file("out.sheaf"));
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf"));
}

TEST(CheckpointFile, HasItsLogBesideWhileItIsOpen) {
  const TemporaryFolder folder;
  const auto checkpoint = open_writing(folder.file("out.sheaf"));
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf", "out.sheaf-shm", "out.sheaf-wal"));
}

TEST(CheckpointFile, CarriesItsMarks) {
  const TemporaryFolder folder;
  make_checkpoint(folder.file("out.sheaf"));
  const auto bytes = read_file(folder.file("out.sheaf"));
  ASSERT_GE(bytes.size(), 100U);
  EXPECT_EQ(bytes.substr(60, 4), std::string("\0\0\0\2", 4));
  EXPECT_EQ(bytes.substr(68, 4), "shef");
}

TEST(CheckpointFile, ForgetsWhatWasNotCommitted) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  must(open_writing(path)->add(key_of(2), "row-2"));
  const auto checkpoint = open_writing(path);
  EXPECT_EQ(checkpoint->sample_count(), 1);
  EXPECT_EQ(must(checkpoint->find(key_of(2))), std::nullopt);
}

TEST(CheckpointFile, ReadingMakesAndChangesNothing) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  EXPECT_THAT(refusal(path, Access::read_only), HasSubstr("out.sheaf: there is no checkpoint"));
  EXPECT_THAT(folder.names(), IsEmpty());
  make_checkpoint(path);
  const auto before = read_file(path);
  expect_equal(must(open_reading(path)->read(1)), answered(1));
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf"));
  EXPECT_TRUE(read_file(path) == before);
}

TEST(CheckpointFile, AReaderCannotWrite) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  const auto checkpoint = open_reading(path);
  const auto refused = checkpoint->write(1, failed(1));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("reading only"));
  expect_equal(must(checkpoint->read(1)), answered(1));
}

TEST(CheckpointFile, CanBeReadWhileARunGoesOnAndDoesNotHinderIt) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  const auto run = open_writing(path);
  must(run->add(key_of(1), "row-1"));
  must(run->commit());
  const auto reader = open_reading(path);
  EXPECT_EQ(reader->sample_count(), 1);
  must(run->write(1, answered(1)));
  must(run->add(key_of(2), "row-2"));
  must(run->commit());
  EXPECT_EQ(must(reader->read(1)).state, SampleState::open) << "a reader sees one moment";
  expect_equal(must(open_reading(path)->read(1)), answered(1));
}

TEST(CheckpointFile, AReaderLeavesWhatAKilledRunLeft) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  const auto killed = folder.file("killed.sheaf");
  {
    const auto run = open_writing(path);
    must(run->add(key_of(1), "row-1"));
    must(run->commit());
    std::filesystem::copy_file(path, killed);
    std::filesystem::copy_file(path + "-wal", killed + "-wal");
  }
  const auto wal = read_file(killed + "-wal");
  EXPECT_EQ(open_reading(killed)->sample_count(), 1);
  EXPECT_TRUE(read_file(killed + "-wal") == wal);
  EXPECT_EQ(open_writing(killed)->sample_count(), 1);
}

TEST(CheckpointFile, IsForOneRunAtATime) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  const auto locked = AllOf(HasSubstr("out.sheaf: the checkpoint is locked: another run"),
                            HasSubstr("--checkpoint"));
  auto run = open_writing(path);
  EXPECT_THAT(refusal(path, Access::read_write), locked);
  EXPECT_THAT(Child([&] { return open_sqlite(path, Access::read_write).error().message; }).report(),
              locked);
  must(run->add(key_of(1), "row-1"));
  must(run->commit());
  run.reset();
  EXPECT_EQ(open_writing(path)->sample_count(), 1);
}

TEST(CheckpointFile, TwoRunsThatMakeItAtOnceDoNotHarmIt) {
  for (int round = 0; round < 10; ++round) {
    const TemporaryFolder folder;
    const auto path = folder.file("out.sheaf");
    const auto open_once = [&] {
      const auto opened = open_sqlite(path, Access::read_write);
      return opened ? std::string("opened") : opened.error().message;
    };
    const Child one(open_once);
    const Child other(open_once);
    for (const auto& report : {one.report(), other.report()}) {
      EXPECT_THAT(report, AnyOf("opened", HasSubstr("locked")));
    }
    make_checkpoint(path);
  }
}

TEST(CheckpointFile, IsLockedThroughALinkToo) {
  const TemporaryFolder folder;
  const auto run = open_writing(folder.file("out.sheaf"));
  std::filesystem::create_symlink(folder.file("out.sheaf"), folder.file("link.sheaf"));
  EXPECT_THAT(refusal(folder.file("link.sheaf"), Access::read_write), HasSubstr("another run"));
}

TEST(CheckpointFile, SaysWhenAnotherProgramIsWritingToIt) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THAT(refusal(path, Access::read_write), HasSubstr("locked by another process"));
  sqlite3_close(other);
  EXPECT_EQ(open_writing(path)->sample_count(), 1);
}

TEST(CheckpointFile, RefusesANewerFormat) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  tamper(path, "PRAGMA user_version=6");
  for (const auto access : {Access::read_write, Access::read_only}) {
    EXPECT_THAT(refusal(path, access), AllOf(HasSubstr("format 6"), HasSubstr("format 5"),
                                             HasSubstr("newer"), HasSubstr("--fresh")));
  }
}

TEST(CheckpointFile, RefusesTheFormatFromBeforeTheFirstRelease) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  tamper(path, "PRAGMA user_version=1");
  for (const auto access : {Access::read_write, Access::read_only}) {
    EXPECT_THAT(refusal(path, access),
                AllOf(HasSubstr("format 1"), HasSubstr("before"), HasSubstr("--fresh")));
  }
}

TEST(CheckpointFile, RefusesForeignFilesAndLeavesThemAsTheyWere) {
  const TemporaryFolder folder;
  write_file(folder.file("answers.jsonl"), std::string(5000, 'x') + "\n");
  write_file(folder.file("byte"), "x");
  write_file(folder.file("short"), "name: triage\n");
  write_file(folder.file("cut"), "SQLite format 3");
  tamper(folder.file("other.db"),
         "PRAGMA application_id=7; CREATE TABLE samples(a); "
         "PRAGMA user_version=1");
  tamper(folder.file("unmarked.db"), "CREATE TABLE t(a)");
  for (const auto& name : folder.names()) {
    const auto before = read_file(folder.file(name));
    for (const auto access : {Access::read_write, Access::read_only}) {
      EXPECT_THAT(refusal(folder.file(name), access),
                  AllOf(HasSubstr(name + ": not a checkpoint"), HasSubstr("--checkpoint")));
    }
    EXPECT_TRUE(read_file(folder.file(name)) == before) << name;
  }
  EXPECT_EQ(folder.names().size(), 6U);
}

TEST(CheckpointFile, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  for (const auto access : {Access::read_write, Access::read_only}) {
    EXPECT_THAT(refusal(folder.path(), access), HasSubstr("not a checkpoint but a folder"));
    EXPECT_THAT(refusal(folder.file("pipe"), access), HasSubstr("a device or pipe"));
    EXPECT_THAT(refusal("", access), HasSubstr("cannot name a checkpoint"));
  }
  EXPECT_THAT(refusal(folder.file("absent/out.sheaf"), Access::read_write),
              AllOf(HasSubstr("No such file or directory"), HasSubstr("absent")));
}

TEST(CheckpointFile, TakesAnyNameLiterally) {
  const TemporaryFolder folder;
  for (const auto* name : {"file:a?mode=memory", "100%25 #1?.sheaf", ":memory:"}) {
    make_checkpoint(folder.file(name));
    EXPECT_EQ(open_reading(folder.file(name))->sample_count(), 1) << name;
    std::filesystem::permissions(folder.file(name), std::filesystem::perms(0444));
    EXPECT_EQ(refusal_for_nobody(folder.file(name), Access::read_only), "") << name;
  }
  EXPECT_EQ(folder.names().size(), 3U);
}

TEST(CheckpointFile, TakesARelativeNameLiterally) {
  const TemporaryFolder folder;
  for (const auto* name : {"file:a?mode=memory", ":memory:", "out.sheaf"}) {
    const Child child([&] {
      if (::chdir(folder.path().c_str()) != 0) return std::string("no folder");
      const auto opened = open_sqlite(name, Access::read_write);
      return opened ? std::string() : opened.error().message;
    });
    EXPECT_EQ(child.report(), "");
    EXPECT_TRUE(std::filesystem::exists(folder.file(name))) << name;
  }
}

TEST(CheckpointFile, AFileCutOffWhileItWasBeingMadeIsStartedAnew) {
  const TemporaryFolder folder;
  write_file(folder.file("nothing"), "");
  tamper(folder.file("switched"), "PRAGMA journal_mode=WAL");
  for (const auto* name : {"nothing", "switched"}) {
    EXPECT_THAT(refusal(folder.file(name), Access::read_only), HasSubstr("is empty")) << name;
    make_checkpoint(folder.file(name));
    expect_equal(must(open_reading(folder.file(name))->read(1)), answered(1));
  }
}

TEST(CheckpointFile, SaysThatAFileIsReadOnly) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  std::filesystem::permissions(path, std::filesystem::perms(0444));
  EXPECT_THAT(
      refusal_for_nobody(path, Access::read_write),
      AllOf(HasSubstr("out.sheaf: the checkpoint is read-only"), HasSubstr("--checkpoint")));
  EXPECT_EQ(refusal_for_nobody(path, Access::read_only), "");
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf"));
}

TEST(CheckpointFile, SaysThatAFolderIsReadOnly) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  std::filesystem::permissions(path, std::filesystem::perms(0666));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  for (const auto* name : {"out.sheaf", "new.sheaf"}) {
    EXPECT_THAT(refusal_for_nobody(folder.file(name), Access::read_write),
                AllOf(HasSubstr("no checkpoint can be kept in the folder"),
                      HasSubstr("Permission denied")));
  }
  EXPECT_EQ(refusal_for_nobody(path, Access::read_only), "");
}

TEST(CheckpointFile, WhatAKilledRunLeftCanBeReadWithoutTheRightToWrite) {
  const TemporaryFolder folder;
  const auto killed = folder.file("killed.sheaf");
  {
    const auto run = open_writing(folder.file("out.sheaf"));
    must(run->add(key_of(1), "row-1"));
    must(run->commit());
    for (const auto* beside : {"", "-wal", "-shm"}) {
      std::filesystem::copy_file(folder.file("out.sheaf") + beside, killed + beside);
      std::filesystem::permissions(killed + beside, std::filesystem::perms(0444));
    }
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const auto count = as_nobody([&] {
    const auto opened = open_sqlite(killed, Access::read_only);
    return opened ? std::to_string((*opened)->sample_count()) : opened.error().message;
  });
  EXPECT_EQ(count, "1");
}

TEST(CheckpointFile, SaysThatAFileCannotBeReadAtAll) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_checkpoint(path);
  std::filesystem::permissions(path, std::filesystem::perms(0));
  EXPECT_THAT(refusal_for_nobody(path, Access::read_only), HasSubstr("cannot be opened"));
}

TEST(CheckpointFile, ARunStopsWhenItsFileIsMovedAway) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  const auto run = open_writing(path);
  must(run->add(key_of(1), "row-1"));
  must(run->commit());
  std::filesystem::remove(path);
  must(run->add(key_of(2), "row-2"));
  const auto committed = run->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::stopped);
  EXPECT_THAT(committed.error().message, HasSubstr("moved or deleted"));
  EXPECT_FALSE(run->find(key_of(1))) << "nothing may be bought on the word of a lost file";
}

}  // namespace
}  // namespace sheaf::store
