#include <algorithm>
#include <cmath>
#include <optional>

#include "program/format_spec.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/text_format.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

class PercentFormat {
 public:
  PercentFormat(Context& context, std::string_view format, const Value& values)
      : context_(context), rest_(format), values_(values) {}

  std::string run() {
    while (!rest_.empty()) {
      const auto plain = std::min(rest_.find('%'), rest_.size());
      add(rest_.substr(0, plain));
      rest_.remove_prefix(plain);
      if (!rest_.empty()) conversion();
    }
    const bool mapping = values_.is(Type::dict) || values_.is(Type::list);
    const auto given = values_.is(Type::tuple) ? values_.as<Tuple>().items.size() : 1;
    if (!mapping && used_ < given && !(named_)) {
      context_.raise(errors::type, "not all arguments converted during string formatting");
    }
    return std::move(out_);
  }

 private:
  void add(std::string_view text) {
    context_.copy_text(text.size());
    context_.heap.expect(out_.size() + text.size());
    out_ += text;
  }
  bool at(char c) const { return rest_.starts_with(c); }
  char take() {
    if (rest_.empty()) context_.raise(errors::value, "incomplete format");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  Value next_value() {
    if (!values_.is(Type::tuple)) {
      if (used_++ == 0) return values_;
    } else if (used_ < values_.as<Tuple>().items.size()) {
      return values_.as<Tuple>().items[used_++];
    }
    context_.raise(errors::type, "not enough arguments for format string");
  }

  int number() {
    if (at('*')) {
      take();
      const auto value = next_value();
      if (!value.is_integral()) context_.raise(errors::type, "* wants int");
      const auto given = index_of(context_, value);
      context_.heap.expect(
          static_cast<std::size_t>(std::abs(std::max<std::int64_t>(given, -1000))));
      return static_cast<int>(given);
    }
    std::int64_t value = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = std::min<std::int64_t>(value * 10 + (take() - '0'), 1 << 30);
    }
    context_.heap.expect(static_cast<std::size_t>(value));
    return static_cast<int>(value);
  }

  std::optional<Value> named_value() {
    if (!at('(')) return std::nullopt;
    if (!values_.is(Type::dict)) context_.raise(errors::type, "format requires a mapping");
    take();
    std::string name;
    for (int depth = 1; depth > 0;) {
      const char c = take();
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth > 0) name += c;
    }
    named_ = true;
    return get_item(context_, values_, context_.text(std::move(name)));
  }

  void flags(FormatSpec& spec) {
    bool left = false;
    bool zero = false;
    for (; !rest_.empty(); take()) {
      const char c = rest_.front();
      if (c == '-') {
        left = true;
      } else if (c == '0') {
        zero = true;
      } else if (c == '+') {
        spec.sign = '+';
      } else if (c == ' ') {
        if (spec.sign != '+') spec.sign = ' ';
      } else if (c == '#') {
        spec.alternate = true;
      } else {
        break;
      }
    }
    spec.align = left ? '<' : zero ? '0' : '>';
    if (zero && !left) spec.fill = "0";
  }

  void conversion() {
    take();
    auto value = named_value();
    FormatSpec spec;
    flags(spec);
    spec.width = number();
    if (spec.width < 0) {
      spec.align = '<';
      spec.fill = " ";
      spec.width = -spec.width;
    }
    if (at('.')) {
      take();
      spec.precision = std::max(number(), 0);
    }
    while (at('h') || at('l') || at('L')) take();
    const char type = take();
    if (type == '%') return add("%");
    constexpr std::string_view known = "diuxXoeEfFgGsrac";
    if (known.find(type) == std::string_view::npos) {
      context_.raise(errors::value, "unsupported format character");
    }
    if (!value) value = next_value();
    add(converted(*value, type, spec));
  }

  std::string converted(const Value& value, char type, FormatSpec& spec) {
    switch (type) {
      case 's':
        return text(str_text(context_, value), spec);
      case 'r':
        return text(repr_text(context_, value), spec);
      case 'a':
        return text(ascii_text(context_, value), spec);
      case 'c':
        context_.refuse("the conversion %c");
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        return integer(value, type, spec);
      default:
        return real(value, type, spec);
    }
  }

  std::string text(std::string of, FormatSpec& spec) {
    if (spec.fill == "0") {
      spec.fill = " ";
      spec.align = '>';
    }
    spec.alternate = false;
    spec.sign = '-';
    spec.type = 's';
    if (spec.precision >= 0) {
      const auto whole = context_.text(std::move(of));
      const auto pieces = code_points(context_, whole.as<Text>());
      std::string cut;
      for (std::size_t i = 0; i < pieces.size() && i < static_cast<std::size_t>(spec.precision);
           ++i) {
        cut += pieces[i];
      }
      return padded(context_, std::move(cut), spec, '>');
    }
    return padded(context_, std::move(of), spec, '>');
  }

  std::string integer(const Value& value, char type, FormatSpec& spec) {
    auto whole = value;
    const bool decimal = type == 'd' || type == 'i' || type == 'u';
    if (value.is(Type::real) && decimal) {
      if (std::isnan(value.real())) {
        context_.raise(errors::value, "cannot convert float NaN to integer");
      }
      if (std::isinf(value.real())) {
        context_.raise(errors::overflow, "cannot convert float infinity to integer");
      }
      whole = integer_of_real(context_, std::trunc(value.real()));
    }
    if (!whole.is_integral()) {
      context_.raise(errors::type, std::string("%") + type +
                                       " format: a real number is required, not " +
                                       std::string(type_name(value)));
    }
    if (spec.precision >= 0) context_.refuse("a precision of %d");
    if (spec.alternate && !decimal) context_.refuse("the flag # of %x");
    spec.alternate = false;
    spec.type = decimal ? 'd' : type;
    return formatted_integer(context_, whole, spec);
  }

  std::string real(const Value& value, char type, FormatSpec& spec) {
    if (!value.is_number()) {
      context_.raise(errors::type, "must be real number, not " + std::string(type_name(value)));
    }
    spec.type = type;
    return formatted_real(context_, to_real(context_, value), spec);
  }

  Context& context_;
  std::string_view rest_;
  const Value& values_;
  std::size_t used_ = 0;
  bool named_ = false;
  std::string out_;
};

}  // namespace

Value percent_format(Context& context, const Text& format, const Value& values) {
  return context.text(PercentFormat(context, format.bytes, values).run());
}

}  // namespace sheaf::program
