#include <memory>

#include <CLI/App.hpp>

#include <sheaf/eval.hpp>

#include "command.hpp"
#include "console.hpp"
#include "flags.hpp"
#include "report_flags.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Scores results by the task as it is now; sends nothing. Gold values come from the task's\n"
    "`gold` column, in the results' `input` or in --rows. RESULTS.sheaf, where it is there, tells\n"
    "the cost, the batches and what the first replies said.\n"
    "\n"
    "Examples:\n"
    "  sheaf eval task.yaml answers.jsonl --report report.html\n"
    "  sheaf eval task.yaml single.jsonl --against batched.jsonl";

struct EvalFlags {
  std::string task;
  TaskOverrides overrides;
  EvalOptions options;
  ReportFlags report;
};

int execute(const EvalFlags& flags) {
  if (const auto good = check_places(flags.report); !good) return complain(good.error());
  const auto task = Task::load(flags.task, flags.overrides);
  if (!task) return complain(task.error());
  const auto report = evaluate(*task, flags.options);
  if (!report) return complain(report.error());
  return deliver(*report, flags.report);
}

}  // namespace

Command add_eval(CLI::App& app) {
  auto* const command =
      add_command(app, "eval", "Score results again, and compare two runs", example);
  const auto flags = std::make_shared<EvalFlags>();
  auto& options = flags->options;
  add_task_argument(*command, flags->task);
  add_value(*command, "RESULTS", "", options.results, read_text, "Results, .jsonl or .csv");
  add_value(*command, "--checkpoint", "FILE", options.checkpoint, read_text,
            "Of RESULTS (RESULTS.sheaf, where it is there)");
  add_value(*command, "--replies", "FILE", options.replies, read_text,
            "In place of RESULTS: replies, lines {\"text\", \"ids\"}; needs --rows");
  add_value(*command, "--rows", "ROWS", options.rows, read_text,
            "Where gold values stand, joined by id");
  add_skip_bad_rows_flag(*command, options.skip_bad_rows);
  add_value(*command, "--against", "RESULTS", options.other, read_text,
            "Results of another run over the same rows, to measure against the first");
  add_value(*command, "--against-checkpoint", "FILE", options.other_checkpoint, read_text,
            "Of those results");
  add_model_flags(*command, flags->overrides);
  add_report_flags(*command, flags->report);
  return {command, [flags](const Process&) { return execute(*flags); }};
}

}  // namespace sheaf::cli
