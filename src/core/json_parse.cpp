#include <algorithm>
#include <exception>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/json.hpp"
#include "core/json_parsers.hpp"
#include "core/text.hpp"

namespace sheaf::json {
namespace {

/// What one look over the text finds before the parser sees it. `text` is the original with each
/// number overwritten by a zero and spaces: the parser would read their digits into machine
/// numbers.
struct Scan {
  std::string text;
  std::vector<std::string_view> numbers;  ///< In order; views into the original.
  std::vector<std::size_t> strings;       ///< Offsets of the opening quotes, in order.
};

/// Offset behind the closing quote of the string that opens at `start`, or the end of the text.
std::size_t string_end(std::string_view text, std::size_t start) {
  std::size_t at = text.find_first_of("\"\\", start + 1);
  while (at != std::string_view::npos && text[at] == '\\') {
    at = text.find_first_of("\"\\", at + 2);
  }
  return at == std::string_view::npos ? text.size() : at + 1;
}

bool is_number_start(char c) { return c == '-' || (c >= '0' && c <= '9'); }

std::expected<Scan, ParseError> scan(std::string_view text, int max_depth) {
  Scan found{.text = std::string(text), .numbers = {}, .strings = {}};
  int depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      found.strings.push_back(at);
      at = string_end(text, at);
      continue;
    }
    if (is_number_start(c)) {
      const std::size_t length = number_length(text.substr(at));
      if (length == 0) return std::unexpected(ParseError{at, "a number is not written as in JSON"});
      found.numbers.push_back(text.substr(at, length));
      found.text.replace(at, length, length, ' ');
      found.text[at] = '0';
      at += length;
      continue;
    }
    if (c == '\0') return std::unexpected(ParseError{at, "a NUL byte outside a string"});
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > max_depth) return std::unexpected(ParseError{at, "nested too deeply"});
    ++at;
  }
  return found;
}

/// The library's message without its number, its position and the text it quotes.
std::string shorten(std::string message) {
  const std::size_t lead = message.find(": ");
  if (lead != std::string::npos) message.erase(0, lead + 2);
  const std::size_t quote = message.find("; last read: '");
  if (quote != std::string::npos) message.erase(quote, message.rfind('\'') + 1 - quote);
  return text::display_safe(message);
}

/// Builds a Value from the parser's events. The functions' names and types are the library's.
class Builder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  Builder(const Scan& scan, const ParseOptions& options) : scan_(scan), options_(options) {}

  bool null() { return put(Null{}); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(number_integer_t) { return put_number(); }
  bool number_unsigned(number_unsigned_t) { return put_number(); }
  bool number_float(number_float_t, const string_t&) { return put_number(); }
  bool string(string_t& value) {
    ++next_string_;
    return put(std::move(value));
  }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Object{}); }
  bool start_array(std::size_t) { return open(Array{}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(string_t& name) {
    const std::size_t offset = scan_.strings[next_string_++];
    Frame& frame = open_.back();
    if (options_.refuse_duplicate_keys && !frame.keys.insert(name).second) {
      error = {offset, "the key \"" + text::display_safe(name, 60) + "\" stands twice"};
      return false;
    }
    frame.container.object()->emplace_back(std::move(name), Value{});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const std::exception& exception) {
    const std::size_t last = position == 0 ? 0 : position - 1;
    error = {std::min(last, scan_.text.size()), shorten(exception.what())};
    return false;
  }

  Value root;
  ParseError error;

 private:
  struct Frame {
    Value container;
    std::unordered_set<std::string> keys;
  };

  bool put(Value value) {
    Array* array = open_.empty() ? nullptr : open_.back().container.array();
    if (array != nullptr) {
      array->push_back(std::move(value));
    } else {
      (open_.empty() ? root : open_.back().container.object()->back().second) = std::move(value);
    }
    return true;
  }
  bool put_number() { return put(Number{std::string(scan_.numbers[next_number_++])}); }
  bool open(Value container) {
    open_.push_back({std::move(container), {}});
    return true;
  }
  bool close() {
    Value done = std::move(open_.back().container);
    open_.pop_back();
    return put(std::move(done));
  }

  const Scan& scan_;
  const ParseOptions& options_;
  std::vector<Frame> open_;
  std::size_t next_number_ = 0;
  std::size_t next_string_ = 0;
};

}  // namespace

std::expected<Value, ParseError> parse(std::string_view text, ParseOptions options) {
  if (const auto bad = text::find_invalid_utf8(text)) {
    return std::unexpected(ParseError{*bad, std::string(not_utf8)});
  }
  if (auto value = parse_quickly(text, options)) return std::move(*value);
  return parse_thoroughly(text, options);
}

std::expected<Value, ParseError> parse_thoroughly(std::string_view text,
                                                  const ParseOptions& options) {
  const auto scanned = scan(text, options.max_depth);
  if (!scanned) return std::unexpected(scanned.error());
  Builder builder(*scanned, options);
  if (!nlohmann::json::sax_parse(scanned->text, &builder)) return std::unexpected(builder.error);
  return std::move(builder.root);
}

}  // namespace sheaf::json
