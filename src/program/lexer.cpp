#include "program/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/text.hpp"
#include "program/stop.hpp"

namespace sheaf::program {
namespace {

constexpr std::array<std::string_view, 47> operators{
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==",
    "!=",  "->",  "+=",  "-=",  "*=",  "/=", "%=", "&=", "|=", "^=", "@=", ":=",
    "+",   "-",   "*",   "/",   "%",   "@",  "&",  "|",  "^",  "~",  "<",  ">",
    "(",   ")",   "[",   "]",   "{",   "}",  ",",  ":",  ".",  ";",  "="};
constexpr std::size_t most_indents = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
bool is_beyond_ascii(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }

[[noreturn]] void wrong(std::string what) { throw Stopped{FailureKind::syntax, std::move(what)}; }
[[noreturn]] void refuse(const std::string& what) {
  throw Stopped{FailureKind::unsupported, what + " is not supported"};
}

/// How far a line is indented, with tabs to the next eighth column and with tabs as one: two lines
/// compare alike in both, or their tabs and spaces are mixed.
struct Indent {
  int column = 0;
  int flat = 0;
};

class Lexer {
 public:
  Lexer(std::string_view source, int& line, bool bare) : rest_(source), line_(line), bare_(bare) {}

  std::vector<Token> read() {
    if (!bare_) begin_line();
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '\n') {
        end_line();
      } else if (c == ' ' || c == '\t' || c == '\f') {
        drop(1);
      } else if (c == '#') {
        skip_comment();
      } else if (c == '\\') {
        join_lines();
      } else {
        token();
      }
    }
    finish();
    return std::move(tokens_);
  }

 private:
  void drop(std::size_t count) { rest_.remove_prefix(count); }
  char at(std::size_t offset) const { return offset < rest_.size() ? rest_[offset] : '\0'; }

  void add(TokenKind kind, std::size_t size) {
    tokens_.push_back({kind, rest_.substr(0, size), line_});
    drop(size);
  }

  void skip_comment() {
    if (bare_) wrong("a comment inside the braces of an f-string");
    drop(std::min(rest_.find('\n'), rest_.size()));
  }

  void join_lines() {
    if (bare_) wrong("a backslash inside the braces of an f-string");
    if (at(1) != '\n') wrong("a character after a line continuation");
    drop(2);
    ++line_;
    if (rest_.empty()) wrong("the program ends after a line continuation");
  }

  void end_line() {
    if (bare_ || !brackets_.empty()) {
      drop(1);
      ++line_;
      return;
    }
    add(TokenKind::newline, 1);
    ++line_;
    begin_line();
  }

  Indent measure() {
    Indent indent;
    for (;; drop(1)) {
      if (at(0) == ' ') {
        ++indent.column;
        ++indent.flat;
      } else if (at(0) == '\t') {
        indent.column = (indent.column / 8 + 1) * 8;
        ++indent.flat;
      } else if (at(0) == '\f') {
        indent = {};
      } else {
        return indent;
      }
    }
  }

  // Lines without a statement have no indentation.
  void begin_line() {
    auto indent = measure();
    while (at(0) == '\n' || at(0) == '#') {
      if (at(0) == '#') {
        skip_comment();
      } else {
        drop(1);
        ++line_;
        indent = measure();
      }
    }
    if (!rest_.empty()) set_indent(indent);
  }

  void set_indent(Indent indent) {
    const auto mixed = [] { wrong("inconsistent use of tabs and spaces in indentation"); };
    const auto current = indents_.back();
    if (indent.column == current.column) {
      if (indent.flat != current.flat) mixed();
      return;
    }
    if (indent.column > current.column) {
      if (indent.flat <= current.flat) mixed();
      if (indents_.size() > most_indents) wrong("too many levels of indentation");
      indents_.push_back(indent);
      add(TokenKind::indent, 0);
      return;
    }
    while (indents_.size() > 1 && indent.column < indents_.back().column) {
      indents_.pop_back();
      add(TokenKind::dedent, 0);
    }
    if (indent.column != indents_.back().column) {
      wrong("unindent does not match any outer indentation level");
    }
    if (indent.flat != indents_.back().flat) mixed();
  }

