// What a run's options must be, before anything is opened.
#pragma once

#include <string>

#include <sheaf/run.hpp>

#include "task/task.hpp"

namespace sheaf::api {

/// Error (usage): options that no run of this task can have.
Expected<void> check_options(const task::Task& task, const RunOptions& options);

/// Error (usage): two names that would be one file, so that one would destroy the other.
Expected<void> check_names(const RunOptions& options, const std::string& checkpoint);

}  // namespace sheaf::api
