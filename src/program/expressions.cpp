#include <algorithm>
#include <utility>

#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/evaluator.hpp"
#include "program/format_spec.hpp"
#include "program/iterate.hpp"
#include "program/math_module.hpp"
#include "program/operators.hpp"
#include "program/set_operations.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

/// Whether CPython's compiler knows its value.
bool is_constant(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::constant:
      return true;
    case ExprKind::unary:
      return is_constant(*static_cast<const Unary&>(expr).operand);
    case ExprKind::binary: {
      const auto& node = static_cast<const Binary&>(expr);
      return is_constant(*node.left) && is_constant(*node.right);
    }
    case ExprKind::tuple:
      return std::ranges::all_of(static_cast<const Sequence&>(expr).items,
                                 [](const auto& item) { return is_constant(*item); });
    default:
      return false;
  }
}

}  // namespace

Value& Evaluator::slot(const Name& name) {
  auto* environment = environment_.get();
  for (std::size_t i = 0; i < name.depth; ++i) environment = environment->parent.get();
  return environment->slots[name.slot];
}

Value Evaluator::load(const Name& name) {
  const auto& value = slot(name);
  if (value.is_set()) return value;
  line = name.line;
  const auto* environment = environment_.get();
  for (std::size_t i = 0; i < name.depth; ++i) environment = environment->parent.get();
  if (environment == top_.get()) {
    if (const auto* builtin = find_builtin(*this, name.text)) return Value(*builtin);
    raise(errors::name, "name '" + std::string(name.text) + "' is not defined");
  }
  if (name.depth == 0) {
    raise(errors::unbound_local, "cannot access local variable '" + std::string(name.text) +
                                     "' where it is not associated with a value");
  }
  raise(errors::name, "cannot access free variable '" + std::string(name.text) +
                          "' where it is not associated with a value in enclosing scope");
}

Value Evaluator::evaluate(const Expr& expr) {
  const Nested nested(*this);
  work(1);
  switch (expr.kind) {
    case ExprKind::constant:
      return static_cast<const Constant&>(expr).value;
    case ExprKind::name:
      return load(static_cast<const Name&>(expr));
    case ExprKind::list:
      return list(items(static_cast<const Sequence&>(expr).items));
    case ExprKind::tuple:
      return tuple(items(static_cast<const Sequence&>(expr).items));
    case ExprKind::set:
      return set(static_cast<const Sequence&>(expr));
    case ExprKind::dict:
      return dict(static_cast<const Sequence&>(expr));
    case ExprKind::unary: {
      const auto& node = static_cast<const Unary&>(expr);
      return unary(*this, node.op, evaluate(*node.operand));
    }
    case ExprKind::binary:
      return operation(static_cast<const Binary&>(expr));
    case ExprKind::comparison:
      return comparison(static_cast<const ComparisonChain&>(expr));
    case ExprKind::logic:
      return logic(static_cast<const Logic&>(expr));
    case ExprKind::conditional: {
      const auto& node = static_cast<const Conditional&>(expr);
      return evaluate(truth(evaluate(*node.condition)) ? *node.then : *node.otherwise);
    }
    case ExprKind::call:
      return call(static_cast<const Call&>(expr));
    case ExprKind::attribute: {
      const auto& node = static_cast<const Attribute&>(expr);
      return attribute(evaluate(*node.object), node);
    }
    case ExprKind::subscript:
      return subscript(static_cast<const Subscript&>(expr));
    case ExprKind::slice:
      return slice(static_cast<const SliceExpr&>(expr));
    case ExprKind::lambda:
      return define(static_cast<const Lambda&>(expr).function);
    case ExprKind::comprehension:
      return comprehension(static_cast<const Comprehension&>(expr));
    case ExprKind::joined:
      return joined(static_cast<const Joined&>(expr));
    case ExprKind::assignment: {
      const auto& node = static_cast<const NamedValue&>(expr);
      auto value = evaluate(*node.value);
      assign(*node.target, value);
      return value;
    }
    case ExprKind::starred:
      break;
  }
  refuse("a starred expression here");
}

Value Evaluator::operation(const Binary& expr) {
  const auto left = evaluate(*expr.left);
  const auto right = evaluate(*expr.right);
  line = expr.line;
  return binary(*this, expr.op, left, right);
}

Value Evaluator::subscript(const Subscript& expr) {
  const auto container = evaluate(*expr.object);
  const auto index = evaluate(*expr.index);
  line = expr.line;
  return get_item(*this, container, index);
}

