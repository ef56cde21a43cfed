#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <sheaf/simulate.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "flags.hpp"
#include "signals.hpp"
#include "task_flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "A real HTTP server on loopback that finds the rows in the prompts and answers with their "
    "gold\n"
    "values, with as much delay and as many faults as it is told. Flags win over the task's\n"
    "`simulated:` section. Ctrl-C ends it.\n"
    "\n"
    "Example:\n"
    "  sheaf simulate task.yaml messages.csv --port 8080 --accuracy 0.9 --content-faults 0.01\n"
    "  sheaf run task.yaml messages.csv -o answers.jsonl --base-url http://127.0.0.1:8080/v1";

constexpr int highest_port = 65'535;

struct SimulateFlags {
  std::string task;
  ServeOptions options;
};

std::string with_dashes(std::string_view name) {
  std::string flag(name);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string shown_form(std::string_view form) {
  static const std::map<std::string_view, std::string> words{
      {"rate", "RATE"},
      {"whole number", "N"},
      {"number", "NUMBER"},
      {"true or false", "true|false"},
      {"column", "COLUMN"},
      {"text", "TEXT"},
      {"bytes, o200k_base or cl100k_base", "bytes|o200k_base|cl100k_base"},
      {"openai or mistral", "openai|mistral"},
      {"none, openai_automatic, openai_breakpoints or anthropic",
       "none|openai_automatic|openai_breakpoints|anthropic"}};
  const auto found = words.find(form);
  return found == words.end() ? std::string(form) : found->second;
}

void add_model_option(CLI::App& command, const SimulateOption& option, SimulateFlags& flags) {
  const auto flag = "--" + with_dashes(option.name);
  auto help = std::string(option.help);
  if (!option.default_value.empty()) help += fmt::format(" ({})", option.default_value);
  const auto read = [name = option.name](const std::string& text) -> Read<std::string> {
    SimulateOptions trial;
    if (const auto set = set_simulate_option(trial, name, text); !set) {
      return std::unexpected(set.error().message);
    }
    return text;
  };
  add_value(command, flag, shown_form(option.form),
            flags.options.simulated[std::string(option.name)], read, help)
      ->group("The model");
}

int execute(SimulateFlags& flags) {
  const auto task = Task::load(flags.task);
  if (!task) return complain(task.error());
  std::erase_if(flags.options.simulated, [](const auto& option) { return option.second.empty(); });
  SignalWait signals;
  auto server = SimulatedServer::start(*task, flags.options);
  if (!server) return complain(server.error());
  const auto url = server->base_url();
  const bool is_told = print(fmt::format(
      "simulated model at {0} until Ctrl-C: sheaf run {1} {2} -o answers.jsonl --base-url {0}\n",
      url, flags.task, flags.options.rows.empty() ? "ROWS" : flags.options.rows));
  if (is_told) signals.wait();
  server->stop();
  return is_told ? exit_ok : exit_stopped;
}

}  // namespace

Command add_simulate(CLI::App& app) {
  auto* const command =
      add_command(app, "simulate", "Serve a simulated model over HTTP, faults included", example);
  const auto flags = std::make_shared<SimulateFlags>();
  add_task_argument(*command, flags->task);
  add_value(*command, "ROWS", "", flags->options.rows, read_text,
            "The rows it will be asked about: .jsonl, .csv or .tsv, each also .gz or .zst; without "
            "them it draws every answer from the sample's text");
  add_value(*command, "--port", "N", flags->options.port, whole_number(0, highest_port),
            "Port on 127.0.0.1; 0 takes a free one (0)");
  for (const auto& option : simulate_options()) add_model_option(*command, option, *flags);
  return {command, [flags](const Process&) { return execute(*flags); }};
}

}  // namespace sheaf::cli
