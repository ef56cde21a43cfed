// A task: what is asked of every row. See docs/task-file.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>

namespace sheaf {

namespace task {
struct Task;
}

/// Settings that win over the task file; an empty one leaves the file's.
struct TaskOverrides {
  std::optional<std::string> model = {};     ///< "openai/gpt-4o-mini", "simulated", ...
  std::optional<std::string> base_url = {};  ///< Where requests go: "http://127.0.0.1:8000/v1".
  std::optional<int> batch_size = {};        ///< Samples per prompt, 1..1000.
  std::optional<std::string> format = {};    ///< "labelled".
  /// Which samples share a prompt: "sequential", "random", "similarity", "diversity", "length".
  std::optional<std::string> grouping = {};
  std::optional<int> concurrency = {};  ///< Requests in flight, 1..10000.
  std::optional<std::int64_t> requests_per_minute = {};
  std::optional<std::int64_t> tokens_per_minute = {};
  /// A file of models, prices and limits of your own, over the built-in ones (docs/models.md).
  std::optional<std::string> models = {};
};

/// A checked task. Cheap to copy, immutable, usable from any thread.
class Task {
 public:
  /// Reads and checks a YAML task file and its exemplars. Fails with ErrorCode::usage and
  /// "FILE:LINE:COLUMN: what is wrong; what to do".
  static Expected<Task> load(const std::string& path, const TaskOverrides& overrides = {});

  /// The same for YAML in memory. `path` stands in messages, and relative paths start at its
  /// folder.
  static Expected<Task> parse(const std::string& yaml, const std::string& path,
                              const TaskOverrides& overrides = {});

  const std::string& name() const;
  /// The model's name as written, provider segment included.
  const std::string& model() const;
  /// Samples per prompt.
  int batch_size() const;
  /// "sequential", "random", "similarity", "diversity" or "length".
  std::string_view grouping() const;
  /// True when the task's model is the simulated one.
  bool is_simulated() const;
  /// Things that are allowed but probably not meant, one sentence each.
  const std::vector<std::string>& warnings() const;

  /// The library's own view; its type is not part of the public API.
  const std::shared_ptr<const task::Task>& internal() const { return task_; }

 private:
  friend class Requests;  // Makes one of its own.
  explicit Task(std::shared_ptr<const task::Task> task) : task_(std::move(task)) {}
  std::shared_ptr<const task::Task> task_;
};

}  // namespace sheaf
