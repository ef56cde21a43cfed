// Neighbouring samples share a record of the file. No order of calls shows it.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

std::int64_t number_of(const std::string& path, const std::string& sql) {
  std::int64_t number = -1;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  const auto take = [](void* to, int, char** values, char**) {
    *static_cast<std::int64_t*>(to) = std::stoll(values[0]);
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &number, nullptr), SQLITE_OK) << sql;
  sqlite3_close(database);
  return number;
}

void add_until(Checkpoint& checkpoint, std::int64_t count) {
  for (auto n = checkpoint.sample_count() + 1; n <= count; ++n) {
    must(checkpoint.add(key_of(n), answered(n).first_id));
  }
}

TEST(CheckpointRuns, SamplesOfOneCommitShareRecords) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto checkpoint = open_writing(path);
    add_until(*checkpoint, 1000);
    for (std::int64_t n = 1000; n >= 1; n -= 20) {
      for (auto each = n - 19; each <= n; ++each) must(checkpoint->write(each, answered(each)));
    }
    must(checkpoint->commit());
  }
  EXPECT_LE(number_of(path, "SELECT count(*) FROM samples"), 16);
  EXPECT_LE(number_of(path, "SELECT count(*) FROM outcomes"), 50);
  EXPECT_EQ(number_of(path, "SELECT sum(count) FROM outcomes"), 1000);
  const auto checkpoint = open_reading(path);
  for (std::int64_t n = 1; n <= 1000; ++n) expect_equal(must(checkpoint->read(n)), answered(n));
}

TEST(CheckpointRuns, OneLongTextDoesNotMakeItsNeighboursSlowToRead) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto checkpoint = open_writing(path);
    add_until(*checkpoint, 40);
    for (std::int64_t n = 1; n <= 40; ++n) {
      auto record = answered(n);
      record.text = std::string(10'000, 'x');
      must(checkpoint->write(n, record));
    }
    must(checkpoint->commit());
  }
  EXPECT_LE(number_of(path, "SELECT max(length(list)) FROM outcomes"), 40'000);
}

TEST(CheckpointRuns, ARecordDoesNotGrowWithWhatItsSamplesComeToSay) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto checkpoint = open_writing(path);
    add_until(*checkpoint, 64);
    for (std::int64_t n = 1; n <= 64; ++n) must(checkpoint->write(n, failed(n)));
    must(checkpoint->commit());
    for (std::int64_t n = 64; n >= 1; --n) {
      auto record = answered(n);
      record.text = std::string(10'000, 'x');
      must(checkpoint->write(n, record));
      must(checkpoint->commit());
    }
  }
  EXPECT_LE(number_of(path, "SELECT max(length(list)) FROM outcomes"), 40'000);
  EXPECT_EQ(number_of(path, "SELECT sum(count) FROM outcomes"), 64);
}

TEST(CheckpointRuns, WhatWasReadBeforeItWasWrittenAgainIsReadAnew) {
  const TemporaryFolder folder;
  const auto checkpoint = open_writing(folder.file("out.sheaf"));
  add_until(*checkpoint, 3);
  for (std::int64_t n = 1; n <= 3; ++n) must(checkpoint->write(n, failed(n)));
  must(checkpoint->commit());
  expect_equal(must(checkpoint->read(2)), failed(2));
  must(checkpoint->write(2, answered(2)));
  must(checkpoint->commit());
  expect_equal(must(checkpoint->read(2)), answered(2));
}

TEST(CheckpointRuns, ASampleStandsInOneRecordOnly) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto checkpoint = open_writing(path);
    add_until(*checkpoint, 60);
    for (const auto& [first, last] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {20, 30}, {41, 44}, {10, 50}, {1, 60}, {30, 41}, {5, 5}}) {
      for (auto n = first; n <= last; ++n) must(checkpoint->write(n, failed(n)));
      must(checkpoint->commit());
      for (auto n = first; n <= last; ++n) must(checkpoint->write(n, answered(n)));
      must(checkpoint->commit());
    }
  }
  EXPECT_EQ(number_of(path, "SELECT sum(count) FROM outcomes"), 60);
  EXPECT_EQ(number_of(path,
                      "SELECT count(*) FROM outcomes a JOIN outcomes b ON a.first < b.first "
                      "AND b.first < a.first + a.count"),
            0);
}

/// The file and the memory side by side: what one says, the other says.
class Pair {
 public:
  Pair() : path_(folder_.file("out.sheaf")), file_(open_writing(path_)), memory_(make_memory()) {}

  void add() {
    const auto n = file_->sample_count() + 1;
    RC_ASSERT(must(file_->add(key_of(n), std::to_string(n % 7))) == n);
    must(memory_->add(key_of(n), std::to_string(n % 7)));
  }
  void write(SampleNo sample, int version) {
    auto record = version % 3 == 0 ? failed(version) : answered(version);
    if (version % 11 == 0) record.text = std::string(9'000, 'x');
    must(file_->write(sample, record));
    must(memory_->write(sample, record));
  }
  void compare(SampleNo sample) {
    expect_equal(must(file_->read(sample)), must(memory_->read(sample)));
    RC_ASSERT(must(file_->find(key_of(sample))) == sample);
    RC_ASSERT(!testing::Test::HasFailure());
  }
  void compare_all() {
    for (SampleNo sample = 1; sample <= count(); ++sample) compare(sample);
    RC_ASSERT(must(file_->find(key_of(count() + 1))) == std::nullopt);
  }
  void commit() { must(file_->commit()); }
  void reopen() {
    commit();
    file_.reset();
    file_ = open_writing(path_);
    RC_ASSERT(file_->sample_count() == memory_->sample_count());
  }
  SampleNo count() const { return memory_->sample_count(); }

 private:
  TemporaryFolder folder_;
  std::string path_;
  std::unique_ptr<Checkpoint> file_, memory_;
};

RC_GTEST_PROP(CheckpointRuns, AnyOrderOfCallsReadsAsTheCheckpointInMemoryDoes, ()) {
  Pair both;
  const auto steps = *rc::gen::inRange(1, 80);
  for (int step = 0; step < steps; ++step) {
    const int what = *rc::gen::inRange(0, 8);
    if (what <= 1 || both.count() == 0) {
      const int more = *rc::gen::inRange(1, 90);
      for (int i = 0; i < more; ++i) both.add();
    } else if (what == 5) {
      both.compare(*rc::gen::inRange<SampleNo>(1, both.count() + 1));
    } else if (what <= 4) {
      const auto first = *rc::gen::inRange<SampleNo>(1, both.count() + 1);
      const auto last = std::min(both.count(), first + *rc::gen::inRange<SampleNo>(0, 40));
      for (auto sample = first; sample <= last; ++sample) both.write(sample, step);
      both.compare(first);
    } else if (what == 6) {
      both.commit();
    } else {
      both.reopen();
    }
  }
  both.compare_all();
  both.reopen();
  both.compare_all();
}

}  // namespace
}  // namespace sheaf::store
