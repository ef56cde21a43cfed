#include "corpus_options.hpp"

#include <charconv>
#include <cstddef>
#include <map>
#include <string_view>

#include <fmt/format.h>

namespace nano {
namespace {

bool read_number(std::string_view text, auto& number) {
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

bool read_worked(std::string_view text, Worked& worked) {
  const std::map<std::string_view, Worked> names{{"bare", Worked::bare},
                                                 {"none", Worked::none},
                                                 {"drawn", Worked::drawn},
                                                 {"own", Worked::own},
                                                 {"mixed", Worked::mixed}};
  const auto found = names.find(text);
  if (found != names.end()) worked = found->second;
  return found != names.end();
}

/// Whether such an option exists and takes that value.
bool take(Options& options, std::string_view name, const std::string& value) {
  if (name == "--task") return options.task = value, true;
  if (name == "--rows") return options.rows = value, true;
  if (name == "--wordings") return options.wordings = value, true;
  if (name == "--seed") return read_number(value, options.seed);
  if (name == "--texts") return read_number(value, options.texts);
  if (name == "--min-batch") return read_number(value, options.min_batch);
  if (name == "--max-batch") return read_number(value, options.max_batch);
  if (name == "--max-exemplars") return read_number(value, options.max_exemplars);
  return name == "--worked" && read_worked(value, options.worked);
}

}  // namespace

std::expected<Options, std::string> read_options(std::span<char* const> arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const bool known = i + 1 < arguments.size() && take(options, arguments[i], arguments[i + 1]);
    if (!known)
      return std::unexpected(fmt::format("option {} is unknown or lacks its value", arguments[i]));
  }
  if (options.task.empty() || options.rows.empty()) {
    return std::unexpected("--task and --rows are needed");
  }
  if (options.min_batch < 1 || options.min_batch > options.max_batch || options.max_exemplars < 0) {
    return std::unexpected(
        "batches are of 1 to --max-batch samples, and --max-exemplars is not negative");
  }
  return options;
}

}  // namespace nano
