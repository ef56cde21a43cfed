// The simulated model as the public functions start it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <sheaf/error.hpp>

#include "simulate/server.hpp"
#include "task/task.hpp"

namespace sheaf::api {

/// Starts a server for the rows of this task; `simulated` wins over the task's section.
Expected<std::unique_ptr<simulate::Server>> start_simulated(
    const task::Task& task, const std::string& rows,
    const std::map<std::string, std::string>& simulated, int port);

}  // namespace sheaf::api
