#include "program/math_module.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/operators.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

[[noreturn]] void domain(Context& context) { context.raise(errors::value, "math domain error"); }
[[noreturn]] void too_large(Context& context) {
  context.raise(errors::overflow, "math range error");
}

double real_argument(Context& context, const Value& value) {
  if (!value.is_number()) {
    context.raise(errors::type, "must be real number, not " + std::string(type_name(value)));
  }
  return to_real(context, value);
}

// As CPython: a NaN out of no NaN is a domain error; an infinity out of finite numbers is one of
// range, or of the domain where the function has a pole.
Value checked(Context& context, double result, bool any_nan, bool all_finite, bool pole) {
  if (std::isnan(result) && !any_nan) domain(context);
  if (std::isinf(result) && all_finite) {
    if (pole) domain(context);
    too_large(context);
  }
  return Value(result);
}

template <double (*function)(double), bool pole>
Value of_one(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "function", 1, {""});
  const auto x = real_argument(context, values[0]);
  return checked(context, function(x), std::isnan(x), std::isfinite(x), pole);
}

template <double (*function)(double, double)>
Value of_two(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "function", 2, {"", ""});
  const auto x = real_argument(context, values[0]);
  const auto y = real_argument(context, values[1]);
  return checked(context, function(x, y), std::isnan(x) || std::isnan(y),
                 std::isfinite(x) && std::isfinite(y), false);
}

double copied_sign(double x, double y) { return std::copysign(x, y); }
double arc_tangent(double y, double x) { return std::atan2(y, x); }
double remainder_of(double x, double y) { return std::remainder(x, y); }
double rest_of(double x, double y) {
  if (std::isinf(y) && std::isfinite(x)) return x;
  return std::fmod(x, y);
}
double in_degrees(double x) { return x * (180.0 / std::numbers::pi); }
double in_radians(double x) { return x * (std::numbers::pi / 180.0); }

Value power_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "pow", 2, {"", ""});
  const auto x = real_argument(context, values[0]);
  const auto y = real_argument(context, values[1]);
  return checked(context, std::pow(x, y), std::isnan(x) || std::isnan(y),
                 std::isfinite(x) && std::isfinite(y), x == 0);
}

double logarithm(Context& context, const Value& value, double (*function)(double)) {
  if (!value.is(Type::big)) {
    const auto x = real_argument(context, value);
    if (x <= 0) domain(context);
    return function(x);
  }
  if (integer_sign(value) <= 0) domain(context);
  const auto [fraction, exponent] = scaled(context, value);
  const auto real = std::ldexp(fraction, exponent);
  return std::isfinite(real) ? function(real) : function(fraction) + function(2.0) * exponent;
}

Value log_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "log", 1, {"", ""});
  const auto x = logarithm(context, values[0], std::log);
  if (!values[1].is_set()) return Value(x);
  const auto base = logarithm(context, values[1], std::log);
  if (base == 0) context.raise(errors::zero_division, "float division by zero");
  return Value(x / base);
}

Value log2_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "log2", 1, {""});
  return Value(logarithm(context, values[0], std::log2));
}

Value log10_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "log10", 1, {""});
  return Value(logarithm(context, values[0], std::log10));
}

Value rounded(Context& context, Arguments& arguments, double (*function)(double)) {
  const auto values = taken(context, arguments, "function", 1, {""});
  if (values[0].is_integral()) {
    return values[0].is_small() ? Value(values[0].small()) : values[0];
  }
  const auto x = function(real_argument(context, values[0]));
  if (std::isnan(x)) context.raise(errors::value, "cannot convert float NaN to integer");
  if (std::isinf(x)) context.raise(errors::overflow, "cannot convert float infinity to integer");
  return integer_of_real(context, x);
}

Value floor_of(Context& context, Arguments& arguments) {
  return rounded(context, arguments, std::floor);
}
Value ceil_of(Context& context, Arguments& arguments) {
  return rounded(context, arguments, std::ceil);
}
Value trunc_of(Context& context, Arguments& arguments) {
  const auto first = arguments.positional.empty() ? Value() : arguments.positional[0];
  if (first.is_set() && !first.is_number()) context.raise(errors::type, "type has no __trunc__");
  return rounded(context, arguments, std::trunc);
}

