// Builtin functions of numbers.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "program/builtin.hpp"
#include "program/float_text.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/operators.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

Value abs_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "abs", 1, {""});
  if (values[0].is(Type::real)) return Value(std::fabs(values[0].real()));
  if (values[0].is_integral()) return absolute(context, values[0]);
  context.raise(errors::type,
                "bad operand type for abs(): '" + std::string(type_name(values[0])) + "'");
}

Value round_whole(Context& context, double real) {
  if (std::isnan(real)) context.raise(errors::value, "cannot convert float NaN to integer");
  if (std::isinf(real)) {
    context.raise(errors::overflow, "cannot convert float infinity to integer");
  }
  return integer_of_real(context, std::nearbyint(real));
}

Value round_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "round", 1, {"number", "ndigits"});
  const auto& number = values[0];
  const bool whole = !values[1].is_set() || values[1].is_none();
  if (!number.is_number()) {
    context.raise(errors::type,
                  "type " + std::string(type_name(number)) + " doesn't define __round__ method");
  }
  if (number.is_integral()) {
    if (whole) return number.is_small() ? Value(number.small()) : number;
    const auto digits = index_of(context, values[1]);
    if (digits >= 0) return number.is_small() ? Value(number.small()) : number;
    return round_to_power(context, number, std::min(-(digits + 1), std::int64_t{1} << 40) + 1);
  }
  if (whole) return round_whole(context, number.real());
  const auto digits = std::clamp<std::int64_t>(index_of(context, values[1]), -1000, 1000);
  context.copy_text(512);
  const auto rounded = round_real(number.real(), static_cast<int>(digits));
  if (!rounded) context.raise(errors::overflow, "rounded value too large to represent");
  return Value(*rounded);
}

Value power_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "pow", 2, {"base", "exp", "mod"});
  if (!values[2].is_set() || values[2].is_none()) {
    return binary(context, Op::power, values[0], values[1]);
  }
  for (const auto& value : values) {
    if (!value.is_integral()) {
      context.raise(errors::type,
                    "pow() 3rd argument not allowed unless all arguments are integers");
    }
  }
  if (integer_sign(values[2]) == 0) context.raise(errors::value, "pow() 3rd argument cannot be 0");
  return power_modulo(context, values[0], values[1], values[2]);
}

Value divmod_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "divmod", 2, {"", ""});
  return quotient_and_rest(context, values[0], values[1]);
}

Value in_base(Context& context, Arguments& arguments, std::string_view name, int base,
              std::string_view prefix) {
  const auto values = taken(context, arguments, name, 1, {""});
  static_cast<void>(index_of(context, values[0]));
  context.work(bit_length(values[0]));
  auto digits = integer_text(values[0], base);
  digits.insert(digits.starts_with('-') ? 1 : 0, prefix);
  return context.text(std::move(digits));
}

Value bin_of(Context& context, Arguments& arguments) {
  return in_base(context, arguments, "bin", 2, "0b");
}
Value oct_of(Context& context, Arguments& arguments) {
  return in_base(context, arguments, "oct", 8, "0o");
}
Value hex_of(Context& context, Arguments& arguments) {
  return in_base(context, arguments, "hex", 16, "0x");
}

Value is_whole(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "is_integer", 0, {});
  // Of integers it came with Python 3.12.
  if (!self.is(Type::real)) context.refuse("is_integer() of an int");
  return Value(std::isfinite(self.real()) && self.real() == std::floor(self.real()));
}

Value length_in_bits(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "bit_length", 0, {});
  if (self.is(Type::real)) {
    context.raise(errors::attribute, "'float' object has no attribute 'bit_length'");
  }
  return Value(bit_length(self));
}

constexpr std::array<Builtin, 7> functions{{{"abs", abs_of},
                                            {"round", round_of},
                                            {"pow", power_of},
                                            {"divmod", divmod_of},
                                            {"bin", bin_of},
                                            {"oct", oct_of},
                                            {"hex", hex_of}}};

constexpr std::array<MethodEntry, 2> methods{
    {{"is_integer", is_whole}, {"bit_length", length_in_bits}}};

}  // namespace

std::span<const Builtin> number_builtins() { return functions; }
std::span<const MethodEntry> number_methods() { return methods; }

}  // namespace sheaf::program
