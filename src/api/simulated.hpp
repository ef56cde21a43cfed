// The simulated model as the public functions start it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <sheaf/error.hpp>

#include "run/model_counter.hpp"
#include "simulate/server.hpp"
#include "task/task.hpp"

namespace sheaf::api {

/// Options of the simulated model, name -> value; they win over the task's section.
using Simulated = std::map<std::string, std::string>;

/// The counter of the task's model, the simulated one's by its option `tokens`. Fails as
/// run::model_counter, and where an option is none.
Expected<run::ModelCounter> counter_of(const task::Task& task, const Simulated& simulated);

/// Starts a server for the rows of this task.
Expected<std::unique_ptr<simulate::Server>> start_simulated(const task::Task& task,
                                                            const std::string& rows,
                                                            const Simulated& simulated, int port);

}  // namespace sheaf::api
