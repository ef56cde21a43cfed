#include <exception>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <sheaf/tools.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "memory_images.hpp"
#include "open_files.hpp"
#include "signals.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* about =
    "sheaf asks a language model about every row of a table, several rows to a prompt,\n"
    "and joins each answer to its row by the key printed beside it.";

constexpr const char* closing =
    "Exit codes:\n"
    "  0    every row answered\n"
    "  1    the run stopped: a key refused, a full disk, a service down (resumable)\n"
    "  2    wrong usage, or input that cannot be read\n"
    "  3    finished, with failed or rejected rows\n"
    "  4    stopped by a budget (resumable)\n"
    "  5    left with the provider by --no-wait (resumable)\n"
    "  130  interrupted, 143 terminated (resumable)\n"
    "\n"
    "Example:\n"
    "  sheaf init messages.csv -o task.yaml                      a task file to edit\n"
    "  sheaf plan task.yaml messages.csv                         what it would cost\n"
    "  sheaf run task.yaml messages.csv -o answers.jsonl         the answers\n"
    "  sheaf run task.yaml messages.csv -o try.jsonl --model simulated\n"
    "                                                            the same without a key";

Process read_process() {
  Process process;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto sign = text.find('=');
    if (sign != std::string::npos)
      process.environment[text.substr(0, sign)] = text.substr(sign + 1);
  }
  return process;
}

int run_command(std::vector<std::string> arguments) {
  CLI::App app(about, "sheaf");
  lay_out_help(app);
  app.set_help_flag("-h,--help", "Print this help");
  app.set_version_flag("--version", fmt::format("sheaf {}", version()), "Print the version");
  app.footer(closing);
  app.require_subcommand(1);
  const std::vector<Command> commands{add_run(app),    add_plan(app),     add_decode(app),
                                      add_init(app),   add_simulate(app), add_inspect(app),
                                      add_import(app), add_sweep(app),    add_eval(app)};
  try {
    // CLI11 takes them from the back.
    arguments = with_dashes(std::move(arguments));
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return report(app, error);
  }
  for (const auto& command : commands) {
    if (command.parser->parsed()) return command.execute(read_process());
  }
  return exit_usage;
}

}  // namespace
}  // namespace sheaf::cli

int main(int count, char** arguments) {
  using namespace sheaf;
  cli::ignore_broken_pipes();
  cli::forbid_memory_images();
  cli::allow_many_open_files();
  try {
    return cli::run_command({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    return cli::complain(
        {ErrorCode::stopped, std::string("stopped by an internal error: ") + error.what()});
  }
}
