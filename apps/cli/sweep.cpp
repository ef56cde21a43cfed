#include <algorithm>
#include <memory>
#include <ranges>
#include <string_view>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <sheaf/eval.hpp>

#include "command.hpp"
#include "console.hpp"
#include "flags.hpp"
#include "progress.hpp"
#include "report_flags.hpp"
#include "run_flags.hpp"
#include "signals.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Runs the task over the same rows at every batch size, each with answers of its own; b = 1 is\n"
    "always among them and runs twice. The same command goes on where it stopped, and buys no\n"
    "answer twice. Says which batch size is the cheapest that loses less than --max-loss.\n"
    "\n"
    "Examples:\n"
    "  sheaf sweep task.yaml rows.jsonl -o sweep --batch-size 1,2,3,4,6,8 --sample 500\n"
    "  sheaf sweep task.yaml rows.jsonl -o sweep --repeat 3 --report report.html --max-cost 10";

struct SweepFlags {
  std::string task;
  TaskOverrides overrides;
  SweepOptions options;
  ReportFlags report;
  DisplayFlags display;
};

/// "a,b,c", no part empty.
Read<std::vector<std::string>> read_list(const std::string& text) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(text, ',')) {
    parts.emplace_back(std::string_view(part.begin(), part.end()));
    if (parts.back().empty()) return std::unexpected("has an empty part between commas");
  }
  if (parts.empty()) return std::unexpected("is empty");
  return parts;
}

Read<std::vector<int>> read_sizes(const std::string& text) {
  const auto parts = read_list(text);
  if (!parts) return std::unexpected(parts.error());
  std::vector<int> sizes;
  for (const auto& part : *parts) {
    const auto size = read_integer(part, 1, 1000);
    if (!size) return std::unexpected(size.error());
    sizes.push_back(static_cast<int>(*size));
  }
  return sizes;
}

void add_grid(CLI::App& command, SweepOptions& options) {
  const std::string group = "The grid";
  add_value(command, "--batch-size", "N,N,...", options.batch_sizes, read_sizes,
            "Samples in a prompt (1,2,3,4,6)")
      ->group(group);
  add_value(command, "--format", "NAME,...", options.formats, read_list, "Formats (the task's)")
      ->group(group);
  add_value(command, "--grouping", "KIND,...", options.groupings, read_list,
            "Groupings (the task's)")
      ->group(group);
  add_value(command, "--model", "NAME,...", options.models, read_list, "Models (the task's)")
      ->group(group);
  add_value(command, "--repeat", "N", options.repeats, whole_number(1, 100),
            "Times that each cell is run, in batches composed anew (1)")
      ->group(group);
}

int execute(SweepFlags& flags, const Process& process) {
  if (const auto good = check_places(flags.report); !good) return complain(good.error());
  const auto task = Task::load(flags.task, flags.overrides);
  if (!task) return complain(task.error());
  const auto& models = flags.options.models;
  const bool simulated = models.empty() ? task->is_simulated()
                                        : std::ranges::find(models, "simulated") != models.end();
  ProgressDisplay display(flags.display.verbosity, flags.display.progression,
                          simulated ? Model::simulated : Model::real,
                          find_terminal(process.environment));
  StopSignal stop;
  const auto notice = drain_notice(display, flags.display.verbosity);
  const StopOnSignal stop_on_signal(stop, notice);
  flags.options.run.environment = process.environment;
  flags.options.run.observer = &display;
  flags.options.run.stop = &stop;
  const auto report = sweep(flags.task, flags.overrides, flags.options);
  display.clear();
  if (!report) return complain(report.error());
  return deliver(*report, flags.report);
}

}  // namespace

Command add_sweep(CLI::App& app) {
  auto* const command =
      add_command(app, "sweep", "Measure what each batch size costs and loses", example);
  const auto flags = std::make_shared<SweepFlags>();
  auto& run = flags->options.run;
  add_task_argument(*command, flags->task);
  add_rows_argument(*command, run.rows);
  add_value(*command, "-o,--output", "FOLDER", flags->options.folder, read_text,
            "Where its runs are kept, and found again")
      ->required();
  add_max_loss_flag(*command, flags->options.max_loss);
  add_grid(*command, flags->options);
  add_report_flags(*command, flags->report);
  add_chosen_row_flags(*command, run);
  add_base_url_flag(*command, flags->overrides);
  add_rate_flags(*command, flags->overrides);
  add_budget_flags(*command, "Budgets, over the whole sweep", run);
  add_sending_flags(*command, run, flags->overrides);
  add_simulated_flags(*command, run);
  add_display_flags(*command, flags->display);
  return {command, [flags](const Process& process) { return execute(*flags, process); }};
}

}  // namespace sheaf::cli
