// Methods of lists, tuples and ranges.
#include <algorithm>
#include <array>
#include <utility>

#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/iterate.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

Value append(Context& context, const Value& self, Arguments& arguments) {
  auto values = taken(context, arguments, "append", 1, {""});
  auto& list = self.as<List>();
  list.items.push_back(std::move(values[0]));
  context.recount(list);
  return Value::none();
}

Value extend(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "extend", 1, {""});
  const auto added = collect(context, values[0]);
  auto& list = self.as<List>();
  context.expect_values(list.items.size() + added.size());
  list.items.insert(list.items.end(), added.begin(), added.end());
  context.recount(list);
  return Value::none();
}

Value insert(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "insert", 2, {"", ""});
  auto& list = self.as<List>();
  const auto size = std::ssize(list.items);
  auto place = index_of(context, values[0]);
  if (place < 0) place = std::max(place, -size) + size;
  context.work(size);
  list.items.insert(list.items.begin() + std::clamp<std::int64_t>(place, 0, size), values[1]);
  context.recount(list);
  return Value::none();
}

Value pop(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "pop", 0, {""});
  auto& list = self.as<List>();
  const auto size = std::ssize(list.items);
  if (size == 0) context.raise(errors::index, "pop from empty list");
  auto place = values[0].is_set() ? index_of(context, values[0]) : -1;
  if (place < 0 && place >= -size) place += size;
  if (place < 0 || place >= size) context.raise(errors::index, "pop index out of range");
  context.work(size - place);
  auto removed = list.items[static_cast<std::size_t>(place)];
  list.items.erase(list.items.begin() + place);
  context.recount(list);
  return removed;
}

/// Where the first equal item stands; -1 for nowhere.
std::int64_t place_of(Context& context, const Value& sequence, const Value& item) {
  const auto values = iterate(context, sequence);
  Value value;
  for (std::int64_t place = 0; advance(context, values, value); ++place) {
    if (value.same(item) || equal(context, value, item)) return place;
  }
  return -1;
}

Value remove(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "remove", 1, {""});
  const auto place = place_of(context, self, values[0]);
  if (place < 0) context.raise(errors::value, "list.remove(x): x not in list");
  auto& list = self.as<List>();
  context.work(std::ssize(list.items));
  const auto removed = list.items[static_cast<std::size_t>(place)];
  list.items.erase(list.items.begin() + place);
  context.recount(list);
  return Value::none();
}

Value index(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "index", 1, {"", "", ""});
  if (values[1].is_set()) context.refuse("index() with bounds");
  const auto place = place_of(context, self, values[0]);
  if (place < 0) {
    context.raise(errors::value, "the value is not in the " + std::string(type_name(self)));
  }
  return Value(place);
}

Value count(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "count", 1, {""});
  const auto items = iterate(context, self);
  std::int64_t number = 0;
  Value value;
  while (advance(context, items, value)) {
    if (value.same(values[0]) || equal(context, value, values[0])) ++number;
  }
  return Value(number);
}

// The list is empty while it is sorted, as in CPython: a key function that changes it is found out.
Value sort(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "sort", 0, {"*key", "*reverse"});
  auto& list = self.as<List>();
  auto items = std::exchange(list.items, {});
  const bool reverse = values[1].is_set() && truth(values[1]);
  try {
    sort_values(context, items, values[0], reverse);
  } catch (const Raised&) {
    list.items = std::move(items);
    throw;
  }
  const bool changed = !list.items.empty();
  std::swap(list.items, items);
  context.recount(list);
  if (changed) context.raise(errors::value, "list modified during sort");
  return Value::none();
}

Value reverse(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "reverse", 0, {});
  auto& items = self.as<List>().items;
  context.work(std::ssize(items));
  std::ranges::reverse(items);
  return Value::none();
}

Value copy(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "copy", 0, {});
  context.expect_values(self.as<List>().items.size());
  return context.list(self.as<List>().items);
}

Value clear(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "clear", 0, {});
  auto& list = self.as<List>();
  const auto removed = std::exchange(list.items, {});
  context.recount(list);
  return Value::none();
}

constexpr std::array<MethodEntry, 11> of_lists{{{"append", append},
                                                {"extend", extend},
                                                {"insert", insert},
                                                {"pop", pop},
                                                {"remove", remove},
                                                {"index", index},
                                                {"count", count},
                                                {"sort", sort},
                                                {"reverse", reverse},
                                                {"copy", copy},
                                                {"clear", clear}}};
constexpr std::array<MethodEntry, 2> of_tuples{{{"index", index}, {"count", count}}};

}  // namespace

std::span<const MethodEntry> list_methods() { return of_lists; }
std::span<const MethodEntry> tuple_methods() { return of_tuples; }

}  // namespace sheaf::program
