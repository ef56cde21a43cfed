#include "core/money.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace sheaf {
namespace {

constexpr std::int64_t picos_per_dollar = 1'000'000'000'000;
constexpr std::size_t decimals = 12;

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The amount without its sign; the lowest int64 has no positive counterpart there.
std::uint64_t magnitude(Money money) {
  const auto picos = static_cast<std::uint64_t>(money.picos);
  return money.picos < 0 ? 0 - picos : picos;
}

}  // namespace

std::optional<Money> parse_usd(std::string_view decimal) {
  const std::size_t point = decimal.find('.');
  const std::string_view whole = decimal.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? "0" : decimal.substr(point + 1);
  if (!all_digits(whole) || !all_digits(part) || part.size() > decimals) return std::nullopt;
  std::string digits(whole);
  digits.append(part).append(decimals - part.size(), '0');
  std::int64_t picos = 0;
  for (const char c : digits) {
    const int digit = c - '0';
    if (picos > (std::numeric_limits<std::int64_t>::max() - digit) / 10) return std::nullopt;
    picos = picos * 10 + digit;
  }
  return Money{picos};
}

std::string to_decimal(Money money) {
  const std::uint64_t amount = magnitude(money);
  std::string out = fmt::format("{}{}.{:012}", money.picos < 0 ? "-" : "",
                                amount / picos_per_dollar, amount % picos_per_dollar);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

std::string to_display(Money money) {
  const std::uint64_t amount = magnitude(money);
  // Three significant digits below a dollar, cents from there on.
  std::uint64_t unit = picos_per_dollar / 100;
  std::size_t shown = 2;
  while (shown < decimals && amount < unit * 100 && amount > 0) {
    unit /= 10;
    ++shown;
  }
  const std::uint64_t rounded = (amount + unit / 2) / unit * unit;
  std::string part = fmt::format("{:012}", rounded % picos_per_dollar).substr(0, shown);
  while (part.size() > 2 && part.ends_with('0')) part.pop_back();
  return fmt::format("{}${}.{}", money.picos < 0 ? "-" : "", rounded / picos_per_dollar, part);
}

}  // namespace sheaf
