#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <sheaf/plan.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "figures.hpp"
#include "flags.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Sends nothing. Input tokens are counted where the model's tokenizer is known, else estimated\n"
    "from bytes; answers are estimated from the exemplars. The time is the least that the\n"
    "account's limits allow. A saving compares with one request per row.\n"
    "\n"
    "Example:\n"
    "  sheaf plan task.yaml messages.csv --max-requests-per-minute 500";

struct PlanFlags {
  std::string task;
  TaskOverrides overrides;
  PlanOptions options;
};

std::string minutes_text(const std::optional<double>& minutes) {
  if (!minutes) return "-";
  return duration(std::chrono::milliseconds(static_cast<std::int64_t>(*minutes * 60'000)));
}

std::string forecast_table(const PlanReport& report, int batch_size) {
  std::vector<std::vector<std::string>> lines{{"batch size", "requests", "input tokens",
                                               "output tokens", "cost", "least time",
                                               "token saving", "cost saving"}};
  for (const auto& line : report.lines) {
    lines.push_back(
        {fmt::format("{}{}", line.batch_size, line.batch_size == batch_size ? " <" : ""),
         grouped(line.requests), grouped(line.input_tokens), grouped(line.output_tokens),
         line.cost_usd ? dollars(*line.cost_usd) : "-", minutes_text(line.minutes),
         fmt::format("{:.1f}x", line.token_saving),
         line.cost_saving ? fmt::format("{:.1f}x", *line.cost_saving) : "-"});
  }
  return table(lines);
}

std::string vectors_text(const PlanVectors& vectors) {
  return fmt::format("above batch size 1 with vectors of {} from {}: {}, {} input tokens, {}\n",
                     with_noun(vectors.texts, "text"), one_line(vectors.model),
                     with_noun(vectors.requests, "request"), grouped(vectors.input_tokens),
                     vectors.cost_usd ? dollars(*vectors.cost_usd) : "cost not known: no `price`");
}

std::string certainty(const PlanReport& report) {
  if (report.tokenizer.empty()) return "all figures are estimates";
  return fmt::format("input tokens are counted with {}, {} apart; the other figures are estimates",
                     one_line(report.tokenizer),
                     report.vectors ? "repairs and vectors" : "repairs");
}

std::string report_text(const Task& task, const PlanReport& report) {
  auto text = fmt::format("{}: {}, {}, {} to ask", report.task,
                          task.is_simulated() ? "the simulated model" : one_line(report.model),
                          with_noun(report.rows, "row"), with_noun(report.samples, "sample"));
  if (report.bad_rows > 0)
    text += fmt::format(", {} left out", with_noun(report.bad_rows, "bad row"));
  text += fmt::format("\n\n{}  < the batch size in force; {}\n",
                      forecast_table(report, task.batch_size()), certainty(report));
  if (report.vectors) text += vectors_text(*report.vectors);
  if (report.prompt.empty()) return text;
  text += task.grouping() == "sequential"
              ? "\nThe first prompt:\n\n"
              : fmt::format("\nA prompt, of the first rows (the run's grouping is {}):\n\n",
                            task.grouping());
  const auto end = report.prompt.ends_with('\n') ? report.prompt.size() - 1 : std::string::npos;
  for (const auto line : std::views::split(report.prompt.substr(0, end), '\n')) {
    text += one_line(std::string_view(line.begin(), line.end())) + '\n';
  }
  return text;
}

int execute(const PlanFlags& flags) {
  const auto task = Task::load(flags.task, flags.overrides);
  if (!task) return complain(task.error());
  for (const auto& warning : task->warnings()) {
    print_status(fmt::format("sheaf: warning: {}\n", one_line(warning)));
  }
  const auto report = plan_task(*task, flags.options);
  if (!report) return complain(report.error());
  return print(report_text(*task, *report)) ? exit_ok : exit_stopped;
}

}  // namespace

Command add_plan(CLI::App& app) {
  auto* const command =
      add_command(app, "plan", "Forecast requests, tokens, cost and time; send nothing", example);
  const auto flags = std::make_shared<PlanFlags>();
  add_task_argument(*command, flags->task);
  add_rows_argument(*command, flags->options.rows);
  add_row_flags(*command, flags->options);
  add_model_flags(*command, flags->overrides);
  add_rate_flags(*command, flags->overrides);
  return {command, [flags](const Process&) { return execute(*flags); }};
}

}  // namespace sheaf::cli
