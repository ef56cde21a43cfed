#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

// Errors are values: nothing of it throws.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include "core/json_parsers.hpp"

namespace sheaf::json {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view space = " \t\r\n";
/// Up to here a parser and its buffers are kept for the next text of the thread.
constexpr std::size_t largest_kept = 1u << 20;

/// simdjson reads past the end of a text, within room of its own.
class Reader {
 public:
  ondemand::document* open(std::string_view text) {
    bytes_.resize(text.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(bytes_.data(), text.data(), text.size());
    const auto error = parser_.iterate(bytes_.data(), text.size(), bytes_.size()).get(document_);
    return error ? nullptr : &document_;
  }

 private:
  std::vector<char> bytes_;
  ondemand::parser parser_;
  ondemand::document document_;
};

bool is_doubled(const Object& members, std::string_view key) {
  return std::ranges::find(members, key, &Member::first) != members.end();
}

class Building {
 public:
  explicit Building(const ParseOptions& options) : options_(options) {}

  /// Of any value but a root scalar; nullopt where the parser found fault.
  std::optional<Value> value(ondemand::value in, int depth) const {
    ondemand::json_type type{};
    if (in.type().get(type)) return std::nullopt;
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object object;
        if (depth >= options_.max_depth || in.get_object().get(object)) return std::nullopt;
        return members(object, depth + 1);
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        if (depth >= options_.max_depth || in.get_array().get(array)) return std::nullopt;
        return elements(array, depth + 1);
      }
      case ondemand::json_type::string: {
        std::string_view text;
        if (in.get_string().get(text)) return std::nullopt;
        return Value(text);
      }
      case ondemand::json_type::number:
        return number(in.raw_json_token());
      case ondemand::json_type::boolean: {
        bool boolean = false;
        if (in.get_bool().get(boolean)) return std::nullopt;
        return Value(boolean);
      }
      case ondemand::json_type::null: {
        bool null = false;
        if (in.is_null().get(null) || !null) return std::nullopt;
        return Value(Null{});
      }
    }
    return std::nullopt;
  }

  std::optional<Value> members(ondemand::object object, int depth) const {
    Object out;
    for (auto field : object) {
      std::string_view key;
      if (field.unescaped_key().get(key)) return std::nullopt;
      if (options_.refuse_duplicate_keys && is_doubled(out, key)) return std::nullopt;
      if (out.size() == most_members) return std::nullopt;
      auto& member = out.emplace_back(std::string(key), Value{});
      ondemand::value in;
      if (field.value().get(in)) return std::nullopt;
      auto made = value(in, depth);
      if (!made) return std::nullopt;
      member.second = std::move(*made);
    }
    return Value(std::move(out));
  }

  std::optional<Value> elements(ondemand::array array, int depth) const {
    Array out;
    for (auto element : array) {
      ondemand::value in;
      if (element.get(in)) return std::nullopt;
      auto made = value(in, depth);
      if (!made) return std::nullopt;
      out.push_back(std::move(*made));
    }
    return Value(std::move(out));
  }

 private:
  /// Objects with more are left to the thorough parser, which looks keys up in a table.
  static constexpr std::size_t most_members = 256;

  static std::optional<Value> number(std::string_view token) {
    const auto end = token.find_last_not_of(space);
    token = token.substr(0, end == token.npos ? 0 : end + 1);
    if (token.empty() || number_length(token) != token.size()) return std::nullopt;
    return Value(Number{std::string(token)});
  }

  const ParseOptions& options_;
};

std::optional<Value> read(Reader& reader, std::string_view text, const ParseOptions& options) {
  auto* document = reader.open(text);
  if (document == nullptr) return std::nullopt;
  const Building building(options);
  std::optional<Value> root;
  ondemand::object object;
  ondemand::array array;
  std::string_view string;
  switch (text.front()) {
    case '{':
      if (!document->get_object().get(object)) root = building.members(object, 1);
      break;
    case '[':
      if (!document->get_array().get(array)) root = building.elements(array, 1);
      break;
    default:
      if (!document->get_string().get(string)) root = Value(string);
  }
  if (!root || !document->current_location().error()) return std::nullopt;
  return root;
}

}  // namespace

std::optional<Value> parse_quickly(std::string_view text, const ParseOptions& options) {
  const auto start = text.find_first_not_of(space);
  if (start == text.npos) return std::nullopt;
  text.remove_prefix(start);
  if (std::string_view("{[\"").find(text.front()) == text.npos) return std::nullopt;
  if (text.size() > largest_kept) {
    Reader reader;
    return read(reader, text, options);
  }
  thread_local Reader kept;
  return read(kept, text, options);
}

}  // namespace sheaf::json
