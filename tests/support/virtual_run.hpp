// A whole run in virtual time: real planner, prompts, provider, scheduler, settling and runner
// against the fake server and a checkpoint in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/run.hpp>

#include "core/json.hpp"
#include "plan/bounds.hpp"
#include "store/checkpoint.hpp"
#include "support/fake_server.hpp"
#include "support/virtual_dispatch.hpp"
#include "task/task.hpp"

namespace sheaf::testing {

/// One row: its id, the word it asks for, its isolation value.
struct WordRow {
  std::string id;
  std::string word;
  std::string group;
};

struct VirtualRunSettings {
  int batch_size = 6;
  std::string grouping = "sequential";
  int concurrency = 8;
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::size_t endpoints = 1;
  /// The wall clock when the run begins: what was sent in the minute before counts.
  Time began{0};
  bool isolate = false;
  bool priced = false;
  /// Further lines of the task file, and further members of its model.
  std::string more_yaml;
  std::string model_yaml;
  /// The answer rule's type: "text", or "number" for what no word satisfies.
  std::string answer_type = "text";
  plan::ModelLimits limits;
  std::uint64_t seed = 1;
  FakeFaults faults;
  /// A Ctrl-C once so many attempts ended.
  std::optional<std::size_t> interrupted_after;
  /// After so many attempts the process is "killed": nothing more is seen or done.
  std::optional<std::size_t> killed_after;
  /// Results that can be written; then the disk is full.
  std::optional<std::size_t> output_lines;
  /// Told of every request the rows read so far.
  std::function<void(std::int64_t rows_read)> on_request;
  /// Told of every request as it leaves, with all before it, and of every result line.
  std::function<void(const std::vector<SentRequest>& sent)> on_sent;
  std::function<void(const json::Value& result)> on_result;
  StopSignal* stop = nullptr;  ///< The caller's own; null: the run has one.
  RunOptions options;
};

struct VirtualRunResult {
  RunSummary summary;
  Time ended{0};  ///< By the wall clock.
  std::vector<json::Value> results;
  std::vector<SentRequest> sent;
  std::vector<std::vector<std::string>> prompts;  ///< Words of each prompt, in order.
  std::map<std::string, int> served;              ///< Word -> times answered by the server.
};

/// Runs once over `store`; call again with the same store to resume.
VirtualRunResult virtual_run(const std::vector<WordRow>& rows, VirtualRunSettings settings,
                             store::Checkpoint& store);

/// `count` rows "id-0".. asking for "w0".., spread over `groups` isolation groups.
std::vector<WordRow> word_rows(int count, int groups = 1);

/// The words whose outcome stands committed as answered.
std::vector<std::string> answered_words(store::Checkpoint& store);

}  // namespace sheaf::testing
