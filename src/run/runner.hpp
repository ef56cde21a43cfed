// The runner: the straight line, and nothing else. While there is work, start what there is room
// for; for each finished request settle, commit, write, and hand follow-ups back to the planner.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
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
#include "plan/planner.hpp"
#include "prompt/prompt_builder.hpp"
#include "provider/provider.hpp"
#include "rows/result.hpp"
#include "run/budget.hpp"
#include "run/intake.hpp"
#include "run/ordered_writer.hpp"
#include "run/tally.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "tokens/estimator.hpp"

namespace sheaf::run {

/// What a run borrows; all of it outlives the runner.
struct Parts {
  const task::Task& task;
  const format::BatchFormat& format;
  const answer::Extractor& extractor;
  const provider::OpenAi& provider;
  Intake& intake;
  OrderedWriter& writer;
  store::Checkpoint& store;
  dispatch::Dispatch& dispatch;
  /// One result as a line of the output's own form.
  std::function<std::string(const rows::ResultRecord&)> format_result;
  /// Takes an unreadable row; empty: such a row stops the run.
  std::function<Expected<void>(const rows::BadRow&)> reject;
  /// Wall clock in milliseconds, for the checkpoint alone.
  std::function<std::int64_t()> unix_ms;
};

/// A run stops when, for this long, no request succeeded although some were sent.
inline constexpr Time no_success_limit = std::chrono::minutes(10);

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
    store::SampleRecord record;
    answer::Ledger ledger;
    std::vector<WaitingRow> rows;  ///< Every row that waits for its answer.
  };
  /// A prompt under way, from planning until its last attempt ended.
  struct Request {
    plan::PlannedBatch batch;
    HttpRequest http;
    Prompt prompt;
    format::Keys keys = format::Keys::plain;
    std::int64_t bytes = 0;  ///< Of all messages.
    std::int64_t messages = 0;
    std::int64_t shared_bytes = 0;
    std::int64_t reserved_tokens = 0;
    Money reserved_cost;
    std::string prefix;            ///< The shared text, and the test batch's own: for the
    std::string rest;              ///< checkpoint.
    store::AttemptNo attempt = 0;  ///< The one begun last.
    int attempts = 0;
    Time submitted{0};
    bool wants_retry = false;  ///< Lost; waits for budget.
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

  // One step of the line each (runner.cpp).
  Expected<void> begin_run();
  Expected<void> end_run();
  Expected<void> step();
  Expected<void> launch();
  Expected<bool> launch_one();
  Request make_request(plan::PlannedBatch batch);
  Expected<void> begin_attempt(Request& request);
  Expected<void> resume_lost();
  Expected<void> commit();
  void hand_over();
  /// Of all that was done; attempts without an end count at their worst case.
  RunSummary summarize();
  bool finished() const;
  void check_stops();
  bool over_failure_bound() const;
  void stop(Error error);
  Expected<void> forget_unsent();
  void report(Report when);
  void notice(Severity severity, const std::string& text) const;

  // Rows in (runner_intake.cpp).
  Expected<void> pull_rows();
  bool wants_rows() const;
  Expected<void> admit(Arrival arrival);
  Expected<void> refuse(const rows::BadRow& row);
  Expected<std::optional<std::string>> id_conflict(const Arrival& arrival);
  Expected<store::SampleNo> locate(const Arrival& arrival);
  Expected<void> reuse_or_ask(store::SampleNo number, Arrival arrival);
  void activate(store::SampleNo number, store::SampleRecord record, Arrival arrival,
                std::int64_t sequence);
  bool read_again(store::SampleRecord& record, const task::RenderedRow& row) const;

  // Attempts that ended (runner_settle.cpp).
  Expected<void> handle(const dispatch::AttemptEnd& end);
  Expected<void> record_end(Request& request, const dispatch::AttemptEnd& end);
  Expected<void> settle(dispatch::JobId job, const dispatch::AttemptEnd& end);
  Expected<void> apply(const Request& request, const std::variant<Completion, Fault>& outcome,
                       answer::Settlement settlement);
  Expected<void> apply_one(const Request& request, std::size_t position, answer::Outcome outcome,
                           const Share& mine);
  Expected<void> close(store::SampleNo number);
  void emit(const store::SampleRecord& record, const task::RenderedRow& row,
            const WaitingRow& waiting, bool reused);

  Parts parts_;
  const RunOptions& options_;
  Budget budget_;
  plan::Planner planner_;
  prompt::PromptBuilder builder_;
  tokens::Estimator estimator_;
  Tally tally_;
  answer::SettleRules rules_;

  std::unordered_map<store::SampleNo, ActiveSample> active_;
  std::unordered_map<dispatch::JobId, Request> requests_;
  std::vector<dispatch::Job> outbox_;                ///< Begun, to be submitted after the commit.
  std::vector<dispatch::JobId> permitted_;           ///< Begun retries, likewise.
  std::vector<Result> results_;                      ///< Settled, to be written after the commit.
  std::unordered_set<store::SampleNo> asked_again_;  ///< Failed before, asked again by this run.
  FingerprintSet ids_;
  std::vector<dispatch::JobId> unsent_;  ///< Dropped by a stop before they left.
  std::optional<Request> held_;          ///< Planned; does not fit the budget now.

  std::int64_t single_prefix_bytes_ = 0;  ///< Of the prompt that would ask one sample alone.
  std::int64_t single_messages_ = 0;
  dispatch::JobId next_job_ = 1;
  std::int64_t next_sequence_ = 0;
  std::int64_t waiting_rows_ = 0;
  bool rows_ended_ = false;
  bool reading_changed_ = false;  ///< Stored answers are read again by the task's present rule.
  bool any_success_ = false;
  Time last_success_{0};
  Time started_{0};
  Time last_report_{0};
  std::optional<Error> stopped_;
};

}  // namespace sheaf::run
