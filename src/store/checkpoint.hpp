// The checkpoint: the durable file of a run. Everything bought stands here before it is used
// anywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>

#include "core/exchange.hpp"
#include "core/hash.hpp"

namespace sheaf::store {

/// A sample's number in this file, from 1, in order of first arrival.
using SampleNo = std::int64_t;
using AttemptNo = std::int64_t;

enum class SampleState { open, answered, failed };

/// Where the answer came from: the batch it was in, its position from 1, the round from 1.
struct BatchPlace {
  int size = 0;
  int position = 0;
  int round = 0;
};

/// What is known of one sample. Written as a whole.
struct SampleRecord {
  Fingerprint key;       ///< Rendered sample + request identity (+ isolation value, + occurrence).
  std::string first_id;  ///< The id of the row that brought it.
  SampleState state = SampleState::open;
  std::string value_json;  ///< The answer as JSON; empty unless answered.
  std::string text;        ///< The answer's text as the model wrote it.
  std::string reason;      ///< Why it failed: a word of docs/output-format.md.
  std::string detail;
  int requests = 0;  ///< Prompts it was part of; never lowered.
  Usage usage;       ///< Its share of all of them.
  Money cost;
  BatchPlace place;
};

/// A request about to be sent: written and committed before its first byte leaves.
struct AttemptStart {
  std::int64_t at_unix_ms = 0;    ///< When it was queued; it may leave later.
  int attempt = 1;                ///< 1 is the first sending; more are retries of the same bytes.
  int round = 1;                  ///< 0: a request for vectors, of texts and not of samples.
  std::vector<SampleNo> samples;  ///< In prompt order.
  std::int64_t reserved_tokens = 0;
  Money reserved_cost;        ///< The worst case.
  std::string prompt_prefix;  ///< Text of the shared part; stored once for all equal ones.
  std::string prompt_rest;    ///< Text of the test batch's own part.
  /// It leaves in a bulk job, and in no other way.
  bool is_bulk = false;
  std::int64_t output_cap = 0;  ///< In tokens. Kept of bulk requests alone.
  /// It goes ahead of all that share its prefix, so that they find it in the provider's cache.
  bool is_warm_up = false;
};

/// What a request asks for.
enum class AttemptKind { completion, vectors };

inline AttemptKind kind_of(const AttemptStart& start) {
  return start.round == 0 ? AttemptKind::vectors : AttemptKind::completion;
}

/// How it ended. A request without an end (killed, lost) stays spent at its reservation.
struct AttemptEnd {
  std::string reply;  ///< The raw completion text; empty on a fault.
  FinishReason finish = FinishReason::stop;
  std::optional<Usage> usage;
  std::string fault_reason;  ///< Empty for a completion.
  std::string fault_detail;
  bool maybe_billed = true;          ///< False: refused unbilled, so its reservation is given back.
  Money cost;                        ///< From usage; ignored without usage.
  std::int64_t started_unix_ms = 0;  ///< When its first byte left; 0: it never did.
  std::int64_t latency_ms = 0;
};

struct Attempt {
  AttemptNo number = 0;
  AttemptStart start;
  std::optional<AttemptEnd> end;
};

using BulkJobNo = std::int64_t;

/// A bulk job, written and committed before the provider is asked to create it.
struct BulkJob {
  std::string nonce;    ///< By which the provider's copy is known.
  std::string account;  ///< The address that it was given to, without key.
  std::string path;     ///< Of its requests.
  std::int64_t at_unix_ms = 0;
  std::string upload;  ///< The provider's name of its lines; empty where it has none.
  std::string id;      ///< The provider's; empty: it may exist or not.
};

/// A bulk request without an end.
struct OpenBulkRequest {
  AttemptNo attempt = 0;
  BulkJobNo job = 0;   ///< 0: of none, so that it has not left.
  AttemptStart start;  ///< Without texts.
};

/// What the whole file has spent, resumes included.
struct Spending {
  std::int64_t requests = 0;     ///< Attempts that may have been billed.
  std::int64_t completions = 0;  ///< Attempts that brought a reply to a prompt.
  Money cost;                    ///< Actual where usage was told, else reserved.
  Usage usage;                   ///< Told usage only.
  struct Part {
    std::int64_t requests = 0;
    std::int64_t tokens = 0;
    Money cost;
  };
  Part vectors = {};  ///< What of it was for vectors.
};

/// The vector of a text, as it was bought.
struct VectorRecord {
  Fingerprint key;        ///< Text + the model that made it.
  AttemptNo attempt = 0;  ///< The request that brought it.
  std::vector<float> values;
};

/// What still counts in a rate-limit window: (age in ms, tokens told or reserved) of each attempt.
using RecentTokens = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// What an OUT file was when the run completed it, to recognise our own output.
struct OutputMark {
  std::string path;
  std::int64_t bytes = 0;
  std::uint64_t digest = 0;
  friend bool operator==(const OutputMark&, const OutputMark&) = default;
};

/// The model that attempts asked from this one on, as the task named it.
struct ModelSince {
  AttemptNo first = 1;
  std::string name;
};

/// Identity of the task a file belongs to (see task::request_identity and reading_identity).
struct TaskMark {
  std::string task_name;
  std::string request_identity;
  std::string reading_identity;
  std::string model = {};   ///< As the task names it; empty in files of older programs.
  std::string prices = {};  ///< Those that runs had, as JSON; likewise, and where there were none.
};

/// What a run was that came to its end, so that the same run can be known to have nothing to do.
struct CompletionMark {
  std::string identity;  ///< All that decides the output but the bytes of the rows.
  std::int64_t input_bytes = 0;
  std::uint64_t input_digest = 0;
  std::string summary;  ///< What it said at its end, as JSON.
  friend bool operator==(const CompletionMark&, const CompletionMark&) = default;
};

/// All writes go into one open transaction until `commit`, which returns only when they are
/// durable. Single-threaded. Every call can fail with ErrorCode::stopped (disk full, I/O error).
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;