Values Evaluator::items(const std::vector<ExprPtr>& exprs) {
  Values values;
  for (const auto& expr : exprs) {
    if (expr->kind != ExprKind::starred) {
      values.push_back(evaluate(*expr));
      continue;
    }
    const auto spread = collect(*this, evaluate(*static_cast<const Starred&>(*expr).value));
    expect_values(values.size() + spread.size());
    values.insert(values.end(), spread.begin(), spread.end());
  }
  return values;
}

// CPython makes three constants or more at compile time, and merges them into the new set: the
// order of its table tells.
Value Evaluator::set(const Sequence& expr) {
  constexpr std::size_t least_merged = 3;
  auto made = make_set(*this, items(expr.items));
  const bool merged =
      expr.items.size() >= least_merged &&
      std::ranges::all_of(expr.items, [](const auto& item) { return is_constant(*item); });
  if (!merged) return made;
  const auto constant = make_set(*this, made.as<Set>().table.items());
  const auto copy = make_set(*this, {});
  set_update(*this, Op::bit_or, copy.as<Set>(), constant.as<Set>());
  return copy;
}

Value Evaluator::dict(const Sequence& expr) {
  auto made = heap.make<Dict>(0);
  for (std::size_t i = 0; i + 1 < expr.items.size(); i += 2) {
    if (expr.items[i] != nullptr) {
      const auto key = evaluate(*expr.items[i]);
      made->table.set(*this, key, evaluate(*expr.items[i + 1]));
    } else {
      const auto spread = evaluate(*expr.items[i + 1]);
      if (!spread.is(Type::dict)) {
        raise(errors::type, "'" + std::string(type_name(spread)) + "' object is not a mapping");
      }
      for (const auto& entry : spread.as<Dict>().table.entries()) {
        if (entry.key.is_set()) made->table.set(*this, entry.key, entry.value);
      }
    }
    recount(*made);
  }
  return made;
}

Value Evaluator::comparison(const ComparisonChain& expr) {
  auto left = evaluate(*expr.first);
  for (const auto& [op, operand] : expr.rest) {
    auto right = evaluate(*operand);
    line = expr.line;
    if (!compare(*this, op, left, right)) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Value Evaluator::logic(const Logic& expr) {
  Value value;
  for (const auto& operand : expr.operands) {
    value = evaluate(*operand);
    if (truth(value) != expr.conjunction) return value;
  }
  return value;
}

Value Evaluator::attribute(const Value& object, const Attribute& expr) {
  line = expr.line;
  if (object.is(Type::module)) return math_member(*this, expr.name, false);
  if (object.is(Type::builtin) && object.builtin().is_type) {
    if (expr.name == "__name__") return text(std::string(object.builtin().name));
    refuse("an attribute of a type");
  }
  if (object.is(Type::error) && expr.name == "args") return tuple(object.as<Error>().arguments);
  if (object.is(Type::range)) {
    const auto& range = object.as<Range>();
    if (expr.name == "start") return Value(range.start);
    if (expr.name == "stop") return Value(range.stop);
    if (expr.name == "step") return Value(range.step);
  }
  const auto* method = find_method(*this, object, expr.name);
  if (method == nullptr) {
    raise(errors::attribute, "'" + std::string(type_name(object)) + "' object has no attribute '" +
                                 std::string(expr.name) + "'");
  }
  return heap.make<Method>(0, object, *method);
}

Value Evaluator::slice(const SliceExpr& expr) {
  const auto bound = [&](const ExprPtr& part) { return part ? evaluate(*part) : Value::none(); };
  auto lower = bound(expr.lower);
  auto upper = bound(expr.upper);
  return heap.make<Slice>(0, std::move(lower), std::move(upper), bound(expr.step));
}

Value Evaluator::joined(const Joined& expr) { return text(joined_text(expr)); }

std::string Evaluator::joined_text(const Joined& expr) {
  std::string out;
  for (const auto& part : expr.parts) {
    out += part.literal;
    if (part.value == nullptr) continue;
    auto value = evaluate(*part.value);
    if (part.conversion == 'r') value = text(repr_text(*this, value));
    if (part.conversion == 's') value = text(str_text(*this, value));
    if (part.conversion == 'a') value = text(ascii_text(*this, value));
    out += formatted(*this, value, part.spec ? joined_text(*part.spec) : "");
    heap.expect(out.size());
  }
  return out;
}

}  // namespace sheaf::program
