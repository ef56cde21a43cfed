#include "store/sqlite_checkpoint.hpp"

#include <charconv>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "store/schema.hpp"

namespace sheaf::store {
namespace {

// Names in the table `meta`.
constexpr const char* task_names[] = {"task_name", "request_identity", "reading_identity"};
constexpr const char* output_names[] = {"output_path", "output_bytes", "output_digest"};

constexpr const char* completion_names[] = {"completed_identity", "completed_input_bytes",
                                            "completed_input_digest", "completed_summary"};

template <class T>
std::optional<T> read_number(const std::string& digits) {
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
      {&write_samples_, "INSERT INTO samples VALUES(?,?,?,?)"},
      {&every_samples_, "SELECT first,count,list,checksum FROM samples ORDER BY first"},
      {&samples_to_,
       "SELECT first,count,list,checksum FROM samples WHERE first<=? ORDER BY first DESC LIMIT 1"},
      {&write_outcomes_, "INSERT OR REPLACE INTO outcomes VALUES(?,?,?,?)"},
      {&outcomes_to_, "SELECT * FROM outcomes WHERE first<=? ORDER BY first DESC LIMIT 1"},
      {&add_row_, "INSERT OR REPLACE INTO rows VALUES(?,?,?,?,?)"},
      {&every_row_, "SELECT * FROM rows ORDER BY sequence"},
      {&park_, "INSERT OR REPLACE INTO parked VALUES(?,?,?)"},
      {&unpark_, "SELECT * FROM parked WHERE sequence=?"},
      {&drop_parked_, "DELETE FROM parked WHERE sequence=?"},
      {&add_prefix_, "INSERT INTO prefixes VALUES(?,?,?)"},
      {&read_prefix_, "SELECT * FROM prefixes WHERE prefix=?"},
      {&every_prefix_, "SELECT * FROM prefixes ORDER BY prefix"},
      {&add_attempt_, "INSERT INTO attempts VALUES(?,?,?,?,?,?,?,?,?)"},
      {&add_prompt_, "INSERT INTO prompts VALUES(?,?,?)"},
      {&add_reply_, "INSERT INTO replies VALUES(?,?,?,?)"},
      {&read_meta_, "SELECT * FROM meta WHERE name=?"},
      {&write_meta_, "INSERT OR REPLACE INTO meta VALUES(?,?,?)"},
      {&drop_meta_, "DELETE FROM meta WHERE name=?"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_->prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  const auto attempts = database_->number("SELECT max(attempt) FROM attempts");
  if (!attempts) return std::unexpected(attempts.error());
  attempt_count_ = *attempts;
  const auto format = format_of(*database_);
  if (!format) return std::unexpected(format.error());
  if (*format >= format_with_vectors) {
    if (auto done = prepare_vectors(); !done) return done;
  }
  has_cache_writes_ = *format >= format_with_cache_writes;
  if (*format >= format_with_bulk_jobs) {
    if (auto done = prepare_bulk_jobs(); !done) return done;
  }
  if (auto done = prepare_ends(); !done) return done;
  if (auto done = load_warm_ups(); !done) return done;
  return count_samples();
}

Expected<void> SqliteCheckpoint::count_samples() {
  const auto any = database_->number("SELECT EXISTS(SELECT 1 FROM samples)");
  if (!any) return std::unexpected(any.error());
  const auto last = database_->number("SELECT max(first) FROM samples");
  if (!last) return std::unexpected(last.error());
  const auto outcomes_end = database_->number(
      "SELECT ifnull((SELECT first+count FROM outcomes ORDER BY first DESC LIMIT 1),1)");
  if (!outcomes_end) return std::unexpected(outcomes_end.error());
  if (*any != 0) {
    const auto run = stored_run(samples_to_, Table::samples, *last);
    if (!run) return std::unexpected(run.error());
    if (!*run) return damaged("sample", *last);
    new_samples_ = ItemRun((*run)->end());
  }
  // New samples would take the numbers, and with them the outcomes, of those that are missing.
  if (*outcomes_end > new_samples_.first()) {
    return std::unexpected(database_->damaged("samples are missing"));
  }
  if (*outcomes_end > 1) outcomes_end_ = new_samples_.first();
  return {};
}

SqliteCheckpoint::~SqliteCheckpoint() {
  if (!lock_) return;
  database_->wait_for_others(0);
  if (database_->in_transaction()) std::ignore = database_->run("ROLLBACK");
  if (!broken_) std::ignore = database_->run("PRAGMA wal_checkpoint(TRUNCATE)");
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
  if (auto done = still_writing(); !done || is_writing_) return done;
  auto done = kept(Cursor(begin_).next());
  is_writing_ = done.has_value();
  return done;
}

/// A failed read may end a transaction, and with it all that was written in it.
Expected<void> SqliteCheckpoint::still_writing() {
  if (!is_writing_ || database_->in_transaction()) return {};
  return kept<void>(fail(ErrorCode::stopped,
                         fmt::format("{}: a failed read took back what was not yet kept; see that "
                                     "the disk is sound, then run the same command again",
                                     database_->path())));
}

Expected<void> SqliteCheckpoint::commit() {
  if (auto done = usable(); !done) return done;
  if (auto done = still_writing(); !done || !is_writing_) return done;
  if (auto done = write_new_samples(); !done) return done;
  if (auto done = write_new_outcomes(); !done) return done;
  if (auto done = write_stretch(); !done) return done;
  if (database_->has_moved() || !lock_->stands()) {
    return kept<void>(fail(
        ErrorCode::stopped,
        fmt::format("{}: the checkpoint or its -wal file was moved or deleted while the run was "
                    "going; put it back and run the same command again",
                    database_->path())));
  }
  is_writing_ = false;
  return kept(Cursor(commit_).next());
}

std::unexpected<Error> SqliteCheckpoint::damaged(std::string_view record,
                                                 std::int64_t number) const {
  return std::unexpected(database_->damaged(
      fmt::format("the record of {} {} is not as it was written", record, number)));
}

std::optional<ItemRun> SqliteCheckpoint::take_run(Cursor& cursor, Table table) {
  cursor.begin(table);
  const auto first = cursor.integer();
  const auto count = cursor.integer();
  auto list = cursor.text();
  if (!cursor.intact()) return std::nullopt;
  return ItemRun::from(first, count, std::move(list));
}

Expected<std::optional<ItemRun>> SqliteCheckpoint::stored_run(Statement& statement, Table table,
                                                              SampleNo sample) {
  Cursor cursor(statement);
  auto row = cursor.with(sample).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto run = take_run(cursor, table);
  if (!run) return damaged("sample", sample);
  return run;
}

Expected<void> SqliteCheckpoint::write_run(Statement& statement, Table table, const ItemRun& run) {
  return kept(RecordWriter(statement, table)
                  .integer(run.first())
                  .integer(run.count())
                  .blob(run.list())
                  .write());
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

Expected<std::optional<std::vector<std::string>>> SqliteCheckpoint::metas(
    std::span<const char* const> names) {
  std::vector<std::string> values;
  for (const auto* name : names) {
    auto value = meta(name);
    if (!value) return std::unexpected(value.error());
    if (*value) values.push_back(std::move(**value));
  }
  if (values.empty()) return std::nullopt;
  if (values.size() == names.size()) return values;
  return std::unexpected(database_->damaged("marks are missing"));
}

Expected<TaskMark> SqliteCheckpoint::task_mark() {
  auto values = metas(task_names);
  if (!values) return std::unexpected(values.error());
  if (!*values) {
    // A run marks the file before anything else.
    if (sample_count() > 0) return std::unexpected(database_->damaged("marks are missing"));
    return TaskMark{};
  }
  auto& value = **values;
  constexpr const char* model_name[] = {"model"};
  auto model = metas(model_name);
  if (!model) return std::unexpected(model.error());
  constexpr const char* prices_name[] = {"prices"};
  auto prices = metas(prices_name);
  if (!prices) return std::unexpected(prices.error());
  return TaskMark{std::move(value[0]), std::move(value[1]), std::move(value[2]),
                  *model ? std::move((**model)[0]) : std::string(),
                  *prices ? std::move((**prices)[0]) : std::string()};
}

Expected<void> SqliteCheckpoint::set_task_mark(const TaskMark& mark) {
  if (auto done = set_meta(task_names[0], mark.task_name); !done) return done;
  if (auto done = set_meta(task_names[1], mark.request_identity); !done) return done;
  if (auto done = set_meta(task_names[2], mark.reading_identity); !done) return done;
  if (!mark.model.empty()) {
    if (auto done = set_meta("model", mark.model); !done) return done;
    if (auto done = keep_model(mark.model); !done) return done;
  }
  return mark.prices.empty() ? Expected<void>{} : set_meta("prices", mark.prices);
}

Expected<std::optional<OutputMark>> SqliteCheckpoint::output_mark() {
  auto values = metas(output_names);
  if (!values) return std::unexpected(values.error());
  if (!*values) return std::nullopt;
  const auto bytes = read_number<std::int64_t>((**values)[1]);
  const auto digest = read_number<std::uint64_t>((**values)[2]);
  if (!bytes || !digest) return std::unexpected(database_->damaged("its output mark is no number"));
  return OutputMark{std::move((**values)[0]), *bytes, *digest};
}

Expected<void> SqliteCheckpoint::set_output_mark(const std::optional<OutputMark>& mark) {
  if (!mark) {
    for (const auto* name : output_names) {
      if (auto done = drop_meta(name); !done) return done;
    }
    return {};
  }
  if (auto done = set_meta(output_names[0], mark->path); !done) return done;
  if (auto done = set_meta(output_names[1], fmt::to_string(mark->bytes)); !done) return done;
  return set_meta(output_names[2], fmt::to_string(mark->digest));
}

Expected<std::optional<CompletionMark>> SqliteCheckpoint::completion_mark() {
  auto values = metas(completion_names);
  if (!values) return std::unexpected(values.error());
  if (!*values) return std::nullopt;
  auto& value = **values;
  const auto bytes = read_number<std::int64_t>(value[1]);
  const auto digest = read_number<std::uint64_t>(value[2]);
  if (!bytes || !digest) {
    return std::unexpected(database_->damaged("its completion mark is no number"));
  }
  return CompletionMark{std::move(value[0]), *bytes, *digest, std::move(value[3])};
}

Expected<void> SqliteCheckpoint::set_completion_mark(const std::optional<CompletionMark>& mark) {
  if (!mark) {
    for (const auto* name : completion_names) {
      if (auto done = drop_meta(name); !done) return done;
    }
    return {};
  }
  if (auto done = set_meta(completion_names[0], mark->identity); !done) return done;
  const auto bytes = fmt::to_string(mark->input_bytes);
  if (auto done = set_meta(completion_names[1], bytes); !done) return done;
  const auto digest = fmt::to_string(mark->input_digest);
  if (auto done = set_meta(completion_names[2], digest); !done) return done;
  return set_meta(completion_names[3], mark->summary);
}

}  // namespace sheaf::store
