#include <memory>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <sheaf/run.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "figures.hpp"
#include "flags.hpp"
#include "progress.hpp"
#include "run_flags.hpp"
#include "signals.hpp"
#include "summary.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Results go to OUT, one per row: JSONL or CSV by its ending. OUT.partial is its name until it "
    "is\n"
    "complete, OUT.sheaf is the checkpoint. The same command continues a run that stopped, and\n"
    "buys no answer twice. The closing table goes to standard error.\n"
    "\n"
    "Example:\n"
    "  export OPENAI_API_KEY=...\n"
    "  sheaf run task.yaml messages.csv -o answers.jsonl --batch-size 6 --max-cost 5";

struct RunFlags {
  std::string task;
  TaskOverrides overrides;
  RunOptions options;
  DisplayFlags display;
};

void add_files(CLI::App& command, RunFlags& flags) {
  const std::string group = "Files";
  auto& options = flags.options;
  add_value(command, "-o,--output", "OUT", options.output, read_text,
            "Results: .jsonl or .csv; - is standard output")
      ->required()
      ->group(group);
  add_value(command, "--checkpoint", "FILE", options.checkpoint, read_text,
            "Checkpoint (OUT.sheaf)")
      ->group(group);
  command
      .add_flag("--fresh", options.fresh, "Start over; the old checkpoint is kept as OUT.sheaf.N")
      ->group(group);
  command
      .add_flag("--overwrite", options.overwrite,
                "Replace an OUT that its checkpoint did not write")
      ->group(group);
  command.add_flag("--retry-errors", options.retry_errors, "Ask failed rows again")->group(group);
  command
      .add_flag("--escape-formulas", options.escape_formulas,
                "In CSV, put ' before text that a spreadsheet would compute")
      ->group(group);
  add_value(
      command, "--order", "ORDER", options.order,
      [](const std::string& text) -> Read<Order> {
        if (text == "input") return Order::input;
        if (text == "completion") return Order::completion;
        return std::unexpected(fmt::format("takes input or completion, not '{}'", text));
      },
      "Of the results: input (usual) or completion")
      ->group(group);
}

void add_budget(CLI::App& command, RunOptions& options) {
  const std::string group = "Budgets, over the checkpoint";
  add_budget_flags(command, group, options);
  add_value(command, "--max-failed", "N|P%", options.max_failed, read_failure_bound,
            "Stop when more rows fail: a number, or a share")
      ->group(group);
}

int finish(const RunFlags& flags, const Task& task, const RunSummary& summary) {
  if (flags.display.verbosity != Verbosity::quiet) print_status(summary_table(task, summary));
  if (summary.stopped) return complain(*summary.stopped);
  if (summary.failed_rows == 0 && summary.rejected_rows == 0) return exit_ok;
  if (flags.display.verbosity == Verbosity::quiet) {
    complain({ErrorCode::stopped,
              fmt::format("{} failed, {} rejected as unreadable",
                          with_noun(summary.failed_rows, "row"), grouped(summary.rejected_rows))});
  }
  return exit_failed_rows;
}

int execute(RunFlags& flags, const Process& process) {
  const auto task = Task::load(flags.task, flags.overrides);
  if (!task) return complain(task.error());
  ProgressDisplay display(flags.display.verbosity, flags.display.progression,
                          task->is_simulated() ? Model::simulated : Model::real,
                          find_terminal(process.environment));
  StopSignal stop;
  const auto notice = drain_notice(display, flags.display.verbosity);
  const StopOnSignal stop_on_signal(stop, notice);
  flags.options.environment = process.environment;
  flags.options.observer = &display;
  flags.options.stop = &stop;
  const auto summary = run_task(*task, flags.options);
  display.clear();
  if (!summary) return complain(summary.error());
  return finish(flags, *task, *summary);
}

}  // namespace

Command add_run(CLI::App& app) {
  auto* const command =
      add_command(app, "run", "Ask about every row and write the answers", example);
  const auto flags = std::make_shared<RunFlags>();
  add_task_argument(*command, flags->task);
  add_rows_argument(*command, flags->options.rows);
  add_files(*command, *flags);
  add_row_flags(*command, flags->options);
  add_model_flags(*command, flags->overrides);
  add_value(*command, "--grouping-seed", "N", flags->options.grouping_seed, read_seed,
            "Another one composes the batches anew (0)")
      ->group("The task, in place of its file's");
  add_rate_flags(*command, flags->overrides);
  add_budget(*command, flags->options);
  add_sending_flags(*command, flags->options, flags->overrides);
  add_via_flags(*command, flags->options);
  add_simulated_flags(*command, flags->options);
  add_display_flags(*command, flags->display);
  return {command, [flags](const Process& process) { return execute(*flags, process); }};
}

}  // namespace sheaf::cli
