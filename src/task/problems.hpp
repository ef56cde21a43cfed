// The first problem found while a task file is read. Reading goes on behind it with defaults, so
// that each reader stays a straight line; the file is refused at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>

#include "task/yaml_tree.hpp"

namespace sheaf::task {

/// Keeps the first problem and drops the rest. Single-threaded.
class Problems {
 public:
  /// `file` is the task file's name for messages.
  explicit Problems(std::string_view file);

  /// "FILE:LINE:COLUMN: message", `message` being "what; what to do".
  void add(Position at, std::string_view message);
  /// "FILE:LINE: message" or "FILE:LINE:COLUMN: message", of another file.
  void add_in(std::string_view file, std::int64_t line, std::optional<std::size_t> column,
              std::string_view message);
  /// A problem of no place in a file, such as an override.
  void add_bare(std::string message);

  bool any() const { return first_.has_value(); }
  /// Precondition: any().
  Error error() const { return {ErrorCode::usage, *first_}; }

 private:
  std::string file_;
  std::optional<std::string> first_;
};

/// `value` in quotes for a message: safe for a terminal, shortened, and hidden when it could be a
/// key that was put in the wrong place.
std::string shown_value(std::string_view value);

/// "a, b or c".
std::string any_of(const std::vector<std::string>& words);

}  // namespace sheaf::task
