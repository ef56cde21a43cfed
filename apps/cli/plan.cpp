#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "flags.hpp"
#include "plan_text.hpp"
#include "signals.hpp"
#include "summary.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Sends nothing, but for --pilot. Input tokens are counted where the model's tokenizer is\n"
    "known, else estimated from bytes; answers are as long as the exemplars', or as those bought\n"
    "for OUT. The time is the least that the account's limits allow. The advice is one of money;\n"
    "accuracy is what a sweep measures.\n"
    "\n"
    "Example:\n"
    "  sheaf plan task.yaml messages.csv --max-requests-per-minute 500\n"
    "  sheaf plan task.yaml messages.csv --pilot 100 -o answers.jsonl";

struct PlanFlags {
  std::string task;
  TaskOverrides overrides;
  PlanOptions options;
  std::optional<std::int64_t> pilot;
  bool json = false;
};

void print_warnings(const Task& task) {
  for (const auto& warning : task.warnings()) {
    print_status(fmt::format("sheaf: warning: {}\n", one_line(warning)));
  }
}

/// Asks about some rows, with the checkpoint of a run for OUT, which then buys none of them again.
std::optional<int> buy_pilot(const PlanFlags& flags, const Task& task, const Process& process) {
  RunOptions options;
  options.rows = flags.options.rows;
  options.output = flags.options.answers + ".pilot.jsonl";
  options.checkpoint = flags.options.answers + ".sheaf";
  options.overwrite = true;
  options.sample = *flags.pilot;
  options.seed = flags.options.seed;
  options.dedup = flags.options.dedup;
  options.skip_bad_rows = flags.options.skip_bad_rows;
  options.environment = process.environment;
  StopSignal stop;
  const StopOnSignal stop_on_signal(stop, "");
  options.stop = &stop;
  const auto summary = run_task(task, options);
  if (!summary) return complain(summary.error());
  print_status(summary_table(task, *summary) + '\n');
  if (summary->stopped) return complain(*summary->stopped);
  return std::nullopt;
}

int execute(const PlanFlags& flags, const Process& process) {
  if (flags.pilot && flags.options.answers.empty()) {
    return complain({ErrorCode::usage, "--pilot buys answers, which need a place; give -o OUT"});
  }
  const auto task = Task::load(flags.task, flags.overrides);
  if (!task) return complain(task.error());
  print_warnings(*task);
  if (flags.pilot) {
    if (const auto failed = buy_pilot(flags, *task, process)) return *failed;
  }
  const auto report = plan_task(*task, flags.options);
  if (!report) return complain(report.error());
  const auto text = flags.json ? to_json(*report) + '\n' : plan_text(*task, *report);
  return print(text) ? exit_ok : exit_stopped;
}

}  // namespace

Command add_plan(CLI::App& app) {
  auto* const command =
      add_command(app, "plan", "Forecast requests, tokens, cost and time; send nothing", example);
  const auto flags = std::make_shared<PlanFlags>();
  add_task_argument(*command, flags->task);
  add_rows_argument(*command, flags->options.rows);
  const std::string group = "What is known";
  add_value(*command, "-o,--output", "OUT", flags->options.answers, read_text,
            "Plan with the answers bought for OUT")
      ->group(group);
  add_value(*command, "--pilot", "N", flags->pilot, whole_number<std::int64_t>(1),
            "First buy answers for OUT to N rows, drawn at random")
      ->group(group);
  add_value(*command, "--sweep", "FILE", flags->options.sweep, read_text,
            "A sweep's JSON report: no size above those that passed")
      ->group(group);
  add_row_flags(*command, flags->options);
  add_model_flags(*command, flags->overrides);
  add_rate_flags(*command, flags->overrides);
  command->add_flag("--json", flags->json, "As JSON, every figure");
  return {command, [flags](const Process& process) { return execute(*flags, process); }};
}

}  // namespace sheaf::cli
