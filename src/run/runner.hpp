// The runner: the straight line, and nothing else. While there is work, start what there is room
// for; for each finished request settle, commit, write, and hand follow-ups back to the planner.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "answer/extract.hpp"
#include "answer/settle.hpp"
#include "core/fingerprint_table.hpp"
#include "dispatch/dispatcher.hpp"
#include "format/batch_format.hpp"
#include "grouping/vectors.hpp"
#include "plan/planner.hpp"
#include "prompt/prompt_builder.hpp"
#include "provider/provider.hpp"
#include "rows/result.hpp"
#include "run/budget.hpp"
#include "run/call_plan.hpp"
#include "run/intake.hpp"
#include "run/ordered_writer.hpp"
#include "run/packing.hpp"
#include "run/prefix_caching.hpp"
#include "run/sender.hpp"
#include "run/tally.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "tokens/counter.hpp"

namespace sheaf::run {

/// Where vectors of samples come from.
struct VectorSource {
  const provider::Embeddings& provider;
  dispatch::Dispatch& dispatch;  ///< Of its endpoint alone.
};

/// What of a run goes into bulk jobs. The runner's dispatch knows the jobs.
struct BulkSending {
  bool first_asks = false;
  bool follow_ups = false;
  bool waits = true;                    ///< False: the run stops when all it can send is away.
  std::size_t most_requests = 100'000;  ///< Under way at once, in all jobs.
  std::optional<PriceList> price;       ///< Absent: no cost can be told.
  /// What jobs of an earlier process hold, every one of a job.
  std::vector<store::OpenBulkRequest> left;
};

/// What a run borrows; all of it outlives the runner.
struct Parts {
  const task::Task& task;
  const format::BatchFormat& format;
  const answer::Extractor& extractor;
  const provider::Provider& provider;
  Intake& intake;
  OrderedWriter& writer;
  store::Checkpoint& store;
  dispatch::Dispatch& dispatch;
  /// One result as a line of the output's own form.
  std::function<std::string(const rows::ResultRecord&)> format_result;
  /// Takes an unreadable row; empty: such a row stops the run.
  std::function<Expected<void>(const rows::BadRow&)> reject;
  /// Hands written results on at once; empty: they may wait in a buffer.
  std::function<Expected<void>()> flush_results;
  /// Wall clock in milliseconds, for the checkpoint alone.
  std::function<std::int64_t()> unix_ms;
  /// For a grouping that compares vectors; empty: they are made of words, by TF-IDF.
  std::optional<VectorSource> vectors = {};
  /// Of the task's model.
  tokens::Counter counter = {};
  /// Likewise.
  plan::ModelLimits limits = {};
  /// The most output that a prompt of this text may be billed for, where its text says so, so that
  /// the task plans nothing; empty: its cap, and what the model's reasoning may take.
  std::function<std::int64_t(std::string_view)> most_output = {};
  BulkSending bulk = {};
};

/// One run. The caller's thread; single use.
class Runner {
 public:
  Runner(Parts parts, const RunOptions& options, Budget budget);
  ~Runner();

  /// Runs to the end, or until something stops it. Everything settled is committed and written.
  RunSummary run();

 private:
  struct WaitingRow {
    std::int64_t sequence = 0;
    std::string id;
    std::string raw;
    std::optional<std::string> gold;
  };
  /// A sample that is being asked.
  struct ActiveSample {
    task::RenderedRow row;
    std::int64_t bytes = 0;  ///< As the prompt of this sample alone shows it.
    plan::Weight weight;
    store::SampleRecord record;
    answer::Ledger ledger;
    std::vector<WaitingRow> rows;  ///< Every row that waits for its answer.
    bool is_absent = false;        ///< No row of this call is it: a bulk job holds it.
  };
  /// What all prompts of one group size begin with.
  struct SharedPart {
    std::string opening;  ///< Of the request's body.
    std::string text;     ///< For the checkpoint.
    tokens::PromptSize size;
  };
  /// A prompt, from planning until it is settled.
  struct Request {
    plan::PlannedBatch batch;
    const SharedPart* shared = nullptr;
    Outgoing outgoing;  ///< The sender's once it is begun.
    Prompt prompt;      ///< What is behind the shared part; its text is in `outgoing`.
    format::Keys keys = format::Keys::plain;
    tokens::PromptSize size;
    bool is_taken_up = false;  ///< From an earlier process.
  };
  /// One sample's part of a request's bill.
  struct Share {
    Usage usage;
    Money cost;
  };
  struct Result {
    std::int64_t sequence = 0;
    std::string line;
  };

  enum class Report { when_due, always };

  /// The reason of an open sample whose answer came while its row was not there to read it by.
  static constexpr std::string_view unread = "unread";

  // One step of the line each (runner.cpp).
  Expected<void> begin_run();
  Expected<void> end_run();
  Expected<void> step();
  Expected<void> take_ends(Time wait);
  Expected<void> launch();
  Expected<bool> launch_one();
  Request make_request(plan::PlannedBatch batch);
  /// All of it but its cap and what is sent.
  Request describe(plan::PlannedBatch batch);
  const SharedPart& shared_part(int size);
  /// Of a prompt of so many samples, `own` behind its shared part.
  tokens::PromptSize size_of(int samples, const std::string& own);
  std::int64_t cap_of(const plan::PlannedBatch& batch, const tokens::PromptSize& size) const;
  Expected<void> commit();
  void write_results();
  /// Of all that was done; attempts without an end count at their worst case.
  RunSummary summarize();
  bool finished() const;
  void report(Report when);
  void notice(Severity severity, const std::string& text) const;

