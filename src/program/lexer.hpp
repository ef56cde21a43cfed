// A program's text as tokens, with Python's rules of indentation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sheaf::program {

enum class TokenKind { name, number, string, op, newline, indent, dedent, end };

struct Token {
  TokenKind kind = TokenKind::end;
  /// The characters of the token; of a string those between its quotes.
  std::string_view text;
  int line = 1;
  /// Of a string.
  bool raw = false;
  bool formatted = false;
};

/// `source` with every line end as LF; throws Stopped for a NUL or bytes that are no UTF-8.
std::string normalised(std::string_view source);

/// The tokens of a normalised program; throws Stopped, having set `line`, where it is not Python.
std::vector<Token> tokens(std::string_view source, int& line);
/// The tokens of one expression that begins at `line`; line ends mean nothing.
std::vector<Token> expression_tokens(std::string_view source, int& line);

/// The characters that a string's escapes stand for.
std::string unescaped(std::string_view body);

}  // namespace sheaf::program
