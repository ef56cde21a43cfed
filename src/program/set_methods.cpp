#include <array>
#include <utility>

#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/iterate.hpp"
#include "program/set_operations.hpp"

namespace sheaf::program {
namespace {

Value add(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "add", 1, {""});
  self.as<Set>().table.add(context, values[0]);
  context.recount(self.as<Set>());
  return Value::none();
}

Value remove(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "remove", 1, {""});
  if (!self.as<Set>().table.remove(context, values[0])) context.raise(errors::key, values[0]);
  return Value::none();
}

Value discard(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "discard", 1, {""});
  self.as<Set>().table.remove(context, values[0]);
  return Value::none();
}

Value pop(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "pop", 0, {});
  auto item = self.as<Set>().table.pop(context);
  if (!item) context.raise(errors::key, "pop from an empty set");
  return *item;
}

/// The argument as a set. Of another kind it is refused: CPython then builds its table another way.
const Set& set_argument(Context& context, const Value& value, Value& made) {
  if (value.is(Type::dict)) context.refuse("a dict among sets");
  made = value.is(Type::set) ? value : make_set(context, collect(context, value));
  return made.as<Set>();
}

template <Op op>
Value combined(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "set method", 1, {""});
  if (!values[0].is(Type::set) && op != Op::bit_or)
    context.refuse("a set method on other than a set");
  Value made;
  return set_operation(context, op, self.as<Set>(), set_argument(context, values[0], made));
}

Value update(Context& context, const Value& self, Arguments& arguments) {
  auto& set = self.as<Set>();
  for (const auto& value : arguments.positional) {
    if (value.is(Type::set)) {
      set_update(context, Op::bit_or, set, value.as<Set>());
      continue;
    }
    if (value.is(Type::dict)) context.refuse("a dict among sets");
    for (const auto& item : collect(context, value)) set.table.add(context, item);
    context.recount(set);
  }
  return Value::none();
}

template <Comparison op>
Value compared(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "set method", 1, {""});
  Value made;
  set_argument(context, values[0], made);
  return Value(ordered(context, op, self, made));
}

Value is_disjoint(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "isdisjoint", 1, {""});
  const auto items = iterate(context, values[0]);
  Value item;
  while (advance(context, items, item)) {
    if (self.as<Set>().table.contains(context, item)) return Value(false);
  }
  return Value(true);
}

Value copy(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "copy", 0, {});
  const auto made = make_set(context, {});
  set_update(context, Op::bit_or, made.as<Set>(), self.as<Set>());
  return made;
}

Value clear(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "clear", 0, {});
  self.as<Set>().table.clear();
  context.recount(self.as<Set>());
  return Value::none();
}

constexpr std::array<MethodEntry, 14> methods{{{"add", add},
                                               {"remove", remove},
                                               {"discard", discard},
                                               {"pop", pop},
                                               {"union", combined<Op::bit_or>},
                                               {"intersection", combined<Op::bit_and>},
                                               {"difference", combined<Op::subtract>},
                                               {"symmetric_difference", combined<Op::bit_xor>},
                                               {"update", update},
                                               {"issubset", compared<Comparison::less_equal>},
                                               {"issuperset", compared<Comparison::greater_equal>},
                                               {"isdisjoint", is_disjoint},
                                               {"copy", copy},
                                               {"clear", clear}}};

}  // namespace

std::span<const MethodEntry> set_methods() { return methods; }

}  // namespace sheaf::program
