#include <algorithm>

#include "program/float_text.hpp"
#include "program/integer.hpp"
#include "program/parser.hpp"
#include "program/parser_depth.hpp"

namespace sheaf::program {

ExprPtr Parser::atom() {
  const auto& token = peek();
  if (token.kind == TokenKind::number) return number();
  if (token.kind == TokenKind::string) return strings();
  if (at("(")) return parenthesised();
  if (at("[")) return list();
  if (at("{")) return braces();
  const auto at_line = token.line;
  if (take("None")) return std::make_unique<Constant>(at_line, Value::none());
  if (take("True")) return std::make_unique<Constant>(at_line, Value(true));
  if (take("False")) return std::make_unique<Constant>(at_line, Value(false));
  if (at("...")) context_.refuse("an ellipsis as a value");
  refuse_keywords();
  auto name = std::make_unique<Name>(at_line, identifier());
  scopes_.use(*name);
  return name;
}

ExprPtr Parser::number() {
  const auto& token = next();
  std::string digits;
  std::ranges::copy_if(token.text, std::back_inserter(digits), [](char c) { return c != '_'; });
  int base = 10;
  if (digits.size() > 2 && digits[0] == '0') {
    const char mark = static_cast<char>(digits[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
  }
  if (base != 10) {
    return std::make_unique<Constant>(token.line, parse_integer(context_, digits.substr(2), base));
  }
  if (digits.find_first_of(".eE") == std::string::npos) {
    return std::make_unique<Constant>(token.line, parse_integer(context_, digits, base));
  }
  return std::make_unique<Constant>(token.line, Value(*parse_real(digits)));
}

ExprPtr Parser::parenthesised() {
  const Deeper deeper(depth_);
  const auto at_line = line();
  const auto mark = scopes_.mark();
  next();
  if (take(")")) return std::make_unique<Sequence>(ExprKind::tuple, at_line);
  if (at("yield")) context_.refuse("yield");
  const bool starred = at("*");
  auto value = expressions();
  if (at_comprehension() && !starred && value->kind != ExprKind::tuple) {
    value = comprehension(ComprehensionKind::generator, std::move(value), nullptr, mark);
  }
  expect(")");
  return value;
}

ExprPtr Parser::list() {
  const Deeper deeper(depth_);
  auto node = std::make_unique<Sequence>(ExprKind::list, line());
  const auto mark = scopes_.mark();
  next();
  while (!at("]")) {
    node->items.push_back(starred_or_named());
    raise_height(*node, node->items.back().get());
    if (at_comprehension() && node->items.size() == 1) {
      auto made = comprehension(ComprehensionKind::list, std::move(node->items[0]), nullptr, mark);
      expect("]");
      return made;
    }
    if (!take(",") && !at("]")) unexpected();
  }
  expect("]");
  return node;
}

ExprPtr Parser::braces() {
  const Deeper deeper(depth_);
  const auto at_line = line();
  const auto mark = scopes_.mark();
  next();
  auto dict = std::make_unique<Sequence>(ExprKind::dict, at_line);
  if (take("}")) return dict;
  if (at("**")) return dict_rest(std::move(dict), nullptr, mark);
  auto first = starred_or_named();
  if (at(":")) return dict_rest(std::move(dict), std::move(first), mark);
  if (at_comprehension()) {
    auto made = comprehension(ComprehensionKind::set, std::move(first), nullptr, mark);
    expect("}");
    return made;
  }
  auto set = std::make_unique<Sequence>(ExprKind::set, at_line);
  raise_height(*set, first.get());
  set->items.push_back(std::move(first));
  while (take(",") && !at("}")) {
    set->items.push_back(starred_or_named());
    raise_height(*set, set->items.back().get());
  }
  expect("}");
  return set;
}

ExprPtr Parser::dict_rest(std::unique_ptr<Sequence> dict, ExprPtr key, std::size_t mark) {
  for (;;) {
    if (key == nullptr && !take("**")) key = expression();
    if (key != nullptr) expect(":");
    const bool first = dict->items.empty();
    auto value = key != nullptr ? expression() : binary(1);
    if (at_comprehension() && first && key != nullptr) {
      auto made = comprehension(ComprehensionKind::dict, std::move(key), std::move(value), mark);
      expect("}");
      return made;
    }
    raise_height(*dict, key.get());
    raise_height(*dict, value.get());
    dict->items.push_back(std::move(key));
    dict->items.push_back(std::move(value));
    if (take("}")) return dict;
    expect(",");
    if (take("}")) return dict;
    key = nullptr;
  }
}

ExprPtr Parser::comprehension(ComprehensionKind kind, ExprPtr element, ExprPtr value,
                              std::size_t mark) {
  auto node = std::make_unique<Comprehension>(element->line, kind);
  if (element->kind == ExprKind::starred) wrong("iterable unpacking in a comprehension");
  raise_height(*node, element.get());
  raise_height(*node, value.get());
  node->element = std::move(element);
  node->value = std::move(value);
  scopes_.open_comprehension(mark);
  while (at_comprehension()) {
    node->clauses.push_back(clause(node->clauses.empty()));
    const auto& added = node->clauses.back();
    raise_height(*node, added.target.get());
    raise_height(*node, added.iterable.get());
    for (const auto& condition : added.conditions) raise_height(*node, condition.get());
  }
  node->slots = scopes_.close();
  return node;
}

Clause Parser::clause(bool first) {
  if (at("async")) context_.refuse("async");
  expect("for");
  Clause clause;
  clause.target = target_list();
  bind_target(*clause.target);
  expect("in");
  const auto mark = scopes_.mark();
  clause.iterable = disjunction();
  if (first) scopes_.move_out(mark);
  while (take("if")) {
    clause.conditions.push_back(at("lambda") ? lambda() : disjunction());
  }
  return clause;
}

// What stands between `for` and `in`.
ExprPtr Parser::target_list() {
  const auto at_line = line();
  auto first = target_item();
  if (!at(",")) return first;
  auto tuple = std::make_unique<Sequence>(ExprKind::tuple, at_line);
  tuple->items.push_back(std::move(first));
  while (take(",") && !at("in")) tuple->items.push_back(target_item());
  for (const auto& item : tuple->items) raise_height(*tuple, item.get());
  return tuple;
}

ExprPtr Parser::target_item() {
  const auto at_line = line();
  if (!take("*")) return binary(1);
  auto value = binary(1);
  const std::initializer_list<const Expr*> parts = {value.get()};
  return rise(std::make_unique<Starred>(at_line, std::move(value)), parts);
}

}  // namespace sheaf::program
