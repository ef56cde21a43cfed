// The integers that 64 bits do not hold. Included by the integer operations alone.
#pragma once

#include <utility>

#include <boost/multiprecision/cpp_int.hpp>

#include "program/context.hpp"

namespace sheaf::program {

using Integer = boost::multiprecision::cpp_int;

struct Big final : Object {
  explicit Big(Integer of) : Object(Type::big), value(std::move(of)) {}
  const Integer value;
};

Integer to_integer(const Value& integral);
std::size_t bits_of(const Integer& integer);
/// Inline where it fits 64 bits; throws Stopped past the limit of bits.
Value make_integer(Context& context, Integer integer);
/// Throws Stopped where an integer of so many bits is past the limit.
void expect_bits(const Context& context, std::size_t bits);
/// Charges a product or a quotient of integers of these lengths.
void charge(Context& context, std::size_t bits_a, std::size_t bits_b);
/// The nearest double, halves to even; infinite past the largest.
double nearest_real(const Integer& integer);
/// Of a finite double without a fraction.
Integer integer_of(double whole);

}  // namespace sheaf::program
