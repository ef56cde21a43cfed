#include "core/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/byte_run.hpp"
#include "core/json_parsers.hpp"

namespace sheaf::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Number>
std::optional<Number> read_whole(std::string_view digits) {
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

/// Of a number outside the range of a double: true when it is too small rather than too large.
bool vanishes(std::string_view digits) {
  const std::size_t e = digits.find_first_of("eE");
  const std::string_view mantissa = digits.substr(0, e);
  const std::size_t first = mantissa.find_first_of("123456789");
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const double scale = static_cast<double>(point) - static_cast<double>(first);
  if (e == std::string_view::npos) return scale < 0;
  std::string_view power = digits.substr(e + 1);
  if (power.starts_with('+')) power.remove_prefix(1);
  const auto exponent = read_whole<std::int64_t>(power);
  if (!exponent) return power.starts_with('-');
  return static_cast<double>(*exponent) + scale < 0;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out.push_back(hex[byte >> 4]);
  out.push_back(hex[byte & 0xF]);
}

constexpr auto needs_escape = [](auto byte) {
  return (byte < 0x20) | (byte == 0x22) | (byte == 0x5C);
};

std::size_t digits_from(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

template <class Sequence, class Put>
void append_joined(std::string& out, const Sequence& sequence, Put put) {
  bool first = true;
  for (const auto& element : sequence) {
    if (!first) out.push_back(',');
    first = false;
    put(element);
  }
}

const Value* step_into(const Value& value, std::string_view step) {
  const Array* array = value.array();
  if (array == nullptr) return value.find(step);
  const bool decimal = !step.empty() && std::ranges::all_of(step, is_digit);
  if (!decimal) return nullptr;
  const auto index = read_whole<std::size_t>(step);
  return index && *index < array->size() ? &(*array)[*index] : nullptr;
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::find_if(members->rbegin(), members->rend(),
                                  [key](const Member& member) { return member.first == key; });
  return found == members->rend() ? nullptr : &found->second;
}

const Value* Value::find_path(std::string_view dotted) const {
  if (const Value* whole = step_into(*this, dotted)) return whole;
  for (std::size_t dot = dotted.rfind('.'); dot != std::string_view::npos;
       dot = dot == 0 ? std::string_view::npos : dotted.rfind('.', dot - 1)) {
    const Value* head = step_into(*this, dotted.substr(0, dot));
    if (head == nullptr) continue;
    if (const Value* found = head->find_path(dotted.substr(dot + 1))) return found;
  }
  return nullptr;
}

std::optional<std::int64_t> Value::integer() const {
  const Number* digits = number();
  if (digits == nullptr) return std::nullopt;
  if (const auto whole = read_whole<std::int64_t>(digits->digits)) return whole;
  if (digits->digits.find_first_of(".eE") == std::string::npos) return std::nullopt;
  constexpr double exact_below = 9007199254740992.0;
  const std::optional<double> value = real();
  if (!value || std::abs(*value) >= exact_below || std::trunc(*value) != *value) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*value);
}

std::optional<double> Value::real() const {
  const Number* found = number();
  if (found == nullptr) return std::nullopt;
  const std::string& digits = found->digits;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size()) return std::nullopt;
  if (error == std::errc{}) return value;
  if (error == std::errc::result_out_of_range && vanishes(digits)) {
    return digits.starts_with('-') ? -0.0 : 0.0;
  }
  return std::nullopt;
}

std::size_t number_length(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  std::size_t end = digits_from(text, at);
  if (end == at || (text[at] == '0' && end > at + 1)) return 0;
  if (end < text.size() && text[end] == '.') {
    at = end + 1;
    end = digits_from(text, at);
    if (end == at) return 0;
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    at = end + 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    end = digits_from(text, at);
    if (end == at) return 0;
  }
  return end;
}

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = run_before(text.substr(at), needs_escape);
    out.append(text.substr(at, plain));
    at += plain;
    if (at < text.size()) append_escape(out, text[at++]);
  }
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  append_escaped(out, text);
  out.push_back('"');
}

void append(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const Number* number = value.number()) {
    out += number->digits;
  } else if (const std::string* string = value.string()) {
    append_string(out, *string);
  } else if (const Array* array = value.array()) {
    out.push_back('[');
    append_joined(out, *array, [&out](const Value& element) { append(out, element); });
    out.push_back(']');
  } else if (const Object* object = value.object()) {
    out.push_back('{');
    append_joined(out, *object, [&out](const Member& member) {
      append_string(out, member.first);
      out.push_back(':');
      append(out, member.second);
    });
    out.push_back('}');
  }
}

std::string dump(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace sheaf::json
