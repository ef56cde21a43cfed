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
    "  sheaf run examples/paper/gsm8k.yaml gsm8k.jsonl -o answers.jsonl";

int execute(const ImportOptions& options) {
  if (options.paper && options.limit) {
    return complain({ErrorCode::usage, "--paper and --limit exclude each other; give one of them"});
  }
  const auto summary = import_rows(options);
  if (!summary) return complain(summary.error());
  std::string text = "sheaf: " + with_noun(summary->rows, "row");
  if (summary->bad_rows > 0) text += ", " + with_noun(summary->bad_rows, "bad row") + " left out";
  for (const auto& note : summary->notes) text += "; " + note;
  print_status(one_line(text) + "\n");
  return summary->bad_rows > 0 ? exit_failed_rows : exit_ok;
}

}  // namespace

Command add_import(CLI::App& app) {
  auto* const command = add_command(app, "import", "Turn a published data set into rows", example);
  const auto options = std::make_shared<ImportOptions>();
  add_value(*command, "SET", "", options->set, read_text,
            fmt::format("One of {}", fmt::join(import_sets(), ", ")))
      ->required();
  command
      ->add_option("FILE", options->files,
                   "As published: JSON, JSON Lines, CSV or TSV; - is standard input")
      ->required();
  add_value(*command, "-o,--output", "ROWS", options->output, read_text,
            "Write ROWS (.jsonl), which must not exist, in place of standard output");
  add_value(*command, "--limit", "N", options->limit, whole_number<std::int64_t>(1),
            "Only the first N rows");
  command->add_flag("--paper", options->paper,
                    "Only the rows that the paper used: all, or the first 300");
  command->add_flag("--skip-bad-rows", options->skip_bad_rows,
                    "Write rows that cannot be taken to ROWS.rejected and go on");
  return {command, [options](const Process&) { return execute(*options); }};
}

}  // namespace sheaf::cli
