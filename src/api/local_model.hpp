// Models of this process, of GGUF files, as tasks name them.
#pragma once

#include <memory>
#include <string>

#include <sheaf/error.hpp>

#include "run/model_counter.hpp"
#include "task/task.hpp"
#include "transport/transport.hpp"

namespace sheaf::api {

bool is_local(const task::Task& task);

/// For the task's reader.
Expected<task::ModelFile> look_at_model(const std::string& path);

/// Precondition of all: the task's model is local.
Expected<run::ModelCounter> local_counter(const task::Task& task);
Expected<std::unique_ptr<transport::Transport>> local_transport(const task::Task& task);

}  // namespace sheaf::api
