// Methods of strings that make new ones.
#include <algorithm>
#include <array>
#include <cctype>

#include "core/text.hpp"
#include "program/builtin.hpp"
#include "program/format_spec.hpp"
#include "program/iterate.hpp"
#include "program/text_format.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

constexpr std::string_view blanks = " \t\n\r\f\v\x1c\x1d\x1e\x1f";

const Text& text_argument(Context& context, const Value& value) {
  if (!value.is(Type::text)) {
    context.raise(errors::type, "a str is required, not '" + std::string(type_name(value)) + "'");
  }
  return value.as<Text>();
}

/// Upper and lower case beyond ASCII are not in the subset.
const std::string& ascii(Context& context, const Value& self, std::string_view method) {
  const auto& text = self.as<Text>();
  if (!text.ascii()) {
    context.refuse(std::string(method) + "() of text beyond ASCII");
  }
  context.copy_text(text.bytes.size());
  return text.bytes;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }
char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c; }

template <char (*change)(char)>
Value changed(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "str method", 0, {});
  auto bytes = ascii(context, self, "a change of case");
  std::ranges::transform(bytes, bytes.begin(), change);
  return context.text(std::move(bytes));
}

char swapped(char c) { return is_lower(c) ? to_upper(c) : to_lower(c); }

Value capitalize(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "capitalize", 0, {});
  auto bytes = ascii(context, self, "capitalize");
  std::ranges::transform(bytes, bytes.begin(), to_lower);
  if (!bytes.empty()) bytes[0] = to_upper(bytes[0]);
  return context.text(std::move(bytes));
}

Value title(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "title", 0, {});
  auto bytes = ascii(context, self, "title");
  bool inside = false;
  for (auto& c : bytes) {
    c = inside ? to_lower(c) : to_upper(c);
    inside = is_lower(c) || is_upper(c);
  }
  return context.text(std::move(bytes));
}

std::vector<std::string_view> stripped_set(Context& context, const Value& chars) {
  if (!chars.is_set() || chars.is_none()) return {};
  return code_points(context, text_argument(context, chars));
}

bool is_blank(std::string_view piece) {
  return piece.size() == 1 && blanks.find(piece[0]) != std::string_view::npos;
}

Value stripped(Context& context, const Value& self, Arguments& arguments, bool left, bool right) {
  const auto values = taken(context, arguments, "strip", 0, {""});
  const bool plain = !values[0].is_set() || values[0].is_none();
  const auto set = stripped_set(context, values[0]);
  auto pieces = code_points(context, self.as<Text>());
  const auto goes = [&](std::string_view piece) {
    context.work(static_cast<std::int64_t>(set.size()) / 4 + 1);
    if (!plain) return std::ranges::find(set, piece) != set.end();
    if (piece.size() > 1 && text::is_space(text::decode_front(piece).value)) {
      context.refuse("stripping blanks beyond ASCII");
    }
    return is_blank(piece);
  };
  auto first = pieces.begin();
  auto last = pieces.end();
  while (left && first != last && goes(*first)) ++first;
  while (right && first != last && goes(*std::prev(last))) --last;
  if (first == last) return context.text("");
  const auto* begin = first->data();
  const auto* end = std::prev(last)->data() + std::prev(last)->size();
  return context.text(std::string(begin, end), static_cast<std::size_t>(last - first));
}

Value strip(Context& context, const Value& self, Arguments& arguments) {
  return stripped(context, self, arguments, true, true);
}
Value lstrip(Context& context, const Value& self, Arguments& arguments) {
  return stripped(context, self, arguments, true, false);
}
Value rstrip(Context& context, const Value& self, Arguments& arguments) {
  return stripped(context, self, arguments, false, true);
}

Value join(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "join", 1, {""});
  const auto items = collect(context, values[0]);
  const auto& separator = self.as<Text>().bytes;
  std::size_t size = 0;
  for (const auto& item : items) {
    if (!item.is(Type::text)) {
      context.raise(errors::type, "sequence item: expected str instance, " +
                                      std::string(type_name(item)) + " found");
    }
    size += item.as<Text>().bytes.size() + separator.size();
    context.heap.expect(size);
  }
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += separator;
    out += items[i].as<Text>().bytes;
  }
  return context.text(std::move(out));
}

