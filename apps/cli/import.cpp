#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sheaf/import.hpp>

#include "command.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "figures.hpp"
#include "flags.hpp"
#include "usage.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* example =
    "Example:\n"
    "  sheaf import gsm8k test.jsonl --paper -o gsm8k.jsonl\n"
    "  sheaf run examples/paper/gsm8k.yaml gsm8k.jsonl -o answers.jsonl\n"
    "  sheaf import --upstream scripts/configs/NAME.yaml -o task.yaml";

struct ImportFlags {
  ImportOptions rows;
  UpstreamOptions upstream;
};

int import_set(const ImportOptions& options) {
  const auto summary = import_rows(options);
  if (!summary) return complain(summary.error());
  std::string text = "sheaf: " + with_noun(summary->rows, "row");
  if (summary->bad_rows > 0) text += ", " + with_noun(summary->bad_rows, "bad row") + " left out";
  for (const auto& note : summary->notes) text += "; " + note;
  print_status(one_line(text) + "\n");
  return summary->bad_rows > 0 ? exit_failed_rows : exit_ok;
}

void print_notes(const char* what, const std::vector<std::string>& notes) {
  for (const auto& note : notes) print_status(fmt::format("sheaf: {}: {}\n", what, one_line(note)));
}

int import_config(const UpstreamOptions& options) {
  const auto summary = import_upstream(options);
  if (!summary) return complain(summary.error());
  print_notes("kept", summary->kept);
  print_notes("repaired", summary->repaired);
  print_notes("not reproduced", summary->not_reproduced);
  std::string text = fmt::format("sheaf: wrote {} and {}", options.output, summary->exemplars);
  if (summary->begins_with_file) {
    text += fmt::format("; its prompt {} with the bytes of the prompt file",
                        *summary->begins_with_file ? "begins" : "does not begin");
  }
  print_status(one_line(text) + "\n");
  return exit_ok;
}

/// Why these flags do not go together; "" when they do.
std::string clash(const ImportFlags& flags) {
  const auto& rows = flags.rows;
  const bool rows_wanted = !rows.set.empty();
  if (flags.upstream.config.empty()) {
    if (flags.upstream.as_is) return "--as-is goes with --upstream; add it";
    if (!rows_wanted) return "SET and FILE are missing; name them, or use --upstream";
    if (rows.files.empty()) return "FILE is missing; name the published file of the set";
    if (rows.paper && rows.limit) return "--paper and --limit exclude each other; give one of them";
    return {};
  }
  if (rows_wanted || rows.paper || rows.limit || rows.skip_bad_rows) {
    return "--upstream takes no SET, FILE or flag of rows; import rows by a command of their own";
  }
  if (rows.output == "-") return "--upstream writes a task and its exemplars; name it with -o";
  return {};
}

int execute(ImportFlags flags) {
  if (auto reason = clash(flags); !reason.empty()) {
    return complain({ErrorCode::usage, std::move(reason)});
  }
  if (flags.upstream.config.empty()) return import_set(flags.rows);
  flags.upstream.output = flags.rows.output;
  return import_config(flags.upstream);
}

}  // namespace

Command add_import(CLI::App& app) {
  auto* const command = add_command(
      app, "import", "Turn a published data set into rows, or the paper's prompts into a task",
      example);
  const auto flags = std::make_shared<ImportFlags>();
  auto& rows = flags->rows;
  add_value(*command, "SET", "", rows.set, read_text,
            fmt::format("One of {}", fmt::join(import_sets(), ", ")));
  command->add_option("FILE", rows.files,
                      "As published: JSON, JSON Lines, CSV or TSV; - is standard input");
  add_value(*command, "-o,--output", "FILE", rows.output, read_text,
            "Write FILE, which must not exist, in place of standard output");
  add_value(*command, "--limit", "N", rows.limit, whole_number<std::int64_t>(1),
            "Only the first N rows");
  command->add_flag("--paper", rows.paper,
                    "Only the rows that the paper used: all of them, or the first 300");
  command->add_flag("--skip-bad-rows", rows.skip_bad_rows,
                    "Write rows that cannot be taken to FILE.rejected and go on");
  const std::string group = "The paper's own configurations";
  add_value(*command, "--upstream", "CONFIG", flags->upstream.config, read_text,
            "Write the task of an experiment configuration (YAML) and its prompt file")
      ->group(group);
  command
      ->add_flag("--as-is", flags->upstream.as_is,
                 "Keep the defects of these prompts where a task can say them")
      ->group(group);
  return {command, [flags](const Process&) { return execute(*flags); }};
}

}  // namespace sheaf::cli
