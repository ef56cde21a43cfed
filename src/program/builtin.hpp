// The functions, types and methods of the language, as tables.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

#include "program/context.hpp"

namespace sheaf::program {

struct Builtin {
  std::string_view name;
  Value (*call)(Context& context, Arguments& arguments);
  bool is_type = false;
  /// Of a class of exceptions; it is called by `make_error`.
  const ErrorType* error = nullptr;
};

struct MethodEntry {
  std::string_view name;
  Value (*call)(Context& context, const Value& self, Arguments& arguments);
};

/// nullptr for a name that is none of the subset's. Refuses one that is Python's.
const Builtin* find_builtin(Context& context, std::string_view name);
/// The type of a value, and of a class of exceptions.
const Builtin& type_of(Context& context, const Value& value);
const Builtin& class_of(const ErrorType& type);
/// isinstance(value, type)
bool is_instance(const Value& value, const Builtin& type);

/// nullptr where the type has no such method. Refuses one that Python's has.
const MethodEntry* find_method(Context& context, const Value& value, std::string_view name);

/// The arguments of a call in the order of `names`, the missing ones unset. The first `required`
/// must be there. A name that begins with `*` is taken by keyword alone, an empty one by position
/// alone. Raises TypeError where they do not fit.
Values taken(Context& context, Arguments& arguments, std::string_view function,
             std::size_t required, std::initializer_list<std::string_view> names);

std::span<const Builtin> number_builtins();
std::span<const Builtin> sequence_builtins();
std::span<const Builtin> type_builtins();
std::span<const Builtin> error_builtins();
std::span<const MethodEntry> text_methods();
std::span<const MethodEntry> text_search_methods();
std::span<const MethodEntry> list_methods();
std::span<const MethodEntry> tuple_methods();
std::span<const MethodEntry> dict_methods();
std::span<const MethodEntry> set_methods();
std::span<const MethodEntry> number_methods();

/// dict.update(): another dict, or pairs.
void update_dict(Context& context, Dict& dict, const Value& from);

/// sorted() into `items`; `key` unset for none.
void sort_values(Context& context, Values& items, const Value& key, bool reverse);

}  // namespace sheaf::program