  void finish() {
    if (!brackets_.empty()) wrong(std::string("'") + brackets_.back() + "' is never closed");
    if (!bare_ && !tokens_.empty() && tokens_.back().kind != TokenKind::newline &&
        tokens_.back().kind != TokenKind::dedent) {
      add(TokenKind::newline, 0);
    }
    for (; indents_.size() > 1; indents_.pop_back()) add(TokenKind::dedent, 0);
    add(TokenKind::end, 0);
  }

  void token() {
    const char c = rest_.front();
    if (is_digit(c) || (c == '.' && is_digit(at(1)))) return number();
    if (const auto prefix = string_prefix()) return string(*prefix);
    if (is_letter(c)) return name();
    if (is_beyond_ascii(c)) {
      if (text::is_space(text::decode_front(rest_).value)) wrong("an invalid character");
      refuse("a character beyond ASCII outside a string");
    }
    op();
  }

  void name() {
    std::size_t size = 0;
    while (is_word(at(size))) ++size;
    if (is_beyond_ascii(at(size))) refuse("a name with letters beyond ASCII");
    add(TokenKind::name, size);
  }

  void op() {
    for (const auto candidate : operators) {
      if (!rest_.starts_with(candidate)) continue;
      bracket(candidate);
      add(TokenKind::op, candidate.size());
      return;
    }
    wrong("a character that begins nothing: " + text::display_safe(rest_.substr(0, 1)));
  }

  void bracket(std::string_view op) {
    const char c = op.front();
    if (c == '(' || c == '[' || c == '{') brackets_ += c;
    if (c != ')' && c != ']' && c != '}') return;
    const char opening = c == ')' ? '(' : c == ']' ? '[' : '{';
    if (brackets_.empty()) wrong(std::string("unmatched '") + c + "'");
    if (brackets_.back() != opening) {
      wrong(std::string("'") + c + "' does not match '" + brackets_.back() + "'");
    }
    brackets_.pop_back();
  }

  /// `size` after digits of `base`, between which single underscores may stand.
  std::size_t digits(std::size_t size, int base) const {
    const auto fits = [&](char c) {
      const int digit = is_digit(c)              ? c - '0'
                        : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                        : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                 : 99;
      return digit < base;
    };
    while (fits(at(size)) || (at(size) == '_' && fits(at(size + 1)))) ++size;
    return size;
  }

  void number() {
    std::size_t size = 0;
    const char mark = static_cast<char>(at(1) | 0x20);
    if (at(0) == '0' && (mark == 'x' || mark == 'o' || mark == 'b')) {
      const int base = mark == 'x' ? 16 : mark == 'o' ? 8 : 2;
      size = digits(2, base);
      if (size == 2) wrong("an invalid number");
    } else {
      size = decimal();
    }
    if ((at(size) | 0x20) == 'j') refuse("a complex number");
    if (is_word(at(size)) && !keyword_follows(size)) wrong("an invalid number");
    add(TokenKind::number, size);
  }

  // As `1if x else y`, which Python still takes.
  bool keyword_follows(std::size_t size) const {
    auto end = size;
    while (is_word(at(end))) ++end;
    const auto word = rest_.substr(size, end - size);
    for (const std::string_view keyword : {"and", "else", "for", "if", "in", "is", "or", "not"}) {
      if (word == keyword) return true;
    }
    return false;
  }

  std::size_t decimal() const {
    auto size = digits(0, 10);
    const auto whole = rest_.substr(0, size);
    bool real = false;
    if (at(size) == '.') {
      real = true;
      ++size;
      if (is_digit(at(size))) size = digits(size, 10);
    }
    if ((at(size) | 0x20) == 'e') {
      const std::size_t sign = at(size + 1) == '+' || at(size + 1) == '-' ? 1 : 0;
      if (is_digit(at(size + 1 + sign))) {
        real = true;
        size = digits(size + 1 + sign, 10);
      }
    }
    if (!real && whole.size() > 1 && whole.front() == '0' &&
        whole.find_first_not_of("0_") != std::string_view::npos) {
      wrong("leading zeros in an integer");
    }
    return size;
  }

