// SQLite sees few flipped bits. Every record carries its checksum: a changed one is said, not used.
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::int64_t sample_total = 40;
/// So many samples stand in one record.
constexpr std::int64_t run_length = 5;

/// One completion told of what it wrote to the cache.
AttemptEnd told(std::int64_t n) {
  auto end = completed();
  end.usage->cache_write_tokens = n == 1 ? 64 : 0;
  return end;
}

/// Something in every table.
void fill(const std::string& path) {
  const auto checkpoint = open_writing(path);
  must(checkpoint->set_task_mark({"triage", "request", "reading"}));
  must(checkpoint->set_output_mark(OutputMark{"answers.jsonl", 100, 7}));
  must(checkpoint->set_completion_mark(CompletionMark{"run", 200, 8, "{}"}));
  for (std::int64_t n = 1; n <= sample_total; ++n) {
    must(checkpoint->add(key_of(n), answered(n).first_id));
    must(checkpoint->add_row(n - 1, answered(n).first_id, n));
    must(checkpoint->write(n, n % 2 == 0 ? answered(n) : failed(n)));
    must(checkpoint->begin_attempt(start_of({n, n + 1})));
    must(checkpoint->end_attempt(n, n % 3 == 0 ? faulted(true) : told(n)));
    if (n % run_length == 0) must(checkpoint->commit());
  }
  must(checkpoint->add_row(sample_total, "copy", 1));
  must(checkpoint->park(5, "{\"id\":\"five\"}"));
  must(checkpoint->begin_attempt(start_of({1})));
  auto asking = start_of({});
  asking.round = 0;
  must(checkpoint->begin_attempt(asking));
  for (std::uint64_t n = 1; n <= 3; ++n) {
    must(checkpoint->add_vector({{n, n}, sample_total + 2, {1, -0.5F}}));
  }
  auto bulk = start_of({2});
  bulk.is_bulk = true;
  bulk.output_cap = 77;
  for (int n = 1; n <= 2; ++n) {
    const auto attempt = must(checkpoint->begin_attempt(bulk));
    must(checkpoint->add_bulk_job({"nonce", "https://a", "/chat", 1000, "file", "batch"},
                                  std::span(&attempt, 1)));
  }
  must(checkpoint->commit());
}

/// Reads all there is; the first error, or empty.
std::string first_error(Checkpoint& checkpoint) {
  std::vector<Error> errors;
  const auto note = [&](const auto& result) {
    if (!result) errors.push_back(result.error());
  };
  note(checkpoint.task_mark());
  note(checkpoint.output_mark());
  note(checkpoint.completion_mark());
  note(checkpoint.spending());
  note(checkpoint.recent_tokens(AttemptKind::completion, 0, 10));
  note(checkpoint.for_each_vector([](const VectorRecord&) {}));
  const auto open = checkpoint.open_bulk_requests();
  note(open);
  if (open) {
    for (const auto& request : *open) note(checkpoint.read_bulk_job(request.job));
  }
  note(checkpoint.for_each_attempt([](const Attempt&) { return true; }));
  for (SampleNo n = 1; n <= checkpoint.sample_count(); ++n) note(checkpoint.read(n));
  note(checkpoint.find(key_of(0)));
  note(checkpoint.find_row("nobody"));
  note(checkpoint.unpark(5));
  return errors.empty() ? std::string{} : errors.front().message;
}

/// Opens it and reads all there is.
std::string first_error(const std::string& path) {
  const auto opened = open_sqlite(path, Access::read_write);
  return opened ? first_error(**opened) : opened.error().message;
}

std::vector<std::pair<std::string, std::string>> columns_of(const std::string& path) {
  std::vector<std::pair<std::string, std::string>> columns;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  const auto collect = [](void* to, int, char** values, char**) {
    static_cast<decltype(columns)*>(to)->emplace_back(values[0], values[1]);
    return 0;
  };
  sqlite3_exec(database,
               "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c "
               "WHERE t.type = 'table'",
               collect, &columns, nullptr);
  sqlite3_close(database);
  return columns;
}

