// A program as a tree. Variables are resolved: so many environments up, this slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "program/value.hpp"

namespace sheaf::program {

enum class Op : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  floor_divide,
  modulo,
  power,
  shift_left,
  shift_right,
  bit_and,
  bit_or,
  bit_xor,
};

enum class UnaryOp : std::uint8_t { plus, minus, invert, negate };

enum class Comparison : std::uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  is,
  is_not,
};

enum class ExprKind : std::uint8_t {
  constant,
  name,
  list,
  tuple,
  set,
  dict,
  unary,
  binary,
  comparison,
  logic,
  conditional,
  call,
  attribute,
  subscript,
  slice,
  lambda,
  comprehension,
  joined,
  starred,
  assignment,
};

struct Expr {
  Expr(ExprKind of, int at) : kind(of), line(at) {}
  Expr(const Expr&) = delete;
  Expr& operator=(const Expr&) = delete;
  virtual ~Expr() = default;
  const ExprKind kind;
  const int line;
  /// Of the tree below.
  int height = 1;
};
using ExprPtr = std::unique_ptr<Expr>;

struct Constant final : Expr {
  Constant(int at, Value of) : Expr(ExprKind::constant, at), value(std::move(of)) {}
  Value value;
};

struct Name final : Expr {
  Name(int at, std::string_view of) : Expr(ExprKind::name, at), text(of) {}
  std::string_view text;
  std::size_t depth = 0;
  std::size_t slot = 0;
};

/// list, tuple, set: their items; dict: keys and values in turn, a key nullptr before what `**`
/// spreads.
struct Sequence final : Expr {
  Sequence(ExprKind of, int at) : Expr(of, at) {}
  std::vector<ExprPtr> items;
};

struct Unary final : Expr {
  Unary(int at, UnaryOp of, ExprPtr on)
      : Expr(ExprKind::unary, at), op(of), operand(std::move(on)) {}
  UnaryOp op;
  ExprPtr operand;
};

struct Binary final : Expr {
  Binary(int at, Op of, ExprPtr a, ExprPtr b)
      : Expr(ExprKind::binary, at), op(of), left(std::move(a)), right(std::move(b)) {}
  Op op;
  ExprPtr left;
  ExprPtr right;
};

/// a < b <= c ...
struct ComparisonChain final : Expr {
  explicit ComparisonChain(int at) : Expr(ExprKind::comparison, at) {}
  ExprPtr first;
  std::vector<std::pair<Comparison, ExprPtr>> rest;
};

struct Logic final : Expr {
  Logic(int at, bool is_and) : Expr(ExprKind::logic, at), conjunction(is_and) {}
  bool conjunction;
  std::vector<ExprPtr> operands;
};

struct Conditional final : Expr {
  explicit Conditional(int at) : Expr(ExprKind::conditional, at) {}
  ExprPtr condition;
  ExprPtr then;
  ExprPtr otherwise;
};

struct CallArgument {
  enum class Form : std::uint8_t { positional, keyword, spread, spread_keywords };
  Form form = Form::positional;
  std::string_view keyword;
  ExprPtr value;
};

struct Call final : Expr {
  explicit Call(int at) : Expr(ExprKind::call, at) {}
  ExprPtr callee;
  std::vector<CallArgument> arguments;
};

struct Attribute final : Expr {
  Attribute(int at, ExprPtr of, std::string_view which)
      : Expr(ExprKind::attribute, at), object(std::move(of)), name(which) {}
  ExprPtr object;
  std::string_view name;
};

struct Subscript final : Expr {
  Subscript(int at, ExprPtr of, ExprPtr by)
      : Expr(ExprKind::subscript, at), object(std::move(of)), index(std::move(by)) {}
  ExprPtr object;
  ExprPtr index;
};

/// Any bound may be nullptr.
struct SliceExpr final : Expr {
  explicit SliceExpr(int at) : Expr(ExprKind::slice, at) {}
  ExprPtr lower;
  ExprPtr upper;
  ExprPtr step;
};

enum class StatementKind : std::uint8_t {
  expression,
  assign,
  augmented,
  returns,
  breaks,
  continues,
  pass,
  removes,
  asserts,
  raises,
  imports,
  conditional,
  while_loop,
  for_loop,
  function,
  attempt,
};

struct Statement {
  Statement(StatementKind of, int at) : kind(of), line(at) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  virtual ~Statement() = default;
  const StatementKind kind;
  const int line;
};

using Block = std::vector<std::unique_ptr<Statement>>;

