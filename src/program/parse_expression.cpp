#include <algorithm>
#include <array>
#include <charconv>

#include "program/float_text.hpp"
#include "program/integer.hpp"
#include "program/parser.hpp"
#include "program/parser_depth.hpp"

namespace sheaf::program {
namespace {

struct BinaryOp {
  std::string_view text;
  Op op;
  int precedence;
};
constexpr std::array<BinaryOp, 12> binary_ops{{{"|", Op::bit_or, 1},
                                               {"^", Op::bit_xor, 2},
                                               {"&", Op::bit_and, 3},
                                               {"<<", Op::shift_left, 4},
                                               {">>", Op::shift_right, 4},
                                               {"+", Op::add, 5},
                                               {"-", Op::subtract, 5},
                                               {"*", Op::multiply, 6},
                                               {"/", Op::divide, 6},
                                               {"//", Op::floor_divide, 6},
                                               {"%", Op::modulo, 6},
                                               {"@", Op::multiply, 6}}};

constexpr std::array<std::pair<std::string_view, Comparison>, 6> comparisons{
    {{"==", Comparison::equal},
     {"!=", Comparison::not_equal},
     {"<", Comparison::less},
     {"<=", Comparison::less_equal},
     {">", Comparison::greater},
     {">=", Comparison::greater_equal}}};

constexpr int highest_tree = 200;

}  // namespace

void Parser::raise_height(Expr& node, const Expr* part) const {
  if (part == nullptr) return;
  node.height = std::max(node.height, part->height + 1);
  if (node.height > highest_tree) {
    throw Stopped{FailureKind::depth, "an expression nested too deeply"};
  }
}

// a, *b, c
ExprPtr Parser::expressions() {
  const auto at_line = line();
  auto first = starred_or_named();
  if (!at(",")) {
    if (first->kind == ExprKind::starred) wrong("a starred expression cannot stand here");
    return first;
  }
  auto tuple = std::make_unique<Sequence>(ExprKind::tuple, at_line);
  raise_height(*tuple, first.get());
  tuple->items.push_back(std::move(first));
  while (take(",")) {
    const auto& token = peek();
    const bool ends = token.kind == TokenKind::newline || token.kind == TokenKind::end || at(")") ||
                      at("]") || at("}") || at("=") || at(":") || at(";");
    if (ends) break;
    tuple->items.push_back(starred_or_named());
    raise_height(*tuple, tuple->items.back().get());
  }
  return tuple;
}

ExprPtr Parser::starred_or_named() {
  const auto at_line = line();
  if (!take("*")) return named();
  auto value = binary(1);
  const auto* part = value.get();
  return rise(std::make_unique<Starred>(at_line, std::move(value)), {part});
}

ExprPtr Parser::named() {
  if (!at_name() || !ahead(":=")) return expression();
  auto node = std::make_unique<NamedValue>(line());
  const auto name = identifier();
  expect(":=");
  node->value = expression();
  scopes_.bind_around(name);
  auto target = std::make_unique<Name>(node->line, name);
  scopes_.use(*target);
  node->target = std::move(target);
  const auto* value = node->value.get();
  return rise(std::move(node), {value});
}

ExprPtr Parser::expression() {
  const Deeper deeper(depth_);
  if (at("lambda")) return lambda();
  auto value = disjunction();
  if (!at("if")) return value;
  auto node = std::make_unique<Conditional>(line());
  next();
  node->then = std::move(value);
  node->condition = disjunction();
  expect("else");
  node->otherwise = expression();
  const std::initializer_list<const Expr*> parts = {node->then.get(), node->condition.get(),
                                                    node->otherwise.get()};
  return rise(std::move(node), parts);
}

ExprPtr Parser::lambda() {
  auto node = std::make_unique<Lambda>(line());
  next();
  node->function.name = "<lambda>";
  parameters(node->function, ":", false);
  expect(":");
  enter(node->function);
  const auto loops = std::exchange(loops_, 0);
  ++functions_;
  node->function.value = expression();
  --functions_;
  loops_ = loops;
  node->function.slots = scopes_.close();
  const auto* value = node->function.value.get();
  return rise(std::move(node), {value});
}

ExprPtr Parser::disjunction() {
  auto first = conjunction();
  if (!at("or")) return first;
  auto node = std::make_unique<Logic>(line(), false);
  node->operands.push_back(std::move(first));
  while (take("or")) node->operands.push_back(conjunction());
  for (const auto& operand : node->operands) raise_height(*node, operand.get());
  return node;
}

ExprPtr Parser::conjunction() {
  auto first = inversion();
  if (!at("and")) return first;
  auto node = std::make_unique<Logic>(line(), true);
  node->operands.push_back(std::move(first));
  while (take("and")) node->operands.push_back(inversion());
  for (const auto& operand : node->operands) raise_height(*node, operand.get());
  return node;
}

ExprPtr Parser::inversion() {
  if (!at("not")) return comparison();
  const Deeper deeper(depth_);
  const auto at_line = line();
  next();
  auto operand = inversion();
  const auto* part = operand.get();
  return rise(std::make_unique<Unary>(at_line, UnaryOp::negate, std::move(operand)), {part});
}

std::optional<Comparison> Parser::comparison_op() {
  for (const auto& [text, op] : comparisons) {
    if (take(text)) return op;
  }
  if (take("in")) return Comparison::in;
  if (at("not") && ahead("in")) {
    next();
    next();
    return Comparison::not_in;
  }
  if (!take("is")) return std::nullopt;
  return take("not") ? Comparison::is_not : Comparison::is;
}

ExprPtr Parser::comparison() {
  const auto at_line = line();
  auto first = binary(1);
  auto op = comparison_op();
  if (!op) return first;
  auto node = std::make_unique<ComparisonChain>(at_line);
  node->first = std::move(first);
  raise_height(*node, node->first.get());
  for (; op; op = comparison_op()) {
    node->rest.emplace_back(*op, binary(1));
    raise_height(*node, node->rest.back().second.get());
  }
  return node;
}

ExprPtr Parser::binary(int least) {
  auto left = unary();
  for (;;) {
    const auto found = std::ranges::find_if(
        binary_ops, [&](const BinaryOp& op) { return op.precedence >= least && at(op.text); });
    if (found == binary_ops.end()) return left;
    if (found->text == "@") context_.refuse("the operator @");
    const auto at_line = line();
    next();
    auto right = binary(found->precedence + 1);
    const std::initializer_list<const Expr*> parts = {left.get(), right.get()};
    left = rise(std::make_unique<Binary>(at_line, found->op, std::move(left), std::move(right)),
                parts);
  }
}

ExprPtr Parser::unary() {
  const auto at_line = line();
  std::optional<UnaryOp> op;
  if (at("-")) op = UnaryOp::minus;
  if (at("+")) op = UnaryOp::plus;
  if (at("~")) op = UnaryOp::invert;
  if (!op) return power();
  const Deeper deeper(depth_);
  next();
  auto operand = unary();
  const auto* part = operand.get();
  return rise(std::make_unique<Unary>(at_line, *op, std::move(operand)), {part});
}

ExprPtr Parser::power() {
  auto base = postfix();
  if (!at("**")) return base;
  const Deeper deeper(depth_);
  const auto at_line = line();
  next();
  auto exponent = unary();
  const std::initializer_list<const Expr*> parts = {base.get(), exponent.get()};
  return rise(std::make_unique<Binary>(at_line, Op::power, std::move(base), std::move(exponent)),
              parts);
}

ExprPtr Parser::postfix() {
  auto value = atom();
  for (;;) {
    const auto at_line = line();
    if (at("(")) {
      value = call(std::move(value));
    } else if (at("[")) {
      value = subscript(std::move(value));
    } else if (take(".")) {
      const auto* part = value.get();
      const auto name = identifier();
      value = rise(std::make_unique<Attribute>(at_line, std::move(value), name), {part});
    } else {
      return value;
    }
  }
}

ExprPtr Parser::call(ExprPtr callee) {
  const Deeper deeper(depth_);
  auto node = std::make_unique<Call>(line());
  next();
  raise_height(*node, callee.get());
  node->callee = std::move(callee);
  bool by_name = false;
  while (!at(")")) {
    auto given = argument(node->arguments.empty());
    const bool positional = given.form == CallArgument::Form::positional;
    if (positional && by_name) wrong("a positional argument follows a keyword argument");
    if (!positional && given.form != CallArgument::Form::spread) by_name = true;
    for (const auto& other : node->arguments) {
      if (!given.keyword.empty() && other.keyword == given.keyword) {
        wrong("the keyword argument " + std::string(given.keyword) + " is repeated");
      }
    }
    raise_height(*node, given.value.get());
    node->arguments.push_back(std::move(given));
    if (!take(",") && !at(")")) unexpected();
  }
  expect(")");
  return node;
}

CallArgument Parser::argument(bool only) {
  if (take("**")) return {CallArgument::Form::spread_keywords, {}, expression()};
  if (take("*")) return {CallArgument::Form::spread, {}, expression()};
  if (at_name() && ahead("=")) {
    const auto keyword = identifier();
    expect("=");
    return {CallArgument::Form::keyword, keyword, expression()};
  }
  const auto mark = scopes_.mark();
  auto value = named();
  if (!at_comprehension()) return {CallArgument::Form::positional, {}, std::move(value)};
  auto generator = comprehension(ComprehensionKind::generator, std::move(value), nullptr, mark);
  if (!only || !at(")")) wrong("a generator expression must be parenthesised");
  return {CallArgument::Form::positional, {}, std::move(generator)};
}

ExprPtr Parser::subscript(ExprPtr object) {
  const Deeper deeper(depth_);
  const auto at_line = line();
  next();
  auto index = slice();
  if (at(",")) {
    auto tuple = std::make_unique<Sequence>(ExprKind::tuple, at_line);
    raise_height(*tuple, index.get());
    tuple->items.push_back(std::move(index));
    while (take(",") && !at("]")) {
      tuple->items.push_back(slice());
      raise_height(*tuple, tuple->items.back().get());
    }
    index = std::move(tuple);
  }
  expect("]");
  const std::initializer_list<const Expr*> parts = {object.get(), index.get()};
  return rise(std::make_unique<Subscript>(at_line, std::move(object), std::move(index)), parts);
}

ExprPtr Parser::slice() {
  auto node = std::make_unique<SliceExpr>(line());
  if (!at(":")) {
    auto value = starred_or_named();
    if (value->kind == ExprKind::starred) context_.refuse("a starred index");
    if (!at(":")) return value;
    node->lower = std::move(value);
  }
  expect(":");
  if (!at(":") && !at("]") && !at(",")) node->upper = expression();
  if (take(":") && !at("]") && !at(",")) node->step = expression();
  const std::initializer_list<const Expr*> parts = {node->lower.get(), node->upper.get(),
                                                    node->step.get()};
  return rise(std::move(node), parts);
}

}  // namespace sheaf::program
