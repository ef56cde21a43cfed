#include "store/sqlite_checkpoint.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace sheaf::store {
namespace {

/// A name of the table `meta`, and where its value stands.
constexpr std::pair<const char*, std::string TaskMark::*> task_fields[] = {
    {"task_name", &TaskMark::task_name},
    {"request_identity", &TaskMark::request_identity},
    {"reading_identity", &TaskMark::reading_identity}};

template <class T>
std::optional<T> read_number(std::string_view digits) {
  T number{};
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace

Expected<std::unique_ptr<Checkpoint>> SqliteCheckpoint::load(std::unique_ptr<Database> database,
                                                             std::optional<FileLock> lock) {
  std::unique_ptr<SqliteCheckpoint> checkpoint(
      new SqliteCheckpoint(std::move(database), std::move(lock)));
  if (auto done = checkpoint->prepare(); !done) return std::unexpected(done.error());
  return checkpoint;
}

Expected<void> SqliteCheckpoint::prepare() {
  const std::pair<Statement*, const char*> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&add_sample_, "INSERT INTO samples VALUES(?,?,?,?)"},
      {&every_sample_, "SELECT sample,key,first_id,checksum FROM samples ORDER BY sample"},
      {&read_sample_, "SELECT sample,key,first_id,checksum FROM samples WHERE sample=?"},
      {&read_outcome_, "SELECT * FROM outcomes WHERE sample=?"},
      {&write_outcome_, "INSERT OR REPLACE INTO outcomes VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
      {&add_row_, "INSERT OR REPLACE INTO rows VALUES(?,?,?,?,?)"},
      {&every_row_, "SELECT * FROM rows ORDER BY sequence"},
      {&samples_of_id_, "SELECT sample FROM samples WHERE first_id=? ORDER BY sample"},
      {&park_, "INSERT OR REPLACE INTO parked VALUES(?,?,?)"},
      {&unpark_, "SELECT * FROM parked WHERE sequence=?"},
      {&drop_parked_, "DELETE FROM parked WHERE sequence=?"},
      {&add_prefix_, "INSERT INTO prefixes VALUES(?,?,?)"},
      {&read_prefix_, "SELECT * FROM prefixes WHERE prefix=?"},
      {&every_prefix_, "SELECT * FROM prefixes ORDER BY prefix"},
      {&add_attempt_, "INSERT INTO attempts VALUES(?,?,?,?,?,?,?,?,?)"},
      {&add_prompt_, "INSERT INTO prompts VALUES(?,?,?)"},
      {&add_end_, "INSERT INTO ends VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"},
      {&add_reply_, "INSERT INTO replies VALUES(?,?,?,?)"},
      {&every_figure_,
       "SELECT a.*,e.* FROM attempts a LEFT JOIN ends e ON e.attempt=a.attempt ORDER BY a.attempt"},
      {&every_attempt_,
       "SELECT a.*,e.*,p.*,r.* FROM attempts a LEFT JOIN ends e ON e.attempt=a.attempt "
       "LEFT JOIN prompts p ON p.attempt=a.attempt LEFT JOIN replies r ON r.attempt=a.attempt "
       "ORDER BY a.attempt"},
      {&read_meta_, "SELECT * FROM meta WHERE name=?"},
      {&write_meta_, "INSERT OR REPLACE INTO meta VALUES(?,?,?)"},
      {&drop_meta_, "DELETE FROM meta WHERE name=?"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_->prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  const auto samples = database_->number("SELECT max(sample) FROM samples");
  if (!samples) return std::unexpected(samples.error());
  const auto attempts = database_->number("SELECT max(attempt) FROM attempts");
  if (!attempts) return std::unexpected(attempts.error());
  sample_count_ = *samples;
  attempt_count_ = *attempts;
  return {};
}

SqliteCheckpoint::~SqliteCheckpoint() {
  if (!lock_) return;
  database_->wait_for_others(0);
  if (database_->in_transaction()) (void)database_->run("ROLLBACK");
  if (!broken_) (void)database_->run("PRAGMA wal_checkpoint(TRUNCATE)");
}

Expected<void> SqliteCheckpoint::usable() const {
  if (broken_) return std::unexpected(*broken_);
  return {};
}

Expected<void> SqliteCheckpoint::begin_write() {
  if (broken_) return std::unexpected(*broken_);
  if (!lock_) {
    return fail(ErrorCode::stopped,
                fmt::format("{}: the checkpoint was opened for reading only", database_->path()));
  }
  if (database_->in_transaction()) return {};
  return kept(Cursor(begin_).next());
}

Expected<void> SqliteCheckpoint::commit() {
  if (auto done = usable(); !done) return done;
  if (!lock_ || !database_->in_transaction()) return {};
  if (auto done = write_stretch(); !done) return done;
  if (database_->has_moved()) {
    return kept<void>(fail(
        ErrorCode::stopped,
        fmt::format("{}: the checkpoint was moved or deleted while the run was going; put it back "
                    "and run the same command again",
                    database_->path())));
  }
  return kept(Cursor(commit_).next());
}

std::unexpected<Error> SqliteCheckpoint::damaged(std::string_view record,
                                                 std::int64_t number) const {
  return std::unexpected(database_->damaged(
      fmt::format("the record of {} {} is not as it was written", record, number)));
}

Expected<std::optional<std::string>> SqliteCheckpoint::meta(std::string_view name) {
  if (auto done = usable(); !done) return std::unexpected(done.error());
  Cursor cursor(read_meta_);
  auto row = cursor.with(name).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  cursor.begin(Table::meta);
  cursor.text();
  auto value = cursor.text();
  if (cursor.intact()) return value;
  return std::unexpected(
      database_->damaged(fmt::format("its mark {} is not as it was written", name)));
}

Expected<void> SqliteCheckpoint::set_meta(std::string_view name, std::string_view value) {
  if (auto done = begin_write(); !done) return done;
  return kept(RecordWriter(write_meta_, Table::meta).text(name).text(value).write());
}

Expected<void> SqliteCheckpoint::drop_meta(std::string_view name) {
  if (auto done = begin_write(); !done) return done;
  return kept(Cursor(drop_meta_).with(name).next());
}

Expected<TaskMark> SqliteCheckpoint::task_mark() {
  TaskMark mark;
  for (const auto& [name, field] : task_fields) {
    auto value = meta(name);
    if (!value) return std::unexpected(value.error());
    mark.*field = std::move(*value).value_or("");
  }
  return mark;
}

Expected<void> SqliteCheckpoint::set_task_mark(const TaskMark& mark) {
  for (const auto& [name, field] : task_fields) {
    if (auto done = set_meta(name, mark.*field); !done) return done;
  }
  return {};
}

Expected<std::optional<OutputMark>> SqliteCheckpoint::output_mark() {
  auto path = meta("output_path");
  if (!path) return std::unexpected(path.error());
  if (!*path) return std::nullopt;
  auto bytes = meta("output_bytes");
  if (!bytes) return std::unexpected(bytes.error());
  auto digest = meta("output_digest");
  if (!digest) return std::unexpected(digest.error());
  const auto size = read_number<std::int64_t>(bytes->value_or(""));
  const auto hash = read_number<std::uint64_t>(digest->value_or(""));
  if (!size || !hash) return std::unexpected(database_->damaged("its output mark is incomplete"));
  return OutputMark{std::move(**path), *size, *hash};
}

Expected<void> SqliteCheckpoint::set_output_mark(const std::optional<OutputMark>& mark) {
  if (!mark) {
    for (const auto* name : {"output_path", "output_bytes", "output_digest"}) {
      if (auto done = drop_meta(name); !done) return done;
    }
    return {};
  }
  if (auto done = set_meta("output_path", mark->path); !done) return done;
  if (auto done = set_meta("output_bytes", fmt::to_string(mark->bytes)); !done) return done;
  return set_meta("output_digest", fmt::to_string(mark->digest));
}

}  // namespace sheaf::store