Value replace(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "replace", 2, {"", "", ""});
  const auto& from = text_argument(context, values[0]).bytes;
  const auto& to = text_argument(context, values[1]).bytes;
  const auto most = values[2].is_set() ? index_of(context, values[2]) : -1;
  const auto& text = self.as<Text>();
  if (from.empty()) context.refuse("replacing the empty string");
  context.search_text(text.bytes.size(), from.size());
  std::string out;
  std::size_t place = 0;
  for (std::int64_t done = 0; most < 0 || done < most; ++done) {
    const auto found = text.bytes.find(from, place);
    if (found == std::string::npos) break;
    out.append(text.bytes, place, found - place).append(to);
    context.copy_text(to.size());
    context.heap.expect(out.size());
    place = found + from.size();
  }
  return context.text(out.append(text.bytes, place));
}

Value format(Context& context, const Value& self, Arguments& arguments) {
  return brace_format(context, self.as<Text>(), arguments);
}

Value filled(Context& context, const Value& self, Arguments& arguments, char align) {
  const auto values = taken(context, arguments, "ljust", 1, {"", ""});
  FormatSpec spec;
  const auto width = std::max<std::int64_t>(index_of(context, values[0]), 0);
  context.heap.expect(static_cast<std::size_t>(width));
  spec.width = static_cast<int>(width);
  spec.align = align;
  if (values[1].is_set()) {
    const auto& fill = text_argument(context, values[1]);
    if (fill.length != 1) {
      context.raise(errors::type, "The fill character must be exactly one character long");
    }
    spec.fill = fill.bytes;
  }
  const auto& text = self.as<Text>();
  if (align != '^') return context.text(padded(context, text.bytes, spec, align));
  // center() puts the odd blank before the text where the width is odd too.
  const auto missing = width - static_cast<std::int64_t>(text.length);
  if (missing <= 0) return self;
  const auto before = missing / 2 + (missing & width & 1);
  spec.align = '<';
  spec.width = static_cast<int>(width - before);
  auto right = padded(context, text.bytes, spec, '<');
  spec.align = '>';
  spec.width = static_cast<int>(width);
  return context.text(padded(context, std::move(right), spec, '>'));
}

Value ljust(Context& context, const Value& self, Arguments& arguments) {
  return filled(context, self, arguments, '<');
}
Value rjust(Context& context, const Value& self, Arguments& arguments) {
  return filled(context, self, arguments, '>');
}
Value center(Context& context, const Value& self, Arguments& arguments) {
  return filled(context, self, arguments, '^');
}

Value zfill(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "zfill", 1, {""});
  const auto width = std::max<std::int64_t>(index_of(context, values[0]), 0);
  context.heap.expect(static_cast<std::size_t>(width));
  const auto& text = self.as<Text>();
  if (static_cast<std::size_t>(width) <= text.length) return self;
  const bool sign = text.bytes.starts_with('+') || text.bytes.starts_with('-');
  auto bytes = text.bytes;
  bytes.insert(sign ? 1 : 0, static_cast<std::size_t>(width) - text.length, '0');
  return context.text(std::move(bytes), static_cast<std::size_t>(width));
}

Value removeprefix(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "removeprefix", 1, {""});
  const auto& prefix = text_argument(context, values[0]).bytes;
  const auto& bytes = self.as<Text>().bytes;
  return bytes.starts_with(prefix) ? context.text(bytes.substr(prefix.size())) : self;
}

Value removesuffix(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "removesuffix", 1, {""});
  const auto& suffix = text_argument(context, values[0]).bytes;
  const auto& bytes = self.as<Text>().bytes;
  if (!bytes.ends_with(suffix)) return self;
  return context.text(bytes.substr(0, bytes.size() - suffix.size()));
}

constexpr std::array<MethodEntry, 17> methods{{{"upper", changed<to_upper>},
                                               {"lower", changed<to_lower>},
                                               {"swapcase", changed<swapped>},
                                               {"capitalize", capitalize},
                                               {"title", title},
                                               {"strip", strip},
                                               {"lstrip", lstrip},
                                               {"rstrip", rstrip},
                                               {"join", join},
                                               {"replace", replace},
                                               {"format", format},
                                               {"ljust", ljust},
                                               {"rjust", rjust},
                                               {"center", center},
                                               {"zfill", zfill},
                                               {"removeprefix", removeprefix},
                                               {"removesuffix", removesuffix}}};

}  // namespace

std::span<const MethodEntry> text_methods() { return methods; }

}  // namespace sheaf::program
