#include "answer/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sheaf::answer {
namespace {

constexpr std::int64_t most_added_zeros = 20;
constexpr std::size_t most_double_digits = 17;
// 2^59 < 10^18 < 2^60: a quotient that ends does so within 60 decimals.
constexpr int most_decimals = 80;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  return static_cast<std::size_t>(end - text.begin());
}

// Removes and returns the digits in front.
std::string_view take_digits(std::string_view& text) {
  const auto digits = text.substr(0, count_digits(text));
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> parse_exponent(std::string_view text) {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  if (text.empty() || text.size() > 9 || count_digits(text) != text.size()) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return negative ? -value : value;
}

std::optional<double> to_double(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Decimal shortest(double value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return *parse_decimal({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

Decimal make_decimal(bool negative, std::string_view digits, std::int64_t exponent) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return {};
  const auto zeros = digits.size() - 1 - digits.find_last_not_of('0');
  digits.remove_suffix(zeros);
  return {negative, std::string(digits), exponent + static_cast<std::int64_t>(zeros)};
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  std::string digits(take_digits(text));
  std::int64_t exponent = 0;
  if (take(text, '.')) {
    const auto decimals = take_digits(text);
    digits += decimals;
    exponent = -static_cast<std::int64_t>(decimals.size());
  }
  if (digits.empty()) return std::nullopt;
  if (take(text, 'e') || take(text, 'E')) {
    const auto written = parse_exponent(text);
    if (!written) return std::nullopt;
    exponent += *written;
    text = {};
  }
  if (!text.empty()) return std::nullopt;
  return make_decimal(negative, digits, exponent);
}

std::string to_text(const Decimal& decimal) {
  if (decimal.digits.empty()) return "0";
  const auto sign = decimal.negative ? "-" : "";
  const auto size = static_cast<std::int64_t>(decimal.digits.size());
  const auto point = size + decimal.exponent;  // Digits before the decimal point.
  if (decimal.exponent >= 0 && decimal.exponent <= most_added_zeros) {
    return sign + decimal.digits + std::string(static_cast<std::size_t>(decimal.exponent), '0');
  }
  if (decimal.exponent < 0 && point > 0) {
    auto digits = decimal.digits;
    return sign + digits.insert(static_cast<std::size_t>(point), 1, '.');
  }
  if (decimal.exponent < 0 && -point < most_added_zeros) {
    return sign + ("0." + std::string(static_cast<std::size_t>(-point), '0')) + decimal.digits;
  }
  const auto rest = decimal.digits.size() > 1 ? "." + decimal.digits.substr(1) : "";
  return sign + decimal.digits.substr(0, 1) + rest + "e" + std::to_string(point - 1);
}

json::Value to_json(const Decimal& decimal) {
  auto text = to_text(decimal);
  if (decimal.digits.size() <= most_double_digits) {
    const auto value = to_double(text);
    if (value && std::isfinite(*value) && shortest(*value) == decimal) {
      return json::Number{std::move(text)};
    }
  }
  return text;
}

Decimal quotient(std::uint64_t whole, std::uint64_t numerator, std::uint64_t denominator) {
  auto digits = std::to_string(whole + numerator / denominator);
  auto rest = numerator % denominator;
  int decimals = 0;
  for (; rest != 0 && decimals < most_decimals; ++decimals) {
    rest *= 10;
    digits += static_cast<char>('0' + rest / denominator);
    rest %= denominator;
  }
  auto cut = make_decimal(false, digits, -decimals);
  if (rest == 0) return cut;
  const auto nearest = to_double(to_text(cut));
  return nearest ? shortest(*nearest) : cut;
}

std::optional<std::uint64_t> small_integer(const Decimal& decimal) {
  const auto size = static_cast<std::int64_t>(decimal.digits.size());
  if (decimal.negative || decimal.exponent < 0 || size + decimal.exponent > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : decimal.digits)
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  for (std::int64_t i = 0; i < decimal.exponent; ++i) value *= 10;
  return value;
}

}  // namespace sheaf::answer
