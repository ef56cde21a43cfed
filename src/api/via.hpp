// The way in which a run is sent: what it changes in a task, and the bulk jobs behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <sheaf/run.hpp>

#include "dispatch/dispatcher.hpp"
#include "provider/provider.hpp"
#include "run/runner.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "transport/transport.hpp"

namespace sheaf::api {

/// Whether a run of this task can be sent "live", by "flex" or in "bulk" jobs.
bool can_be_sent(const task::Task& task, std::string_view via);

/// Whether bulk jobs hold requests of the checkpoint at this path; false where it cannot be told.
bool waits_for_bulk_jobs(const std::string& checkpoint_path);

/// The task with what flex requests are sent and cost. Error (usage): its model has no such way.
Expected<void> apply_via(task::Task& task, const RunOptions& options);

struct BulkConnection {
  const task::Task& task;
  const RunOptions& options;
  const provider::Provider& provider;  ///< Of the task's model.
  store::Checkpoint& store;
  const Endpoint& endpoint;
  bool is_simulated = false;  ///< In this process, so that earlier calls' jobs are gone.
  std::function<std::int64_t()> unix_ms;
  std::function<Expected<std::unique_ptr<transport::Transport>>(const transport::Options&)>
      make_transport;
};

/// Puts a dispatch of bulk jobs beside `live` where the run sends any or earlier calls left some,
/// which it takes up. What those never handed over, or what is abandoned, has its end. Error
/// (usage): the task's provider has no bulk jobs, or none that this program knows.
Expected<run::BulkSending> connect_bulk(const BulkConnection& with,
                                        std::unique_ptr<dispatch::Dispatch>& live);

}  // namespace sheaf::api
