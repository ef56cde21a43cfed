// What every operation of a running program needs: its heap, its limits, and a way to stop it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "program/objects.hpp"
#include "program/program.hpp"
#include "program/stop.hpp"
#include "program/value.hpp"

namespace sheaf::program {

struct Arguments {
  Values positional;
  std::vector<std::pair<std::string_view, Value>> keywords;
};

class Context {
 public:
  explicit Context(const Limits& limits)
      : heap(limits.memory_bytes), limits_(limits), units_(limits.steps * units_per_step) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  virtual ~Context() = default;

  /// Calls a function of the program, a builtin, a method or a type.
  virtual Value call(const Value& callee, Arguments arguments) = 0;

  /// Work is charged in units, sixteen to the step: one for an element compared or copied, a byte
  /// of text a sixteenth.
  void work(std::int64_t units) {
    units_ -= units;
    if (units_ < 0) out_of_steps();
  }
  void step() { work(units_per_step); }
  void copy_text(std::size_t bytes) { work(static_cast<std::int64_t>(bytes / 16 + 1)); }

  /// A search for `part` bytes in `whole`.
  void search_text(std::size_t whole, std::size_t part) {
    copy_text(whole);
    work(static_cast<std::int64_t>(whole / 64 * (part / 64)));
  }

  [[noreturn]] void raise(const ErrorType& type, std::string message);
  [[noreturn]] void raise(const ErrorType& type, Value argument);
  /// For what Python has and the subset has not: `what` names it.
  [[noreturn]] void refuse(std::string_view what);

  Value text(std::string bytes);
  Value text(std::string bytes, std::size_t code_points);
  Value list(Values items);
  Value tuple(Values items);
  /// Before `count` values are allocated.
  void expect_values(std::size_t count) const { heap.expect(count * sizeof(Value)); }
  /// After a container has changed its size.
  void recount(List& list) { heap.recount(list, sizeof(List) + list.items.size() * sizeof(Value)); }
  void recount(Dict& dict) { heap.recount(dict, sizeof(Dict) + dict.table.bytes()); }
  void recount(Set& set) { heap.recount(set, sizeof(Set) + set.table.bytes()); }

  const Limits& limits() const { return limits_; }

  Heap heap;
  /// Where the program is, for messages.
  int line = 1;

 private:
  friend class Nested;
  static constexpr std::int64_t units_per_step = 16;
  [[noreturn]] void out_of_steps() const;

  Limits limits_;
  std::int64_t units_;
  int nesting_ = 0;
};

/// Held while an operation may lead to another of its kind: it bounds the host's stack.
class Nested {
 public:
  explicit Nested(Context& context);
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;
  ~Nested() { --context_.nesting_; }

 private:
  static constexpr int deepest = 1000;
  Context& context_;
};

}  // namespace sheaf::program
