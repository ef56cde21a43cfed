// What CLI11 is told and how its complaints read.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace sheaf::cli {

/// Makes "--batch_size" "--batch-size" up to a "--"; values are left alone.
std::vector<std::string> with_dashes(std::vector<std::string> arguments);

/// Sets the help of `app` and of the commands added to it afterwards.
void lay_out_help(CLI::App& app);

/// Adds a command of `app`: what it does, and an example that closes its help.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& what,
                      const std::string& example);

/// Answers --help and --version, and makes one line of everything else. Returns the exit code.
int report(const CLI::App& app, const CLI::ParseError& error);

}  // namespace sheaf::cli
