#include "program/integer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "program/big.hpp"

namespace sheaf::program {
namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();

int sign_of(const Integer& integer) { return integer < 0 ? -1 : integer > 0 ? 1 : 0; }

[[noreturn]] void by_zero(Context& context) {
  context.raise(errors::zero_division, "integer division or modulo by zero");
}

/// nullopt where the result, or the way to it, does not fit 64 bits.
std::optional<std::int64_t> small_operation(Op op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  switch (op) {
    case Op::add:
      return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::subtract:
      return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::multiply:
      return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::floor_divide:
      if (a == least) return std::nullopt;
      return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
    case Op::modulo:
      if (a == least) return std::nullopt;
      return a % b + ((a % b != 0 && (a < 0) != (b < 0)) ? b : 0);
    case Op::bit_and:
      return a & b;
    case Op::bit_or:
      return a | b;
    case Op::bit_xor:
      return a ^ b;
    default:
      return std::nullopt;
  }
}

Integer floor_quotient(const Integer& a, const Integer& b) {
  Integer quotient;
  Integer rest;
  boost::multiprecision::divide_qr(a, b, quotient, rest);
  if (rest != 0 && (rest < 0) != (b < 0)) --quotient;
  return quotient;
}

Integer power(Context& context, const Integer& base, const Value& exponent) {
  if (base == 0 || base == 1) return exponent.is_small() && exponent.small() == 0 ? 1 : base;
  if (base == -1) return to_integer(exponent) % 2 == 0 ? 1 : -1;
  const auto most = context.limits().integer_bits;
  if (!exponent.is_small() || exponent.small() > static_cast<std::int64_t>(most)) {
    expect_bits(context, most + 1);
  }
  const auto times = static_cast<std::size_t>(exponent.small());
  expect_bits(context, (bits_of(base) - 1) * times);
  charge(context, bits_of(base) * times, bits_of(base) * times);
  return pow(base, static_cast<unsigned>(times));
}

Integer shifted(Context& context, Op op, const Integer& a, const Value& by) {
  if (integer_sign(by) < 0) context.raise(errors::value, "negative shift count");
  const auto most = static_cast<std::int64_t>(context.limits().integer_bits);
  const bool far = !by.is_small() || by.small() > most;
  if (a == 0) return a;
  if (op == Op::shift_right) {
    if (far) return a < 0 ? -1 : 0;
    return floor_quotient(a, Integer(1) << static_cast<unsigned>(by.small()));
  }
  expect_bits(context, far ? static_cast<std::size_t>(most) + 1
                           : bits_of(a) + static_cast<std::size_t>(by.small()));
  return a << static_cast<unsigned>(by.small());
}

/// In two's complement, which Boost's signed magnitudes are not.
Integer bitwise(Op op, const Integer& a, const Integer& b) {
  const auto width = std::max(bits_of(a), bits_of(b)) + 1;
  const Integer modulus = Integer(1) << width;
  const Integer x = a < 0 ? Integer(a + modulus) : a;
  const Integer y = b < 0 ? Integer(b + modulus) : b;
  Integer result;
  if (op == Op::bit_and) {
    result = x & y;
  } else if (op == Op::bit_or) {
    result = x | y;
  } else {
    result = x ^ y;
  }
  return bit_test(result, static_cast<unsigned>(width - 1)) ? Integer(result - modulus) : result;
}

}  // namespace

Value parse_integer(Context& context, std::string_view digits, int base) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  const auto bits_a_digit = std::bit_width(static_cast<unsigned>(base)) - 1;
  if (!digits.empty()) {
    expect_bits(context, (digits.size() - 1) * static_cast<std::size_t>(bits_a_digit));
  }
  context.work(static_cast<std::int64_t>(digits.size()));
  Integer value = 0;
  for (const char c : digits) {
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * base + digit;
  }
  return make_integer(context, std::move(value));
}

std::string integer_text(const Value& integral, int base) {
  if (integral.is_small() && base == 10) return std::to_string(integral.small());
  const auto value = to_integer(integral);
  const Integer magnitude = abs(value);
  const std::string sign = value < 0 ? "-" : "";
  if (base == 10) return sign + magnitude.str();
  const int bits = std::countr_zero(static_cast<unsigned>(base));
  std::string digits;
  for (Integer rest = magnitude; rest != 0 || digits.empty(); rest >>= bits) {
    digits += "0123456789abcdef"[static_cast<unsigned>(rest & (base - 1))];
  }
  std::ranges::reverse(digits);
  return sign + digits;
}

