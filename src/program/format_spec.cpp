#include "program/format_spec.hpp"

#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "program/float_text.hpp"
#include "program/integer.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

constexpr int default_precision = 6;

bool is_align(char c) { return c == '<' || c == '>' || c == '^' || c == '='; }

class SpecReader {
 public:
  SpecReader(Context& context, std::string_view text) : context_(context), rest_(text) {}

  FormatSpec read() {
    FormatSpec spec;
    align(spec);
    if (at('+') || at('-') || at(' ')) spec.sign = take();
    if (at('z')) context_.refuse("the format option z");
    if (at('#')) {
      spec.alternate = true;
      take();
    }
    if (at('0')) {
      take();
      if (spec.align == '\0') {
        spec.fill = "0";
        spec.align = '0';
      }
    }
    spec.width = std::max(number(), 0);
    if (at(',') || at('_')) spec.grouping = take();
    if (at(',') || at('_')) wrong();
    if (at('.')) {
      take();
      spec.precision = number();
      if (spec.precision < 0) context_.raise(errors::value, "Format specifier missing precision");
    }
    if (rest_.size() > 1) wrong();
    if (!rest_.empty()) spec.type = take();
    return spec;
  }

 private:
  bool at(char c) const { return rest_.starts_with(c); }
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  [[noreturn]] void wrong() { context_.raise(errors::value, "Invalid format specifier"); }

  void align(FormatSpec& spec) {
    const auto fill = text::decode_front(rest_).length;
    if (fill > 0 && fill < rest_.size() && is_align(rest_[fill])) {
      spec.fill = rest_.substr(0, fill);
      rest_.remove_prefix(fill);
      spec.align = take();
    } else if (!rest_.empty() && is_align(rest_.front())) {
      spec.align = take();
    }
  }

  int number() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return -1;
    std::int64_t value = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = std::min<std::int64_t>(value * 10 + (take() - '0'), 1 << 30);
    }
    context_.heap.expect(static_cast<std::size_t>(value));
    return static_cast<int>(value);
  }

  Context& context_;
  std::string_view rest_;
};

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string grouped(std::string_view digits, char separator, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % size == 0) out += separator;
    out += digits[i];
  }
  return out;
}

/// A number in parts: its sign and prefix, the digits that are grouped, and what follows them.
struct Parts {
  std::string prefix;
  std::string digits;
  std::string rest;
};

std::string assembled(Context& context, Parts parts, const FormatSpec& spec, std::size_t group) {
  const bool zeros = spec.align == '0' || (spec.align == '=' && spec.fill == "0");
  auto digits = spec.grouping != '\0' ? grouped(parts.digits, spec.grouping, group) : parts.digits;
  const auto others = parts.prefix.size() + parts.rest.size();
  const auto width = static_cast<std::size_t>(spec.width);
  if (zeros && spec.grouping != '\0') {
    const auto wanted = width > others ? width - others : 0;
    while (digits.size() < wanted) {
      context.copy_text(parts.digits.size());
      parts.digits.insert(0, 1, '0');
      digits = grouped(parts.digits, spec.grouping, group);
    }
  }
  const bool inside = zeros || spec.align == '=';
  if (inside) {
    const auto size = others + digits.size();
    std::string filling;
    for (auto i = size; i < width; ++i) filling += spec.fill;
    context.copy_text(filling.size());
    return parts.prefix + filling + digits + parts.rest;
  }
  return padded(context, parts.prefix + digits + parts.rest, spec, '>');
}

std::string sign_text(bool negative, char sign) {
  if (negative) return "-";
  return sign == '-' ? "" : std::string(1, sign);
}

[[noreturn]] void unknown_type(Context& context, char type, std::string_view name) {
  context.raise(errors::value, std::string("Unknown format code '") + type +
                                   "' for object of type '" + std::string(name) + "'");
}