/// An integer not below 0 that is small enough to count with.
std::int64_t count_argument(Context& context, const Value& value, std::string_view name) {
  static_cast<void>(index_of(context, value));
  if (integer_sign(value) < 0) {
    context.raise(errors::value, std::string(name) + "() not defined for negative values");
  }
  return index_of(context, value);
}

Value factorial_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "factorial", 1, {""});
  return factorial(context, count_argument(context, values[0], "factorial"));
}

Value chosen(Context& context, Arguments& arguments, bool ordered, bool second_needed) {
  const auto values =
      taken(context, arguments, ordered ? "perm" : "comb", second_needed ? 2 : 1, {"", ""});
  const auto name = ordered ? "perm" : "comb";
  const auto n = count_argument(context, values[0], name);
  if (!values[1].is_set() || values[1].is_none()) return factorial(context, n);
  const auto k = count_argument(context, values[1], name);
  if (compare_integers(values[1], values[0]) > 0) return Value(std::int64_t{0});
  const bool mirrored = !ordered && values[0].is_small() && k > n - k;
  return choices(context, values[0], mirrored ? n - k : k, ordered);
}

Value comb_of(Context& context, Arguments& arguments) {
  return chosen(context, arguments, false, true);
}
Value perm_of(Context& context, Arguments& arguments) {
  return chosen(context, arguments, true, false);
}

Value folded(Context& context, Arguments& arguments, std::int64_t first,
             Value (*function)(Context&, const Value&, const Value&)) {
  if (!arguments.keywords.empty()) context.raise(errors::type, "takes no keyword arguments");
  auto result = Value(first);
  for (const auto& value : arguments.positional) {
    static_cast<void>(index_of(context, value));
    result = function(context, result, value);
  }
  return result;
}

Value gcd_of(Context& context, Arguments& arguments) {
  return folded(context, arguments, 0, greatest_divisor);
}
Value lcm_of(Context& context, Arguments& arguments) {
  return folded(context, arguments, 1, least_multiple);
}

Value isqrt_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "isqrt", 1, {""});
  static_cast<void>(index_of(context, values[0]));
  if (integer_sign(values[0]) < 0) {
    context.raise(errors::value, "isqrt() argument must be nonnegative");
  }
  return integer_root(context, values[0]);
}

Value prod_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "prod", 1, {"", "*start"});
  auto product = values[1].is_set() ? values[1] : Value(std::int64_t{1});
  const auto iterator = iterate(context, values[0]);
  Value value;
  while (advance(context, iterator, value)) product = binary(context, Op::multiply, product, value);
  return product;
}

Value hypot_of(Context& context, Arguments& arguments) {
  if (!arguments.keywords.empty() || arguments.positional.size() > 2) {
    context.refuse("hypot() of other than two numbers");
  }
  double x = 0;
  double y = 0;
  if (!arguments.positional.empty()) x = real_argument(context, arguments.positional[0]);
  if (arguments.positional.size() > 1) y = real_argument(context, arguments.positional[1]);
  return checked(context, std::hypot(x, y), std::isnan(x) || std::isnan(y),
                 std::isfinite(x) && std::isfinite(y), false);
}

template <bool (*test)(double)>
Value tested(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "function", 1, {""});
  return Value(test(real_argument(context, values[0])));
}

bool is_nan(double x) { return std::isnan(x); }
bool is_inf(double x) { return std::isinf(x); }
bool is_finite(double x) { return std::isfinite(x); }

Value is_close(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "isclose", 2, {"a", "b", "*rel_tol", "*abs_tol"});
  const auto a = real_argument(context, values[0]);
  const auto b = real_argument(context, values[1]);
  const auto relative = values[2].is_set() ? real_argument(context, values[2]) : 1e-09;
  const auto absolute = values[3].is_set() ? real_argument(context, values[3]) : 0.0;
  if (relative < 0 || absolute < 0) {
    context.raise(errors::value, "tolerances must be non-negative");
  }
  if (a == b) return Value(true);
  if (std::isinf(a) || std::isinf(b)) return Value(false);
  const auto difference = std::fabs(b - a);
  return Value(difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) ||
               difference <= absolute);
}

