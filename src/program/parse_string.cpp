#include <algorithm>

#include "program/parser.hpp"
#include "program/parser_depth.hpp"

namespace sheaf::program {
namespace {

// A format specification may hold replacements, but those hold no further specifications.
constexpr int deepest_specification = 2;

/// Where the expression in front of `body` ends: at `!`, `:`, `=` or `}` outside all brackets and
/// strings.
std::size_t expression_end(std::string_view body) {
  int brackets = 0;
  char quote = '\0';
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    const char after = i + 1 < body.size() ? body[i + 1] : '\0';
    const char before = i > 0 ? body[i - 1] : '\0';
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++brackets;
    } else if (brackets > 0) {
      if (c == ')' || c == ']' || c == '}') --brackets;
    } else if (c == '}' || c == ':' || (c == '!' && after != '=') ||
               (c == '=' && after != '=' && !std::string_view("=!<>").contains(before))) {
      return i;
    }
  }
  return body.size();
}

}  // namespace

ExprPtr Parser::strings() {
  const Deeper deeper(depth_);
  const auto at_line = line();
  auto whole = std::make_unique<Joined>(at_line);
  std::string literal;
  while (peek().kind == TokenKind::string) {
    const auto& token = next();
    if (!token.formatted) {
      literal += token.raw ? std::string(token.text) : unescaped(token.text);
      continue;
    }
    auto body = token.text;
    auto piece = joined(token, body, 0);
    raise_height(*whole, piece.get());
    for (auto& part : piece->parts) {
      part.literal.insert(0, std::exchange(literal, {}));
      if (part.value == nullptr) {
        literal = std::move(part.literal);
      } else {
        whole->parts.push_back(std::move(part));
      }
    }
  }
  if (whole->parts.empty()) {
    return std::make_unique<Constant>(at_line, context_.text(std::move(literal)));
  }
  if (!literal.empty()) whole->parts.push_back({std::move(literal), nullptr, '\0', nullptr});
  return whole;
}

// The whole of an f-string, or, deeper, one specification up to its closing brace.
std::unique_ptr<Joined> Parser::joined(const Token& token, std::string_view& body, int depth) {
  auto node = std::make_unique<Joined>(token.line);
  std::string literal;
  const auto flush = [&] {
    return token.raw ? std::exchange(literal, {}) : unescaped(std::exchange(literal, {}));
  };
  while (!body.empty() && (depth == 0 || body.front() != '}')) {
    const char c = body.front();
    const bool doubled = depth == 0 && body.size() > 1 && body[1] == c;
    if (c == '\\' && body.size() > 1 && !token.raw && body[1] != '{' && body[1] != '}') {
      literal += body.substr(0, 2);
      body.remove_prefix(2);
    } else if ((c == '{' || c == '}') && doubled) {
      literal += c;
      body.remove_prefix(2);
    } else if (c == '}') {
      wrong("a single '}' in an f-string");
    } else if (c == '{') {
      body.remove_prefix(1);
      auto part = replacement(token, body, depth);
      part.literal.insert(0, flush());
      raise_height(*node, part.value.get());
      raise_height(*node, part.spec.get());
      node->parts.push_back(std::move(part));
    } else {
      literal += c;
      body.remove_prefix(1);
    }
  }
  auto rest = flush();
  if (!rest.empty()) node->parts.push_back({std::move(rest), nullptr, '\0', nullptr});
  return node;
}

Joined::Part Parser::replacement(const Token& token, std::string_view& body, int depth) {
  if (depth >= deepest_specification) wrong("an f-string nested too deeply");
  Joined::Part part;
  const auto size = expression_end(body);
  const auto inner = body.substr(0, size);
  if (inner.find('\\') != std::string_view::npos) wrong("a backslash in an f-string's expression");
  part.value = inner_expression(inner, token.line);
  body.remove_prefix(size);
  bool shown = false;
  if (body.starts_with('=')) {
    shown = true;
    const auto blanks = std::min(body.find_first_not_of(' ', 1), body.size());
    part.literal = std::string(inner) + std::string(body.substr(0, blanks));
    body.remove_prefix(blanks);
  }
  if (body.starts_with('!')) {
    part.conversion = body.size() > 1 ? body[1] : '\0';
    if (part.conversion != 'r' && part.conversion != 's' && part.conversion != 'a') {
      wrong("an invalid conversion in an f-string");
    }
    body.remove_prefix(2);
  }
  if (body.starts_with(':')) {
    body.remove_prefix(1);
    part.spec = joined(token, body, depth + 1);
  } else if (shown && part.conversion == '\0') {
    part.conversion = 'r';
  }
  if (!body.starts_with('}')) wrong("expected '}' in an f-string");
  body.remove_prefix(1);
  return part;
}

ExprPtr Parser::inner_expression(std::string_view text, int at_line) {
  const Deeper deeper(depth_);
  if (text.find_first_not_of(" \t\n\f") == std::string_view::npos) {
    wrong("an f-string with an empty expression");
  }
  auto inner_line = at_line;
  auto outer = std::exchange(tokens_, expression_tokens(text, inner_line));
  const auto position = std::exchange(position_, 0);
  auto value = expressions();
  if (peek().kind != TokenKind::end) unexpected();
  tokens_ = std::move(outer);
  position_ = position;
  context_.line = at_line;
  return value;
}

}  // namespace sheaf::program
