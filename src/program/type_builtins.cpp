// The types as functions, and what asks for types.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

#include "core/text.hpp"
#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/float_text.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/set_operations.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

std::string_view stripped(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r\f\v\x1c\x1d\x1e\x1f";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

void refuse_beyond_ascii(Context& context, const Text& text) {
  if (!text.ascii()) context.refuse("reading a number from text beyond ASCII");
}

/// The digits without the underscores that may stand between two of them; nullopt for other text.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_word = [&](std::size_t at) {
      return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
    };
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || !is_word(i - 1) || !is_word(i + 1)) {
      return std::nullopt;
    }
  }
  return out;
}

int base_of_prefix(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') return 0;
  const char mark = static_cast<char>(digits[1] | 0x20);
  return mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
}

std::optional<Value> read_integer(Context& context, std::string_view text, int base) {
  text = stripped(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (const int prefix = base_of_prefix(text); prefix != 0 && (base == 0 || base == prefix)) {
    text.remove_prefix(2);
    if (text.starts_with('_')) text.remove_prefix(1);
    base = prefix;
  }
  const auto digits = without_underscores(text);
  if (!digits || digits->empty()) return std::nullopt;
  if (base == 0 && digits->front() == '0' && digits->find_first_not_of('0') != std::string::npos) {
    return std::nullopt;
  }
  if (base == 0) base = 10;
  const bool valid = std::ranges::all_of(*digits, [&](char c) {
    const int digit = c >= '0' && c <= '9'                     ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? (c | 0x20) - 'a' + 10
                                                               : 99;
    return digit < base;
  });
  if (!valid) return std::nullopt;
  const auto value = parse_integer(context, *digits, base);
  return negative ? negated(context, value) : value;
}

std::optional<double> read_real(std::string_view text) {
  text = stripped(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  auto lower = text::fold_ascii(text);
  std::optional<double> value;
  if (lower == "inf" || lower == "infinity") {
    value = std::numeric_limits<double>::infinity();
  } else if (lower == "nan") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (const auto digits = without_underscores(lower)) {
    value = parse_real(*digits);
  }
  if (!value) return std::nullopt;
  return negative ? -*value : *value;
}

Value int_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "int", 0, {"", "base"});
  if (!values[0].is_set()) return Value(std::int64_t{0});
  const auto& from = values[0];
  const auto base = values[1].is_set() ? index_of(context, values[1]) : 10;
  if (values[1].is_set() && (base < 0 || base > 36 || base == 1)) {
    context.raise(errors::value, "int() base must be >= 2 and <= 36, or 0");
  }
  if (from.is(Type::text)) {
    refuse_beyond_ascii(context, from.as<Text>());
    const auto value = read_integer(context, from.as<Text>().bytes, static_cast<int>(base));
    if (value) return *value;
    context.raise(errors::value, "invalid literal for int() with base " + std::to_string(base) +
                                     ": " + repr_text(context, from));
  }
  if (values[1].is_set()) {
    context.raise(errors::type, "int() can't convert non-string with explicit base");
  }
  if (from.is(Type::real)) {
    if (std::isnan(from.real())) {
      context.raise(errors::value, "cannot convert float NaN to integer");
    }
    if (std::isinf(from.real())) {
      context.raise(errors::overflow, "cannot convert float infinity to integer");
    }
    return integer_of_real(context, std::trunc(from.real()));
  }
  if (from.is_integral()) return from.is_small() ? Value(from.small()) : from;
  context.raise(errors::type, "int() argument must be a string or a real number, not '" +
                                  std::string(type_name(from)) + "'");
}

Value float_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "float", 0, {""});
  if (!values[0].is_set()) return Value(0.0);
  const auto& from = values[0];
  if (from.is_number()) return Value(to_real(context, from));
  if (from.is(Type::text)) {
    refuse_beyond_ascii(context, from.as<Text>());
    context.copy_text(from.as<Text>().bytes.size());
    if (const auto value = read_real(from.as<Text>().bytes)) return Value(*value);
    context.raise(errors::value, "could not convert string to float: " + repr_text(context, from));
  }
  context.raise(errors::type, "float() argument must be a string or a real number, not '" +
                                  std::string(type_name(from)) + "'");
}

