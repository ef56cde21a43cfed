// Bulk jobs and the requests in them, in tables that are made when the first of them is begun.
#include <utility>

#include <fmt/format.h>

#include "store/attempt_columns.hpp"
#include "store/schema.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

struct BulkPlace {
  AttemptNo attempt = 0;
  BulkJobNo job = 0;
  std::int64_t output_cap = 0;
};

bool take_place(Cursor& cursor, BulkPlace& place) {
  cursor.begin(Table::bulk_requests);
  place.attempt = cursor.integer();
  place.job = cursor.integer();
  place.output_cap = cursor.integer();
  return cursor.intact();
}

}  // namespace

Expected<void> SqliteCheckpoint::prepare_bulk_jobs() {
  const std::pair<Statement*, const char*> statements[] = {
      {&write_bulk_job_, "INSERT OR REPLACE INTO bulk_jobs VALUES(?,?,?,?,?,?,?,?)"},
      {&read_bulk_job_, "SELECT * FROM bulk_jobs WHERE job=?"},
      {&write_bulk_request_, "INSERT OR REPLACE INTO bulk_requests VALUES(?,?,?,?)"},
      {&read_bulk_request_, "SELECT * FROM bulk_requests WHERE attempt=?"},
      {&open_bulk_requests_,
       "SELECT b.*,a.* FROM bulk_requests b LEFT JOIN attempts a ON a.attempt=b.attempt "
       "LEFT JOIN ends e ON e.attempt=b.attempt WHERE e.attempt IS NULL ORDER BY b.attempt"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_->prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  // A number that a request names is no new job's, though its record be lost.
  const auto count = database_->number(
      "SELECT max(job) FROM (SELECT job FROM bulk_jobs UNION ALL SELECT job FROM bulk_requests)");
  if (!count) return std::unexpected(count.error());
  bulk_job_count_ = *count;
  has_bulk_jobs_ = true;
  return {};
}

Expected<void> SqliteCheckpoint::have_bulk_jobs() {
  if (has_bulk_jobs_) return {};
  if (auto done = have_cache_writes(); !done) return done;
  if (auto done = kept(lay_bulk_jobs(*database_)); !done) return done;
  if (auto done = kept(prepare_bulk_jobs()); !done) return done;
  return kept(prepare_ends());
}

Expected<void> SqliteCheckpoint::keep_bulk_request(AttemptNo attempt, BulkJobNo job,
                                                   std::int64_t output_cap) {
  return kept(RecordWriter(write_bulk_request_, Table::bulk_requests)
                  .integer(attempt)
                  .integer(job)
                  .integer(output_cap)
                  .write());
}

Expected<BulkJobNo> SqliteCheckpoint::add_bulk_job(const BulkJob& job,
                                                   std::span<const AttemptNo> attempts) {
  if (auto done = begin_write(); !done) return std::unexpected(done.error());
  if (auto done = have_bulk_jobs(); !done) return std::unexpected(done.error());
  const auto number = bulk_job_count_ + 1;
  if (auto done = keep_bulk_job(number, job); !done) return std::unexpected(done.error());
  bulk_job_count_ = number;
  for (const auto attempt : attempts) {
    BulkPlace place;
    {
      Cursor cursor(read_bulk_request_);
      auto row = cursor.with(attempt).next();
      if (!row) return std::unexpected(row.error());
      if (!*row || !take_place(cursor, place)) return damaged("bulk request", attempt);
    }
    auto done = keep_bulk_request(attempt, number, place.output_cap);
    if (!done) return std::unexpected(done.error());
  }
  return number;
}

Expected<void> SqliteCheckpoint::known_job(BulkJobNo number) const {
  if (number >= 1 && number <= bulk_job_count_) return {};
  return fail(ErrorCode::stopped,
              fmt::format("{}: there is no bulk job {}", database_->path(), number));
}

Expected<void> SqliteCheckpoint::write_bulk_job(BulkJobNo number, const BulkJob& job) {
  if (auto done = begin_write(); !done) return done;
  if (auto done = known_job(number); !done) return done;
  return keep_bulk_job(number, job);
}

Expected<void> SqliteCheckpoint::keep_bulk_job(BulkJobNo number, const BulkJob& job) {
  return kept(RecordWriter(write_bulk_job_, Table::bulk_jobs)
                  .integer(number)
                  .text(job.nonce)
                  .text(job.account)
                  .text(job.path)
                  .integer(job.at_unix_ms)
                  .text(job.upload)
                  .text(job.id)
                  .write());
}

Expected<BulkJob> SqliteCheckpoint::read_bulk_job(BulkJobNo number) {
  if (auto done = usable(); !done) return std::unexpected(done.error());
  if (auto done = known_job(number); !done) return std::unexpected(done.error());
  Cursor cursor(read_bulk_job_);
  auto row = cursor.with(number).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return damaged("bulk job", number);
  BulkJob job;
  cursor.begin(Table::bulk_jobs);
  cursor.integer();
  job.nonce = cursor.text();
  job.account = cursor.text();
  job.path = cursor.text();
  job.at_unix_ms = cursor.integer();
  job.upload = cursor.text();
  job.id = cursor.text();
  if (!cursor.intact()) return damaged("bulk job", number);
  return job;
}

Expected<std::vector<OpenBulkRequest>> SqliteCheckpoint::open_bulk_requests() {
  if (auto done = usable(); !done) return std::unexpected(done.error());
  std::vector<OpenBulkRequest> open;
  if (!has_bulk_jobs_) return open;
  Cursor cursor(open_bulk_requests_);
  while (true) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return open;
    BulkPlace place;
    Attempt attempt;
    std::int64_t prefix = 0;
    if (!take_place(cursor, place) || !take_start(cursor, attempt, prefix)) {
      return damaged("bulk request", place.attempt);
    }
    attempt.start.is_bulk = true;
    attempt.start.output_cap = place.output_cap;
    open.push_back({place.attempt, place.job, std::move(attempt.start)});
  }
}

}  // namespace sheaf::store
