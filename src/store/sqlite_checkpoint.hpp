// The checkpoint in a SQLite file. Format: docs/checkpoint-format.md.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fingerprint_table.hpp"
#include "core/hash.hpp"
#include "store/checkpoint.hpp"
#include "store/database.hpp"
#include "store/file_lock.hpp"
#include "store/item_run.hpp"

namespace sheaf::store {

/// Single-threaded. After a write or a commit failed, every call fails with that same error: the
/// transaction may be gone, and what is in memory no longer matches the file.
class SqliteCheckpoint final : public Checkpoint {
 public:
  /// Takes over a database that is known to be a checkpoint; `lock` when it may be written.
  static Expected<std::unique_ptr<Checkpoint>> load(std::unique_ptr<Database> database,
                                                    std::optional<FileLock> lock);
  ~SqliteCheckpoint() override;

  Expected<std::optional<SampleNo>> find(const Fingerprint& key) override;
  Expected<SampleNo> add(const Fingerprint& key, const std::string& first_id) override;
  Expected<SampleRecord> read(SampleNo sample) override;
  Expected<void> write(SampleNo sample, const SampleRecord& record) override;
  std::int64_t sample_count() const override { return new_samples_.end() - 1; }

  Expected<void> begin_rows() override;
  Expected<void> add_row(std::int64_t sequence, const std::string& id, SampleNo sample) override;
  Expected<std::optional<SampleNo>> find_row(const std::string& id) override;
  Expected<void> for_each_row(const VisitRow& visit) override;

  Expected<AttemptNo> begin_attempt(const AttemptStart& start) override;
  Expected<void> end_attempt(AttemptNo attempt, const AttemptEnd& end) override;
  Expected<void> for_each_attempt(const std::function<bool(const Attempt&)>& visit) override;
  Expected<void> for_each_figure(const std::function<void(const Attempt&)>& visit) override;
  Expected<Spending> spending() override;
  Expected<RecentTokens> recent_tokens(AttemptKind kind, std::int64_t since_unix_ms,
                                       std::int64_t now_unix_ms) override;

  Expected<BulkJobNo> add_bulk_job(const BulkJob& job,
                                   std::span<const AttemptNo> attempts) override;
  Expected<void> write_bulk_job(BulkJobNo number, const BulkJob& job) override;
  Expected<BulkJob> read_bulk_job(BulkJobNo number) override;
  Expected<std::vector<OpenBulkRequest>> open_bulk_requests() override;

  Expected<void> add_vector(const VectorRecord& record) override;
  Expected<void> for_each_vector(const std::function<void(const VectorRecord&)>& visit) override;

  Expected<void> park(std::int64_t sequence, const std::string& line) override;
  Expected<std::optional<std::string>> unpark(std::int64_t sequence) override;

  Expected<TaskMark> task_mark() override;
  Expected<void> set_task_mark(const TaskMark& mark) override;
  Expected<std::vector<ModelSince>> models() override;
  Expected<std::optional<OutputMark>> output_mark() override;
  Expected<void> set_output_mark(const std::optional<OutputMark>& mark) override;

  Expected<std::optional<CompletionMark>> completion_mark() override;
  Expected<void> set_completion_mark(const std::optional<CompletionMark>& mark) override;

  Expected<void> commit() override;

 private:
  /// A record of the table of rows: one row, or a stretch of them.
  struct RowRecord {
    std::int64_t sequence = 0;
    std::optional<std::string> own_id;  ///< nullopt: a stretch, each with its sample's first id.
    SampleNo sample = 0;
    std::int64_t count = 0;
  };
  Expected<RowRecord> read_row(Cursor& cursor) const;
  struct NamedKey {
    Fingerprint key;
    std::string_view first_id;  ///< Until the next call.
  };
  /// Rows that follow each other, of samples that follow each other, each with the id that its
  /// sample was first seen as: one record, however many.
  struct Stretch {
    std::int64_t sequence = 0;
    SampleNo sample = 0;
    std::int64_t count = 0;
    bool is_written = false;
  };

  SqliteCheckpoint(std::unique_ptr<Database> database, std::optional<FileLock> lock)
      : lock_(std::move(lock)), database_(std::move(database)) {}
  Expected<void> prepare();
  Expected<void> count_samples();

  Expected<void> usable() const;
  /// Opens the transaction when there is none.
  Expected<void> begin_write();
  Expected<void> still_writing();
  /// Passes on how a write went, and remembers a failure for good.
  template <class T>
  Expected<void> kept(const Expected<T>& written);
  std::unexpected<Error> damaged(std::string_view record, std::int64_t number) const;

  Expected<void> known(SampleNo sample) const;
  Expected<void> load_index();
  Expected<NamedKey> named(SampleNo sample);
  Expected<void> write_new_samples();
  /// The whole file's, in order. `visit` returns false at one that cannot be.
  Expected<void> for_each_sample_run(const std::function<bool(const ItemRun&)>& visit);

