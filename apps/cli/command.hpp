// A command of the tool: a parser for its flags, and what it does once they are read.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace CLI {
class App;
}

namespace sheaf::cli {

/// What a command takes from the process; read once, in main.
struct Process {
  std::map<std::string, std::string> environment;
};

struct Command {
  CLI::App* parser = nullptr;                  ///< Owned by the app it was added to.
  std::function<int(const Process&)> execute;  ///< Returns the exit code.
};

// Each adds one command to `app`, in the file of its name.
Command add_run(CLI::App& app);
Command add_plan(CLI::App& app);
Command add_decode(CLI::App& app);
Command add_init(CLI::App& app);
Command add_simulate(CLI::App& app);
Command add_inspect(CLI::App& app);
Command add_sweep(CLI::App& app);
Command add_eval(CLI::App& app);
Command add_import(CLI::App& app);

}  // namespace sheaf::cli
