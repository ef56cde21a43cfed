// The main job: rows in, every row out exactly once, answered or failed with a reason.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/plan.hpp>
#include <sheaf/task.hpp>
#include <sheaf/usage.hpp>

namespace sheaf {

/// Asks a run to stop. `request` may be called from a signal handler or any thread.
class StopSignal {
 public:
  enum class Kind { none, interrupted, terminated };
  /// First call: no new requests, wait for those in flight, flush. Second call: at once.
  void request(Kind kind) noexcept {
    kind_.store(kind, std::memory_order_relaxed);
    times_.fetch_add(1, std::memory_order_release);
  }
  int times() const noexcept { return times_.load(std::memory_order_acquire); }
  Kind kind() const noexcept { return kind_.load(std::memory_order_relaxed); }

 private:
  std::atomic<Kind> kind_{Kind::none};
  std::atomic<int> times_{0};
};

/// Where a run stands; handed to the observer about ten times a second, and once at the end.
struct Progress {
  std::int64_t rows_read = 0;
  std::optional<std::int64_t> rows_total;  ///< An estimate until the input was read to its end.
  std::int64_t answered = 0;               ///< Rows.
  std::int64_t failed = 0;                 ///< Rows.
  std::int64_t reused = 0;    ///< Rows answered from the checkpoint or by an equal row.
  std::int64_t requests = 0;  ///< Sent by this call.
  std::int64_t repairs = 0;   ///< Follow-up prompts sent by this call.
  int in_flight = 0;
  int concurrency = 0;             ///< The adaptive cap at present.
  int bulk_jobs = 0;               ///< With the provider.
  std::int64_t bulk_requests = 0;  ///< In them, without a result that was fetched.
  std::int64_t bulk_done = 0;      ///< In them, done as far as the provider tells.
  std::chrono::milliseconds elapsed{0};
  std::optional<double> spent_usd;      ///< Over the checkpoint; nullopt without prices.
  std::optional<double> projected_usd;  ///< For the whole input at the present rate.
};

enum class Severity { debug, info, warning };

/// Sees a run from the calling thread. Must not throw.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void progress(const Progress&) {}
  /// One sentence, safe for a terminal, without keys or row text beyond a short quotation.
  virtual void notice(Severity, std::string_view) {}
};

/// How requests are sent.
enum class Via {
  live,  ///< Each is answered at once.
  flex,  ///< Likewise, slower and at a lower price: OpenAI's flex tier.
  bulk,  ///< In bulk jobs, within a day and at half the price.
};

enum class Order { input, completion };

/// A bound on failed rows: a count, or a share of the rows settled so far (checked from 20 rows
/// on).
struct FailureBound {
  std::int64_t count = 0;
  std::optional<double> percent;
};

struct Timeouts {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds stall{120'000};    ///< Without one byte either way.
  std::chrono::milliseconds attempt{600'000};  ///< One sending.
  std::chrono::milliseconds total{0};          ///< One prompt with all its retries; 0: none.
};

struct RunOptions {
  std::string rows;        ///< .jsonl .csv .tsv, each also .gz or .zst; "-" is standard input.
  std::string output;      ///< .jsonl or .csv; "-" is standard output and needs `checkpoint`.
  std::string checkpoint;  ///< Empty: `output` + ".sheaf".

  bool fresh = false;          ///< Keep an old checkpoint as .N and start over.
  bool overwrite = false;      ///< Replace an output that this checkpoint did not write.
  bool retry_errors = false;   ///< Ask failed rows again.
  bool dedup = true;           ///< Ask identical rows once.
  bool skip_bad_rows = false;  ///< Unreadable rows go to `output` + ".rejected".
  /// In CSV, text that a spreadsheet would compute gets an apostrophe before it, and the column
  /// `escaped` counts such cells.
  bool escape_formulas = false;
  Order order = Order::input;

  std::optional<std::int64_t> limit;   ///< Only the first so many rows.
  std::optional<std::int64_t> sample;  ///< Only so many rows, drawn by `seed`, in input order.
  std::uint64_t seed = 0;
  /// Another one composes and orders the batches anew, save where the grouping is sequential.
  std::uint64_t grouping_seed = 0;

  std::optional<double> max_cost_usd;        ///< Over the checkpoint, resumes included.
  std::optional<std::int64_t> max_requests;  ///< Likewise.
  std::optional<FailureBound> max_failed;
  int max_retries = 5;              ///< Of the same bytes, after network and server faults.
  int max_requests_per_sample = 4;  ///< Prompts that one sample may be part of.