  /// The letters before a quote; nullopt where no string begins.
  std::optional<std::string> string_prefix() const {
    std::string prefix;
    while (is_letter(at(prefix.size())) && prefix.size() < 3) {
      prefix += static_cast<char>(at(prefix.size()) | 0x20);
    }
    const char quote = at(prefix.size());
    if (quote != '"' && quote != '\'') return std::nullopt;
    for (const std::string_view known : {"", "r", "u", "f", "b", "rf", "fr", "br", "rb"}) {
      if (prefix == known) return prefix;
    }
    return std::nullopt;
  }

  void string(std::string_view prefix) {
    if (prefix.find('b') != std::string_view::npos) refuse("a bytes string");
    drop(prefix.size());
    const auto quote = rest_.substr(0, 1);
    const bool triple = at(1) == quote.front() && at(2) == quote.front();
    const auto closing = rest_.substr(0, triple ? 3 : 1);
    Token token{TokenKind::string, {}, line_};
    token.raw = prefix.find('r') != std::string_view::npos;
    token.formatted = prefix.find('f') != std::string_view::npos;
    std::size_t size = closing.size();
    while (!rest_.substr(std::min(size, rest_.size())).starts_with(closing)) {
      if (size >= rest_.size()) wrong("a string that is never closed");
      if (at(size) == '\n' && !triple) wrong("a string that is not closed on its line");
      if (at(size) == '\\') ++size;
      if (at(size) == '\n') ++line_;
      ++size;
    }
    token.text = rest_.substr(closing.size(), size - closing.size());
    tokens_.push_back(token);
    drop(size + closing.size());
  }

  std::string_view rest_;
  int& line_;
  bool bare_;
  std::vector<Token> tokens_;
  std::string brackets_;
  std::vector<Indent> indents_{{}};
};

/// The code point of an escape of `most` digits of `base` in front; removes them.
char32_t take_code(std::string_view& text, std::size_t most, int base, bool all) {
  std::uint32_t code = 0;
  const auto digits = text.substr(0, most);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, base);
  const auto size = static_cast<std::size_t>(end - digits.data());
  if (error != std::errc() || (all && size != most)) wrong("an escape that is not complete");
  text.remove_prefix(size);
  if (code > 0x10FFFF) wrong("an escape beyond Unicode");
  if (code >= 0xD800 && code < 0xE000) refuse("a lone surrogate in a string");
  return code;
}

std::optional<char> plain_escape(char c) {
  constexpr std::string_view letters = "\\'\"abfnrtv";
  constexpr std::string_view meant = "\\'\"\a\b\f\n\r\t\v";
  const auto found = letters.find(c);
  if (found == std::string_view::npos) return std::nullopt;
  return meant[found];
}

}  // namespace

std::string normalised(std::string_view source) {
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
  if (source.find('\0') != std::string_view::npos) wrong("a NUL in the program");
  if (text::find_invalid_utf8(source)) wrong("bytes that are no UTF-8");
  std::string text;
  text.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    const bool return_first = source[i] == '\r';
    if (return_first && source.substr(i + 1).starts_with('\n')) ++i;
    text += return_first ? '\n' : source[i];
  }
  return text;
}

std::vector<Token> tokens(std::string_view source, int& line) {
  return Lexer(source, line, false).read();
}

std::vector<Token> expression_tokens(std::string_view source, int& line) {
  return Lexer(source, line, true).read();
}

std::string unescaped(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const auto plain = std::min(body.find('\\'), body.size());
    out += body.substr(0, plain);
    body.remove_prefix(plain);
    if (body.size() < 2) return out += body;
    const char c = body[1];
    body.remove_prefix(2);
    if (c == '\n') continue;
    if (const auto meant = plain_escape(c)) {
      out += *meant;
    } else if (c >= '0' && c <= '7') {
      body = {body.data() - 1, body.size() + 1};
      text::append_utf8(out, take_code(body, 3, 8, false));
    } else if (c == 'x') {
      text::append_utf8(out, take_code(body, 2, 16, true));
    } else if (c == 'u') {
      text::append_utf8(out, take_code(body, 4, 16, true));
    } else if (c == 'U') {
      text::append_utf8(out, take_code(body, 8, 16, true));
    } else if (c == 'N') {
      refuse("a character by its name");
    } else {
      out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace sheaf::program