Value modf_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "modf", 1, {""});
  double whole = 0;
  const auto fraction = std::modf(real_argument(context, values[0]), &whole);
  return context.tuple({Value(fraction), Value(whole)});
}

constexpr std::array<Builtin, 46> functions{{
    {"sqrt", of_one<std::sqrt, false>},
    {"exp", of_one<std::exp, false>},
    {"expm1", of_one<std::expm1, false>},
    {"log1p", of_one<std::log1p, true>},
    {"sin", of_one<std::sin, false>},
    {"cos", of_one<std::cos, false>},
    {"tan", of_one<std::tan, false>},
    {"asin", of_one<std::asin, false>},
    {"acos", of_one<std::acos, false>},
    {"atan", of_one<std::atan, false>},
    {"sinh", of_one<std::sinh, false>},
    {"cosh", of_one<std::cosh, false>},
    {"tanh", of_one<std::tanh, false>},
    {"asinh", of_one<std::asinh, false>},
    {"acosh", of_one<std::acosh, false>},
    {"atanh", of_one<std::atanh, true>},
    {"erf", of_one<std::erf, false>},
    {"erfc", of_one<std::erfc, false>},
    {"cbrt", of_one<std::cbrt, false>},
    {"exp2", of_one<std::exp2, false>},
    {"fabs", of_one<std::fabs, false>},
    {"degrees", of_one<in_degrees, false>},
    {"radians", of_one<in_radians, false>},
    {"atan2", of_two<arc_tangent>},
    {"copysign", of_two<copied_sign>},
    {"fmod", of_two<rest_of>},
    {"remainder", of_two<remainder_of>},
    {"pow", power_of},
    {"log", log_of},
    {"log2", log2_of},
    {"log10", log10_of},
    {"floor", floor_of},
    {"ceil", ceil_of},
    {"trunc", trunc_of},
    {"factorial", factorial_of},
    {"comb", comb_of},
    {"perm", perm_of},
    {"gcd", gcd_of},
    {"lcm", lcm_of},
    {"isqrt", isqrt_of},
    {"prod", prod_of},
    {"hypot", hypot_of},
    {"isnan", tested<is_nan>},
    {"isinf", tested<is_inf>},
    {"isfinite", tested<is_finite>},
    {"isclose", is_close},
}};
constexpr std::array<Builtin, 1> others{{{"modf", modf_of}}};

struct MathConstant {
  std::string_view name;
  double value;
};
constexpr std::array<MathConstant, 5> constants{
    {{"pi", std::numbers::pi},
     {"e", std::numbers::e},
     {"tau", 2 * std::numbers::pi},
     {"inf", std::numeric_limits<double>::infinity()},
     {"nan", std::numeric_limits<double>::quiet_NaN()}}};

constexpr std::array<std::string_view, 8> foreign{"dist",  "frexp",  "fsum",      "gamma",
                                                  "ldexp", "lgamma", "nextafter", "ulp"};

}  // namespace

Value math_member(Context& context, std::string_view name, bool importing) {
  for (const auto& function : functions) {
    if (function.name == name) return Value(function);
  }
  for (const auto& function : others) {
    if (function.name == name) return Value(function);
  }
  for (const auto& constant : constants) {
    if (constant.name == name) return Value(constant.value);
  }
  if (std::ranges::find(foreign, name) != foreign.end() || name.starts_with("__")) {
    context.refuse("math." + std::string(name));
  }
  if (importing) {
    context.raise(errors::import, "cannot import name '" + std::string(name) + "' from 'math'");
  }
  context.raise(errors::attribute, "module 'math' has no attribute '" + std::string(name) + "'");
}

std::vector<std::string_view> math_names() {
  std::vector<std::string_view> names;
  names.reserve(std::size(functions) + std::size(others) + std::size(constants));
  for (const auto& function : functions) names.push_back(function.name);
  for (const auto& function : others) names.push_back(function.name);
  for (const auto& constant : constants) names.push_back(constant.name);
  return names;
}

}  // namespace sheaf::program
