// Builtin functions of what can be iterated.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/text.hpp"
#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/format_spec.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/iterators.hpp"
#include "program/operators.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

/// Whether < does not put it in one line with its like: NaN, sets, and what holds them. The order
/// that CPython sorts them into is an accident.
bool has_no_order(Context& context, const Value& value) {
  const Nested nested(context);
  context.work(1);
  if (value.is(Type::real)) return std::isnan(value.real());
  if (value.is(Type::set)) return true;
  const auto check = [&](const Value& item) { return has_no_order(context, item); };
  if (value.is(Type::list)) return std::ranges::any_of(value.as<List>().items, check);
  if (value.is(Type::tuple)) return std::ranges::any_of(value.as<Tuple>().items, check);
  return false;
}

Value applied(Context& context, const Value& key, const Value& value) {
  if (!key.is_set() || key.is_none()) return value;
  return context.call(key, {{value}, {}});
}

Value len_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "len", 1, {""});
  return Value(length_of(context, values[0]));
}

Value sum_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "sum", 1, {"", "start"});
  auto total = values[1].is_set() ? values[1] : Value(std::int64_t{0});
  if (total.is(Type::text)) context.raise(errors::type, "sum() can't sum strings");
  const auto iterator = iterate(context, values[0]);
  Value value;
  while (advance(context, iterator, value)) total = binary(context, Op::add, total, value);
  return total;
}

Value extreme(Context& context, Arguments& arguments, std::string_view name, Comparison better) {
  Value items;
  if (arguments.positional.size() > 1) {
    items = context.list(std::exchange(arguments.positional, {}));
    arguments.positional.push_back(items);
    for (const auto& keyword : arguments.keywords) {
      if (keyword.first == "default") {
        context.raise(errors::type, "Cannot specify a default with multiple positional arguments");
      }
    }
  }
  const auto values = taken(context, arguments, name, 1, {"", "*key", "*default"});
  const auto iterator = iterate(context, values[0]);
  Value best;
  Value best_key;
  Value value;
  while (advance(context, iterator, value)) {
    auto key = applied(context, values[1], value);
    if (best.is_set() && !ordered(context, better, key, best_key)) continue;
    best = value;
    best_key = std::move(key);
  }
  if (best.is_set()) return best;
  if (values[2].is_set()) return values[2];
  context.raise(errors::value, std::string(name) + "() arg is an empty sequence");
}

Value min_of(Context& context, Arguments& arguments) {
  return extreme(context, arguments, "min", Comparison::less);
}
Value max_of(Context& context, Arguments& arguments) {
  return extreme(context, arguments, "max", Comparison::greater);
}

Value any_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "any", 1, {""});
  const auto iterator = iterate(context, values[0]);
  Value value;
  while (advance(context, iterator, value)) {
    if (truth(value)) return Value(true);
  }
  return Value(false);
}

Value all_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "all", 1, {""});
  const auto iterator = iterate(context, values[0]);
  Value value;
  while (advance(context, iterator, value)) {
    if (!truth(value)) return Value(false);
  }
  return Value(true);
}

Value sorted_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "sorted", 1, {"", "*key", "*reverse"});
  auto items = collect(context, values[0]);
  sort_values(context, items, values[1], values[2].is_set() && truth(values[2]));
  return context.list(std::move(items));
}

Value print_of(Context& context, Arguments& arguments) {
  for (const auto& value : arguments.positional) static_cast<void>(value);
  for (const auto& [keyword, value] : arguments.keywords) {
    if (keyword != "end" && keyword != "sep" && keyword != "flush")
      context.refuse("print() to a file");
  }
  return Value::none();
}

Value iter_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "iter", 1, {""});
  return iterate(context, values[0]);
}

Value next_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "next", 1, {"", ""});
  if (!values[0].is(Type::iterator)) {
    context.raise(errors::type,
                  "'" + std::string(type_name(values[0])) + "' object is not an iterator");
  }
  Value value;
  if (advance(context, values[0], value)) return value;
  if (values[1].is_set()) return values[1];
  throw Raised{context.heap.make<Error>(0, errors::stop_iteration, Values{})};
}

Value repr_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "repr", 1, {""});
  return context.text(repr_text(context, values[0]));
}

Value ascii_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "ascii", 1, {""});
  return context.text(ascii_text(context, values[0]));
}

Value format_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "format", 1, {"", ""});
  if (values[1].is_set() && !values[1].is(Type::text)) {
    context.raise(errors::type, "format() argument 2 must be str");
  }
  const auto spec = values[1].is_set() ? values[1].as<Text>().bytes : std::string();
  return context.text(formatted(context, values[0], spec));
}

Value hash_builtin(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "hash", 1, {""});
  if (!values[0].is_number()) context.refuse("hash() of other than a number");
  return Value(hash_of(context, values[0]));
}

Value ord_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "ord", 1, {""});
  if (!values[0].is(Type::text) || values[0].as<Text>().length != 1) {
    context.raise(errors::type, "ord() expected a character");
  }
  return Value(static_cast<std::int64_t>(text::decode_front(values[0].as<Text>().bytes).value));
}

Value chr_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "chr", 1, {""});
  const auto code = index_of(context, values[0]);
  if (code < 0 || code > 0x10FFFF) {
    context.raise(errors::value, "chr() arg not in range(0x110000)");
  }
  if (code >= 0xD800 && code < 0xE000) context.refuse("a lone surrogate");
  std::string bytes;
  text::append_utf8(bytes, static_cast<char32_t>(code));
  return context.text(std::move(bytes), 1);
}

Value callable_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "callable", 1, {""});
  return Value(values[0].is(Type::function) || values[0].is(Type::builtin) ||
               values[0].is(Type::method));
}

constexpr std::array<Builtin, 22> functions{{
    {"len", len_of},
    {"sum", sum_of},
    {"min", min_of},
    {"max", max_of},
    {"any", any_of},
    {"all", all_of},
    {"sorted", sorted_of},
    {"print", print_of},
    {"iter", iter_of},
    {"next", next_of},
    {"repr", repr_of},
    {"ascii", ascii_of},
    {"format", format_of},
    {"hash", hash_builtin},
    {"ord", ord_of},
    {"chr", chr_of},
    {"callable", callable_of},
    {"enumerate", make_enumerate, true},
    {"zip", make_zip, true},
    {"map", make_map, true},
    {"filter", make_filter, true},
    {"reversed", make_reversed, true},
}};

}  // namespace

std::span<const Builtin> sequence_builtins() { return functions; }

void sort_values(Context& context, Values& items, const Value& key, bool reverse) {
  Values keys;
  for (const auto& item : items) keys.push_back(applied(context, key, item));
  if (keys.size() > 1) {
    for (const auto& each : keys) {
      if (has_no_order(context, each)) context.refuse("sorting what has no order");
    }
  }
  std::vector<std::size_t> places(items.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) {
    return ordered(context, Comparison::less, keys[reverse ? b : a], keys[reverse ? a : b]);
  };
  std::ranges::stable_sort(places, before);
  Values sorted;
  for (const auto place : places) sorted.push_back(items[place]);
  items = std::move(sorted);
}

}  // namespace sheaf::program