  // Samples. `find` costs memory alone for a miss; a hit is confirmed on disk by the whole key.
  virtual Expected<std::optional<SampleNo>> find(const Fingerprint& key) = 0;
  virtual Expected<SampleNo> add(const Fingerprint& key, const std::string& first_id) = 0;
  virtual Expected<SampleRecord> read(SampleNo sample) = 0;
  /// All but `key` and `first_id`, which stay as they were added.
  virtual Expected<void> write(SampleNo sample, const SampleRecord& record) = 0;
  virtual std::int64_t sample_count() const = 0;

  // Rows of the present run, for `inspect --id`, told in order of `sequence`. `begin_rows` forgets
  // the last run's, and its parked lines.
  virtual Expected<void> begin_rows() = 0;
  virtual Expected<void> add_row(std::int64_t sequence, const std::string& id, SampleNo sample) = 0;
  /// The sample of the first row with this id in the present run; a scan, for confirming a rare
  /// hit.
  virtual Expected<std::optional<SampleNo>> find_row(const std::string& id) = 0;
  /// Every row of the present run in order of sequence.
  using VisitRow = std::function<void(std::int64_t sequence, std::string_view id, SampleNo)>;
  virtual Expected<void> for_each_row(const VisitRow& visit) = 0;

  // Requests.
  virtual Expected<AttemptNo> begin_attempt(const AttemptStart& start) = 0;
  /// Once for each attempt.
  virtual Expected<void> end_attempt(AttemptNo attempt, const AttemptEnd& end) = 0;
  /// Every attempt in order of number, one at a time; stops early when `visit` returns false.
  virtual Expected<void> for_each_attempt(const std::function<bool(const Attempt&)>& visit) = 0;
  /// Every attempt likewise, but without its texts, which need not be read.
  virtual Expected<void> for_each_figure(const std::function<void(const Attempt&)>& visit) = 0;
  virtual Expected<Spending> spending() = 0;
  /// Live attempts of this kind whose first byte left at or after `since_unix_ms`, with their age
  /// since then at `now_unix_ms`, and every attempt queued within the hour before that has no end
  /// (it was in flight when the run was killed, and nobody knows since when), at age 0.
  virtual Expected<RecentTokens> recent_tokens(AttemptKind kind, std::int64_t since_unix_ms,
                                               std::int64_t now_unix_ms) = 0;

  // Bulk jobs, numbered from 1.
  /// Puts the attempts, which are begun as bulk requests and in no job, into a new job.
  virtual Expected<BulkJobNo> add_bulk_job(const BulkJob& job,
                                           std::span<const AttemptNo> attempts) = 0;
  /// All but the attempts.
  virtual Expected<void> write_bulk_job(BulkJobNo number, const BulkJob& job) = 0;
  virtual Expected<BulkJob> read_bulk_job(BulkJobNo number) = 0;
  /// In order of their numbers.
  virtual Expected<std::vector<OpenBulkRequest>> open_bulk_requests() = 0;

  // Vectors of texts, in order of arrival.
  virtual Expected<void> add_vector(const VectorRecord& record) = 0;
  virtual Expected<void> for_each_vector(const std::function<void(const VectorRecord&)>& visit) = 0;

  // Result lines that are ready before their turn.
  virtual Expected<void> park(std::int64_t sequence, const std::string& line) = 0;
  virtual Expected<std::optional<std::string>> unpark(std::int64_t sequence) = 0;

  // The run.
  virtual Expected<TaskMark> task_mark() = 0;
  /// Attempts from now on ask its model.
  virtual Expected<void> set_task_mark(const TaskMark& mark) = 0;
  /// Ascending. Attempts before the first of them are of files of older programs.
  virtual Expected<std::vector<ModelSince>> models() = 0;
  virtual Expected<std::optional<OutputMark>> output_mark() = 0;
  virtual Expected<void> set_output_mark(const std::optional<OutputMark>& mark) = 0;

  virtual Expected<std::optional<CompletionMark>> completion_mark() = 0;
  virtual Expected<void> set_completion_mark(const std::optional<CompletionMark>& mark) = 0;

  virtual Expected<void> commit() = 0;
};

enum class Access { read_write, read_only };

/// Opens or creates a SQLite checkpoint (WAL, synchronous FULL). Errors, each a clear sentence:
/// locked by another process, read-only, a newer format version, not a checkpoint, damaged.
Expected<std::unique_ptr<Checkpoint>> open_sqlite(const std::string& path, Access access);

/// For tests and simulations: the same behaviour, nothing durable.
std::unique_ptr<Checkpoint> make_memory();

/// Moves PATH (with its -wal and -shm) to the first free PATH.N, N from 1; returns the new name.
Expected<std::string> retire(const std::string& path);

}  // namespace sheaf::store
