#include <memory>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <sheaf/requests.hpp>
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
    "A file of requests in OpenAI's bulk format (JSONL: custom_id, method, url, body) needs no "
    "task:\n"
    "those that differ in their last message alone share prompts, results are in that format too.\n"
    "\n"
    "Example:\n"
    "  export OPENAI_API_KEY=...\n"
    "  sheaf run task.yaml messages.csv -o answers.jsonl --batch-size 6 --max-cost 5\n"
    "  sheaf run requests.jsonl -o results.jsonl";

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

int finish(const RunFlags& flags, const RunSummary& summary, const std::string& table) {
  if (flags.display.verbosity != Verbosity::quiet) print_status(table);
  if (summary.stopped) return complain(*summary.stopped);
  if (summary.failed_rows == 0 && summary.rejected_rows == 0) return exit_ok;
  if (flags.display.verbosity == Verbosity::quiet) {
    complain({ErrorCode::stopped,
              fmt::format("{} failed, {} rejected as unreadable",
                          with_noun(summary.failed_rows, "row"), grouped(summary.rejected_rows))});
  }
  return exit_failed_rows;
}

/// Runs while progress is shown and signals are seen to.
template <class Run>
auto watched(RunFlags& flags, const Process& process, const Task& task, const Run& run) {
  ProgressDisplay display(flags.display.verbosity, flags.display.progression,
                          task.is_simulated() ? Model::simulated : Model::real,
                          find_terminal(process.environment));
  StopSignal stop;
  const auto notice = drain_notice(display, flags.display.verbosity);
  const StopOnSignal stop_on_signal(stop, notice);
  flags.options.environment = process.environment;
  flags.options.observer = &display;
  flags.options.stop = &stop;
  auto summary = run(flags.options);
  display.clear();
  return summary;
}

int execute_requests(RunFlags& flags, const Process& process) {
  auto& options = flags.options;
  const auto requests = Requests::load(flags.task, flags.overrides, options.skip_bad_rows);
  if (!requests) return complain(requests.error());
  options.rows = flags.task;
  const auto summary = watched(flags, process, requests->task(),
                               [&](const RunOptions& all) { return run_requests(*requests, all); });
  if (!summary) return complain(summary.error());
  return finish(flags, summary->run, summary_table(*requests, *summary));
}

int execute(RunFlags& flags, const Process& process) {
  if (flags.options.rows.empty() && may_hold_requests(flags.task)) {
    return execute_requests(flags, process);
  }
  if (flags.options.rows.empty()) {
    return complain({ErrorCode::usage,
                     "ROWS is required behind a task; only a file of requests in OpenAI's bulk "
                     "format (.jsonl) stands alone"});
  }
  const auto task = Task::load(flags.task, flags.overrides);
  if (!task) return complain(task.error());
  const auto summary =
      watched(flags, process, *task, [&](const RunOptions& all) { return run_task(*task, all); });
  if (!summary) return complain(summary.error());
  return finish(flags, *summary, summary_table(*task, *summary));
}

}  // namespace

Command add_run(CLI::App& app) {
  auto* const command =
      add_command(app, "run", "Ask about every row and write the answers", example);
  const auto flags = std::make_shared<RunFlags>();
  add_task_argument(*command, flags->task);
  add_rows_argument(*command, flags->options.rows)->required(false);
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
