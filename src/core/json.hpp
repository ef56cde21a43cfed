// The one door to the JSON library. Values keep what the text said: numbers as their digits,
// members in their order, so that a 40-digit number or a key order survives from a row to its
// result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <sheaf/error.hpp>

namespace sheaf::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

/// A number as written: "1e400" and "007.10" stay what they are.
struct Number {
  std::string digits;
  friend bool operator==(const Number&, const Number&) = default;
};

struct Null {
  friend bool operator==(const Null&, const Null&) = default;
};

/// An owning JSON value. Not thread-safe; copy to share.
class Value {
 public:
  Value() = default;
  Value(Null) {}
  Value(bool value) : data_(value) {}
  Value(Number value) : data_(std::move(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::int64_t value) : data_(Number{std::to_string(value)}) {}
  Value(int value) : data_(Number{std::to_string(value)}) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<Null>(data_); }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const Number* number() const { return std::get_if<Number>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }

  /// The member `key` of an object (the last one, should it be doubled); nullptr when this is no
  /// object or has no such member.
  const Value* find(std::string_view key) const;
  /// `find` along a dotted path: "usage.prompt_tokens_details.cached_tokens". An object member
  /// whose own name holds the dots is found first; a decimal step indexes an array.
  const Value* find_path(std::string_view dotted) const;
  /// The number as an integer; nullopt when this is no number or no exact int64.
  std::optional<std::int64_t> integer() const;
  /// The number as a double; nullopt when this is no number or not finite.
  std::optional<double> real() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<Null, bool, Number, std::string, Array, Object> data_;
};

/// Where and why a text is not JSON. `offset` counts bytes from 0.
struct ParseError {
  std::size_t offset = 0;
  std::string reason;
};

/// The reason given for malformed UTF-8, at its first byte.
inline constexpr std::string_view not_utf8 = "not valid UTF-8";

struct ParseOptions {
  int max_depth = 128;  ///< Deeper nesting is an error, found before any recursion.
  bool refuse_duplicate_keys =
      false;  ///< Rows, task data, completions: yes. Error bodies: the last one counts.
};

/// Parses one whole JSON text (UTF-8, surrounding whitespace allowed). Invalid UTF-8 and lone
/// surrogates are errors. Source of the grammar: RFC 8259.
std::expected<Value, ParseError> parse(std::string_view text, ParseOptions options = {});

/// Appends `text` as a JSON string with its quotes; `text` must be valid UTF-8. Escapes the quote,
/// the backslash and control characters only.
void append_string(std::string& out, std::string_view text);
/// The same without its quotes.
void append_escaped(std::string& out, std::string_view text);
/// Appends `value` compactly, on one line, members in their order, numbers as written.
void append(std::string& out, const Value& value);
std::string dump(const Value& value);

}  // namespace sheaf::json
