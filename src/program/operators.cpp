#include "program/operators.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "program/compare.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/set_operations.hpp"
#include "program/text_format.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

constexpr std::string_view signs[] = {"+",           "-",  "*",  "/", "//", "%",
                                      "** or pow()", "<<", ">>", "&", "|",  "^"};

std::string_view sign_of(Op op) { return signs[static_cast<std::size_t>(op)]; }

[[noreturn]] void no_operator(Context& context, std::string_view sign, const Value& a,
                              const Value& b) {
  context.raise(errors::type, "unsupported operand type(s) for " + std::string(sign) + ": '" +
                                  std::string(type_name(a)) + "' and '" +
                                  std::string(type_name(b)) + "'");
}

struct Division {
  double quotient = 0;
  double rest = 0;
};

// As float_divmod does: the rest has the divisor's sign, the quotient is a whole number.
Division floor_division(double a, double b) {
  Division result;
  result.rest = std::fmod(a, b);
  auto quotient = (a - result.rest) / b;
  if (result.rest != 0) {
    if ((b < 0) != (result.rest < 0)) {
      result.rest += b;
      quotient -= 1;
    }
  } else {
    result.rest = std::copysign(0.0, b);
  }
  if (quotient == 0) {
    result.quotient = std::copysign(0.0, a / b);
  } else {
    result.quotient = std::floor(quotient);
    if (quotient - result.quotient > 0.5) result.quotient += 1;
  }
  return result;
}

double power(Context& context, double base, double exponent) {
  if (base == 0 && exponent < 0) {
    context.raise(errors::zero_division, "0.0 cannot be raised to a negative power");
  }
  if (base < 0 && std::isfinite(base) && std::isfinite(exponent) &&
      exponent != std::floor(exponent)) {
    context.refuse("a complex number: a negative number to a fractional power");
  }
  const auto result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) {
    context.raise(errors::overflow, "(34, 'Numerical result out of range')");
  }
  return result;
}

Value real_operation(Context& context, Op op, double a, double b) {
  switch (op) {
    case Op::add:
      return Value(a + b);
    case Op::subtract:
      return Value(a - b);
    case Op::multiply:
      return Value(a * b);
    case Op::divide:
      if (b == 0) context.raise(errors::zero_division, "float division by zero");
      return Value(a / b);
    case Op::floor_divide:
      if (b == 0) context.raise(errors::zero_division, "float floor division by zero");
      return Value(floor_division(a, b).quotient);
    case Op::modulo:
      if (b == 0) context.raise(errors::zero_division, "float modulo");
      return Value(floor_division(a, b).rest);
    case Op::power:
      return Value(power(context, a, b));
    default:
      no_operator(context, sign_of(op), Value(a), Value(b));
  }
}

Value numbers(Context& context, Op op, const Value& a, const Value& b) {
  const bool bits = op >= Op::shift_left;
  if (!a.is_integral() || !b.is_integral()) {
    if (bits) no_operator(context, sign_of(op), a, b);
    const auto x = to_real(context, a);
    return real_operation(context, op, x, to_real(context, b));
  }
  if (op == Op::divide) {
    if (integer_sign(b) == 0) context.raise(errors::zero_division, "division by zero");
    return Value(true_quotient(context, a, b));
  }
  if (op == Op::power && integer_sign(b) < 0) {
    const auto x = to_real(context, a);
    return Value(power(context, x, to_real(context, b)));
  }
  auto result = integer_operation(context, op, a, b);
  const bool logic = op == Op::bit_and || op == Op::bit_or || op == Op::bit_xor;
  if (logic && a.is(Type::boolean) && b.is(Type::boolean)) return Value(result.small() != 0);
  return result;
}

Value repeated(Context& context, const Value& sequence, const Value& times) {
  const auto count = std::max<std::int64_t>(index_of(context, times), 0);
  const auto length = length_of(context, sequence);
  std::int64_t total = 0;
  const auto width = sequence.is(Type::text) ? sequence.as<Text>().bytes.size() : sizeof(Value);
  if (__builtin_mul_overflow(std::max<std::int64_t>(length, 1), count, &total) ||
      __builtin_mul_overflow(static_cast<std::int64_t>(width), count, &total)) {
    total = context.limits().memory_bytes + 1;
  }
  if (length == 0) return sequence.is(Type::list) ? context.list({}) : sequence;
  if (sequence.is(Type::text)) {
    const auto& text = sequence.as<Text>();
    context.heap.expect(static_cast<std::size_t>(total));
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(total));
    for (std::int64_t i = 0; i < count; ++i) bytes += text.bytes;
    return context.text(std::move(bytes), static_cast<std::size_t>(length * count));
  }
  const auto& items =
      sequence.is(Type::list) ? sequence.as<List>().items : sequence.as<Tuple>().items;
  const auto most = context.limits().memory_bytes;
  if (count > most / length) context.heap.expect(static_cast<std::size_t>(most) + 1);
  context.expect_values(static_cast<std::size_t>(length * count));
  context.work(length * count);
  Values all;
  all.reserve(static_cast<std::size_t>(length * count));
  for (std::int64_t i = 0; i < count; ++i) all.insert(all.end(), items.begin(), items.end());
  return sequence.is(Type::list) ? context.list(std::move(all)) : context.tuple(std::move(all));
}