std::string upper(std::string text) {
  for (auto& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string magnitude_text(Context& context, double real, const FormatSpec& spec) {
  if (!std::isfinite(real)) return std::isnan(real) ? "nan" : "inf";
  const auto precision = spec.precision < 0 ? default_precision : spec.precision;
  context.copy_text(static_cast<std::size_t>(precision) + 64);
  context.heap.expect(static_cast<std::size_t>(precision));
  switch (spec.type | 0x20) {
    case 'f':
      return fixed_text(real, precision);
    case 'e':
      return exponent_text(real, precision);
    case 'g':
    case 'n':
      return general_text(real, std::max(precision, 1), std::max(precision, 1), false);
    default:
      break;
  }
  if (spec.type == '%') return fixed_text(real * 100, precision) + "%";
  if (spec.precision < 0) return real_text(std::fabs(real));
  return general_text(real, std::max(precision, 1), std::max(precision, 1) - 1, true);
}

std::string formatted_text(Context& context, const Text& text, const FormatSpec& spec) {
  if (spec.type != '\0' && spec.type != 's') unknown_type(context, spec.type, "str");
  if (spec.sign != '-' || spec.grouping != '\0' || spec.align == '=' || spec.alternate) {
    context.raise(errors::value,
                  "a sign, ',' or '=' is not allowed in a string's format specifier");
  }
  auto bytes = text.bytes;
  if (spec.precision >= 0 && static_cast<std::size_t>(spec.precision) < text.length) {
    bytes.clear();
    const auto pieces = code_points(context, text);
    for (int i = 0; i < spec.precision; ++i) bytes += pieces[static_cast<std::size_t>(i)];
  }
  return padded(context, std::move(bytes), spec, '<');
}

}  // namespace

std::string padded(Context& context, std::string text, const FormatSpec& spec, char align) {
  const auto size = count_code_points(text);
  const auto width = static_cast<std::size_t>(spec.width);
  if (size >= width) return text;
  const auto missing = width - size;
  context.heap.expect(missing * spec.fill.size());
  context.copy_text(missing * spec.fill.size());
  const char chosen = spec.align == '\0' || spec.align == '0' ? align : spec.align;
  const auto before = chosen == '<' ? 0 : chosen == '^' ? missing / 2 : missing;
  std::string out;
  for (std::size_t i = 0; i < before; ++i) out += spec.fill;
  out += text;
  for (auto i = before; i < missing; ++i) out += spec.fill;
  return out;
}

std::string formatted_integer(Context& context, const Value& integral, const FormatSpec& spec) {
  constexpr std::string_view real_types = "eEfFgG%";
  if (spec.type != '\0' && real_types.find(spec.type) != std::string_view::npos) {
    return formatted_real(context, to_real(context, integral), spec);
  }
  if (spec.precision >= 0) {
    context.raise(errors::value, "Precision not allowed in integer format specifier");
  }
  if (spec.type == 'c') context.refuse("the format code c");
  int base = 10;
  std::string prefix;
  switch (spec.type) {
    case '\0':
    case 'd':
    case 'n':
      break;
    case 'x':
    case 'X':
      base = 16;
      prefix = spec.type == 'x' ? "0x" : "0X";
      break;
    case 'o':
      base = 8;
      prefix = "0o";
      break;
    case 'b':
      base = 2;
      prefix = "0b";
      break;
    default:
      unknown_type(context, spec.type, "int");
  }
  if ((base != 10 && spec.grouping == ',') || (spec.type == 'n' && spec.grouping != '\0')) {
    context.raise(errors::value, std::string("Cannot specify ',' with '") + spec.type + "'.");
  }
  context.work(bit_length(integral));
  auto digits = integer_text(integral, base);
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  if (spec.type == 'X') digits = upper(digits);
  return assembled(context,
                   {sign_text(negative, spec.sign) + (spec.alternate ? prefix : ""), digits, ""},
                   spec, base == 10 ? 3 : 4);
}

std::string formatted_real(Context& context, double real, const FormatSpec& spec) {
  constexpr std::string_view types = "eEfFgGn%";
  if (spec.type != '\0' && types.find(spec.type) == std::string_view::npos) {
    unknown_type(context, spec.type, "float");
  }
  if (spec.alternate) context.refuse("the format option # of a float");
  if (spec.type == 'n' && spec.grouping != '\0') {
    context.raise(errors::value, "Cannot specify ',' with 'n'.");
  }
  auto text = magnitude_text(context, real, spec);
  if (spec.type == 'E' || spec.type == 'F' || spec.type == 'G') text = upper(text);
  const auto whole = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool negative = std::signbit(real) && !std::isnan(real);
  return assembled(context,
                   {sign_text(negative, spec.sign), text.substr(0, whole), text.substr(whole)},
                   spec, 3);
}

std::string formatted(Context& context, const Value& value, std::string_view specification) {
  if (specification.empty()) return str_text(context, value);
  if (!value.is_number() && !value.is(Type::text)) {
    context.raise(errors::type, "unsupported format string passed to " +
                                    std::string(type_name(value)) + ".__format__");
  }
  const auto spec = SpecReader(context, specification).read();
  if (value.is(Type::text)) return formatted_text(context, value.as<Text>(), spec);
  if (value.is(Type::real)) return formatted_real(context, value.real(), spec);
  return formatted_integer(context, value, spec);
}

}  // namespace sheaf::program
