#include <algorithm>
#include <charconv>

#include "program/format_spec.hpp"
#include "program/iterate.hpp"
#include "program/text_format.hpp"
#include "program/text_value.hpp"

namespace sheaf::program {
namespace {

class BraceFormat {
 public:
  BraceFormat(Context& context, const Arguments& arguments)
      : context_(context), arguments_(arguments) {}

  std::string write(std::string_view format, int depth) {
    const Nested nested(context_);
    if (depth > 1) context_.raise(errors::value, "Max string recursion exceeded");
    std::string out;
    while (!format.empty()) {
      const auto plain = std::min(format.find_first_of("{}"), format.size());
      out += format.substr(0, plain);
      format.remove_prefix(plain);
      if (format.empty()) break;
      const char c = format.front();
      const bool doubled = format.size() > 1 && format[1] == c;
      if (doubled && depth == 0) {
        out += c;
        format.remove_prefix(2);
      } else if (c == '}') {
        wrong("Single '}' encountered in format string");
      } else {
        out += field(format, depth);
      }
      context_.heap.expect(out.size());
    }
    context_.copy_text(out.size());
    return out;
  }

 private:
  [[noreturn]] void wrong(std::string what) { context_.raise(errors::value, std::move(what)); }

  /// Removes the field in front, up to its closing brace.
  std::string field(std::string_view& format, int depth) {
    std::size_t size = 1;
    for (int open = 1; open > 0; ++size) {
      if (size >= format.size()) wrong("expected '}' before end of string");
      open += format[size] == '{' ? 1 : format[size] == '}' ? -1 : 0;
    }
    auto body = format.substr(1, size - 2);
    format.remove_prefix(size);
    const auto name_end = std::min(body.find_first_of("!:"), body.size());
    auto value = named(body.substr(0, name_end));
    body.remove_prefix(name_end);
    if (body.starts_with('!')) {
      value = conversion(value, body);
      if (!body.empty() && body.front() != ':') wrong("expected ':' after conversion specifier");
    }
    if (body.empty()) return formatted(context_, value, "");
    return formatted(context_, value, write(body.substr(1), depth + 1));
  }

  Value conversion(const Value& value, std::string_view& body) {
    const char kind = body.size() > 1 ? body[1] : '\0';
    body.remove_prefix(std::min<std::size_t>(2, body.size()));
    if (kind == 'r') return context_.text(repr_text(context_, value));
    if (kind == 's') return context_.text(str_text(context_, value));
    if (kind == 'a') return context_.text(ascii_text(context_, value));
    wrong("Unknown conversion specifier");
  }

  Value named(std::string_view name) {
    const auto end = std::min(name.find_first_of(".["), name.size());
    auto value = argument(name.substr(0, end));
    auto rest = name.substr(end);
    while (!rest.empty()) {
      if (rest.front() == '.') context_.refuse("an attribute in a format field");
      const auto close = rest.find(']');
      if (close == std::string_view::npos || close == 1) wrong("a malformed format field");
      const auto key = rest.substr(1, close - 1);
      rest.remove_prefix(close + 1);
      const auto number = as_number(key);
      value = get_item(context_, value, number ? Value(*number) : context_.text(std::string(key)));
    }
    return value;
  }

  static std::optional<std::int64_t> as_number(std::string_view text) {
    std::int64_t number = 0;
    const auto* first = text.data();
    const auto* last = first + text.size();
    if (text.empty() || text.front() == '-') return std::nullopt;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error != std::errc() || end != last) return std::nullopt;
    return number;
  }

  Value argument(std::string_view name) {
    const auto number = as_number(name);
    if (name.empty() || number) {
      const bool counted = name.empty();
      if ((counted && numbered_) || (!counted && next_ > 0)) {
        wrong("cannot switch between automatic field numbering and manual field specification");
      }
      if (!counted) numbered_ = true;
      const auto place = counted ? next_++ : static_cast<std::size_t>(*number);
      if (place >= arguments_.positional.size()) {
        context_.raise(errors::index, "Replacement index " + std::to_string(place) +
                                          " out of range for positional args tuple");
      }
      return arguments_.positional[place];
    }
    for (const auto& [keyword, value] : arguments_.keywords) {
      if (keyword == name) return value;
    }
    context_.raise(errors::key, std::string(name));
  }

  Context& context_;
  const Arguments& arguments_;
  std::size_t next_ = 0;
  bool numbered_ = false;
};

}  // namespace

Value brace_format(Context& context, const Text& format, const Arguments& arguments) {
  return context.text(BraceFormat(context, arguments).write(format.bytes, 0));
}

}  // namespace sheaf::program