struct Parameter {
  std::string_view name;
  std::size_t slot = 0;
  /// nullptr where required.
  ExprPtr fallback;
  bool by_position = true;
  bool by_keyword = true;
};

struct FunctionSyntax {
  std::string_view name;
  std::vector<Parameter> parameters;
  /// Of `*name` and `**name`; empty where there is none.
  std::string_view rest_name;
  std::size_t rest_slot = 0;
  std::string_view keywords_name;
  std::size_t keywords_slot = 0;
  std::size_t slots = 0;
  Block body;
  /// Of a lambda, in place of `body`.
  ExprPtr value;
};

struct Lambda final : Expr {
  explicit Lambda(int at) : Expr(ExprKind::lambda, at) {}
  FunctionSyntax function;
};

struct Clause {
  ExprPtr target;
  /// Of the first clause it is evaluated outside the comprehension's own environment.
  ExprPtr iterable;
  std::vector<ExprPtr> conditions;
};

enum class ComprehensionKind : std::uint8_t { list, set, dict, generator };

struct Comprehension final : Expr {
  Comprehension(int at, ComprehensionKind of) : Expr(ExprKind::comprehension, at), form(of) {}
  ComprehensionKind form;
  ExprPtr element;
  /// Of a dict, whose `element` is the key.
  ExprPtr value;
  std::vector<Clause> clauses;
  std::size_t slots = 0;
};

/// An f-string.
struct Joined final : Expr {
  struct Part {
    std::string literal;
    /// nullptr where there is only the literal; else it follows the literal.
    ExprPtr value;
    char conversion = '\0';
    /// Its format specification; nullptr for none.
    std::unique_ptr<Joined> spec;
  };
  explicit Joined(int at) : Expr(ExprKind::joined, at) {}
  std::vector<Part> parts;
};

struct Starred final : Expr {
  Starred(int at, ExprPtr of) : Expr(ExprKind::starred, at), value(std::move(of)) {}
  ExprPtr value;
};

/// name := value
struct NamedValue final : Expr {
  explicit NamedValue(int at) : Expr(ExprKind::assignment, at) {}
  ExprPtr target;
  ExprPtr value;
};

/// expression, returns, raises: `values` holds one or none; removes: the targets; asserts: the
/// condition and, where there is one, the message.
struct Simple final : Statement {
  Simple(StatementKind of, int at) : Statement(of, at) {}
  std::vector<ExprPtr> values;
};

struct Assign final : Statement {
  explicit Assign(int at) : Statement(StatementKind::assign, at) {}
  std::vector<ExprPtr> targets;
  ExprPtr value;
};

struct Augmented final : Statement {
  explicit Augmented(int at) : Statement(StatementKind::augmented, at) {}
  Op op = Op::add;
  ExprPtr target;
  ExprPtr value;
};

/// Of one module: `names` is empty for the module itself; a name "*" takes all.
struct Import final : Statement {
  struct Taken {
    std::string_view name;
    std::unique_ptr<Name> target;
  };
  explicit Import(int at) : Statement(StatementKind::imports, at) {}
  std::string module;
  std::vector<Taken> names;
  bool whole = false;
};

struct If final : Statement {
  explicit If(int at) : Statement(StatementKind::conditional, at) {}
  std::vector<std::pair<ExprPtr, Block>> branches;
  Block otherwise;
};

struct While final : Statement {
  explicit While(int at) : Statement(StatementKind::while_loop, at) {}
  ExprPtr condition;
  Block body;
  Block otherwise;
};

struct For final : Statement {
  explicit For(int at) : Statement(StatementKind::for_loop, at) {}
  ExprPtr target;
  ExprPtr iterable;
  Block body;
  Block otherwise;
};

struct Define final : Statement {
  explicit Define(int at) : Statement(StatementKind::function, at) {}
  FunctionSyntax function;
  std::unique_ptr<Name> target;
};

struct Handler {
  int line = 0;
  /// nullptr catches all.
  ExprPtr type;
  std::unique_ptr<Name> target;
  Block body;
};

struct Try final : Statement {
  explicit Try(int at) : Statement(StatementKind::attempt, at) {}
  Block body;
  std::vector<Handler> handlers;
  Block otherwise;
  Block finally;
};

/// A whole program. It refers to the text that it was read from.
struct Program {
  Block body;
  std::size_t slots = 0;
  /// Of the variables at top level, by slot.
  std::vector<std::string_view> names;
};

}  // namespace sheaf::program
