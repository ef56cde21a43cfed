// One worked example: its columns, its answer, and how that answer is printed.
#pragma once

#include <expected>
#include <string>

#include "core/json.hpp"
#include "task/task.hpp"

namespace sheaf::task {

/// Renders an exemplar's columns and checks its `answer` (and `reasoning` or `program`) against the
/// task. The error is the reason alone: "what; what to do".
std::expected<Exemplar, std::string> make_exemplar(const Task& task, const json::Value& fields);

}  // namespace sheaf::task
