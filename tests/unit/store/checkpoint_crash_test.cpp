// What was committed is there, whatever happens next: a kill at any instant, a full disk.
#include <csignal>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkpoint_fixture.hpp"
#include "faulty_disk.hpp"

namespace sheaf::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// One round of a small run: two samples, a request for both, its end, and what came of it.
Expected<void> one_round(Checkpoint& checkpoint) {
  const auto next = checkpoint.sample_count() + 1;
  for (const auto n : {next, next + 1}) {
    auto number = checkpoint.add(key_of(n), answered(n).first_id);
    if (!number) return std::unexpected(number.error());
    if (auto done = checkpoint.add_row(n - 1, answered(n).first_id, n); !done) return done;
  }
  auto start = start_of({next, next + 1});
  start.prompt_rest.append(5000, 'x');
  const auto attempt = checkpoint.begin_attempt(start);
  if (!attempt) return std::unexpected(attempt.error());
  if (auto done = checkpoint.commit(); !done) return done;
  if (auto done = checkpoint.end_attempt(*attempt, completed()); !done) return done;
  for (const auto n : {next, next + 1}) {
    if (auto done = checkpoint.write(n, answered(n)); !done) return done;
  }
  return checkpoint.commit();
}

/// All of `rounds` rounds are whole; of the one after, at most a part that was committed.
void expect_rounds(Checkpoint& checkpoint, std::int64_t rounds) {
  const auto samples = checkpoint.sample_count();
  EXPECT_GE(samples, 2 * rounds);
  EXPECT_LE(samples, 2 * rounds + 2);
  EXPECT_EQ(samples % 2, 0);
  for (SampleNo n = 1; n <= 2 * rounds; ++n) {
    EXPECT_EQ(must(checkpoint.find(key_of(n))), n);
    expect_equal(must(checkpoint.read(n)), answered(n));
    EXPECT_EQ(must(checkpoint.find_row(answered(n).first_id)), n);
  }
  const auto attempts = attempts_of(checkpoint);
  EXPECT_EQ(std::ssize(attempts) * 2, samples);
  for (const auto& attempt : attempts) {
    EXPECT_TRUE(attempt.end || attempt.number == rounds + 1);
  }
}

/// Works on the checkpoint, and writes a byte for every finished round, until it is killed.
[[noreturn]] void work_until_killed(const std::string& path, int report) {
  auto checkpoint = open_sqlite(path, Access::read_write);
  while (checkpoint && one_round(**checkpoint) && ::write(report, "r", 1) == 1) {
  }
  ::_exit(1);
}

TEST(CheckpointCrash, AKillAtAnyInstantLosesNothingThatWasCommitted) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  std::mt19937 random(20);
  std::int64_t rounds = 0;
  for (int kill = 0; kill < 20; ++kill) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      work_until_killed(path, ends[1]);
    }
    ::close(ends[1]);
    char byte = 0;
    for (auto wait = random() % 12; wait > 0 && ::read(ends[0], &byte, 1) == 1; --wait) ++rounds;
    // Some way into the next round.
    for (auto steps = random() % 1'000'000; steps > 0; --steps) random();
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (::read(ends[0], &byte, 1) == 1) ++rounds;
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    const auto checkpoint = open_writing(path);
    // Its last commit may have come before the kill, and its report not.
    if (checkpoint->sample_count() == 2 * rounds + 2 && attempts_of(*checkpoint).back().end) {
      ++rounds;
    }
    expect_rounds(*checkpoint, rounds);
    // What the kill left half done is finished, as the next run would.
    if (checkpoint->sample_count() > 2 * rounds) {
      must(checkpoint->end_attempt(rounds + 1, completed()));
      for (const auto n : {2 * rounds + 1, 2 * rounds + 2}) {
        must(checkpoint->write(n, answered(n)));
      }
      must(checkpoint->commit());
      ++rounds;
    }
    ASSERT_FALSE(HasFailure()) << "kill " << kill;
  }
  EXPECT_GT(rounds, 20);
}

TEST(CheckpointCrash, CommitReturnsOnlyWhenTheLogIsSynced) {
  const TemporaryFolder folder;
  FaultyDisk disk;
  const auto checkpoint = open_writing(folder.file("out.sheaf"));
  // Long enough to bring the log into the file several times.
  for (int round = 0; round < 1500; ++round) {
    const auto before = disk.writes();
    must(one_round(*checkpoint));
    ASSERT_GT(disk.writes(), before);
    ASSERT_THAT(disk.unsynced(), IsEmpty()) << "round " << round;
  }
}

