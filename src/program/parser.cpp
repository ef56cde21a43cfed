#include "program/parser.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "program/parser_depth.hpp"

namespace sheaf::program {
namespace {

constexpr std::array<std::string_view, 35> keywords{
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};

bool is_keyword(std::string_view word) {
  return std::ranges::find(keywords, word) != keywords.end();
}

}  // namespace

Parser::Parser(std::string_view source, Context& context)
    : context_(context), tokens_(tokens(source, context.line)) {}

Program Parser::read() {
  Program program;
  context_.line = 1;
  while (peek().kind != TokenKind::end) statement(program.body);
  program.names = scopes_.close_program();
  program.slots = program.names.size();
  return program;
}

const Token& Parser::peek(std::size_t further) const {
  return tokens_[std::min(position_ + further, tokens_.size() - 1)];
}

bool Parser::at(std::string_view text) const {
  const auto& token = peek();
  return token.text == text && (token.kind == TokenKind::op || token.kind == TokenKind::name);
}

bool Parser::ahead(std::string_view text) const {
  const auto& token = peek(1);
  return token.text == text && (token.kind == TokenKind::op || token.kind == TokenKind::name);
}

bool Parser::at_name() const { return peek().kind == TokenKind::name && !is_keyword(peek().text); }

bool Parser::take(std::string_view text) {
  if (!at(text)) return false;
  next();
  return true;
}

const Token& Parser::next() {
  const auto& token = peek();
  context_.line = token.line;
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

void Parser::expect(std::string_view text) {
  if (take(text)) return;
  context_.line = line();
  wrong("expected '" + std::string(text) + "'");
}

std::string_view Parser::identifier() {
  if (!at_name()) unexpected();
  return next().text;
}

void Parser::wrong(std::string what) const { throw Stopped{FailureKind::syntax, std::move(what)}; }

void Parser::unexpected() const {
  const auto& token = peek();
  context_.line = token.line;
  switch (token.kind) {
    case TokenKind::newline:
    case TokenKind::end:
      wrong("the line ends too early");
    case TokenKind::indent:
      wrong("unexpected indent");
    case TokenKind::dedent:
      wrong("an indented block is missing");
    case TokenKind::string:
      wrong("a string where none can stand");
    default:
      wrong("'" + text::display_safe(token.text, 40) + "' cannot stand here");
  }
}

// Python that the subset lacks is told apart from what is no Python.
void Parser::refuse_keywords() const {
  for (const std::string_view word : {"class", "with", "async", "await", "yield"}) {
    if (at(word)) {
      context_.line = line();
      context_.refuse(word);
    }
  }
  const auto& after = peek(1);
  const bool subject = after.kind == TokenKind::number || after.kind == TokenKind::string ||
                       (after.kind == TokenKind::name && !is_keyword(after.text));
  if (at("match") && subject) {
    context_.line = line();
    context_.refuse("match");
  }
}

void Parser::parameters(FunctionSyntax& function, std::string_view closing, bool annotated) {
  bool after_rest = false;
  bool rest_open = false;
  while (!at(closing)) {
    if (at("/")) {
      if (function.parameters.empty() || after_rest || !function.parameters[0].by_keyword) {
        unexpected();
      }
      next();
      for (auto& known : function.parameters) known.by_keyword = false;
    } else if (take("**")) {
      function.keywords_name = identifier();
      if (annotated) annotation();
      take(",");
      break;
    } else if (at("*")) {
      if (after_rest) unexpected();
      next();
      after_rest = true;
      rest_open = at(",");
      if (!rest_open) function.rest_name = identifier();
      if (!rest_open && annotated) annotation();
    } else {
      parameter(function, annotated, after_rest);
      rest_open = false;
    }
    if (!take(",")) break;
  }
  if (rest_open) wrong("named parameters must follow the bare *");
  if (!at(closing)) unexpected();
}

void Parser::parameter(FunctionSyntax& function, bool annotated, bool after_rest) {
  Parameter added;
  added.name = identifier();
  added.by_position = !after_rest;
  if (annotated) annotation();
  if (take("=")) added.fallback = expression();
  auto& known = function.parameters;
  if (!added.fallback && !after_rest && !known.empty() && known.back().fallback) {
    wrong("a parameter without a default follows one with a default");
  }
  known.push_back(std::move(added));
}

void Parser::annotation() {
  if (!take(":")) return;
  const auto mark = scopes_.mark();
  expression();
  scopes_.forget(mark);
}

void Parser::enter(FunctionSyntax& function) {
  std::vector<std::string_view> names;
  names.reserve(function.parameters.size() + 2);
  for (const auto& known : function.parameters) names.push_back(known.name);
  if (!function.rest_name.empty()) names.push_back(function.rest_name);
  if (!function.keywords_name.empty()) names.push_back(function.keywords_name);
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(std::next(name), names.end(), *name) != names.end()) {
      wrong("duplicate argument '" + std::string(*name) + "' in function definition");
    }
  }
  scopes_.open(false);
  for (auto& known : function.parameters) known.slot = scopes_.bind(known.name);
  if (!function.rest_name.empty()) function.rest_slot = scopes_.bind(function.rest_name);
  if (!function.keywords_name.empty()) {
    function.keywords_slot = scopes_.bind(function.keywords_name);
  }
}

std::unique_ptr<Name> Parser::bound_name(std::string_view name, int at_line) {
  scopes_.bind(name);
  auto node = std::make_unique<Name>(at_line, name);
  scopes_.use(*node);
  return node;
}

void Parser::bind_target(const Expr& target) {
  switch (target.kind) {
    case ExprKind::name:
      scopes_.bind(static_cast<const Name&>(target).text);
      return;
    case ExprKind::list:
    case ExprKind::tuple: {
      const auto& items = static_cast<const Sequence&>(target).items;
      std::size_t starred = 0;
      for (const auto& item : items) {
        const bool is_starred = item->kind == ExprKind::starred;
        starred += is_starred ? 1 : 0;
        bind_target(is_starred ? *static_cast<const Starred&>(*item).value : *item);
      }
      if (starred > 1) wrong("two starred targets in one assignment");
      return;
    }
    case ExprKind::subscript:
      return;
    case ExprKind::attribute:
      context_.refuse("assigning to an attribute");
    default:
      wrong("this cannot be assigned to");
  }
}

}  // namespace sheaf::program
