#include "task_flags.hpp"

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "flags.hpp"

namespace sheaf::cli {
namespace {

constexpr const char* task_group = "The task, in place of its file's";
constexpr const char* row_group = "Rows";

}  // namespace

void add_task_argument(CLI::App& command, std::string& task) {
  add_value(command, "TASK", "", task, read_text, "The task file (YAML)")->required();
}

CLI::Option* add_rows_argument(CLI::App& command, std::string& rows) {
  return add_value(command, "ROWS", "", rows, read_text,
                   ".jsonl, .csv or .tsv, each also .gz or .zst; - is standard input")
      ->required();
}

void add_base_url_flag(CLI::App& command, TaskOverrides& overrides) {
  add_value(command, "--base-url", "URL", overrides.base_url, read_text,
            "Where requests go, such as http://127.0.0.1:8000/v1")
      ->group(task_group);
}

void add_model_flags(CLI::App& command, TaskOverrides& overrides) {
  const std::string group = task_group;
  add_value(command, "--model", "NAME", overrides.model, read_text,
            "Model, such as openai/gpt-4o-mini or simulated")
      ->group(group);
  add_base_url_flag(command, overrides);
  add_value(command, "--batch-size", "N", overrides.batch_size, whole_number(1, 1000),
            "Samples in a prompt")
      ->group(group);
  add_value(command, "--grouping", "KIND", overrides.grouping, read_text,
            "Which samples share a prompt: sequential, random, similarity, diversity, length")
      ->group(group);
  add_value(command, "--models", "FILE", overrides.models, read_text,
            "Models, prices and limits of your own, over the built-in ones")
      ->envname("SHEAF_MODELS")
      ->group(group);
}

void add_rate_flags(CLI::App& command, TaskOverrides& overrides) {
  const std::string group = "The account's limits, in place of the file's";
  add_value(command, "--max-requests-per-minute", "N", overrides.requests_per_minute,
            whole_number<std::int64_t>(1), "Requests in any 60 seconds")
      ->group(group);
  add_value(command, "--max-tokens-per-minute", "N", overrides.tokens_per_minute,
            whole_number<std::int64_t>(1), "Tokens in any 60 seconds")
      ->group(group);
}

void add_skip_bad_rows_flag(CLI::App& command, bool& skip) {
  command.add_flag("--skip-bad-rows", skip, "Go on behind a row that cannot be read")
      ->group(row_group);
}

template <class Options>
void add_chosen_row_flags(CLI::App& command, Options& options) {
  const std::string group = row_group;
  add_value(command, "--limit", "N", options.limit, whole_number<std::int64_t>(1),
            "Only the first N rows")
      ->group(group);
  add_value(command, "--sample", "N", options.sample, whole_number<std::int64_t>(1),
            "Only N rows, drawn at random, in input order")
      ->group(group);
  add_value(command, "--seed", "N", options.seed, read_seed, "Seed of --sample (0)")->group(group);
  add_skip_bad_rows_flag(command, options.skip_bad_rows);
}

template <class Options>
void add_row_flags(CLI::App& command, Options& options) {
  add_chosen_row_flags(command, options);
  command
      .add_flag_callback(
          "--no-dedup", [&options] { options.dedup = false; }, "Ask identical rows each for itself")
      ->group(row_group);
}

template void add_chosen_row_flags(CLI::App& command, RunOptions& options);
template void add_row_flags(CLI::App& command, RunOptions& options);
template void add_row_flags(CLI::App& command, PlanOptions& options);

}  // namespace sheaf::cli
