#include "program/big.hpp"

#include <cmath>
#include <limits>

namespace sheaf::program {
namespace {

constexpr std::size_t limb_bits = 64;
constexpr std::int64_t products_a_unit = 32;

}  // namespace

Integer to_integer(const Value& integral) {
  return integral.is_small() ? Integer(integral.small()) : integral.as<Big>().value;
}

std::size_t bits_of(const Integer& integer) {
  return integer == 0 ? 0 : boost::multiprecision::msb(abs(integer)) + 1;
}

Value make_integer(Context& context, Integer integer) {
  if (integer >= std::numeric_limits<std::int64_t>::min() &&
      integer <= std::numeric_limits<std::int64_t>::max()) {
    return Value(static_cast<std::int64_t>(integer));
  }
  const auto bits = bits_of(integer);
  expect_bits(context, bits);
  context.work(static_cast<std::int64_t>(bits / limb_bits));
  return context.heap.make<Big>(bits / 8 + 1, std::move(integer));
}

void expect_bits(const Context& context, std::size_t bits) {
  const auto most = context.limits().integer_bits;
  if (bits > most) {
    throw Stopped{FailureKind::memory,
                  "an integer would need more than " + std::to_string(most) + " bits"};
  }
}

void charge(Context& context, std::size_t bits_a, std::size_t bits_b) {
  const auto products = (bits_a / limb_bits + 1) * (bits_b / limb_bits + 1);
  context.work(static_cast<std::int64_t>(products) / products_a_unit + 1);
}

double nearest_real(const Integer& integer) {
  const Integer magnitude = abs(integer);
  const auto bits = bits_of(magnitude);
  double real = 0;
  if (bits <= limb_bits) {
    real = static_cast<double>(static_cast<std::uint64_t>(magnitude));
  } else if (bits > std::numeric_limits<double>::max_exponent) {
    real = std::numeric_limits<double>::infinity();
  } else {
    // 64 leading bits, the last of which also stands for all that follow, round as the whole does.
    const auto shift = bits - limb_bits;
    auto leading = static_cast<std::uint64_t>(Integer(magnitude >> shift));
    if (boost::multiprecision::lsb(magnitude) < shift) leading |= 1;
    real = std::ldexp(static_cast<double>(leading), static_cast<int>(shift));
  }
  return integer < 0 ? -real : real;
}

Integer integer_of(double whole) {
  int exponent = 0;
  const auto fraction = std::frexp(whole, &exponent);
  constexpr int digits = std::numeric_limits<double>::digits;
  Integer integer = static_cast<std::int64_t>(std::ldexp(fraction, digits));
  if (exponent >= digits) return integer << (exponent - digits);
  return integer / (Integer(1) << (digits - exponent));
}

}  // namespace sheaf::program