  Via via = Via::live;
  Via repairs = Via::bulk;    ///< What follow-ups of bulk requests are sent by: live or bulk.
  bool wait_for_bulk = true;  ///< False: stop (pending) once all that can be sent is in bulk jobs.
  /// Bulk jobs of earlier calls are not collected: their requests count as spent, at the worst
  /// case, and their rows are asked again.
  bool abandon_bulk = false;
  std::int64_t most_bulk_requests = 100'000;     ///< In all jobs that are not collected.
  std::optional<std::int64_t> most_bulk_tokens;  ///< Likewise, input and output cap.

  Timeouts timeouts;
  std::string ca_file;
  /// Variables that keys, base URLs and headers are taken from; normally the process's own.
  std::map<std::string, std::string> environment;
  /// Options of the simulated model, "name" -> "value"; they win over the task's.
  std::map<std::string, std::string> simulated;

  Observer* observer = nullptr;      ///< Borrowed; may be null.
  const StopSignal* stop = nullptr;  ///< Borrowed; may be null.
};

struct FailureCount {
  std::string reason;
  std::int64_t rows = 0;
};

/// What one request per row would take for the rows of this run, from rendered prompts and the mean
/// answer length seen.
struct Baseline {
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::optional<double> cost_usd;
  /// The same where the provider's cache gives the shared prefix back; absent where it does not.
  std::optional<double> cached_cost_usd;
  /// A way to send one request per row.
  struct Way {
    std::string via;      ///< "live", "flex", "bulk".
    bool cached = false;  ///< The shared prefix comes from the provider's cache.
    double cost_usd = 0;
  };
  std::optional<Way> cheapest;  ///< Of all that the model has.
};

/// What vectors for grouping took.
struct VectorsBill {
  std::int64_t requests = 0;
  std::int64_t tokens = 0;
  std::optional<double> cost_usd;
};

/// What the plan for exactly what a call asked would have said before its first request. Samples
/// that an earlier call had asked and left open are not in it, nor are retries.
struct PlannedBill {
  std::int64_t requests = 0;          ///< First prompts, and requests for vectors.
  std::int64_t input_tokens = 0;      ///< Theirs.
  bool input_is_counted = false;      ///< By the model's tokenizer; else estimated from bytes.
  PlanRange output_tokens;            ///< Of the first prompts' replies.
  std::optional<PlanRange> cost_usd;  ///< Repairs are expected in it; nullopt without prices.
  PlanWay way;                        ///< By whose prices.
  std::string lengths;                ///< What the answers' lengths were taken from.
};

struct RunSummary {
  std::int64_t rows = 0;
  std::int64_t answered = 0;
  std::int64_t reused = 0;           ///< Of all rows, those that cost this call nothing.
  std::vector<FailureCount> failed;  ///< By reason, most rows first.
  std::int64_t failed_rows = 0;
  std::int64_t rejected_rows = 0;  ///< Unreadable, in OUT.rejected.
  std::int64_t repaired = 0;       ///< Answered, but not by their first prompt.
  std::int64_t requests = 0;       ///< Sent by this call, retries included.
  std::int64_t retries = 0;
  std::int64_t repairs = 0;
  Usage usage;                     ///< Told to this call.
  std::optional<double> cost_usd;  ///< Of this call; worst case where no usage was told.
  // Over the checkpoint: this call and those before it.
  std::int64_t total_requests = 0;  ///< Of earlier calls those that may have been billed.
  Usage total_usage;
  std::optional<double> total_cost_usd;
  /// What of this call's, and of all, was for vectors from an endpoint.
  VectorsBill vectors;
  VectorsBill total_vectors;
  std::optional<Baseline> baseline;
  /// Of a run that came to its end and asked something, save where the lengths of its own answers
  /// decided what a prompt held.
  std::optional<PlannedBill> planned;
  std::int64_t gold_rows = 0;  ///< Rows with a gold value.
  std::int64_t correct = 0;
  std::chrono::milliseconds elapsed{0};
  std::string output;  ///< The file that holds the results: OUT, or OUT.partial when stopped.
  std::string checkpoint;
  bool simulated = false;
  int bulk_jobs = 0;               ///< Still with the provider.
  std::int64_t bulk_requests = 0;  ///< In them.
  /// Why the run stopped before its end; it can be resumed by the same call.
  std::optional<Error> stopped;
};

/// Runs `task` over rows. Blocks; uses one further thread for the network. Errors (nothing was
/// sent): wrong options, unreadable rows or checkpoint, an output that is not ours. A run that
/// stopped later returns its summary with `stopped` set; everything bought stands in the
/// checkpoint.
Expected<RunSummary> run_task(const Task& task, const RunOptions& options);

}  // namespace sheaf