Values joined(Context& context, const Values& a, const Values& b) {
  context.expect_values(a.size() + b.size());
  Values all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

Value added(Context& context, const Value& a, const Value& b) {
  if (a.is(Type::text) && b.is(Type::text)) {
    const auto& x = a.as<Text>();
    const auto& y = b.as<Text>();
    context.heap.expect(x.bytes.size() + y.bytes.size());
    return context.text(x.bytes + y.bytes, x.length + y.length);
  }
  if (a.is(Type::list) && b.is(Type::list)) {
    return context.list(joined(context, a.as<List>().items, b.as<List>().items));
  }
  if (a.is(Type::tuple) && b.is(Type::tuple)) {
    return context.tuple(joined(context, a.as<Tuple>().items, b.as<Tuple>().items));
  }
  const bool sequence = a.is(Type::text) || a.is(Type::list) || a.is(Type::tuple);
  if (!sequence) no_operator(context, "+", a, b);
  const auto name = std::string(type_name(a));
  context.raise(errors::type, "can only concatenate " + name + " (not \"" +
                                  std::string(type_name(b)) + "\") to " + name);
}

bool repeatable(const Value& value) {
  return value.is(Type::text) || value.is(Type::list) || value.is(Type::tuple);
}

Value merged(Context& context, const Value& a, const Value& b) {
  auto result = context.heap.make<Dict>(0);
  for (const auto* dict : {&a, &b}) {
    for (const auto& entry : dict->as<Dict>().table.entries()) {
      if (entry.key.is_set()) result->table.set(context, entry.key, entry.value);
    }
    context.recount(*result);
  }
  return result;
}

}  // namespace

Value binary(Context& context, Op op, const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return numbers(context, op, a, b);
  if (op == Op::add) return added(context, a, b);
  if (op == Op::multiply && repeatable(a) && b.is_integral()) return repeated(context, a, b);
  if (op == Op::multiply && repeatable(b) && a.is_integral()) return repeated(context, b, a);
  if (op == Op::multiply && (repeatable(a) || repeatable(b))) {
    context.raise(errors::type, "can't multiply sequence by non-int of type '" +
                                    std::string(type_name(repeatable(a) ? b : a)) + "'");
  }
  if (op == Op::modulo && a.is(Type::text)) return percent_format(context, a.as<Text>(), b);
  if (a.is(Type::set) && b.is(Type::set)) {
    if (auto result = set_operation(context, op, a.as<Set>(), b.as<Set>()); result.is_set()) {
      return result;
    }
  }
  if (op == Op::bit_or && a.is(Type::dict) && b.is(Type::dict)) return merged(context, a, b);
  if (a.is(Type::view) || b.is(Type::view)) context.refuse("an operator on a view of a dict");
  if (a.is(Type::builtin) && op == Op::bit_or) context.refuse("a union of types");
  no_operator(context, sign_of(op), a, b);
}

Value augmented(Context& context, Op op, const Value& a, const Value& b) {
  if (a.is(Type::list) && op == Op::add) {
    auto items = collect(context, b);
    auto& list = a.as<List>();
    context.expect_values(list.items.size() + items.size());
    list.items.insert(list.items.end(), items.begin(), items.end());
    context.recount(list);
    return a;
  }
  if (a.is(Type::list) && op == Op::multiply && b.is_integral()) {
    auto result = repeated(context, a, b);
    std::swap(a.as<List>().items, result.as<List>().items);
    context.recount(a.as<List>());
    context.recount(result.as<List>());
    return a;
  }
  if (a.is(Type::dict) && op == Op::bit_or && b.is(Type::dict)) {
    const auto entries = b.as<Dict>().table.entries();
    for (const auto& entry : entries) {
      if (entry.key.is_set()) a.as<Dict>().table.set(context, entry.key, entry.value);
    }
    context.recount(a.as<Dict>());
    return a;
  }
  if (a.is(Type::set) && b.is(Type::set)) {
    if (set_update(context, op, a.as<Set>(), b.as<Set>())) return a;
  }
  return binary(context, op, a, b);
}

Value unary(Context& context, UnaryOp op, const Value& value) {
  if (op == UnaryOp::negate) return Value(!truth(value));
  if (value.is(Type::real) && op != UnaryOp::invert) {
    return op == UnaryOp::minus ? Value(-value.real()) : value;
  }
  if (!value.is_integral()) {
    const std::string_view sign = op == UnaryOp::minus ? "-" : op == UnaryOp::plus ? "+" : "~";
    context.raise(errors::type, "bad operand type for unary " + std::string(sign) + ": '" +
                                    std::string(type_name(value)) + "'");
  }
  if (op == UnaryOp::minus) return negated(context, value);
  if (op == UnaryOp::invert) return inverted(context, value);
  return value.is_small() ? Value(value.small()) : value;
}

Value quotient_and_rest(Context& context, const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) no_operator(context, "divmod()", a, b);
  auto quotient = numbers(context, Op::floor_divide, a, b);
  return context.tuple({std::move(quotient), numbers(context, Op::modulo, a, b)});
}

}  // namespace sheaf::program
