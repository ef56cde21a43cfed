#include "task/task.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <sheaf/task.hpp>

#include "answer/extract.hpp"
#include "api/local_model.hpp"
#include "api/task_checks.hpp"
#include "catalog/catalog.hpp"
#include "core/text.hpp"
#include "grouping/kind.hpp"
#include "simulate/options.hpp"
#include "task/file_text.hpp"

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

std::string today() {
  const std::chrono::year_month_day day(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return fmt::format("{:04}-{:02}-{:02}", int{day.year()}, unsigned{day.month()},
                     unsigned{day.day()});
}

Expected<std::shared_ptr<const catalog::Catalog>> models(const TaskOverrides& overrides) {
  auto built_in = catalog::Catalog::built_in();
  if (!overrides.models) return built_in;
  const auto text = task::file_text(*overrides.models);
  if (text) return catalog::Catalog::with(*built_in, *text, *overrides.models);
  return fail(ErrorCode::usage,
              fmt::format("{} {}; give the path of a file of models",
                          text::display_safe(*overrides.models, 400), text.error()));
}

}  // namespace

Expected<task::Checks> api::task_checks(const TaskOverrides& overrides) {
  auto known = models(overrides);
  if (!known) return std::unexpected(std::move(known.error()));
  return task::Checks{.pattern = answer::check_pattern,
                      .simulated = check_simulated,
                      .model_file = api::look_at_model,
                      .models = std::move(*known),
                      .today = today()};
}

Expected<Task> Task::load(const std::string& path, const TaskOverrides& overrides) {
  const auto given = api::task_checks(overrides);
  if (!given) return std::unexpected(given.error());
  auto loaded = share(task::load(path, *given, overrides));
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return Task(std::move(*loaded));
}

Expected<Task> Task::parse(const std::string& yaml, const std::string& path,
                           const TaskOverrides& overrides) {
  const auto given = api::task_checks(overrides);
  if (!given) return std::unexpected(given.error());
  auto loaded = share(task::parse(yaml, path, *given, overrides));
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
