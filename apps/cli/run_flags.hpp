// The flags of every command that sends requests.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include <sheaf/run.hpp>
#include <sheaf/task.hpp>

#include "progress.hpp"

namespace sheaf::cli {

struct DisplayFlags {
  Verbosity verbosity = Verbosity::normal;
  Progression progression = Progression::automatic;
};

/// --concurrency, --max-retries, --max-requests-per-sample, the timeouts, --ca-file.
void add_sending_flags(CLI::App& command, RunOptions& options, TaskOverrides& overrides);
/// --via, and what becomes of bulk jobs.
void add_via_flags(CLI::App& command, RunOptions& options);
/// --max-cost, --max-requests; `group` is their heading in the help.
void add_budget_flags(CLI::App& command, const std::string& group, RunOptions& options);
/// --simulated NAME=VALUE.
void add_simulated_flags(CLI::App& command, RunOptions& options);
/// --plain, --quiet, --verbose.
void add_display_flags(CLI::App& command, DisplayFlags& flags);

/// What a first signal says.
std::string drain_notice(const ProgressDisplay& display, Verbosity verbosity);

}  // namespace sheaf::cli
