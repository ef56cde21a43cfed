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
  refuse_uncertain_order(context, self.as<Set>());
  auto item = self.as<Set>().table.pop(context);
  if (!item) context.raise(errors::key, "pop from an empty set");
  return *item;
}

/// The argument as a set.
const Set& set_argument(Context& context, const Value& value, Value& made) {
  if (value.is(Type::dict)) context.refuse("a dict among sets");
  made = value.is(Type::set) ? value : make_set(context, collect(context, value));
  return made.as<Set>();
}

// With other than a set CPython builds the result another way, in another order.
template <Op op>
Value combined(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "set method", 1, {""});
  if (!values[0].is(Type::set)) context.refuse("a set method on other than a set");
  return set_operation(context, op, self.as<Set>(), values[0].as<Set>());
}

void add_all(Context& context, Set& set, const Values& sources) {
  for (const auto& source : sources) {
    if (source.is(Type::set)) {
      set_update(context, Op::bit_or, set, source.as<Set>());
      continue;
    }
    if (source.is(Type::dict)) context.refuse("a dict among sets");
    for (const auto& item : collect(context, source)) set.table.add(context, item);
    context.recount(set);
  }
}

Value copied(Context& context, const Value& self) {
  const auto made = make_set(context, {});
  set_update(context, Op::bit_or, made.as<Set>(), self.as<Set>());
  return made;
}

Value join_all(Context& context, const Value& self, Arguments& arguments) {
  const auto made = copied(context, self);
  add_all(context, made.as<Set>(), arguments.positional);
  return made;
}

Value update(Context& context, const Value& self, Arguments& arguments) {
  add_all(context, self.as<Set>(), arguments.positional);
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
  return copied(context, self);
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
                                               {"union", join_all},
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