int integer_sign(const Value& integral) {
  if (!integral.is_small()) return sign_of(integral.as<Big>().value);
  return integral.small() < 0 ? -1 : integral.small() > 0 ? 1 : 0;
}

std::int64_t bit_length(const Value& integral) {
  if (!integral.is_small()) return static_cast<std::int64_t>(bits_of(integral.as<Big>().value));
  const auto bits = static_cast<std::uint64_t>(integral.small());
  return static_cast<std::int64_t>(std::bit_width(integral.small() < 0 ? ~bits + 1 : bits));
}

int compare_integers(const Value& a, const Value& b) {
  if (a.is_small() && b.is_small()) {
    return a.small() < b.small() ? -1 : a.small() > b.small() ? 1 : 0;
  }
  return to_integer(a).compare(to_integer(b));
}

int compare_with_real(const Value& integral, double real) {
  if (std::isinf(real)) return real > 0 ? -1 : 1;
  const auto whole = std::trunc(real);
  const auto order = sign_of(to_integer(integral) - integer_of(whole));
  if (order != 0) return order;
  return real > whole ? -1 : real < whole ? 1 : 0;
}

std::int64_t integer_hash(const Value& integral) {
  const Integer modulus = (Integer(1) << 61) - 1;
  const auto hash = static_cast<std::int64_t>(to_integer(integral) % modulus);
  return hash == -1 ? -2 : hash;
}

Value negated(Context& context, const Value& integral) {
  if (integral.is_small() && integral.small() != least) return Value(-integral.small());
  return make_integer(context, -to_integer(integral));
}

Value inverted(Context& context, const Value& integral) {
  if (integral.is_small()) return Value(~integral.small());
  return make_integer(context, -to_integer(integral) - 1);
}

Value absolute(Context& context, const Value& integral) {
  return integer_sign(integral) < 0 ? negated(context, integral)
         : integral.is_small()      ? Value(integral.small())
                                    : integral;
}

Value integer_operation(Context& context, Op op, const Value& a, const Value& b) {
  const bool divides = op == Op::floor_divide || op == Op::modulo;
  if (divides && integer_sign(b) == 0) by_zero(context);
  if (a.is_small() && b.is_small()) {
    if (const auto result = small_operation(op, a.small(), b.small())) return Value(*result);
  }
  const auto x = to_integer(a);
  if (op == Op::power) return make_integer(context, power(context, x, b));
  if (op == Op::shift_left || op == Op::shift_right) {
    return make_integer(context, shifted(context, op, x, b));
  }
  const auto y = to_integer(b);
  charge(context, bits_of(x), op == Op::multiply || divides ? bits_of(y) : 0);
  switch (op) {
    case Op::add:
      return make_integer(context, x + y);
    case Op::subtract:
      return make_integer(context, x - y);
    case Op::multiply:
      expect_bits(context, x == 0 || y == 0 ? 0 : bits_of(x) + bits_of(y) - 1);
      return make_integer(context, x * y);
    case Op::floor_divide:
      return make_integer(context, floor_quotient(x, y));
    case Op::modulo:
      return make_integer(context, x - floor_quotient(x, y) * y);
    default:
      return make_integer(context, bitwise(op, x, y));
  }
}

Value power_modulo(Context& context, const Value& base, const Value& exponent,
                   const Value& modulus) {
  const auto m = to_integer(modulus);
  const Integer positive = abs(m);
  auto power = to_integer(exponent);
  Integer x = to_integer(base) % positive;
  if (x < 0) x += positive;
  if (power < 0) {
    if (gcd(x, positive) != 1) {
      context.raise(errors::value, "base is not invertible for the given modulus");
    }
    context.refuse("pow() with a negative exponent and a modulus");
  }
  const auto bits = bits_of(positive);
  context.work(static_cast<std::int64_t>(bits_of(power)));
  for (std::size_t i = 0; i < bits_of(power); ++i) charge(context, 2 * bits, 4 * bits);
  Integer result = powm(x, power, positive);
  if (m < 0 && result != 0) result += m;
  return make_integer(context, std::move(result));
}

}  // namespace sheaf::program
