// Python's grammar, for the subset. A tree is never so high that walking it could exhaust the
// stack.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "program/context.hpp"
#include "program/lexer.hpp"
#include "program/scopes.hpp"
#include "program/syntax.hpp"

namespace sheaf::program {

/// Reads a normalised program, which must outlive the tree. Throws Stopped; the context's line
/// tells where.
class Parser {
 public:
  Parser(std::string_view source, Context& context);
  Program read();

 private:
  class Deeper;

  // Tokens.
  const Token& peek(std::size_t ahead = 0) const;
  bool at(std::string_view text) const;
  bool ahead(std::string_view text) const;
  bool at_name() const;
  bool take(std::string_view text);
  const Token& next();
  void expect(std::string_view text);
  std::string_view identifier();
  [[noreturn]] void wrong(std::string what) const;
  [[noreturn]] void unexpected() const;
  void refuse_keywords() const;
  int line() const { return peek().line; }

  // Statements.
  void statement(Block& block);
  void simple_statements(Block& block);
  std::unique_ptr<Statement> simple_statement();
  std::unique_ptr<Statement> keyword_statement();
  std::unique_ptr<Statement> expression_statement();
  std::unique_ptr<Statement> annotated(ExprPtr target);
  std::unique_ptr<Statement> import_module();
  std::unique_ptr<Statement> import_names();
  std::string dotted_name();
  void declare(bool global);
  std::unique_ptr<Statement> if_statement();
  std::unique_ptr<Statement> while_statement();
  std::unique_ptr<Statement> for_statement();
  std::unique_ptr<Statement> try_statement();
  Handler handler();
  std::unique_ptr<Statement> definition();
  Block block();
  Block loop_body();
  Block otherwise();
  std::unique_ptr<Name> bound_name(std::string_view name, int at);
  /// Checks that it can be assigned to, and makes its names variables.
  void bind_target(const Expr& target);

  // Functions.
  void parameters(FunctionSyntax& function, std::string_view closing, bool annotated);
  void parameter(FunctionSyntax& function, bool annotated, bool after_rest);
  void annotation();
  void enter(FunctionSyntax& function);

  // Expressions.
  ExprPtr expressions();
  ExprPtr starred_or_named();
  ExprPtr named();
  ExprPtr expression();
  ExprPtr lambda();
  ExprPtr disjunction();
  ExprPtr conjunction();
  ExprPtr inversion();
  ExprPtr comparison();
  std::optional<Comparison> comparison_op();
  ExprPtr binary(int least);
  ExprPtr unary();
  ExprPtr power();
  ExprPtr postfix();
  ExprPtr call(ExprPtr callee);
  CallArgument argument(bool only);
  ExprPtr subscript(ExprPtr object);
  ExprPtr slice();
  ExprPtr atom();
  ExprPtr number();
  ExprPtr parenthesised();
  ExprPtr list();
  ExprPtr braces();
  ExprPtr dict_rest(std::unique_ptr<Sequence> dict, ExprPtr key, std::size_t mark);
  ExprPtr comprehension(ComprehensionKind kind, ExprPtr element, ExprPtr value, std::size_t mark);
  Clause clause(bool first);
  ExprPtr target_list();
  ExprPtr target_item();
  bool at_comprehension() const { return at("for") || at("async"); }

  // Strings.
  ExprPtr strings();
  std::unique_ptr<Joined> joined(const Token& token, std::string_view& body, int depth);
  Joined::Part replacement(const Token& token, std::string_view& body, int depth);
  ExprPtr inner_expression(std::string_view text, int at);

  /// Sets the height of a tree from its parts.
  template <typename Node>
  std::unique_ptr<Node> rise(std::unique_ptr<Node> node, std::initializer_list<const Expr*> parts) {
    for (const auto* part : parts) raise_height(*node, part);
    return node;
  }
  void raise_height(Expr& node, const Expr* part) const;

  Context& context_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  int depth_ = 0;
  int functions_ = 0;
  int loops_ = 0;
  Scopes scopes_;
};

}  // namespace sheaf::program
