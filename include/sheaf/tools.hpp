// The smaller jobs: scoring stored replies, a first task file, and what a checkpoint holds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>
#include <sheaf/task.hpp>

namespace sheaf {

struct DecodeSummary {
  std::int64_t replies = 0;
  std::int64_t answers = 0;  ///< Accepted: ok or duplicate-same, with a value.
  std::int64_t doubts = 0;
};

/// Splits stored or foreign replies by the task's format. `path` holds lines
/// {"id", "size", "text"} and optionally "finish_reason"; `line` receives for each
/// {"id", "answers": [{"index", "status", "value"}]}, without a newline. "-" is standard input.
Expected<DecodeSummary> decode_replies(const Task& task, const std::string& path,
                                       const std::function<void(std::string_view line)>& line);

/// A commented task file for the columns of these rows, ready to edit.
Expected<std::string> starter_task(const std::string& rows_path);

struct InspectOptions {
  std::string checkpoint;
  std::optional<std::string> id;  ///< The prompts and replies of one row.
  bool json = false;
};

/// What a run did: requests, tokens, cost, failures by reason, repairs, the slowest requests. The
/// text is ready to print and safe for a terminal. Reads only.
Expected<std::string> inspect_checkpoint(const InspectOptions& options);

/// "0.1.0".
std::string_view version();

}  // namespace sheaf
