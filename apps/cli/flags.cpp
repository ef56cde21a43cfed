#include "flags.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace sheaf::cli {
namespace {

constexpr double longest_seconds = 1e9;

template <class Number>
bool read_all(std::string_view text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

/// Digits with at most one point: no exponents, signs or names.
bool read_decimal(std::string_view text, double& number) {
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return false;
  return read_all(text, number) && std::isfinite(number);
}

double seconds_of(std::string_view& text) {
  for (const auto& [suffix, seconds] :
       {std::pair{std::string_view("ms"), 0.001}, {"s", 1.0}, {"m", 60.0}}) {
    if (!text.ends_with(suffix)) continue;
    text.remove_suffix(suffix.size());
    return seconds;
  }
  return 1;
}

}  // namespace

Read<std::int64_t> read_integer(const std::string& text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  if (read_all(text, number) && number >= least && number <= most) return number;
  const bool is_bounded =
      most != std::numeric_limits<std::int64_t>::max() && most != std::numeric_limits<int>::max();
  const auto range =
      is_bounded ? fmt::format("from {} to {}", least, most) : fmt::format("from {}", least);
  return std::unexpected(fmt::format("takes a whole number {}, not '{}'", range, text));
}

Read<std::uint64_t> read_seed(const std::string& text) {
  std::uint64_t number = 0;
  if (read_all(text, number)) return number;
  return std::unexpected(fmt::format("takes a whole number from 0, not '{}'", text));
}

Read<double> read_usd(const std::string& text) {
  double number = 0;
  if (read_decimal(text, number)) return number;
  return std::unexpected(fmt::format("takes an amount in US dollars such as 2.50, not '{}'", text));
}

Read<std::chrono::milliseconds> read_duration(const std::string& text) {
  std::string_view digits = text;
  const double unit = seconds_of(digits);
  double number = 0;
  if (!read_decimal(digits, number) || number * unit > longest_seconds) {
    return std::unexpected(
        fmt::format("takes a time such as 30 (seconds), 0.5, 500ms or 2m, not '{}'", text));
  }
  return std::chrono::milliseconds(std::llround(number * unit * 1000));
}

Read<std::chrono::milliseconds> read_positive_duration(const std::string& text) {
  auto duration = read_duration(text);
  if (duration && duration->count() == 0) {
    return std::unexpected(fmt::format("takes a time of at least 1ms, not '{}'", text));
  }
  return duration;
}

Read<FailureBound> read_failure_bound(const std::string& text) {
  FailureBound bound;
  std::string_view digits = text;
  if (digits.ends_with('%')) {
    digits.remove_suffix(1);
    double percent = 0;
    if (read_decimal(digits, percent) && percent <= 100) {
      bound.percent = percent;
      return bound;
    }
  } else if (read_all(digits, bound.count) && bound.count >= 0) {
    return bound;
  }
  return std::unexpected(
      fmt::format("takes a number of rows such as 20 or a share such as 5%, not '{}'", text));
}

Read<std::pair<std::string, std::string>> read_assignment(const std::string& text) {
  const auto sign = text.find('=');
  if (sign != std::string::npos && sign > 0) {
    return std::pair{text.substr(0, sign), text.substr(sign + 1)};
  }
  return std::unexpected(fmt::format("takes NAME=VALUE such as accuracy=0.9, not '{}'", text));
}

Read<std::string> read_text(const std::string& text) {
  if (text.empty()) return std::unexpected("takes a value, not an empty one");
  if (text.size() > 1 && text.front() == '-') {
    return std::unexpected(
        fmt::format("takes a value, not the flag {0} (write ./{0} for a file of that name)", text));
  }
  return text;
}

}  // namespace sheaf::cli
