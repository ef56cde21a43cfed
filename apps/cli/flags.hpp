// The values of flags: read strictly, refused with a reason that names the flag.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <utility>

#include <CLI/App.hpp>

#include <sheaf/run.hpp>

namespace sheaf::cli {

/// A value, or why the text is none.
template <class T>
using Read = std::expected<T, std::string>;

/// A whole decimal number from `least` to `most`.
Read<std::int64_t> read_integer(const std::string& text, std::int64_t least, std::int64_t most);
/// Any 64-bit unsigned number.
Read<std::uint64_t> read_seed(const std::string& text);
/// US dollars, from 0.
Read<double> read_usd(const std::string& text);
/// "30" and "0.5" are seconds; the suffixes ms, s and m are understood. Not negative.
Read<std::chrono::milliseconds> read_duration(const std::string& text);
/// The same, more than nothing.
Read<std::chrono::milliseconds> read_positive_duration(const std::string& text);
/// "20" rows or "5%".
Read<FailureBound> read_failure_bound(const std::string& text);
/// "NAME=VALUE".
Read<std::pair<std::string, std::string>> read_assignment(const std::string& text);
/// Any text but the empty one and what looks like a flag. "-" passes.
Read<std::string> read_text(const std::string& text);

/// A reader of whole numbers in a range, for add_value.
template <class Number>
auto whole_number(Number least, Number most = std::numeric_limits<Number>::max()) {
  return [least, most](const std::string& text) -> Read<Number> {
    auto number = read_integer(text, least, most);
    if (!number) return std::unexpected(number.error());
    return static_cast<Number>(*number);
  };
}

/// Adds a flag or positional `names` whose value `read` turns into `target`, which must outlive the
/// parsing. `shown` stands for the value in the help. Given twice, the last one counts.
template <class Target, class Reader>
CLI::Option* add_value(CLI::App& app, const std::string& names, const std::string& shown,
                       Target& target, Reader read, const std::string& help) {
  const auto long_name = names.substr(names.find(',') + 1);
  const auto store = [&target, read, long_name](const std::string& text) {
    auto value = read(text);
    if (!value) throw CLI::ValidationError(long_name, value.error());
    target = std::move(*value);
  };
  return app.add_option_function<std::string>(names, store, help)->option_text(shown)->take_last();
}

}  // namespace sheaf::cli
