#include "run_flags.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "flags.hpp"

namespace sheaf::cli {
namespace {

Read<Via> read_via(const std::string& text) {
  if (text == "live") return Via::live;
  if (text == "flex") return Via::flex;
  if (text == "bulk") return Via::bulk;
  return std::unexpected(fmt::format("takes live, flex or bulk, not '{}'", text));
}

Read<Via> read_repairs(const std::string& text) {
  if (text == "live") return Via::live;
  if (text == "bulk") return Via::bulk;
  return std::unexpected(fmt::format("takes bulk or live, not '{}'", text));
}

}  // namespace

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

void add_via_flags(CLI::App& command, RunOptions& options) {
  const std::string group = "Bulk jobs";
  add_value(command, "--via", "WAY", options.via, read_via,
            "How requests are sent: live (usual), flex, or bulk: in bulk jobs, within a day and at "
            "half the price")
      ->group(group);
  add_value(command, "--repairs", "WAY", options.repairs, read_repairs,
            "How rows of bulk jobs are asked again: bulk (usual), in a next job, or live")
      ->group(group);
  command
      .add_flag_callback(
          "--no-wait", [&options] { options.wait_for_bulk = false; },
          "Stop once the jobs are with the provider; the same command collects them")
      ->group(group);
  command
      .add_flag("--abandon-bulk", options.abandon_bulk,
                "Ask the rows of jobs again that were not collected")
      ->group(group);
  add_value(command, "--bulk-requests", "N", options.most_bulk_requests,
            whole_number<std::int64_t>(1), "In jobs at once, at most (100,000)")
      ->group(group);
  add_value(command, "--bulk-tokens", "N", options.most_bulk_tokens, whole_number<std::int64_t>(1),
            "Likewise, tokens that the account may have queued")
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