TEST(CheckpointDamage, NoChangedColumnOfAnyRecordIsUsed) {
  const TemporaryFolder folder;
  const auto whole = folder.file("whole.sheaf");
  fill(whole);
  ASSERT_EQ(first_error(whole), "");
  fill(folder.file("again.sheaf"));
  const auto columns = columns_of(whole);
  ASSERT_GT(columns.size(), 50U);
  // A record that is found no more by its number is lost, and so is not used either.
  const std::set<std::string> lost = {"outcomes.first", "parked.sequence", "ends.attempt"};
  for (const auto& [table, column] : columns) {
    if (lost.contains(table + "." + column)) continue;
    const auto path = folder.file(table + "." + column);
    std::filesystem::copy_file(folder.file("again.sheaf"), path);
    tamper(path, "UPDATE " + table + " SET " + column + " = CASE typeof(" + column +
                     ") WHEN 'integer' THEN " + column + " + 1000 WHEN 'null' THEN 7 ELSE " +
                     column + " || 'x' END WHERE " + column + " = (SELECT max(" + column +
                     ") FROM " + table + ") OR " + column + " IS NULL");
    EXPECT_THAT(first_error(path), AllOf(HasSubstr("damaged"), HasSubstr("--fresh")))
        << table << "." << column;
  }
}

TEST(CheckpointDamage, NoRecordPassesForAnother) {
  const TemporaryFolder folder;
  for (const std::string table : {"outcomes", "samples"}) {
    const auto path = folder.file(table);
    fill(path);
    tamper(path, "UPDATE " + table + " SET first = -1 WHERE first = 1; UPDATE " + table +
                     " SET first = 1 WHERE first = 6; UPDATE " + table +
                     " SET first = 6 WHERE first = -1");
    const auto read = open_writing(path)->read(1);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("the record of sample 1 is not as it was written"));
  }
}

TEST(CheckpointDamage, AMissingRecordInTheMiddleIsSaid) {
  const TemporaryFolder folder;
  for (const std::string table : {"samples", "prefixes", "prompts", "replies", "bulk_jobs"}) {
    const auto path = folder.file(table);
    fill(path);
    tamper(path, "DELETE FROM " + table + " WHERE rowid = 1");
    const auto checkpoint = open_writing(path);
    EXPECT_THAT(first_error(*checkpoint), HasSubstr("damaged")) << table;
    if (table == "samples") {
      EXPECT_THAT(checkpoint->find(key_of(2)).error().message, HasSubstr("sample 1 is not"));
    }
  }
}

TEST(CheckpointDamage, AMissingBulkJobIsSaidAndItsNumberNotUsedAgain) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  fill(path);
  tamper(path, "DELETE FROM bulk_jobs WHERE job = 2");
  const auto checkpoint = open_writing(path);
  EXPECT_THAT(checkpoint->read_bulk_job(2).error().message,
              AllOf(HasSubstr("bulk job 2"), HasSubstr("damaged"), HasSubstr("--fresh")));
  EXPECT_EQ(must(checkpoint->add_bulk_job({}, {})), 3);
}

TEST(CheckpointDamage, MissingSamplesAreSaidBeforeOthersTakeTheirOutcomes) {
  const TemporaryFolder folder;
  for (const std::string change : {"DELETE FROM samples WHERE first = 36", "DELETE FROM samples",
                                   "UPDATE samples SET first = 0 - first"}) {
    const auto path = folder.file("out.sheaf");
    fill(path);
    tamper(path, change);
    for (const auto access : {Access::read_write, Access::read_only}) {
      EXPECT_THAT(refusal(path, access), AllOf(HasSubstr("damaged"), HasSubstr("sample")))
          << change;
    }
    std::filesystem::remove(path);
  }
}

TEST(CheckpointDamage, AFileOfNoTaskThatHasSamplesIsSaid) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  fill(path);
  tamper(path,
         "DELETE FROM meta WHERE name IN ('task_name', 'request_identity', 'reading_identity')");
  EXPECT_THAT(first_error(path), AllOf(HasSubstr("marks are missing"), HasSubstr("--fresh")));
}

