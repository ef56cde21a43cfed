#include "program/float_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "program/integer.hpp"

namespace sheaf::program {
namespace {

constexpr int least_fixed_exponent = -4;
constexpr int repr_exponent_limit = 16;

struct Digits {
  std::string digits;  ///< the first one stands before the point
  int exponent = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Of "d.ddde+xx".
Digits split(std::string_view scientific) {
  Digits split;
  const auto mark = scientific.find('e');
  for (const char c : scientific.substr(0, mark)) {
    if (c != '.') split.digits += c;
  }
  const auto* first = scientific.data() + mark + 1;
  if (*first == '+') ++first;
  std::from_chars(first, scientific.data() + scientific.size(), split.exponent);
  return split;
}

std::string with_exponent(const Digits& number) {
  auto text = number.digits.substr(0, 1);
  if (number.digits.size() > 1) text += "." + number.digits.substr(1);
  const auto magnitude = std::to_string(std::abs(number.exponent));
  text += number.exponent < 0 ? "e-" : "e+";
  return text + (magnitude.size() < 2 ? "0" : "") + magnitude;
}

std::string without_exponent(const Digits& number, bool always_point) {
  const auto size = static_cast<int>(number.digits.size());
  const auto whole = number.exponent + 1;
  if (whole <= 0) return "0." + std::string(static_cast<std::size_t>(-whole), '0') + number.digits;
  if (size > whole) {
    auto text = number.digits;
    return text.insert(static_cast<std::size_t>(whole), 1, '.');
  }
  return number.digits + std::string(static_cast<std::size_t>(whole - size), '0') +
         (always_point ? ".0" : "");
}

std::string laid_out(const Digits& number, int exponent_limit, bool always_point) {
  const bool fixed = number.exponent >= least_fixed_exponent && number.exponent < exponent_limit;
  return fixed ? without_exponent(number, always_point) : with_exponent(number);
}

template <typename... Format>
std::string converted(std::size_t size, double real, Format... format) {
  std::string text(size, '\0');
  const auto [end, error] = std::to_chars(text.data(), text.data() + size, real, format...);
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

}  // namespace

std::string real_text(double real) {
  if (std::isnan(real)) return "nan";
  if (std::isinf(real)) return real < 0 ? "-inf" : "inf";
  const auto scientific = converted(64, std::fabs(real), std::chars_format::scientific);
  return (std::signbit(real) ? "-" : "") + laid_out(split(scientific), repr_exponent_limit, true);
}

std::optional<double> parse_real(std::string_view text) {
  if (text.empty() ||
      !(is_digit(text[0]) || (text.size() > 1 && text[0] == '.' && is_digit(text[1])))) {
    return std::nullopt;
  }
  double real = 0;
  const auto* begin = text.data();
  const auto* last = begin + text.size();
  const auto [end, error] = std::from_chars(begin, last, real);
  if (end != last) return std::nullopt;
  if (error == std::errc()) return real;
  // Out of range: too large, or too small, as the place of its first digit tells.
  const auto mark = std::min(text.find_first_of("eE"), text.size());
  const auto digits = text.substr(0, mark);
  const auto first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return 0.0;
  const auto point = std::min(digits.find('.'), digits.size());
  const bool negative = mark < text.size() && text[mark + 1] == '-';
  if (mark < text.size()) return negative ? 0.0 : std::numeric_limits<double>::infinity();
  return first < point ? std::numeric_limits<double>::infinity() : 0.0;
}

std::string fixed_text(double real, int precision) {
  return converted(static_cast<std::size_t>(precision) + 330, std::fabs(real),
                   std::chars_format::fixed, precision);
}

std::string exponent_text(double real, int precision) {
  return converted(static_cast<std::size_t>(precision) + 32, std::fabs(real),
                   std::chars_format::scientific, precision);
}

std::string general_text(double real, int precision, int exponent_limit, bool always_point) {
  auto number = split(exponent_text(real, std::max(precision, 1) - 1));
  const auto kept = number.digits.find_last_not_of('0');
  number.digits.resize(kept == std::string::npos ? 1 : kept + 1);
  return laid_out(number, exponent_limit, always_point);
}

std::optional<double> round_real(double real, int digits) {
  // Beyond these every double is its own rounding, or rounds to zero.
  constexpr int finest = 323;
  if (!std::isfinite(real) || real == 0 || digits > finest) return real;
  if (digits < 0) return round_real_to_power(real, -digits);
  const auto text = fixed_text(real, digits);
  const auto rounded = parse_real(text);
  if (!rounded || std::isinf(*rounded)) return std::nullopt;
  return std::copysign(*rounded, real);
}

}  // namespace sheaf::program
