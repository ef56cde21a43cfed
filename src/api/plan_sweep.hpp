// What a sweep says to a plan.
#pragma once

#include <string>

#include <sheaf/error.hpp>

#include "task/task.hpp"

namespace sheaf::api {

/// The largest batch size that passed, by the JSON report of a sweep (docs/report-format.md), for
/// this task's model, grouping and format. ErrorCode::usage: it cannot be read, or measured none of
/// these.
Expected<int> largest_passed(const std::string& report, const task::Task& task);

}  // namespace sheaf::api
