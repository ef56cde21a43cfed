// Integers beside doubles, and the integer functions of `math`.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "program/big.hpp"
#include "program/integer.hpp"

namespace sheaf::program {
namespace {

constexpr int mantissa = std::numeric_limits<double>::digits;
constexpr int least_exponent = std::numeric_limits<double>::min_exponent;

/// a / b rounded half to even; both above 0.
Integer half_even_quotient(const Integer& a, const Integer& b) {
  Integer quotient;
  Integer rest;
  boost::multiprecision::divide_qr(a, b, quotient, rest);
  const Integer twice = rest * 2;
  if (twice > b || (twice == b && quotient % 2 != 0)) ++quotient;
  return quotient;
}

/// The nearest double to a / b, both above 0; infinite past the largest. The quotient is taken to
/// the last bit that the double will have.
double ratio(const Integer& a, const Integer& b) {
  const auto difference = static_cast<int>(bits_of(a)) - static_cast<int>(bits_of(b));
  if (difference > std::numeric_limits<double>::max_exponent) {
    return std::numeric_limits<double>::infinity();
  }
  auto shift = std::max(difference, least_exponent) - mantissa;
  const auto quotient = [&] {
    return shift >= 0 ? half_even_quotient(a, b << shift) : half_even_quotient(a << -shift, b);
  };
  auto digits = quotient();
  // The quotient has a bit more than a double where a's leading bits are the larger.
  if (bits_of(digits) > static_cast<std::size_t>(mantissa)) {
    ++shift;
    digits = quotient();
  }
  return std::ldexp(static_cast<double>(static_cast<std::uint64_t>(digits)), shift);
}

Integer power_of_ten(std::int64_t power) { return pow(Integer(10), static_cast<unsigned>(power)); }

}  // namespace

double true_quotient(Context& context, const Value& a, const Value& b) {
  constexpr std::int64_t exact = std::int64_t{1} << mantissa;
  const auto is_exact = [](const Value& v) {
    return v.is_small() && v.small() >= -exact && v.small() <= exact;
  };
  if (is_exact(a) && is_exact(b)) {
    return static_cast<double>(a.small()) / static_cast<double>(b.small());
  }
  const auto x = to_integer(a);
  const auto y = to_integer(b);
  charge(context, bits_of(x) + std::size_t{2} * mantissa, bits_of(y) + std::size_t{2} * mantissa);
  if (x == 0) return y < 0 ? -0.0 : 0.0;
  const auto quotient = ratio(abs(x), abs(y));
  if (std::isinf(quotient)) {
    context.raise(errors::overflow, "integer division result too large for a float");
  }
  return (x < 0) != (y < 0) ? -quotient : quotient;
}

double to_real(Context& context, const Value& number) {
  if (number.is(Type::real)) return number.real();
  if (number.is_small()) return static_cast<double>(number.small());
  const auto real = nearest_real(number.as<Big>().value);
  if (std::isinf(real)) context.raise(errors::overflow, "int too large to convert to float");
  return real;
}

Scaled scaled(Context& context, const Value& integral) {
  const auto value = to_integer(integral);
  const auto exponent = static_cast<int>(bits_of(value));
  charge(context, bits_of(value), bits_of(value));
  const auto fraction = ratio(value, Integer(1) << static_cast<unsigned>(exponent));
  return fraction < 1 ? Scaled{fraction, exponent} : Scaled{0.5, exponent + 1};
}

Value integer_of_real(Context& context, double whole) {
  if (std::fabs(whole) < 0x1p62) return Value(static_cast<std::int64_t>(whole));
  return make_integer(context, integer_of(whole));
}

Value round_to_power(Context& context, const Value& integral, std::int64_t power) {
  const auto value = to_integer(integral);
  // Half of 10^power is beyond the value.
  if (power * 3 > static_cast<std::int64_t>(bits_of(value)) + 3) return Value(std::int64_t{0});
  charge(context, bits_of(value), bits_of(value));
  const auto unit = power_of_ten(power);
  Integer rounded = half_even_quotient(abs(value), unit) * unit;
  if (value < 0) rounded = -rounded;
  return make_integer(context, std::move(rounded));
}

std::optional<double> round_real_to_power(double real, int power) {
  if (power > std::numeric_limits<double>::max_exponent10) return std::copysign(0.0, real);
  int exponent = 0;
  const auto fraction = std::frexp(std::fabs(real), &exponent);
  Integer digits = static_cast<std::int64_t>(std::ldexp(fraction, mantissa));
  Integer unit = power_of_ten(power);
  const auto shift = exponent - mantissa;
  const Integer below = shift < 0 ? Integer(unit << -shift) : unit;
  if (shift > 0) digits <<= shift;
  const auto rounded = nearest_real(half_even_quotient(digits, below) * unit);
  if (std::isinf(rounded)) return std::nullopt;
  return std::copysign(rounded, real);
}

Value greatest_divisor(Context& context, const Value& a, const Value& b) {
  const auto x = to_integer(a);
  const auto y = to_integer(b);
  charge(context, 2 * bits_of(x) + 1024, 2 * bits_of(y));
  return make_integer(context, gcd(x, y));
}

Value least_multiple(Context& context, const Value& a, const Value& b) {
  const auto x = to_integer(a);
  const auto y = to_integer(b);
  if (x == 0 || y == 0) return Value(std::int64_t{0});
  charge(context, 2 * bits_of(x) + 1024, 2 * bits_of(y));
  return make_integer(context, abs(x / gcd(x, y) * y));
}

Value factorial(Context& context, std::int64_t n) {
  Integer product = 1;
  for (std::int64_t i = 2; i <= n; ++i) {
    charge(context, bits_of(product), 64);
    product *= i;
    expect_bits(context, bits_of(product));
  }
  return make_integer(context, std::move(product));
}

Value choices(Context& context, const Value& n, std::int64_t k, bool ordered) {
  const auto from = to_integer(n);
  Integer product = 1;
  for (std::int64_t i = 0; i < k; ++i) {
    charge(context, bits_of(product), bits_of(from) + 64);
    product *= from - i;
    if (!ordered) product /= i + 1;
    expect_bits(context, bits_of(product));
  }
  return make_integer(context, std::move(product));
}

Value integer_root(Context& context, const Value& n) {
  const auto value = to_integer(n);
  charge(context, 4 * bits_of(value), bits_of(value));
  return make_integer(context, sqrt(value));
}

}  // namespace sheaf::program
