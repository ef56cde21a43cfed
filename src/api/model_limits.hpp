// What a task's model takes.
#pragma once

#include "plan/bounds.hpp"
#include "task/task.hpp"

namespace sheaf::api {

/// As the task says, else as the catalog knows it.
plan::ModelLimits model_limits(const task::Task& task);

}  // namespace sheaf::api
