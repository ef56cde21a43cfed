#include "task/yaml_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

namespace sheaf::task {
namespace {

std::string_view take_digits(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::string_view digits = rest.substr(0, end);
  rest.remove_prefix(end);
  return digits;
}

std::optional<json::Number> prefixed_number(std::string_view scalar) {
  const int base = scalar.starts_with("0x") ? 16 : 8;
  const std::string_view digits = scalar.substr(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return json::Number{std::to_string(value)};
}

std::string_view without_leading_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : digits.substr(first);
}

bool is_one_of(std::string_view scalar, const auto& words) {
  return std::ranges::find(words, scalar) != std::ranges::end(words);
}

bool is_not_finite(std::string_view scalar) {
  constexpr std::array<std::string_view, 6> words{".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};
  if (scalar.starts_with('-') || scalar.starts_with('+')) scalar.remove_prefix(1);
  return is_one_of(scalar, words);
}

std::expected<json::Value, YamlProblem> scalar_value(const YamlNode& node) {
  constexpr std::array<std::string_view, 3> yes{"true", "True", "TRUE"};
  constexpr std::array<std::string_view, 3> no{"false", "False", "FALSE"};
  if (node.quoted) return json::Value(node.text);
  if (is_one_of(node.text, yes)) return json::Value(true);
  if (is_one_of(node.text, no)) return json::Value(false);
  if (is_not_finite(node.text)) {
    return std::unexpected(YamlProblem{node.at, "JSON has no such number; write a finite one"});
  }
  if (auto number = plain_number(node.text)) return json::Value(std::move(*number));
  return json::Value(node.text);
}

}  // namespace

std::optional<json::Number> plain_number(std::string_view scalar) {
  if (scalar.starts_with("0x") || scalar.starts_with("0o")) return prefixed_number(scalar);
  std::string digits;
  if (scalar.starts_with('-')) digits = "-";
  if (scalar.starts_with('-') || scalar.starts_with('+')) scalar.remove_prefix(1);
  const std::string_view whole = take_digits(scalar);
  std::string_view part;
  if (scalar.starts_with('.')) {
    scalar.remove_prefix(1);
    part = take_digits(scalar);
  }
  if (whole.empty() && part.empty()) return std::nullopt;
  digits += without_leading_zeros(whole);
  if (!part.empty()) digits.append(".").append(part);
  if (scalar.starts_with('e') || scalar.starts_with('E')) {
    digits.push_back('e');
    scalar.remove_prefix(1);
    if (scalar.starts_with('-') || scalar.starts_with('+')) {
      digits.push_back(scalar.front());
      scalar.remove_prefix(1);
    }
    const std::string_view power = take_digits(scalar);
    if (power.empty()) return std::nullopt;
    digits += power;
  }
  if (!scalar.empty()) return std::nullopt;
  return json::Number{std::move(digits)};
}

std::expected<json::Value, YamlProblem> to_json(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::null) return json::Value();
  if (node.kind == YamlNode::Kind::scalar) return scalar_value(node);
  if (node.kind == YamlNode::Kind::sequence) {
    json::Array array;
    for (const auto& item : node.items) {
      auto value = to_json(item);
      if (!value) return value;
      array.push_back(std::move(*value));
    }
    return json::Value(std::move(array));
  }
  json::Object object;
  for (const auto& entry : node.entries) {
    auto value = to_json(entry.value);
    if (!value) return value;
    object.emplace_back(entry.key, std::move(*value));
  }
  return json::Value(std::move(object));
}

}  // namespace sheaf::task
