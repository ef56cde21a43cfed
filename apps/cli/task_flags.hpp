// The flags that several commands share.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include <sheaf/task.hpp>

namespace sheaf::cli {

/// Which task and which rows. Adds the arguments TASK and ROWS.
void add_task_argument(CLI::App& command, std::string& task);
/// Required, unless the caller says otherwise.
CLI::Option* add_rows_argument(CLI::App& command, std::string& rows);

/// --base-url alone.
void add_base_url_flag(CLI::App& command, TaskOverrides& overrides);
/// --model, --base-url, --batch-size, --grouping, --models.
void add_model_flags(CLI::App& command, TaskOverrides& overrides);
/// --max-requests-per-minute, --max-tokens-per-minute.
void add_rate_flags(CLI::App& command, TaskOverrides& overrides);

/// --skip-bad-rows alone.
void add_skip_bad_rows_flag(CLI::App& command, bool& skip);
/// --limit, --sample, --seed, --skip-bad-rows, for the options of a run or a plan.
template <class Options>
void add_chosen_row_flags(CLI::App& command, Options& options);
/// The same and --no-dedup.
template <class Options>
void add_row_flags(CLI::App& command, Options& options);

}  // namespace sheaf::cli