  void check_failures();
  bool over_failure_bound() const;

  // Bulk jobs (runner_bulk.cpp).
  bool in_bulk(const plan::PlannedBatch& batch) const;
  /// The next rows wait for the lengths of answers that are under way.
  bool awaits_lengths() const;
  /// Live requests that wait in the dispatcher for those in flight to end: as many, so that all of
  /// a volley can be followed at once while its replies are settled; of very many a quarter.
  std::size_t queued_beyond() const;
  /// Requests that may be under way.
  std::size_t room() const;
  std::size_t most_waiting_rows() const;
  std::size_t batches_ahead() const;
  /// Nothing can be sent before something ends.
  bool is_exhausted() const;
  Expected<void> tend_bulk_jobs();
  bool is_held(store::SampleNo number) const { return holders_.contains(number); }
  /// A row has come of a sample that a bulk job holds.
  void arrived(store::SampleNo number);
  /// No more rows come: the others that the same jobs hold are absent.
  Expected<void> finish_held();
  Expected<void> take_absent(store::OpenBulkRequest& left);
  void take_up(store::OpenBulkRequest& left);
  /// The answer of an absent sample, for a call that has its row.
  Expected<void> leave_unread(store::SampleNo number, const answer::Outcome& outcome);

  // Rows in (runner_intake.cpp).
  Expected<void> pull_rows();
  bool wants_rows() const;
  Expected<void> finish_rows();
  void plan_first(store::SampleNo number, const ActiveSample& sample);
  void renew_bounds();
  bool awaits_vectors() const;
  /// The vectors of samples' texts.
  Expected<grouping::Vectors> compare(std::span<const std::string> texts);
  Expected<void> admit(Arrival arrival);
  Expected<void> refuse(const rows::BadRow& row);
  Expected<bool> id_conflicts(const Arrival& arrival, std::optional<store::SampleNo> equal);
  Expected<store::SampleNo> locate(const Arrival& arrival, std::optional<store::SampleNo> equal);
  bool is_first_of(store::SampleNo number);
  bool may_wait_for_rows() const;
  Expected<void> reuse_or_ask(store::SampleNo number, Arrival arrival);
  void activate(store::SampleNo number, store::SampleRecord record, Arrival arrival,
                std::int64_t sequence);
  bool read_again(store::SampleRecord& record, const task::RenderedRow& row) const;

  // Attempts that ended (runner_settle.cpp).
  Expected<void> handle(const dispatch::AttemptEnd& end);
  Expected<void> settle(const Request& request, const Ended& ended,
                        const dispatch::AttemptEnd& end);
  bool is_service_down(const Request& request, const Ended& ended) const;
  Expected<void> leave_open(const Request& request, const Fault& fault);
  Expected<void> apply(const Request& request, const Ended& ended, answer::Settlement settlement);
  Expected<void> apply_one(const Request& request, std::size_t position, answer::Outcome outcome,
                           const Share& mine);
  Expected<void> close(store::SampleNo number, const json::Value& answer);
  /// `answer` is the record's, null unless answered.
  void emit(store::SampleNo number, const store::SampleRecord& record, const json::Value& answer,
            const task::RenderedRow& row, const WaitingRow& waiting, bool reused);
  bool carries_cost(store::SampleNo number);

  Parts parts_;
  const RunOptions& options_;
  Budget budget_;
  prompt::PromptBuilder builder_;
  Packing packing_;
  plan::Planner planner_;
  CallPlan plan_;
  Tally tally_;
  Sender sender_;
  PrefixCaching caching_;
  std::int64_t prompts_ = 0;  ///< Made.
  answer::SettleRules rules_;

  std::map<int, SharedPart> shared_;  ///< By group size.
  std::unordered_map<store::SampleNo, ActiveSample> active_;
  std::unordered_map<dispatch::JobId, Request> requests_;  ///< Begun; a stop's unsent ones stay.
  std::vector<Result> results_;                      ///< Settled, to be written after the commit.
  std::unordered_set<store::SampleNo> asked_again_;  ///< Failed before, asked again by this run.
  FingerprintTable ids_;     ///< Of this call's rows, to the sample with their content.
  std::vector<bool> taken_;  ///< By sample: a row of this call is it. Without deduplication only.
  std::unordered_map<std::uint64_t, int> copies_;  ///< Of the keys that came again.
  std::vector<bool> costed_;     ///< By sample: a row of this call carries its cost.
  std::vector<bool> reread_;     ///< By sample of earlier calls: seen by the present reading.
  std::optional<Request> held_;  ///< Planned; does not fit the budget now.
  /// By samples that bulk jobs of an earlier process hold: the places of their requests among them.
  std::unordered_map<store::SampleNo, std::size_t> holders_;
  bool launched_ = false;  ///< Something, by this step.

  std::int64_t parameter_bytes_ = 0;  ///< Of what the task adds to every request's body.
  std::int64_t next_sequence_ = 0;
  std::int64_t waiting_rows_ = 0;
  bool rows_ended_ = false;
  bool reading_changed_ = false;  ///< Stored answers are read again by the task's present rule.
  bool any_success_ = false;      ///< Over the checkpoint, of this task's requests.
  bool unsaved_ = false;          ///< An attempt ended since the last commit.
  bool output_broke_ = false;     ///< Results are written no more; the checkpoint has them.
  Time started_{0};
  Time last_report_{0};
};

}  // namespace sheaf::run
