#include "provider/headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/text.hpp"

namespace sheaf::provider {
namespace {

constexpr double longest_wait_ms = 7.0 * 24 * 3600 * 1000;
constexpr double longest_reset_ms = 24.0 * 3600 * 1000;

/// Takes an unsigned decimal number off the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<double> whole_number(std::string_view text) {
  text = text::trim(text);
  const auto value = take_number(text);
  return text.empty() ? value : std::nullopt;
}

/// The milliseconds of a unit taken off the front of `text`.
std::optional<double> take_unit(std::string_view& text) {
  static constexpr std::array<std::pair<std::string_view, double>, 8> units{{{"ms", 1},
                                                                             {"us", 1e-3},
                                                                             {"µs", 1e-3},
                                                                             {"ns", 1e-6},
                                                                             {"s", 1e3},
                                                                             {"m", 60e3},
                                                                             {"h", 3600e3},
                                                                             {"d", 86400e3}}};
  for (const auto& [name, ms] : units) {
    if (text.starts_with(name)) {
      text.remove_prefix(name.size());
      return ms;
    }
  }
  return std::nullopt;
}

Millis round_up(double ms) { return Millis(static_cast<std::int64_t>(std::ceil(ms))); }

std::optional<int> small_int(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (true) {
    const auto start = text.find_first_not_of(" ,-");
    if (start == std::string_view::npos) return found;
    text.remove_prefix(start);
    const auto end = std::min(text.find_first_of(" ,-"), text.size());
    found.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::optional<unsigned> month_of(std::string_view name) {
  static constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                          "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto found = std::ranges::find(names, text::fold_ascii(name));
  if (found == names.end()) return std::nullopt;
  return static_cast<unsigned>(found - names.begin()) + 1;
}

std::optional<std::int64_t> seconds_of_day(std::string_view clock) {
  if (clock.size() != 8 || clock[2] != ':' || clock[5] != ':') return std::nullopt;
  const auto hour = small_int(clock.substr(0, 2));
  const auto minute = small_int(clock.substr(3, 2));
  const auto second = small_int(clock.substr(6, 2));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return *hour * 3600 + *minute * 60 + *second;
}

std::optional<std::int64_t> to_unix(std::string_view day, std::string_view month,
                                    std::string_view year, std::string_view clock) {
  const auto d = small_int(day);
  const auto m = month_of(month);
  auto y = small_int(year);
  const auto seconds = seconds_of_day(clock);
  if (!d || !m || !y || !seconds) return std::nullopt;
  if (year.size() == 2) *y += *y < 70 ? 2000 : 1900;
  const std::chrono::year_month_day date{std::chrono::year(*y), std::chrono::month(*m),
                                         std::chrono::day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return std::int64_t{days} * 86400 + *seconds;
}

std::optional<std::int64_t> count_header(const HttpResponse& response, std::string_view name) {
  const auto* value = response.header(name);
  if (value == nullptr) return std::nullopt;
  const auto number = whole_number(*value);
  if (!number || *number > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

void read_limit(const HttpResponse& response, std::string_view of,
                std::optional<std::int64_t>& limit, std::optional<std::int64_t>& remaining,
                std::optional<Millis>& reset) {
  const std::string suffix(of);
  const auto* told = response.header("x-ratelimit-limit-" + suffix);
  limit = count_header(response, "x-ratelimit-limit-" + suffix);
  if (limit && *limit == 0) limit.reset();
  if (told != nullptr && !limit) return;
  remaining = count_header(response, "x-ratelimit-remaining-" + suffix);
  if (const auto* value = response.header("x-ratelimit-reset-" + suffix)) {
    reset = read_duration(*value);
  }
}

}  // namespace

std::optional<Millis> read_duration(std::string_view text) {
  text = text::trim(text);
  if (const auto seconds = whole_number(text)) {
    if (*seconds * 1000 > longest_reset_ms) return std::nullopt;
    return round_up(*seconds * 1000);
  }
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    const auto unit = number ? take_unit(text) : std::nullopt;
    if (!unit) return std::nullopt;
    total += *number * *unit;
  }
  if (total > longest_reset_ms) return std::nullopt;
  return round_up(total);
}

std::optional<std::int64_t> read_http_date(std::string_view text) {
  const auto part = words(text::trim(text));
  if (part.size() == 6 && part[5] == "GMT") return to_unix(part[1], part[2], part[3], part[4]);
  if (part.size() == 5) return to_unix(part[2], part[1], part[4], part[3]);
  return std::nullopt;
}

std::optional<Millis> retry_after(const HttpResponse& response, std::int64_t now_unix) {
  std::optional<double> ms;
  if (const auto* value = response.header("retry-after-ms")) ms = whole_number(*value);
  if (const auto* value = response.header("retry-after"); value != nullptr && !ms) {
    if (const auto seconds = whole_number(*value)) {
      ms = *seconds * 1000;
    } else if (const auto date = read_http_date(*value)) {
      ms = static_cast<double>(*date - now_unix) * 1000;
    }
  }
  if (!ms || *ms <= 0) return std::nullopt;
  return round_up(std::min(*ms, longest_wait_ms));
}

RateLimitHint rate_limit_hint(const HttpResponse& response) {
  RateLimitHint hint;
  read_limit(response, "requests", hint.limit_requests, hint.remaining_requests,
             hint.reset_requests);
  read_limit(response, "tokens", hint.limit_tokens, hint.remaining_tokens, hint.reset_tokens);
  return hint;
}

}  // namespace sheaf::provider
