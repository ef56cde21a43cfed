#include "program/compare.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

/// Of numbers neither of which is NaN.
int compare_numbers(const Value& a, const Value& b) {
  if (a.is_integral() && b.is_integral()) return compare_integers(a, b);
  if (a.is_integral()) return compare_with_real(a, b.real());
  if (b.is_integral()) return -compare_with_real(b, a.real());
  return a.real() < b.real() ? -1 : a.real() > b.real() ? 1 : 0;
}

bool is_nan(const Value& value) { return value.is(Type::real) && std::isnan(value.real()); }

bool same_or_equal(Context& context, const Value& a, const Value& b) {
  return (a.object() != nullptr && a.same(b)) || equal(context, a, b);
}

bool equal_items(Context& context, const Values& a, const Values& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (!same_or_equal(context, Value(a[i]), Value(b[i]))) return false;
  }
  return a.size() == b.size();
}

bool equal_dicts(Context& context, const Dict& a, const Dict& b) {
  if (a.table.size() != b.table.size()) return false;
  for (const auto& entry : a.table.entries()) {
    if (!entry.key.is_set()) continue;
    const auto* other = b.table.find(context, entry.key);
    if (other == nullptr || !same_or_equal(context, entry.value, *other)) return false;
  }
  return true;
}

bool subset(Context& context, const SetTable& a, const SetTable& b) {
  if (a.size() > b.size()) return false;
  return std::ranges::all_of(a.items(),
                             [&](const Value& item) { return b.contains(context, item); });
}

bool equal_ranges(const Range& a, const Range& b) {
  if (a.length != b.length) return false;
  if (a.length == 0) return true;
  return a.start == b.start && (a.length == 1 || a.step == b.step);
}

bool equal_objects(Context& context, const Value& a, const Value& b) {
  switch (a.type()) {
    case Type::text:
      context.copy_text(a.as<Text>().bytes.size());
      return a.as<Text>().bytes == b.as<Text>().bytes;
    case Type::list:
      return equal_items(context, a.as<List>().items, b.as<List>().items);
    case Type::tuple:
      return equal_items(context, a.as<Tuple>().items, b.as<Tuple>().items);
    case Type::dict:
      return equal_dicts(context, a.as<Dict>(), b.as<Dict>());
    case Type::set:
      return a.as<Set>().table.size() == b.as<Set>().table.size() &&
             subset(context, a.as<Set>().table, b.as<Set>().table);
    case Type::range:
      return equal_ranges(a.as<Range>(), b.as<Range>());
    case Type::view:
      context.refuse("comparing views of a dict");
    default:
      return a.same(b);
  }
}

bool holds(Comparison op, int order) {
  switch (op) {
    case Comparison::less:
      return order < 0;
    case Comparison::less_equal:
      return order <= 0;
    case Comparison::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool ordered_items(Context& context, Comparison op, const Values& a, const Values& b) {
  const auto size = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (!same_or_equal(context, a[i], b[i])) return ordered(context, op, a[i], b[i]);
  }
  return holds(op, a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0);
}

bool ordered_sets(Context& context, Comparison op, const SetTable& a, const SetTable& b) {
  switch (op) {
    case Comparison::less:
      return a.size() < b.size() && subset(context, a, b);
    case Comparison::less_equal:
      return subset(context, a, b);
    case Comparison::greater:
      return b.size() < a.size() && subset(context, b, a);
    default:
      return subset(context, b, a);
  }
}

std::string_view sign_of(Comparison op) {
  switch (op) {
    case Comparison::less:
      return "<";
    case Comparison::less_equal:
      return "<=";
    case Comparison::greater:
      return ">";
    default:
      return ">=";
  }
}

bool identical(const Context& context, const Value& a, const Value& b) {
  // Which numbers and texts are one object is CPython's secret; of the others it is certain.
  const bool single = a.object() == nullptr && !a.is(Type::integer) && !a.is(Type::real);
  const bool shared = a.is_number() || a.is(Type::text) || a.is(Type::tuple);
  if (a.type() == b.type() && !single && shared) {
    throw Stopped{FailureKind::unsupported, "'is' between two values of the type " +
                                                std::string(type_name(a)) + " is not supported"};
  }
  static_cast<void>(context);
  return a.same(b);
}

std::int64_t hash_real(double real) {
  if (std::isinf(real)) return real > 0 ? 314159 : -314159;
  if (std::isnan(real)) return 0;
  // Modulo 2^61 - 1, 28 bits of the mantissa at a time.
  constexpr int width = 61;
  constexpr std::uint64_t modulus = (std::uint64_t{1} << width) - 1;
  int exponent = 0;
  auto rest = std::frexp(std::fabs(real), &exponent);
  std::uint64_t hash = 0;
  while (rest != 0) {
    hash = ((hash << 28) & modulus) | (hash >> (width - 28));
    rest *= 0x1p28;
    exponent -= 28;
    const auto digits = static_cast<std::uint64_t>(rest);
    rest -= static_cast<double>(digits);
    hash += digits;
    if (hash >= modulus) hash -= modulus;
  }
  const int turn = exponent >= 0 ? exponent % width : width - 1 - ((-1 - exponent) % width);
  hash = ((hash << turn) & modulus) | (hash >> (width - turn));
  const auto result = real < 0 ? -static_cast<std::int64_t>(hash) : static_cast<std::int64_t>(hash);
  return result == -1 ? -2 : result;
}

std::int64_t hash_text(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  return static_cast<std::int64_t>(hash);
}

/// CPython's, after xxHash.
std::int64_t hash_items(Context& context, const Values& items) {
  constexpr std::uint64_t prime_1 = 11400714785074694791U;
  constexpr std::uint64_t prime_2 = 14029467366897019727U;
  constexpr std::uint64_t prime_5 = 2870177450012600261U;
  auto hash = prime_5;
  for (const auto& item : items) {
    hash += static_cast<std::uint64_t>(hash_of(context, item)) * prime_2;
    hash = (hash << 31) | (hash >> 33);
    hash *= prime_1;
  }
  hash += items.size() ^ (prime_5 ^ 3527539U);
  return hash == ~std::uint64_t{0} ? 1546275796 : static_cast<std::int64_t>(hash);
}

}  // namespace