TEST(CheckpointDamage, AChangedCountOfTheLastSamplesIsSaidAtOnce) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  fill(path);
  tamper(path, "UPDATE samples SET count = 1000 WHERE first = 36");
  EXPECT_THAT(refusal(path, Access::read_write),
              AllOf(HasSubstr("the record of sample 36"), HasSubstr("--fresh")));
}

TEST(CheckpointDamage, OtherTablesThanItsOwnAreSaid) {
  const TemporaryFolder folder;
  for (const std::string change :
       {"DROP TABLE ends", "ALTER TABLE rows ADD COLUMN more", "ALTER TABLE samples RENAME TO s",
        "PRAGMA user_version = 0", "PRAGMA user_version = -1",
        "DROP TABLE meta; CREATE VIEW meta AS SELECT 1, 2, 3"}) {
    const auto path = folder.file("out.sheaf");
    fill(path);
    tamper(path, change);
    EXPECT_THAT(refusal(path, Access::read_write), HasSubstr("damaged")) << change;
    std::filesystem::remove(path);
  }
}

/// What can be read is what was written, or a record is lost.
void expect_nothing_wrong(Checkpoint& checkpoint) {
  for (SampleNo n = 1; n <= sample_total; ++n) {
    const auto found = checkpoint.find(key_of(n));
    if (found && *found) {
      EXPECT_EQ(**found, n);
    }
    const auto record = checkpoint.read(n);
    if (!record) continue;
    EXPECT_EQ(record->key, key_of(n));
    if (record->state == SampleState::open) continue;
    expect_equal(*record, n % 2 == 0 ? answered(n) : failed(n));
  }
  (void)checkpoint.for_each_attempt([](const Attempt& attempt) {
    if (attempt.number > sample_total) return true;
    expect_equal(attempt.start, start_of({attempt.number, attempt.number + 1}));
    if (attempt.end) {
      expect_equal(*attempt.end, attempt.number % 3 == 0 ? faulted(true) : told(attempt.number));
    }
    return true;
  });
  (void)checkpoint.spending();
  (void)checkpoint.find_row("copy");
  const auto open = checkpoint.open_bulk_requests();
  for (const auto& request : open.value_or(std::vector<OpenBulkRequest>{})) {
    EXPECT_GT(request.attempt, sample_total);
    const auto job = checkpoint.read_bulk_job(request.job);
    if (job) {
      EXPECT_EQ(job->nonce + job->account + job->path + job->upload + job->id,
                "noncehttps://a/chatfilebatch");
    }
  }
}

TEST(CheckpointDamage, FlippedBitsNeverGiveAWrongRecord) {
  const TemporaryFolder folder;
  fill(folder.file("whole.sheaf"));
  std::ifstream file(folder.file("whole.sheaf"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  std::mt19937 random(2301);
  int opened = 0;
  for (int round = 0; round < 3000; ++round) {
    auto bytes = whole;
    for (int flips = 0; flips <= round % 3; ++flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
    }
    const auto path = folder.file("flipped.sheaf");
    std::ofstream(path, std::ios::binary) << bytes;
    const auto checkpoint = open_sqlite(path, Access::read_only);
    if (!checkpoint) continue;
    ++opened;
    expect_nothing_wrong(**checkpoint);
    ASSERT_FALSE(testing::Test::HasFailure()) << "round " << round;
  }
  EXPECT_GT(opened, 1000);
}

TEST(CheckpointDamage, ACutFileNeverGivesAWrongRecord) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  fill(path);
  const auto size = std::filesystem::file_size(path);
  for (auto left = size; left > 512; left -= 512) {
    std::filesystem::resize_file(path, left);
    const auto checkpoint = open_sqlite(path, Access::read_only);
    if (checkpoint) expect_nothing_wrong(**checkpoint);
  }
}

}  // namespace
}  // namespace sheaf::store
