// The other way round: a file of requests in OpenAI's bulk format, packed and answered as it is.
// See docs/requests.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

namespace sheaf {

/// Whether a file of that name could hold requests: JSONL, packed or not.
bool may_hold_requests(const std::string& path);

/// A checked file of requests to one model. Cheap to copy, immutable, usable from any thread.
class Requests {
 public:
  /// Reads the whole file. Of `overrides` those of the model, the format and the grouping are
  /// refused: the requests name their model, and share prompts by their order. A line that is no
  /// request of this file is an error (ErrorCode::usage, "FILE:LINE: ..."), or left out.
  static Expected<Requests> load(const std::string& path, const TaskOverrides& overrides = {},
                                 bool skip_bad_rows = false);

  /// Their model, and how they are packed and sent.
  const Task& task() const { return task_; }
  std::int64_t count() const { return count_; }
  /// Those that may share a prompt with others of their kind.
  std::int64_t packable() const { return packable_; }
  /// Of all others why not, most first.
  const std::vector<FailureCount>& alone() const { return alone_; }

 private:
  friend class RequestsRun;
  explicit Requests(Task task) : task_(std::move(task)) {}

  Task task_;
  std::int64_t count_ = 0;
  std::int64_t packable_ = 0;
  std::vector<FailureCount> alone_;
  std::int64_t largest_cap_ = 1;
  std::optional<std::int64_t> uncapped_line_;
  std::string unbounded_;  ///< Why no budget of cost could hold; empty where one can.
};

struct RequestsSummary {
  RunSummary run;
  /// Requests whose answer came out of a prompt of several; nullopt where nothing was to do.
  std::optional<std::int64_t> packed;
};

/// Answers every request. `options.rows` is the file that `requests` was loaded from, and results
/// are in OpenAI's bulk format. Otherwise as `run_task`, each request for itself (no
/// deduplication). Errors also: an output that is no JSONL, a budget of cost that could not hold.
Expected<RequestsSummary> run_requests(const Requests& requests, const RunOptions& options);

}  // namespace sheaf
