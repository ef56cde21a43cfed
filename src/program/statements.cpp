#include <utility>

#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/evaluator.hpp"
#include "program/iterate.hpp"
#include "program/math_module.hpp"
#include "program/operators.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {

void Evaluator::run(const Program& program) {
  program_ = &program;
  expect_values(program.slots);
  top_ = heap.make<Environment>(program.slots * sizeof(Value), program.slots, Ref<Environment>());
  environment_ = top_;
  execute(program.body);
}

Value Evaluator::variable(std::string_view name) const {
  for (std::size_t i = 0; i < program_->names.size(); ++i) {
    if (program_->names[i] == name) return top_->slots[i];
  }
  return {};
}

Evaluator::Flow Evaluator::execute(const Block& block) {
  for (const auto& statement : block) {
    const auto flow = execute(*statement);
    if (flow != Flow::goes_on) return flow;
  }
  return Flow::goes_on;
}

Evaluator::Flow Evaluator::execute(const Statement& statement) {
  const Nested nested(*this);
  line = statement.line;
  step();
  switch (statement.kind) {
    case StatementKind::assign:
      execute_assign(static_cast<const Assign&>(statement));
      return Flow::goes_on;
    case StatementKind::augmented:
      execute_augmented(static_cast<const Augmented&>(statement));
      return Flow::goes_on;
    case StatementKind::imports:
      execute_import(static_cast<const Import&>(statement));
      return Flow::goes_on;
    case StatementKind::function: {
      const auto& define_it = static_cast<const Define&>(statement);
      slot(*define_it.target) = define(define_it.function);
      return Flow::goes_on;
    }
    case StatementKind::conditional:
      return execute_if(static_cast<const If&>(statement));
    case StatementKind::while_loop:
      return execute_while(static_cast<const While&>(statement));
    case StatementKind::for_loop:
      return execute_for(static_cast<const For&>(statement));
    case StatementKind::attempt:
      return execute_try(static_cast<const Try&>(statement));
    default:
      return execute_simple(static_cast<const Simple&>(statement));
  }
}

Evaluator::Flow Evaluator::execute_simple(const Simple& statement) {
  switch (statement.kind) {
    case StatementKind::expression:
      evaluate(*statement.values[0]);
      return Flow::goes_on;
    case StatementKind::returns:
      returned_ = statement.values.empty() ? Value::none() : evaluate(*statement.values[0]);
      return Flow::returns;
    case StatementKind::breaks:
      return Flow::breaks;
    case StatementKind::continues:
      return Flow::continues;
    case StatementKind::removes:
      remove(*statement.values[0]);
      return Flow::goes_on;
    case StatementKind::asserts:
      if (truth(evaluate(*statement.values[0]))) return Flow::goes_on;
      if (statement.values.size() > 1) raise(errors::assertion, evaluate(*statement.values[1]));
      throw Raised{heap.make<Error>(0, errors::assertion, Values{})};
    case StatementKind::raises:
      execute_raise(statement);
      return Flow::goes_on;
    default:
      return Flow::goes_on;
  }
}

Evaluator::Flow Evaluator::execute_if(const If& statement) {
  for (const auto& [condition, body] : statement.branches) {
    if (truth(evaluate(*condition))) return execute(body);
  }
  return execute(statement.otherwise);
}

Evaluator::Flow Evaluator::execute_while(const While& statement) {
  while (truth(evaluate(*statement.condition))) {
    const auto flow = execute(statement.body);
    if (flow == Flow::breaks) return Flow::goes_on;
    if (flow == Flow::returns) return flow;
  }
  return execute(statement.otherwise);
}

Evaluator::Flow Evaluator::execute_for(const For& statement) {
  const auto iterator = iterate(*this, evaluate(*statement.iterable));
  Value value;
  while (advance(*this, iterator, value)) {
    assign(*statement.target, value);
    const auto flow = execute(statement.body);
    if (flow == Flow::breaks) return Flow::goes_on;
    if (flow == Flow::returns) return flow;
  }
  return execute(statement.otherwise);
}

// `finally` runs however the rest ends, unless the program is stopped.
Evaluator::Flow Evaluator::execute_try(const Try& statement) {
  if (statement.finally.empty()) return execute_handled(statement);
  auto flow = Flow::goes_on;
  Value raised;
  try {
    flow = execute_handled(statement);
  } catch (const Raised& error) {
    raised = error.error;
  }
  auto returned = std::exchange(returned_, Value());
  const auto last = execute(statement.finally);
  if (last != Flow::goes_on) return last;
  returned_ = std::move(returned);
  if (raised.is_set()) throw Raised{raised};
  return flow;
}

Evaluator::Flow Evaluator::execute_handled(const Try& statement) {
  Value caught;
  try {
    const auto flow = execute(statement.body);
    if (flow != Flow::goes_on) return flow;
  } catch (const Raised& raised) {
    caught = raised.error;
  }
  if (!caught.is_set()) return execute(statement.otherwise);
  return handle(statement, Raised{caught});
}

