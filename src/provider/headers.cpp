#include "provider/headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <span>
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

std::optional<std::int64_t> to_unix(std::string_view day, std::optional<unsigned> m,
                                    std::string_view year, std::string_view clock) {
  const auto d = small_int(day);
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

/// A limit, what remains of it, and when all of it is back.
struct Limit {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> remaining;
  std::optional<Millis> reset;
};

/// Names of the headers of one limit.
struct LimitHeaders {
  std::string_view limit;
  std::string_view remaining;
  std::string_view reset;
};

/// OpenAI's, Anthropic's, Mistral's, which tells no reset. The first that a response has counts.
constexpr std::array request_headers{
    LimitHeaders{"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
                 "x-ratelimit-reset-requests"},
    LimitHeaders{"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
                 "anthropic-ratelimit-requests-reset"},
    LimitHeaders{"x-ratelimit-limit-req-minute", "x-ratelimit-remaining-req-minute", {}},
};
constexpr std::array token_headers{
    LimitHeaders{"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens",
                 "x-ratelimit-reset-tokens"},
    LimitHeaders{"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining",
                 "anthropic-ratelimit-tokens-reset"},
    LimitHeaders{"x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute", {}},
};
/// Limits of a part of the tokens.
constexpr std::array part_headers{
    LimitHeaders{"anthropic-ratelimit-input-tokens-limit",
                 "anthropic-ratelimit-input-tokens-remaining",
                 "anthropic-ratelimit-input-tokens-reset"},
    LimitHeaders{"anthropic-ratelimit-output-tokens-limit",
                 "anthropic-ratelimit-output-tokens-remaining",
                 "anthropic-ratelimit-output-tokens-reset"},
};

/// A duration, or a point in time.
std::optional<Millis> read_reset(std::string_view text, std::int64_t now_unix) {
  if (const auto duration = read_duration(text)) return duration;
  const auto at = read_rfc3339(text);
  if (!at) return std::nullopt;
  const auto ms = static_cast<double>(std::max<std::int64_t>(*at - now_unix, 0)) * 1000;
  if (ms > longest_reset_ms) return std::nullopt;
  return round_up(ms);
}

Limit read_limit(const HttpResponse& response, const LimitHeaders& names, std::int64_t now_unix) {
  Limit read;
  const auto* told = response.header(names.limit);
  read.limit = count_header(response, names.limit);
  if (read.limit && *read.limit == 0) read.limit.reset();
  if (told != nullptr && !read.limit) return read;
  read.remaining = count_header(response, names.remaining);
  const auto* reset = names.reset.empty() ? nullptr : response.header(names.reset);
  if (reset != nullptr) read.reset = read_reset(*reset, now_unix);
  return read;
}

Limit first_limit(const HttpResponse& response, std::span<const LimitHeaders> families,
                  std::int64_t now_unix) {
  for (const auto& names : families) {
    const auto read = read_limit(response, names, now_unix);
    if (read.limit || read.remaining || read.reset) return read;
  }
  return {};
}

/// Of "Z", "+02:00" and the like.
std::optional<std::int64_t> zone_seconds(std::string_view zone) {
  if (zone == "Z" || zone == "z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hours = small_int(zone.substr(1, 2));
  const auto minutes = small_int(zone.substr(4, 2));
  if (!hours || !minutes) return std::nullopt;
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return zone[0] == '-' ? -seconds : seconds;
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
  if (part.size() == 6 && part[5] == "GMT")
    return to_unix(part[1], month_of(part[2]), part[3], part[4]);
  if (part.size() == 5) return to_unix(part[2], month_of(part[1]), part[4], part[3]);
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

std::optional<std::int64_t> read_rfc3339(std::string_view text) {
  text = text::trim(text);
  constexpr std::size_t shortest = std::string_view("2026-11-21T23:42:41Z").size();
  constexpr std::size_t day = 10;
  if (text.size() < shortest || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (text[day] != 'T' && text[day] != 't' && text[day] != ' ') return std::nullopt;
  const auto month =
      small_int(text.substr(5, 2)).transform([](int m) { return static_cast<unsigned>(m); });
  const auto date = to_unix(text.substr(8, 2), month, text.substr(0, 4), text.substr(day + 1, 8));
  if (!date) return std::nullopt;
  const auto behind = text.substr(shortest - 1);
  const auto digits = behind.starts_with('.') ? behind.find_first_not_of("0123456789", 1) : 0;
  if (digits == std::string_view::npos || digits == 1) return std::nullopt;
  const bool part = behind.substr(0, digits).find_first_of("123456789") != std::string_view::npos;
  const auto zone = zone_seconds(behind.substr(digits));
  if (!zone) return std::nullopt;
  return *date - *zone + (part ? 1 : 0);
}

RateLimitHint rate_limit_hint(const HttpResponse& response, std::int64_t now_unix) {
  const auto requests = first_limit(response, request_headers, now_unix);
  auto tokens = first_limit(response, token_headers, now_unix);
  for (const auto& names : part_headers) {
    const auto part = read_limit(response, names, now_unix);
    if (part.remaining != 0 || tokens.remaining == 0) continue;
    tokens.remaining = 0;
    tokens.reset = part.reset;
  }
  return {requests.limit,   requests.remaining, tokens.limit,
          tokens.remaining, requests.reset,     tokens.reset};
}

}  // namespace sheaf::provider
