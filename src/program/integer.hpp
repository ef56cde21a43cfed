// Integers of any length up to the limit of bits: exact, or an end of the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "program/context.hpp"
#include "program/syntax.hpp"

namespace sheaf::program {

/// Of digits of `base`, at least one, all valid.
Value parse_integer(Context& context, std::string_view digits, int base);
/// The digits, after a minus sign where it is negative.
std::string integer_text(const Value& integral, int base = 10);

/// -1, 0 or 1.
int integer_sign(const Value& integral);
std::int64_t bit_length(const Value& integral);
/// -1, 0, 1: a is less, equal, greater.
int compare_integers(const Value& a, const Value& b);
/// The same for a finite or infinite real, exactly.
int compare_with_real(const Value& integral, double real);
/// As Python's hash().
std::int64_t integer_hash(const Value& integral);

Value negated(Context& context, const Value& integral);
Value inverted(Context& context, const Value& integral);
Value absolute(Context& context, const Value& integral);
/// Every operation but divide; power with an exponent of 0 or more.
Value integer_operation(Context& context, Op op, const Value& a, const Value& b);
/// pow(base, exponent, modulus), which is not 0.
Value power_modulo(Context& context, const Value& base, const Value& exponent,
                   const Value& modulus);

/// a / b, correctly rounded; b is not 0. Raises OverflowError past the largest double.
double true_quotient(Context& context, const Value& a, const Value& b);
/// Correctly rounded; raises OverflowError past the largest double.
double to_real(Context& context, const Value& number);
/// An integer above 0 as fraction * 2^exponent, the fraction from 0.5 to below 1, correctly
/// rounded.
struct Scaled {
  double fraction = 0.5;
  int exponent = 0;
};
Scaled scaled(Context& context, const Value& integral);
/// Of a finite double without a fraction.
Value integer_of_real(Context& context, double whole);

/// Rounded half to even to a multiple of 10^power.
Value round_to_power(Context& context, const Value& integral, std::int64_t power);
/// The same for a double, as the nearest double; nullopt past the largest.
std::optional<double> round_real_to_power(double real, int power);

Value greatest_divisor(Context& context, const Value& a, const Value& b);
Value least_multiple(Context& context, const Value& a, const Value& b);
Value factorial(Context& context, std::int64_t n);
/// n! / (n - k)!, over k! where `ordered` is false.
Value choices(Context& context, const Value& n, std::int64_t k, bool ordered);
/// The floor of the square root of an integer not below 0.
Value integer_root(Context& context, const Value& n);

}  // namespace sheaf::program