  /// Leaves the record as it is when nothing was written.
  Expected<void> read_outcome(SampleNo sample, SampleRecord& record);
  /// Among those that no transaction has yet; nullptr when it is not there.
  ItemRun* new_outcome_run(SampleNo sample);
  void keep(SampleNo sample, std::string_view outcome);
  Expected<void> write_new_outcomes();
  Expected<void> write_outcomes(const ItemRun& run);
  /// The stored runs that have samples of this one, ascending.
  Expected<std::vector<ItemRun>> stored_outcomes(const ItemRun& among);

  /// The record at the cursor; nullopt when it is not as it was written.
  static std::optional<ItemRun> take_run(Cursor& cursor, Table table);
  /// The last stored run that begins at or before `sample`, which it may not reach.
  Expected<std::optional<ItemRun>> stored_run(Statement& statement, Table table, SampleNo sample);
  Expected<void> write_run(Statement& statement, Table table, const ItemRun& run);

  /// Makes the table of vectors where it is not there yet.
  Expected<void> have_vectors();
  Expected<void> prepare_vectors();
  /// Likewise the column of cache writes.
  Expected<void> have_cache_writes();
  /// What depends on that column.
  Expected<void> prepare_ends();
  /// Likewise the tables of bulk jobs.
  Expected<void> have_bulk_jobs();
  Expected<void> prepare_bulk_jobs();
  Expected<void> keep_bulk_job(BulkJobNo number, const BulkJob& job);
  Expected<void> known_job(BulkJobNo number) const;
  Expected<void> keep_bulk_request(AttemptNo attempt, BulkJobNo job, std::int64_t output_cap);

  Expected<void> write_stretch();
  /// Ascending.
  Expected<std::vector<SampleNo>> samples_first_seen_as(const std::string& id);
  Expected<void> load_prefixes();
  Expected<std::int64_t> prefix_number(const std::string& text);
  Expected<std::string> read_prefix(std::int64_t number);
  Expected<void> load_warm_ups();
  Expected<void> keep_warm_up(AttemptNo attempt);
  Expected<void> keep_model(const std::string& model);
  Expected<std::optional<std::string>> meta(std::string_view name);
  /// All of them or, when none stands there, nullopt.
  Expected<std::optional<std::vector<std::string>>> metas(std::span<const char* const> names);
  Expected<void> set_meta(std::string_view name, std::string_view value);
  Expected<void> drop_meta(std::string_view name);

  // Destroyed from below: the statements, then the connection, then the lock.
  std::optional<FileLock> lock_;
  std::unique_ptr<Database> database_;
  Statement begin_, commit_;
  Statement write_samples_, every_samples_, samples_to_, write_outcomes_, outcomes_to_;
  Statement add_row_, every_row_, park_, unpark_, drop_parked_;
  Statement add_prefix_, read_prefix_, every_prefix_;
  Statement add_attempt_, add_prompt_, add_end_, add_written_end_, add_reply_, every_figure_,
      every_attempt_;
  Statement read_meta_, write_meta_, drop_meta_;
  Statement add_vector_, every_vector_;
  Statement write_bulk_job_, read_bulk_job_, write_bulk_request_, read_bulk_request_,
      open_bulk_requests_;

  std::optional<Error> broken_;
  bool is_writing_ = false;  ///< A transaction was opened and not yet ended by us.
  std::int64_t attempt_count_ = 0;
  std::set<AttemptNo> warm_ups_;
  bool has_vectors_ = false;  ///< The table.
  std::int64_t vector_count_ = 0;
  bool has_cache_writes_ = false;  ///< The column.
  bool has_bulk_jobs_ = false;     ///< The tables.
  BulkJobNo bulk_job_count_ = 0;
  /// Samples that no record has yet; without any, it begins where the next one will be.
  ItemRun new_samples_{1};
  /// Outcomes that no record has yet, by their first samples.
  std::map<SampleNo, ItemRun> new_outcomes_;
  std::size_t new_outcome_bytes_ = 0;
  SampleNo outcomes_end_ = 1;  ///< No sample from this one on has an outcome in a record.
  /// The records read last: what follows nearly always asks for their neighbours.
  std::optional<ItemRun> read_samples_, read_outcomes_;
  std::string item_;  ///< Kept for its capacity.
  std::optional<Stretch> stretch_;
  /// Samples by the upper half of their keys; built at the first `find` or `add`.
  FingerprintTable index_;
  bool index_loaded_ = false;
  /// Prefixes by their text; built at the first attempt.
  std::map<Fingerprint, std::int64_t> prefixes_;
  bool prefixes_loaded_ = false;
};

template <class T>
Expected<void> SqliteCheckpoint::kept(const Expected<T>& written) {
  if (written) return {};
  broken_ = written.error();
  return std::unexpected(*broken_);
}

}  // namespace sheaf::store
