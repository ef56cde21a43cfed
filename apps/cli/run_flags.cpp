#include "run_flags.hpp"

#include <algorithm>
#include <vector>

#include "flags.hpp"

namespace sheaf::cli {

void add_sending_flags(CLI::App& command, RunOptions& options, TaskOverrides& overrides) {
  const std::string group = "Sending";
  auto& timeouts = options.timeouts;
  add_value(command, "--concurrency", "N", overrides.concurrency, whole_number(1, 10'000),
            "Requests in flight, at most")
      ->group(group);
  add_value(command, "--max-retries", "N", options.max_retries, whole_number(0, 1000),
            "Of one request, after network and server faults (5)")
      ->group(group);
  add_value(command, "--max-requests-per-sample", "N", options.max_requests_per_sample,
            whole_number(1, 100), "Prompts that one row may be part of (4)")
      ->group(group);
  add_value(command, "--connect-timeout", "TIME", timeouts.connect, read_positive_duration,
            "To reach the server (10s)")
      ->group(group);
  add_value(command, "--stall-timeout", "TIME", timeouts.stall, read_positive_duration,
            "Without one byte (2m)")
      ->group(group);
  add_value(command, "--attempt-timeout", "TIME", timeouts.attempt, read_positive_duration,
            "One sending of a request (10m)")
      ->group(group);
  add_value(command, "--timeout", "TIME", timeouts.total, read_duration,
            "One prompt with its retries; 0 is none (0)")
      ->group(group);
  add_value(command, "--ca-file", "FILE", options.ca_file, read_text,
            "Certificates to trust, in place of the system's")
      ->group(group);
}

void add_budget_flags(CLI::App& command, const std::string& group, RunOptions& options) {
  add_value(command, "--max-cost", "USD", options.max_cost_usd, read_usd,
            "Never spend more; needs the task's prices")
      ->group(group);
  add_value(command, "--max-requests", "N", options.max_requests, whole_number<std::int64_t>(1),
            "Never send more requests")
      ->group(group);
}

void add_simulated_flags(CLI::App& command, RunOptions& options) {
  command
      .add_option_function<std::vector<std::string>>(
          "--simulated",
          [&options](const std::vector<std::string>& all) {
            for (const auto& text : all) {
              auto assignment = read_assignment(text);
              if (!assignment) throw CLI::ValidationError("--simulated", assignment.error());
              // One option has one name, so that the last value counts.
              std::ranges::replace(assignment->first, '-', '_');
              options.simulated.insert_or_assign(assignment->first, assignment->second);
            }
          },
          "An option of the simulated model; may be repeated")
      ->option_text("NAME=VALUE")
      ->allow_extra_args(false)
      ->group("The simulated model (--model simulated)");
}

void add_display_flags(CLI::App& command, DisplayFlags& flags) {
  const std::string group = "Display";
  command
      .add_flag_callback(
          "--plain", [&flags] { flags.progression = Progression::plain; },
          "No bar, a line every 10 seconds")
      ->group(group);
  auto* const quiet =
      command
          .add_flag_callback(
              "-q,--quiet", [&flags] { flags.verbosity = Verbosity::quiet; }, "Nothing but errors")
          ->group(group);
  command
      .add_flag_callback(
          "-v,--verbose", [&flags] { flags.verbosity = Verbosity::verbose; },
          "Every notice: retries, repairs, limits met")
      ->group(group)
      ->excludes(quiet);
}

std::string drain_notice(const ProgressDisplay& display, Verbosity verbosity) {
  if (verbosity == Verbosity::quiet) return {};
  return std::string(display.has_bar() ? "\r\x1b[K" : "") +
         "sheaf: stopping: no new requests, waiting for those in flight; once more to stop at "
         "once\n";
}

}  // namespace sheaf::cli
