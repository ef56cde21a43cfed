#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "program/math_module.hpp"
#include "program/parser.hpp"
#include "program/parser_depth.hpp"

namespace sheaf::program {
namespace {

constexpr std::array<std::pair<std::string_view, Op>, 12> augmented_ops{{{"+=", Op::add},
                                                                         {"-=", Op::subtract},
                                                                         {"*=", Op::multiply},
                                                                         {"/=", Op::divide},
                                                                         {"//=", Op::floor_divide},
                                                                         {"%=", Op::modulo},
                                                                         {"**=", Op::power},
                                                                         {"<<=", Op::shift_left},
                                                                         {">>=", Op::shift_right},
                                                                         {"&=", Op::bit_and},
                                                                         {"|=", Op::bit_or},
                                                                         {"^=", Op::bit_xor}}};

}  // namespace

void Parser::statement(Block& block) {
  const Deeper deeper(depth_);
  context_.line = line();
  if (at("@")) context_.refuse("a decorator");
  if (at("if")) return block.push_back(if_statement());
  if (at("while")) return block.push_back(while_statement());
  if (at("for")) return block.push_back(for_statement());
  if (at("def")) return block.push_back(definition());
  if (at("try")) return block.push_back(try_statement());
  simple_statements(block);
}

void Parser::simple_statements(Block& block) {
  do {
    if (auto made = simple_statement()) block.push_back(std::move(made));
  } while (take(";") && peek().kind != TokenKind::newline);
  if (peek().kind != TokenKind::newline) unexpected();
  next();
}

std::unique_ptr<Statement> Parser::simple_statement() {
  context_.line = line();
  refuse_keywords();
  if (at("global") || at("nonlocal")) {
    declare(next().text == "global");
    return std::make_unique<Simple>(StatementKind::pass, context_.line);
  }
  if (at("import")) return import_module();
  if (at("from")) return import_names();
  if (auto made = keyword_statement()) return made;
  return expression_statement();
}

std::unique_ptr<Statement> Parser::keyword_statement() {
  constexpr std::array<std::pair<std::string_view, StatementKind>, 8> kinds{
      {{"pass", StatementKind::pass},
       {"...", StatementKind::pass},
       {"break", StatementKind::breaks},
       {"continue", StatementKind::continues},
       {"return", StatementKind::returns},
       {"raise", StatementKind::raises},
       {"assert", StatementKind::asserts},
       {"del", StatementKind::removes}}};
  const auto found = std::ranges::find_if(kinds, [&](const auto& kind) { return at(kind.first); });
  if (found == kinds.end()) return nullptr;
  auto made = std::make_unique<Simple>(found->second, line());
  next();
  const bool ends = peek().kind == TokenKind::newline || at(";");
  const bool loop_only =
      made->kind == StatementKind::breaks || made->kind == StatementKind::continues;
  if (loop_only && loops_ == 0) wrong("'" + std::string(found->first) + "' outside a loop");
  if (made->kind == StatementKind::returns) {
    if (functions_ == 0) wrong("'return' outside a function");
    if (!ends) made->values.push_back(expressions());
  }
  if (made->kind == StatementKind::raises && !ends) {
    made->values.push_back(expression());
    if (take("from")) expression();
  }
  if (made->kind == StatementKind::asserts) {
    made->values.push_back(expression());
    if (take(",")) made->values.push_back(expression());
  }
  if (made->kind == StatementKind::removes) {
    auto target = expressions();
    bind_target(*target);
    made->values.push_back(std::move(target));
  }
  return made;
}

std::unique_ptr<Statement> Parser::expression_statement() {
  const auto at_line = line();
  auto first = expressions();
  for (const auto& [text, op] : augmented_ops) {
    if (!take(text)) continue;
    auto made = std::make_unique<Augmented>(at_line);
    if (first->kind != ExprKind::name && first->kind != ExprKind::subscript) {
      wrong("this cannot be the target of an augmented assignment");
    }
    bind_target(*first);
    made->op = op;
    made->target = std::move(first);
    made->value = expressions();
    return made;
  }
  if (at("@=")) context_.refuse("the operator @=");
  if (at(":")) return annotated(std::move(first));
  if (!at("=")) {
    auto made = std::make_unique<Simple>(StatementKind::expression, at_line);
    made->values.push_back(std::move(first));
    return made;
  }
  auto made = std::make_unique<Assign>(at_line);
  made->value = std::move(first);
  while (take("=")) {
    bind_target(*made->value);
    made->targets.push_back(std::move(made->value));
    if (at("yield")) context_.refuse("yield");
    made->value = expressions();
  }
  return made;
}

std::unique_ptr<Statement> Parser::annotated(ExprPtr target) {
  if (target->kind != ExprKind::name && target->kind != ExprKind::subscript) {
    wrong("only a single target can be annotated");
  }
  annotation();
  bind_target(*target);
  if (!take("=")) {
    auto declared = std::make_unique<Simple>(StatementKind::pass, target->line);
    declared->values.push_back(std::move(target));  // The scope still knows its names.
    return declared;
  }
  auto made = std::make_unique<Assign>(target->line);
  made->targets.push_back(std::move(target));
  made->value = expressions();
  return made;
}

std::string Parser::dotted_name() {
  std::string name;
  while (at(".") || at("...")) name += next().text;
  if (!name.empty() && at("import")) return name;
  name += identifier();
  while (take(".")) {
    name += '.';
    name += identifier();
  }
  return name;
}

std::unique_ptr<Statement> Parser::import_module() {
  auto made = std::make_unique<Import>(line());
  next();
  made->whole = true;
  made->module = dotted_name();
  if (at(",")) context_.refuse("importing two modules in one statement");
  const auto name = take("as") ? identifier() : std::string_view("math");
  if (made->module == "math") made->names.push_back({"", bound_name(name, made->line)});
  return made;
}

std::unique_ptr<Statement> Parser::import_names() {
  auto made = std::make_unique<Import>(line());
  next();
  made->module = dotted_name();
  expect("import");
  if (take("*")) {
    if (!scopes_.at_top()) wrong("import * only at top level");
    if (made->module != "math") return made;
    for (const auto name : math_names()) made->names.push_back({name, bound_name(name, line())});
    return made;
  }
  const bool bracket = take("(");
  do {
    if (bracket && at(")")) break;
    const auto name = identifier();
    made->names.push_back({name, bound_name(take("as") ? identifier() : name, line())});
  } while (take(","));
  if (bracket) expect(")");
  return made;
}

void Parser::declare(bool global) {
  do {
    const auto name = identifier();
    if (!(global ? scopes_.declare_global(name) : scopes_.declare_nonlocal(name))) {
      wrong("the name '" + std::string(name) + "' is used before its declaration");
    }
  } while (take(","));
}

Block Parser::block() {
  expect(":");
  Block made;
  if (peek().kind != TokenKind::newline) {
    simple_statements(made);
    return made;
  }
  next();
  if (peek().kind != TokenKind::indent) {
    context_.line = line();
    wrong("expected an indented block");
  }
  next();
  while (peek().kind != TokenKind::dedent) statement(made);
  next();
  return made;
}

Block Parser::loop_body() {
  ++loops_;
  auto made = block();
  --loops_;
  return made;
}

Block Parser::otherwise() { return take("else") ? block() : Block(); }

std::unique_ptr<Statement> Parser::if_statement() {
  auto made = std::make_unique<If>(line());
  next();
  do {
    auto condition = named();
    made->branches.emplace_back(std::move(condition), block());
  } while (take("elif"));
  made->otherwise = otherwise();
  return made;
}

std::unique_ptr<Statement> Parser::while_statement() {
  auto made = std::make_unique<While>(line());
  next();
  made->condition = named();
  made->body = loop_body();
  made->otherwise = otherwise();
  return made;
}

std::unique_ptr<Statement> Parser::for_statement() {
  auto made = std::make_unique<For>(line());
  next();
  made->target = target_list();
  bind_target(*made->target);
  expect("in");
  made->iterable = expressions();
  made->body = loop_body();
  made->otherwise = otherwise();
  return made;
}

Handler Parser::handler() {
  Handler made;
  made.line = line();
  next();
  if (at("*")) context_.refuse("except*");
  if (!at(":")) {
    made.type = expression();
    if (take("as")) made.target = bound_name(identifier(), made.line);
  }
  made.body = block();
  return made;
}

std::unique_ptr<Statement> Parser::try_statement() {
  auto made = std::make_unique<Try>(line());
  next();
  made->body = block();
  while (at("except")) {
    if (!made->handlers.empty() && !made->handlers.back().type) {
      wrong("a bare 'except:' must be the last");
    }
    made->handlers.push_back(handler());
  }
  if (!made->handlers.empty()) made->otherwise = otherwise();
  const bool last = take("finally");
  if (last) made->finally = block();
  if (made->handlers.empty() && !last) wrong("expected 'except' or 'finally'");
  return made;
}

std::unique_ptr<Statement> Parser::definition() {
  auto made = std::make_unique<Define>(line());
  next();
  auto& function = made->function;
  function.name = identifier();
  expect("(");
  parameters(function, ")", true);
  expect(")");
  if (take("->")) {
    const auto mark = scopes_.mark();
    expression();
    scopes_.forget(mark);
  }
  made->target = bound_name(function.name, made->line);
  enter(function);
  const auto loops = std::exchange(loops_, 0);
  ++functions_;
  function.body = block();
  --functions_;
  loops_ = loops;
  function.slots = scopes_.close();
  return made;
}

}  // namespace sheaf::program
