// A row's columns as the task shows them.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "format/batch_format.hpp"
#include "task/task.hpp"

namespace sheaf::task {

/// What a row and an exemplar have in common: the fields, and the list of choices where the task
/// takes it from a column.
struct Shown {
  format::SampleText sample;
  std::vector<std::string> choices;
};

/// The error is the reason alone: "no column 'text'; ...".
std::expected<Shown, std::string> show(const Task& task, const json::Value& fields);

/// "no column 'txt' (did you mean 'text'?); the row has: id, text", safe to print and short.
std::string no_column(const std::string& name, const json::Value& fields);

}  // namespace sheaf::task