Evaluator::Flow Evaluator::handle(const Try& statement, const Raised& raised) {
  auto& error = raised.error.as<Error>();
  for (const auto& handler : statement.handlers) {
    if (!catches(handler, error)) continue;
    step();
    if (handler.target) slot(*handler.target) = raised.error;
    auto outer = std::exchange(handled_, raised.error);
    Flow flow = Flow::goes_on;
    try {
      flow = execute(handler.body);
    } catch (const Raised&) {
      handled_ = outer;
      throw;
    }
    handled_ = outer;
    if (handler.target) slot(*handler.target) = Value();
    return flow;
  }
  throw Raised{raised};
}

bool Evaluator::catches(const Handler& handler, const Error& error) {
  if (!handler.type) return true;
  const auto type = evaluate(*handler.type);
  const auto types = type.is(Type::tuple) ? type.as<Tuple>().items : Values{type};
  for (const auto& each : types) {
    if (!each.is(Type::builtin) || each.builtin().error == nullptr) {
      raise(errors::type, "catching classes that do not inherit from BaseException is not allowed");
    }
    if (error.kind->is(*each.builtin().error)) return true;
  }
  return false;
}

void Evaluator::execute_raise(const Simple& statement) {
  if (statement.values.empty()) {
    if (!handled_.is_set()) raise(errors::runtime, "No active exception to reraise");
    throw Raised{handled_};
  }
  auto value = evaluate(*statement.values[0]);
  if (value.is(Type::builtin) && value.builtin().error != nullptr) value = call(value, {});
  if (!value.is(Type::error)) raise(errors::type, "exceptions must derive from BaseException");
  value.as<Error>().line = statement.line;
  throw Raised{value};
}

void Evaluator::execute_assign(const Assign& statement) {
  const auto value = evaluate(*statement.value);
  for (const auto& target : statement.targets) assign(*target, value);
}

void Evaluator::execute_augmented(const Augmented& statement) {
  if (statement.target->kind == ExprKind::name) {
    const auto& name = static_cast<const Name&>(*statement.target);
    const auto old = load(name);
    const auto operand = evaluate(*statement.value);
    auto result = augmented(*this, statement.op, old, operand);
    slot(name) = std::move(result);
    return;
  }
  const auto& target = static_cast<const Subscript&>(*statement.target);
  const auto container = evaluate(*target.object);
  const auto index = evaluate(*target.index);
  const auto old = get_item(*this, container, index);
  set_item(*this, container, index,
           augmented(*this, statement.op, old, evaluate(*statement.value)));
}

void Evaluator::assign(const Expr& target, const Value& value) {
  switch (target.kind) {
    case ExprKind::name:
      slot(static_cast<const Name&>(target)) = value;
      return;
    case ExprKind::subscript: {
      const auto& place = static_cast<const Subscript&>(target);
      const auto container = evaluate(*place.object);
      set_item(*this, container, evaluate(*place.index), value);
      return;
    }
    case ExprKind::starred:
      assign(*static_cast<const Starred&>(target).value, value);
      return;
    default: {
      const Nested nested(*this);
      unpack(static_cast<const Sequence&>(target), value);
    }
  }
}

void Evaluator::unpack(const Sequence& target, const Value& value) {
  const auto& targets = target.items;
  std::size_t starred = targets.size();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i]->kind == ExprKind::starred) starred = i;
  }
  const bool has_star = starred < targets.size();
  const auto iterator = iterate(*this, value);
  Values items;
  Value item;
  while ((has_star || items.size() <= targets.size()) && advance(*this, iterator, item)) {
    items.push_back(item);
    expect_values(items.size());
  }
  const auto least = has_star ? targets.size() - 1 : targets.size();
  if (items.size() < least) {
    raise(errors::value, "not enough values to unpack (expected " + std::to_string(least) +
                             ", got " + std::to_string(items.size()) + ")");
  }
  if (!has_star && items.size() > targets.size()) {
    raise(errors::value,
          "too many values to unpack (expected " + std::to_string(targets.size()) + ")");
  }
  const auto extra = items.size() - least;
  for (std::size_t i = 0, next = 0; i < targets.size(); ++i) {
    if (i != starred) {
      assign(*targets[i], items[next++]);
      continue;
    }
    const auto first = items.begin() + static_cast<std::ptrdiff_t>(next);
    assign(*targets[i], list(Values(first, first + static_cast<std::ptrdiff_t>(extra))));
    next += extra;
  }
}

void Evaluator::remove(const Expr& target) {
  if (target.kind == ExprKind::name) {
    load(static_cast<const Name&>(target));
    slot(static_cast<const Name&>(target)) = Value();
  } else if (target.kind == ExprKind::subscript) {
    const auto& place = static_cast<const Subscript&>(target);
    const auto container = evaluate(*place.object);
    delete_item(*this, container, evaluate(*place.index));
  } else {
    for (const auto& each : static_cast<const Sequence&>(target).items) remove(*each);
  }
}

void Evaluator::execute_import(const Import& statement) {
  if (statement.module != "math") refuse("importing " + statement.module);
  for (const auto& taken : statement.names) {
    slot(*taken.target) =
        statement.whole ? Value(heap.make<Module>(0)) : math_member(*this, taken.name, true);
  }
}

Value Evaluator::define(const FunctionSyntax& function) {
  Values defaults;
  for (const auto& parameter : function.parameters) {
    defaults.push_back(parameter.fallback ? evaluate(*parameter.fallback) : Value());
  }
  return heap.make<Function>(defaults.size() * sizeof(Value), function, std::move(defaults),
                             environment_);
}

}  // namespace sheaf::program
