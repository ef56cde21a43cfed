#include "program/builtin.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

/// Python's own that the subset lacks: to name one is no NameError.
constexpr std::array<std::string_view, 43> foreign_builtins{"aiter",
                                                            "anext",
                                                            "breakpoint",
                                                            "bytearray",
                                                            "bytes",
                                                            "classmethod",
                                                            "compile",
                                                            "complex",
                                                            "delattr",
                                                            "dir",
                                                            "eval",
                                                            "exec",
                                                            "exit",
                                                            "quit",
                                                            "frozenset",
                                                            "getattr",
                                                            "globals",
                                                            "hasattr",
                                                            "help",
                                                            "id",
                                                            "input",
                                                            "issubclass",
                                                            "locals",
                                                            "memoryview",
                                                            "object",
                                                            "open",
                                                            "property",
                                                            "setattr",
                                                            "slice",
                                                            "staticmethod",
                                                            "super",
                                                            "vars",
                                                            "__import__",
                                                            "__name__",
                                                            "__doc__",
                                                            "__file__",
                                                            "__builtins__",
                                                            "Ellipsis",
                                                            "NotImplemented",
                                                            "OSError",
                                                            "RecursionError",
                                                            "MemoryError",
                                                            "KeyboardInterrupt"};

constexpr std::array<std::string_view, 46> foreign_attributes{"as_integer_ratio",
                                                              "conjugate",
                                                              "denominator",
                                                              "from_bytes",
                                                              "fromhex",
                                                              "hex",
                                                              "imag",
                                                              "numerator",
                                                              "real",
                                                              "to_bytes",
                                                              "bit_count",
                                                              "casefold",
                                                              "encode",
                                                              "expandtabs",
                                                              "format_map",
                                                              "isascii",
                                                              "isdecimal",
                                                              "isidentifier",
                                                              "isnumeric",
                                                              "isprintable",
                                                              "istitle",
                                                              "maketrans",
                                                              "translate",
                                                              "fromkeys",
                                                              "mapping",
                                                              "isdisjoint",
                                                              "send",
                                                              "throw",
                                                              "close",
                                                              "with_traceback",
                                                              "add_note",
                                                              "start",
                                                              "stop",
                                                              "step",
                                                              "mro",
                                                              "gi_frame",
                                                              "index",
                                                              "count",
                                                              "append",
                                                              "union",
                                                              "get",
                                                              "keys",
                                                              "partition",
                                                              "rpartition",
                                                              "is_integer",
                                                              "swapcase"};

const Builtin* find_in(std::span<const Builtin> table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Builtin::name);
  return found == table.end() ? nullptr : &*found;
}

const MethodEntry* find_in(std::span<const MethodEntry> table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &MethodEntry::name);
  return found == table.end() ? nullptr : &*found;
}

std::array<std::span<const MethodEntry>, 2> methods_of(Type type) {
  switch (type) {
    case Type::text:
      return {text_methods(), text_search_methods()};
    case Type::list:
      return {list_methods(), {}};
    case Type::tuple:
    case Type::range:
      return {tuple_methods(), {}};
    case Type::dict:
      return {dict_methods(), {}};
    case Type::set:
      return {set_methods(), {}};
    case Type::boolean:
    case Type::integer:
    case Type::big:
    case Type::real:
      return {number_methods(), {}};
    default:
      return {};
  }
}

}  // namespace

const Builtin* find_builtin(Context& context, std::string_view name) {
  for (const auto table :
       {number_builtins(), sequence_builtins(), type_builtins(), error_builtins()}) {
    if (const auto* found = find_in(table, name)) return found;
  }
  if (std::ranges::find(foreign_builtins, name) != foreign_builtins.end()) context.refuse(name);
  return nullptr;
}

const MethodEntry* find_method(Context& context, const Value& value, std::string_view name) {
  for (const auto table : methods_of(value.type())) {
    if (const auto* found = find_in(table, name)) return found;
  }
  const bool foreign = std::ranges::find(foreign_attributes, name) != foreign_attributes.end();
  if (foreign || name.starts_with("__")) {
    context.refuse("the attribute " + std::string(name) + " of " + std::string(type_name(value)));
  }
  return nullptr;
}

Values taken(Context& context, Arguments& arguments, std::string_view function,
             std::size_t required, std::initializer_list<std::string_view> names) {
  Values values(names.size());
  const auto by_position = static_cast<std::size_t>(
      std::ranges::count_if(names, [](std::string_view name) { return !name.starts_with('*'); }));
  const auto title = std::string(function) + "()";
  if (arguments.positional.size() > by_position) {
    context.raise(errors::type, title + " takes at most " + std::to_string(by_position) +
                                    " arguments (" + std::to_string(arguments.positional.size()) +
                                    " given)");
  }
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    values[i] = std::move(arguments.positional[i]);
  }
  for (auto& [keyword, value] : arguments.keywords) {
    const auto found = std::ranges::find_if(names, [&](std::string_view name) {
      return !name.empty() && (name.starts_with('*') ? name.substr(1) : name) == keyword;
    });
    if (found == names.end()) {
      context.raise(errors::type,
                    title + " got an unexpected keyword argument '" + std::string(keyword) + "'");
    }
    auto& slot = values[static_cast<std::size_t>(found - names.begin())];
    if (slot.is_set()) {
      context.raise(errors::type, title + " got an argument twice: '" + std::string(keyword) + "'");
    }
    slot = std::move(value);
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (!values[i].is_set()) {
      context.raise(errors::type, title + " is missing its argument " + std::to_string(i + 1));
    }
  }
  return values;
}

}  // namespace sheaf::program