bool truth(const Value& value) {
  switch (value.type()) {
    case Type::none:
      return false;
    case Type::boolean:
    case Type::integer:
      return value.small() != 0;
    case Type::real:
      return value.real() != 0;
    case Type::text:
      return value.as<Text>().length > 0;
    case Type::list:
      return !value.as<List>().items.empty();
    case Type::tuple:
      return !value.as<Tuple>().items.empty();
    case Type::dict:
      return value.as<Dict>().table.size() > 0;
    case Type::set:
      return value.as<Set>().table.size() > 0;
    case Type::range:
      return value.as<Range>().length > 0;
    case Type::view:
      return value.as<View>().dict->table.size() > 0;
    default:
      return true;
  }
}

bool equal(Context& context, const Value& a, const Value& b) {
  const Nested nested(context);
  context.work(1);
  if (a.is_number() && b.is_number()) {
    return !is_nan(a) && !is_nan(b) && compare_numbers(a, b) == 0;
  }
  if (a.type() != b.type()) return false;
  return equal_objects(context, a, b);
}

bool ordered(Context& context, Comparison op, const Value& a, const Value& b) {
  const Nested nested(context);
  context.work(1);
  if (a.is_number() && b.is_number()) {
    return !is_nan(a) && !is_nan(b) && holds(op, compare_numbers(a, b));
  }
  if (a.is(Type::text) && b.is(Type::text)) {
    context.copy_text(a.as<Text>().bytes.size());
    return holds(op, a.as<Text>().bytes.compare(b.as<Text>().bytes));
  }
  if (a.is(Type::list) && b.is(Type::list)) {
    return ordered_items(context, op, a.as<List>().items, b.as<List>().items);
  }
  if (a.is(Type::tuple) && b.is(Type::tuple)) {
    return ordered_items(context, op, a.as<Tuple>().items, b.as<Tuple>().items);
  }
  if (a.is(Type::set) && b.is(Type::set)) {
    return ordered_sets(context, op, a.as<Set>().table, b.as<Set>().table);
  }
  if (a.is(Type::view) || b.is(Type::view)) context.refuse("comparing views of a dict");
  context.raise(errors::type,
                "'" + std::string(sign_of(op)) + "' not supported between instances of '" +
                    std::string(type_name(a)) + "' and '" + std::string(type_name(b)) + "'");
}

bool compare(Context& context, Comparison op, const Value& a, const Value& b) {
  switch (op) {
    case Comparison::equal:
      return equal(context, a, b);
    case Comparison::not_equal:
      return !equal(context, a, b);
    case Comparison::in:
      return contains(context, b, a);
    case Comparison::not_in:
      return !contains(context, b, a);
    case Comparison::is:
      return identical(context, a, b);
    case Comparison::is_not:
      return !identical(context, a, b);
    default:
      return ordered(context, op, a, b);
  }
}

bool contains(Context& context, const Value& container, const Value& item) {
  switch (container.type()) {
    case Type::text: {
      if (!item.is(Type::text)) {
        context.raise(errors::type, "'in <string>' requires string as left operand, not " +
                                        std::string(type_name(item)));
      }
      const auto& bytes = container.as<Text>().bytes;
      context.search_text(bytes.size(), item.as<Text>().bytes.size());
      return bytes.find(item.as<Text>().bytes) != std::string::npos;
    }
    case Type::dict:
      return container.as<Dict>().table.find(context, item) != nullptr;
    case Type::set:
      return container.as<Set>().table.contains(context, item);
    case Type::range:
      if (item.is_integral()) return range_index(container.as<Range>(), item).has_value();
      break;
    default:
      break;
  }
  const auto values = iterate(context, container);
  Value value;
  while (advance(context, values, value)) {
    if (same_or_equal(context, value, item)) return true;
  }
  return false;
}

std::int64_t hash_of(Context& context, const Value& value) {
  const Nested nested(context);
  context.work(1);
  switch (value.type()) {
    case Type::none:
      return 1;
    case Type::boolean:
    case Type::integer:
    case Type::big:
      return integer_hash(value);
    case Type::real:
      if (std::isnan(value.real())) context.refuse("NaN as a key");
      return hash_real(value.real());
    case Type::text:
      context.copy_text(value.as<Text>().bytes.size());
      return hash_text(value.as<Text>().bytes);
    case Type::tuple:
      return hash_items(context, value.as<Tuple>().items);
    case Type::range:
      context.refuse("a range as a key");
    case Type::list:
    case Type::dict:
    case Type::set:
    case Type::slice:
      context.raise(errors::type, "unhashable type: '" + std::string(type_name(value)) + "'");
    case Type::builtin:
      return hash_text(type_name(value));
    default:
      return 2;
  }
}

}  // namespace sheaf::program