TEST(CheckpointCrash, AFullDiskStopsTheRunAndLosesNothingThatWasCommitted) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  std::int64_t rounds = 0;
  for (int writes = 0; writes < 60; ++writes) {
    FaultyDisk disk;
    {
      const auto checkpoint = open_writing(path);
      disk.fill_after(writes);
      auto done = one_round(*checkpoint);
      for (; done; done = one_round(*checkpoint)) ++rounds;
      EXPECT_EQ(done.error().code, ErrorCode::stopped);
      EXPECT_THAT(done.error().message, HasSubstr("out.sheaf: the disk is full"));
      EXPECT_FALSE(checkpoint->find(key_of(1))) << "what is in memory may not be on the disk";
      EXPECT_EQ(checkpoint->commit().error().message, done.error().message);
    }
    disk.fill_after(-1);
    const auto checkpoint = open_writing(path);
    if (checkpoint->sample_count() == 2 * rounds + 2) {
      must(checkpoint->end_attempt(rounds + 1, completed()));
      for (const auto n : {2 * rounds + 1, 2 * rounds + 2}) {
        must(checkpoint->write(n, answered(n)));
      }
      must(checkpoint->commit());
      ++rounds;
    }
    expect_rounds(*checkpoint, rounds);
    ASSERT_FALSE(HasFailure()) << writes << " writes";
  }
  EXPECT_GT(rounds, 60);
}

TEST(CheckpointCrash, ADiskThatIsFullFromTheStartIsSaid) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  for (int writes = 0; writes < 12; ++writes) {
    FaultyDisk disk;
    disk.fill_after(writes);
    const auto opened = open_sqlite(path, Access::read_write);
    if (opened) break;
    EXPECT_EQ(opened.error().code, ErrorCode::usage);
    EXPECT_THAT(opened.error().message, HasSubstr("the disk is full")) << writes << " writes";
  }
  EXPECT_EQ(open_writing(path)->sample_count(), 0);
}

TEST(CheckpointCrash, ADiskThatDoesNotSyncStopsTheRun) {
  const TemporaryFolder folder;
  FaultyDisk disk;
  const auto checkpoint = open_writing(folder.file("out.sheaf"));
  must(checkpoint->add(key_of(1), "row-1"));
  disk.refuse_to_sync();
  const auto committed = checkpoint->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::stopped);
  EXPECT_THAT(committed.error().message, HasSubstr("cannot be read or written"));
}

TEST(CheckpointCrash, AFileThatMayNotGrowStopsTheRun) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  const auto child = ::fork();
  if (child == 0) {
    const rlimit limit{500'000, 500'000};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto checkpoint = open_sqlite(path, Access::read_write);
    if (!checkpoint) ::_exit(2);
    for (int round = 0; round < 1000; ++round) {
      const auto done = one_round(**checkpoint);
      if (!done) ::_exit(done.error().message.find("File too large") != std::string::npos ? 0 : 3);
    }
    ::_exit(4);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const auto checkpoint = open_writing(path);
  EXPECT_GT(checkpoint->sample_count(), 2);
  expect_rounds(*checkpoint, checkpoint->sample_count() / 2 - 1);
}

TEST(CheckpointCrash, TheLogStaysSmallHoweverLongTheRun) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  const auto checkpoint = open_writing(path);
  for (int round = 0; round < 3000; ++round) must(one_round(*checkpoint));
  EXPECT_GT(std::filesystem::file_size(path), 20'000'000U);
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 10'000'000U);
}

TEST(CheckpointCrash, ADeletedLogStopsTheRunAndTakesNothingThatWasCommitted) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto run = open_writing(path);
    must(run->add(key_of(1), "row-1"));
    must(run->commit());
    std::filesystem::remove(path + "-wal");
    must(run->add(key_of(2), "row-2"));
    const auto committed = run->commit();
    ASSERT_FALSE(committed);
    EXPECT_THAT(committed.error().message, HasSubstr("-wal file was moved or deleted"));
  }
  const auto next = open_writing(path);
  EXPECT_EQ(must(next->find(key_of(1))), 1);
  EXPECT_EQ(next->sample_count(), 1);
}

}  // namespace
}  // namespace sheaf::store
