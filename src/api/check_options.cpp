#include "api/check_options.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "rows/sink.hpp"

namespace sheaf::api {

Expected<void> check_names(const RunOptions& options, const std::string& checkpoint) {
  namespace fs = std::filesystem;
  const auto whole = [](const std::string& name) {
    std::error_code error;
    auto path = fs::weakly_canonical(fs::absolute(name, error), error);
    return error ? fs::path(name) : path;
  };
  const auto& rows = options.rows;
  const auto& out = options.output;
  const auto clash = [&](const std::string& one, const std::string& other) -> Expected<void> {
    if (one == "-" || other == "-" || whole(one) != whole(other)) return {};
    return fail(ErrorCode::usage,
                fmt::format("{} cannot be two things at once: give the rows, the output and the "
                            "checkpoint names of their own",
                            one));
  };
  for (const auto& end : {"", ".partial", ".rejected", ".rejected.partial"}) {
    if (out == "-") break;
    if (auto done = clash(checkpoint, out + end); !done) return done;
    if (auto done = clash(rows, out + end); !done) return done;
  }
  return clash(rows, checkpoint);
}

Expected<void> check_options(const task::Task& task, const RunOptions& options) {
  if (options.output.empty()) return fail(ErrorCode::usage, "no output: give -o OUT");
  if (options.output == "-" && options.checkpoint.empty()) {
    return fail(ErrorCode::usage,
                "-o - needs --checkpoint FILE: there is no file to put it beside");
  }
  if (auto form = rows::output_form(options.output); !form) return std::unexpected(form.error());
  if (options.max_cost_usd && !task.price) {
    return fail(
        ErrorCode::usage,
        fmt::format("--max-cost needs prices, and none are known of this model: add `price:` to {}",
                    task.path));
  }
  if (options.max_cost_usd && !(*options.max_cost_usd >= 0)) {
    return fail(ErrorCode::usage, "--max-cost takes an amount in US dollars, 0 or more");
  }
  if (options.max_requests_per_sample < 1 || options.max_requests_per_sample > 100) {
    return fail(ErrorCode::usage, "--max-requests-per-sample takes a number from 1 to 100");
  }
  if (options.max_retries < 0 || options.max_retries > 1000) {
    return fail(ErrorCode::usage, "--max-retries takes a number from 0 to 1000");
  }
  if (options.repairs == Via::flex) {
    return fail(ErrorCode::usage, "--repairs takes bulk or live");
  }
  if (options.most_bulk_requests < 1 || options.most_bulk_tokens.value_or(1) < 1) {
    return fail(ErrorCode::usage, "--bulk-requests and --bulk-tokens take a number, 1 or more");
  }
  return {};
}

}  // namespace sheaf::api
