// What a task is checked by, wherever it comes from.
#pragma once

#include <sheaf/error.hpp>
#include <sheaf/task.hpp>

#include "task/task.hpp"

namespace sheaf::api {

/// With the models that are known, those of `overrides` among them. Error: their file.
Expected<task::Checks> task_checks(const TaskOverrides& overrides);

}  // namespace sheaf::api