Value str_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "str", 0, {"object", "encoding"});
  if (values[1].is_set()) context.refuse("str() with an encoding");
  if (!values[0].is_set()) return context.text("");
  return values[0].is(Type::text) ? values[0] : context.text(str_text(context, values[0]));
}

Value bool_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "bool", 0, {""});
  return Value(values[0].is_set() && truth(values[0]));
}

Value list_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "list", 0, {""});
  return context.list(values[0].is_set() ? collect(context, values[0]) : Values{});
}

Value tuple_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "tuple", 0, {""});
  if (values[0].is(Type::tuple)) return values[0];
  return context.tuple(values[0].is_set() ? collect(context, values[0]) : Values{});
}

Value set_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "set", 0, {""});
  if (!values[0].is_set()) return make_set(context, {});
  if (values[0].is(Type::dict)) context.refuse("set() of a dict");
  if (!values[0].is(Type::set)) return make_set(context, collect(context, values[0]));
  const auto empty = make_set(context, {});
  set_update(context, Op::bit_or, empty.as<Set>(), values[0].as<Set>());
  return empty;
}

Value dict_of(Context& context, Arguments& arguments) {
  auto dict = context.heap.make<Dict>(0);
  const auto keywords = std::exchange(arguments.keywords, {});
  const auto values = taken(context, arguments, "dict", 0, {""});
  if (values[0].is_set()) update_dict(context, *dict, values[0]);
  for (const auto& [keyword, value] : keywords) {
    dict->table.set(context, context.text(std::string(keyword)), value);
  }
  context.recount(*dict);
  return dict;
}

Value range_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "range", 1, {"", "", ""});
  const auto first = index_of(context, values[0]);
  if (!values[1].is_set()) return make_range(context, 0, first, 1);
  const auto stop = index_of(context, values[1]);
  const auto step = values[2].is_set() ? index_of(context, values[2]) : 1;
  if (step == 0) context.raise(errors::value, "range() arg 3 must not be zero");
  return make_range(context, first, stop, step);
}

Value type_of_value(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "type", 1, {""});
  return Value(type_of(context, values[0]));
}

Value is_instance_of(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "isinstance", 2, {"", ""});
  const auto types = values[1].is(Type::tuple) ? values[1].as<Tuple>().items : Values{values[1]};
  for (const auto& type : types) {
    if (!type.is(Type::builtin) || !type.builtin().is_type) {
      context.raise(errors::type, "isinstance() arg 2 must be a type or a tuple of types");
    }
    if (is_instance(values[0], type.builtin())) return Value(true);
  }
  return Value(false);
}

constexpr std::array<Builtin, 11> types{{{"int", int_of, true},
                                         {"float", float_of, true},
                                         {"str", str_of, true},
                                         {"bool", bool_of, true},
                                         {"list", list_of, true},
                                         {"tuple", tuple_of, true},
                                         {"dict", dict_of, true},
                                         {"set", set_of, true},
                                         {"range", range_of, true},
                                         {"type", type_of_value, true},
                                         {"isinstance", is_instance_of}}};

}  // namespace

std::span<const Builtin> type_builtins() { return types; }

const Builtin& type_of(Context& context, const Value& value) {
  if (value.is(Type::error)) return class_of(*value.as<Error>().kind);
  const auto* found = find_builtin(context, type_name(value));
  if (found == nullptr || !found->is_type) {
    context.refuse("the type " + std::string(type_name(value)) + " as a value");
  }
  return *found;
}

bool is_instance(const Value& value, const Builtin& type) {
  if (type.error != nullptr) {
    return value.is(Type::error) && value.as<Error>().kind->is(*type.error);
  }
  return type_name(value) == type.name || (type.name == "int" && value.is(Type::boolean)) ||
         (type.name == "type" && value.is(Type::builtin) && value.builtin().is_type);
}

}  // namespace sheaf::program
