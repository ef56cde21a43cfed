// The kinds of object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "program/set_table.hpp"
#include "program/table.hpp"
#include "program/value.hpp"

namespace sheaf::program {

class Context;
struct ErrorType;
struct FunctionSyntax;
struct MethodEntry;

/// Well-formed UTF-8, counted in code points.
struct Text final : Object {
  Text(std::string of, std::size_t code_points)
      : Object(Type::text), bytes(std::move(of)), length(code_points) {}
  bool ascii() const { return length == bytes.size(); }
  const std::string bytes;
  const std::size_t length;
};

struct List final : Object {
  explicit List(Values of) : Object(Type::list), items(std::move(of)) {}
  void clear() override { items.clear(); }
  Values items;
};

struct Tuple final : Object {
  explicit Tuple(Values of) : Object(Type::tuple), items(std::move(of)) {}
  void clear() override { items.clear(); }
  Values items;
};

struct Dict final : Object {
  Dict() : Object(Type::dict) {}
  void clear() override { table.clear(); }
  Table table;
};

struct Set final : Object {
  Set() : Object(Type::set) {}
  void clear() override { table.clear(); }
  SetTable table;
};

/// Both ends and the step fit 64 bits, and so does the length.
struct Range final : Object {
  Range(std::int64_t from, std::int64_t to, std::int64_t by, std::int64_t count)
      : Object(Type::range), start(from), stop(to), step(by), length(count) {}
  Value at(std::int64_t index) const { return Value(start + index * step); }
  std::int64_t start;
  std::int64_t stop;
  std::int64_t step;
  std::int64_t length;
};

/// The bounds between brackets, each an integer or None.
struct Slice final : Object {
  Slice(Value from, Value to, Value by)
      : Object(Type::slice), lower(std::move(from)), upper(std::move(to)), step(std::move(by)) {}
  void clear() override { lower = upper = step = Value(); }
  Value lower;
  Value upper;
  Value step;
};

enum class ViewKind : std::uint8_t { keys, values, items };

struct View final : Object {
  View(Ref<Dict> of, ViewKind which) : Object(Type::view), dict(std::move(of)), kind(which) {}
  void clear() override { dict = {}; }
  Ref<Dict> dict;
  ViewKind kind;
};

/// Variables of one function call, one comprehension, or the program's top level.
struct Environment final : Object {
  Environment(std::size_t size, Ref<Environment> around)
      : Object(Type::environment), slots(size), parent(std::move(around)) {}
  void clear() override {
    slots.clear();
    parent = {};
  }
  Values slots;
  Ref<Environment> parent;
};

struct Function final : Object {
  Function(const FunctionSyntax& of, Values given, Ref<Environment> around)
      : Object(Type::function),
        syntax(&of),
        defaults(std::move(given)),
        closure(std::move(around)) {}
  void clear() override {
    defaults.clear();
    closure = {};
  }
  const FunctionSyntax* syntax;
  Values defaults;
  Ref<Environment> closure;
};

struct Method final : Object {
  Method(Value of, const MethodEntry& which)
      : Object(Type::method), self(std::move(of)), entry(&which) {}
  void clear() override { self = Value(); }
  Value self;
  const MethodEntry* entry;
};

/// An exception. `arguments` are what its class was called with.
struct Error final : Object {
  Error(const ErrorType& of, Values with)
      : Object(Type::error), kind(&of), arguments(std::move(with)) {}
  void clear() override { arguments.clear(); }
  const ErrorType* kind;
  Values arguments;
  int line = 0;
};

/// `math`, the only one.
struct Module final : Object {
  Module() : Object(Type::module) {}
};

/// Hands out one value after the other.
class Iterator : public Object {
 public:
  Iterator() : Object(Type::iterator) {}
  /// False at the end.
  virtual bool next(Context& context, Value& value) = 0;
};

}  // namespace sheaf::program
