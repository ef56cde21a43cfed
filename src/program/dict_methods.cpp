#include <array>
#include <utility>

#include "program/builtin.hpp"
#include "program/iterate.hpp"

namespace sheaf::program {
namespace {

Value get(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "get", 1, {"", ""});
  const auto* found = self.as<Dict>().table.find(context, values[0]);
  if (found != nullptr) return *found;
  return values[1].is_set() ? values[1] : Value::none();
}

Value setdefault(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "setdefault", 1, {"", ""});
  auto& dict = self.as<Dict>();
  if (const auto* found = dict.table.find(context, values[0])) return *found;
  auto value = values[1].is_set() ? values[1] : Value::none();
  dict.table.set(context, values[0], value);
  context.recount(dict);
  return value;
}

Value view(Context& context, const Value& self, ViewKind kind) {
  return context.heap.make<View>(0, Ref<Dict>(&self.as<Dict>()), kind);
}

Value keys(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "keys", 0, {});
  return view(context, self, ViewKind::keys);
}
Value values_of(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "values", 0, {});
  return view(context, self, ViewKind::values);
}
Value items(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "items", 0, {});
  return view(context, self, ViewKind::items);
}

Value pop(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "pop", 1, {"", ""});
  auto& dict = self.as<Dict>();
  auto removed = dict.table.remove(context, values[0]);
  if (removed.is_set()) return removed;
  if (values[1].is_set()) return values[1];
  context.raise(errors::key, values[0]);
}

Value popitem(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "popitem", 0, {});
  auto& dict = self.as<Dict>();
  auto entry = dict.table.pop_last(context);
  if (!entry) context.raise(errors::key, "popitem(): dictionary is empty");
  context.recount(dict);
  return context.tuple({std::move(entry->key), std::move(entry->value)});
}

Value update(Context& context, const Value& self, Arguments& arguments) {
  const auto keywords = std::exchange(arguments.keywords, {});
  const auto values = taken(context, arguments, "update", 0, {""});
  auto& dict = self.as<Dict>();
  if (values[0].is_set()) update_dict(context, dict, values[0]);
  for (const auto& [keyword, value] : keywords) {
    dict.table.set(context, context.text(std::string(keyword)), value);
  }
  context.recount(dict);
  return Value::none();
}

Value copy(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "copy", 0, {});
  auto made = context.heap.make<Dict>(0);
  update_dict(context, *made, self);
  return made;
}

Value clear(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "clear", 0, {});
  self.as<Dict>().table.clear();
  context.recount(self.as<Dict>());
  return Value::none();
}

constexpr std::array<MethodEntry, 10> methods{{{"get", get},
                                               {"setdefault", setdefault},
                                               {"keys", keys},
                                               {"values", values_of},
                                               {"items", items},
                                               {"pop", pop},
                                               {"popitem", popitem},
                                               {"update", update},
                                               {"copy", copy},
                                               {"clear", clear}}};

}  // namespace

std::span<const MethodEntry> dict_methods() { return methods; }

void update_dict(Context& context, Dict& dict, const Value& from) {
  if (from.is(Type::dict)) {
    context.heap.expect(from.as<Dict>().table.bytes());
    const auto entries = from.as<Dict>().table.entries();
    for (const auto& entry : entries) {
      if (entry.key.is_set()) dict.table.set(context, entry.key, entry.value);
    }
    context.recount(dict);
    return;
  }
  const auto pairs = iterate(context, from);
  Value pair;
  while (advance(context, pairs, pair)) {
    const auto items = collect(context, pair);
    if (items.size() != 2) {
      context.raise(errors::value, "dictionary update sequence element has length " +
                                       std::to_string(items.size()) + "; 2 is required");
    }
    dict.table.set(context, items[0], items[1]);
    context.recount(dict);
  }
}

}  // namespace sheaf::program
