// Walks the tree of a program.
#pragma once

#include <cstddef>

#include "program/context.hpp"
#include "program/syntax.hpp"

namespace sheaf::program {

class Evaluator final : public Context {
 public:
  explicit Evaluator(const Limits& limits) : Context(limits) {}

  /// Runs the top level. `program` must outlive the evaluator.
  void run(const Program& program);
  /// A variable of the top level; unset where it has no value.
  Value variable(std::string_view name) const;

  Value call(const Value& callee, Arguments arguments) override;

  Value evaluate(const Expr& expr);
  void assign(const Expr& target, const Value& value);
  /// Runs with `environment` as the innermost.
  class Within;

 private:
  enum class Flow { goes_on, breaks, continues, returns };

  // Statements.
  Flow execute(const Block& block);
  Flow execute(const Statement& statement);
  Flow execute_simple(const Simple& statement);
  Flow execute_if(const If& statement);
  Flow execute_while(const While& statement);
  Flow execute_for(const For& statement);
  Flow execute_try(const Try& statement);
  Flow execute_handled(const Try& statement);
  Flow handle(const Try& statement, const Raised& raised);
  bool catches(const Handler& handler, const Error& error);
  void execute_assign(const Assign& statement);
  void execute_augmented(const Augmented& statement);
  void execute_import(const Import& statement);
  void execute_raise(const Simple& statement);
  void remove(const Expr& target);
  void unpack(const Sequence& target, const Value& value);
  Value define(const FunctionSyntax& function);

  // Expressions.
  Value load(const Name& name);
  Value& slot(const Name& name);
  Values items(const std::vector<ExprPtr>& exprs);
  Value set(const Sequence& expr);
  Value dict(const Sequence& expr);
  Value comparison(const ComparisonChain& expr);
  Value logic(const Logic& expr);
  Value call(const Call& expr);
  Arguments arguments(const Call& expr);
  Value attribute(const Value& object, const Attribute& expr);
  Value operation(const Binary& expr);
  Value subscript(const Subscript& expr);
  Value slice(const SliceExpr& expr);
  Value comprehension(const Comprehension& expr);
  Value joined(const Joined& expr);
  std::string joined_text(const Joined& expr);
  Value call_function(const Function& function, Arguments& arguments);
  void fill(const Function& function, Arguments& arguments, Environment& environment);
  void fill_keywords(const FunctionSyntax& syntax, Arguments& arguments, Environment& environment);

  const Program* program_ = nullptr;
  Ref<Environment> environment_;
  Ref<Environment> top_;
  Value returned_;
  /// The exception that is being handled, for a bare `raise`.
  Value handled_;
  int calls_ = 0;
};

class Evaluator::Within {
 public:
  Within(Evaluator& evaluator, Ref<Environment> environment)
      : evaluator_(evaluator), outer_(evaluator.environment_) {
    evaluator.environment_ = std::move(environment);
  }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
  ~Within() { evaluator_.environment_ = outer_; }

 private:
  Evaluator& evaluator_;
  Ref<Environment> outer_;
};

/// The lazy iterator of a comprehension; the first iterable is evaluated already.
Value make_generator(Evaluator& evaluator, const Comprehension& expr, Value first,
                     Ref<Environment> environment);

}  // namespace sheaf::program
