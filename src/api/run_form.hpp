// A run whose rows, prompts and results have another form than a task's own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

#include "format/batch_format.hpp"
#include "plan/bounds.hpp"
#include "provider/provider.hpp"
#include "rows/result.hpp"
#include "rows/row.hpp"

namespace sheaf::api {

/// What is empty is as the task has it.
struct RunForm {
  /// The rows that the task's columns are of, made of those of the file.
  std::function<std::unique_ptr<rows::RowSource>(std::unique_ptr<rows::RowSource>)> rows;
  std::unique_ptr<format::BatchFormat> format;
  std::unique_ptr<provider::Provider> provider;
  /// A result as its line of the output.
  std::function<std::string(const rows::ResultRecord&)> line;
  std::optional<plan::ModelLimits> limits;
  /// As run::Parts::most_output.
  std::function<std::int64_t(std::string_view)> most_output;
};

/// As `sheaf::run_task`, by the same account as the runs whose checkpoints are `others`: what they
/// sent in the last minute counts against the limits.
Expected<RunSummary> run_beside(const std::vector<std::string>& others, const Task& task,
                                const RunOptions& options, RunForm form = {});

}  // namespace sheaf::api
