#include "task/task.hpp"

#include <utility>

#include <sheaf/task.hpp>

#include "answer/extract.hpp"
#include "grouping/kind.hpp"
#include "simulate/options.hpp"

namespace sheaf {
namespace {

Expected<std::shared_ptr<const task::Task>> share(Expected<task::Task> loaded) {
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return std::make_shared<const task::Task>(std::move(*loaded));
}

std::expected<void, std::string> check_simulated(const json::Object& options) {
  if (auto read = simulate::read_options(options); !read) {
    return std::unexpected(std::move(read.error().message));
  }
  return {};
}

task::Checks checks() { return {answer::check_pattern, check_simulated}; }

}  // namespace

Expected<Task> Task::load(const std::string& path, const TaskOverrides& overrides) {
  auto loaded = share(task::load(path, checks(), overrides));
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return Task(std::move(*loaded));
}

Expected<Task> Task::parse(const std::string& yaml, const std::string& path,
                           const TaskOverrides& overrides) {
  auto loaded = share(task::parse(yaml, path, checks(), overrides));
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return Task(std::move(*loaded));
}

const std::string& Task::name() const { return task_->name; }
const std::string& Task::model() const { return task_->model_name; }
int Task::batch_size() const { return task_->batch.size; }
std::string_view Task::grouping() const { return grouping::name_of(task_->batch.grouping); }
bool Task::is_simulated() const { return task_->provider == "simulated"; }
const std::vector<std::string>& Task::warnings() const { return task_->warnings; }

}  // namespace sheaf
