#include <memory>

#include <CLI/App.hpp>

#include <sheaf/tools.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Reads only, also while the run goes on.\n"
    "\n"
    "Example:\n"
    "  sheaf inspect answers.jsonl.sheaf\n"
    "  sheaf inspect answers.jsonl.sheaf --id 4711";

int execute(const InspectOptions& options) {
  auto text = inspect_checkpoint(options);
  if (!text) return complain(text.error());
  if (!text->ends_with('\n')) text->push_back('\n');
  return print(*text) ? exit_ok : exit_stopped;
}

}  // namespace

Command add_inspect(CLI::App& app) {
  auto* const command = add_command(
      app, "inspect", "Print what a run did: requests, tokens, cost, failures, repairs", example);
  const auto options = std::make_shared<InspectOptions>();
  add_value(*command, "FILE", "", options->checkpoint, read_text, "The checkpoint, OUT.sheaf")
      ->required();
  const auto any_text = [](const std::string& text) -> Read<std::string> { return text; };
  add_value(*command, "--id", "ID", options->id, any_text, "The prompts and replies of one row");
  command->add_flag("--json", options->json, "As JSON");
  return {command, [options](const Process&) { return execute(*options); }};
}

}  // namespace sheaf::cli
