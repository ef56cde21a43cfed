// Methods of strings that search, split and ask.
#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "program/builtin.hpp"
#include "program/iterate.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

constexpr std::string_view blanks = " \t\n\r\f\v\x1c\x1d\x1e\x1f";
constexpr std::string_view line_ends = "\n\r\v\f\x1c\x1d\x1e";

const std::string& bytes_argument(Context& context, const Value& value) {
  if (!value.is(Type::text)) {
    context.raise(errors::type, "must be str, not " + std::string(type_name(value)));
  }
  return value.as<Text>().bytes;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// The part of the text that the optional bounds leave, and where it begins, in code points.
struct Window {
  std::string_view text;
  std::int64_t first = 0;
  bool valid = true;
};

Window window(Context& context, const Text& text, const Value& from, const Value& to) {
  const auto length = static_cast<std::int64_t>(text.length);
  const auto bound = [&](const Value& value, std::int64_t missing) {
    if (!value.is_set() || value.is_none()) return missing;
    const auto index = index_of(context, value);
    return index < 0 ? std::max<std::int64_t>(index + length, 0) : index;
  };
  Window window;
  window.first = bound(from, 0);
  const auto last = std::min(bound(to, length), length);
  window.valid = window.first <= length && window.first <= last;
  if (!window.valid) return window;
  if (text.ascii()) {
    window.text = std::string_view(text.bytes)
                      .substr(static_cast<std::size_t>(window.first),
                              static_cast<std::size_t>(last - window.first));
    return window;
  }
  const auto pieces = code_points(context, text);
  const auto* begin = text.bytes.data();
  const auto* end = begin + text.bytes.size();
  const auto at = [&](std::int64_t place) {
    return place < length ? pieces[static_cast<std::size_t>(place)].data() : end;
  };
  window.text = {at(window.first), static_cast<std::size_t>(at(last) - at(window.first))};
  return window;
}

std::int64_t found_at(Context& context, const Value& self, Arguments& arguments, bool last) {
  const auto values = taken(context, arguments, "find", 1, {"", "", ""});
  const auto& part = bytes_argument(context, values[0]);
  const auto in = window(context, self.as<Text>(), values[1], values[2]);
  if (!in.valid) return -1;
  context.search_text(in.text.size(), part.size());
  const auto found = last ? in.text.rfind(part) : in.text.find(part);
  if (found == std::string_view::npos) return -1;
  return in.first + static_cast<std::int64_t>(count_code_points(in.text.substr(0, found)));
}

Value find(Context& context, const Value& self, Arguments& arguments) {
  return Value(found_at(context, self, arguments, false));
}
Value rfind(Context& context, const Value& self, Arguments& arguments) {
  return Value(found_at(context, self, arguments, true));
}

Value index(Context& context, const Value& self, Arguments& arguments) {
  const auto place = found_at(context, self, arguments, false);
  if (place < 0) context.raise(errors::value, "substring not found");
  return Value(place);
}
Value rindex(Context& context, const Value& self, Arguments& arguments) {
  const auto place = found_at(context, self, arguments, true);
  if (place < 0) context.raise(errors::value, "substring not found");
  return Value(place);
}

Value count(Context& context, const Value& self, Arguments& arguments) {
  const auto values = taken(context, arguments, "count", 1, {"", "", ""});
  const auto& part = bytes_argument(context, values[0]);
  const auto in = window(context, self.as<Text>(), values[1], values[2]);
  if (!in.valid) return Value(std::int64_t{0});
  if (part.empty()) return Value(static_cast<std::int64_t>(count_code_points(in.text) + 1));
  context.search_text(in.text.size(), part.size());
  std::int64_t number = 0;
  for (auto at = in.text.find(part); at != std::string_view::npos;
       at = in.text.find(part, at + part.size())) {
    ++number;
  }
  return Value(number);
}

Value begins_or_ends(Context& context, const Value& self, Arguments& arguments, bool begins) {
  const auto values =
      taken(context, arguments, begins ? "startswith" : "endswith", 1, {"", "", ""});
  const auto in = window(context, self.as<Text>(), values[1], values[2]);
  const auto parts = values[0].is(Type::tuple) ? values[0].as<Tuple>().items : Values{values[0]};
  for (const auto& each : parts) {
    const auto& part = bytes_argument(context, each);
    context.copy_text(part.size());
    if (in.valid && (begins ? in.text.starts_with(part) : in.text.ends_with(part))) {
      return Value(true);
    }
  }
  return Value(false);
}

Value startswith(Context& context, const Value& self, Arguments& arguments) {
  return begins_or_ends(context, self, arguments, true);
}
Value endswith(Context& context, const Value& self, Arguments& arguments) {
  return begins_or_ends(context, self, arguments, false);
}

/// The words between runs of blanks; the last one takes all that is left after `most` splits.
std::vector<std::string_view> words(std::string_view text, std::int64_t most, bool from_right) {
  std::vector<std::string_view> parts;
  const auto trim = [](std::string_view rest, bool left) {
    const auto place = left ? rest.find_first_not_of(blanks) : rest.find_last_not_of(blanks);
    if (place == std::string_view::npos) return std::string_view();
    return left ? rest.substr(place) : rest.substr(0, place + 1);
  };
  auto rest = trim(text, !from_right);
  while (!rest.empty()) {
    if (most >= 0 && std::ssize(parts) == most) {
      parts.push_back(trim(rest, from_right));
      break;
    }
    if (from_right) {
      const auto place = rest.find_last_of(blanks);
      const auto first = place == std::string_view::npos ? 0 : place + 1;
      parts.push_back(rest.substr(first));
      rest = trim(rest.substr(0, first), false);
    } else {
      const auto size = std::min(rest.find_first_of(blanks), rest.size());
      parts.push_back(rest.substr(0, size));
      rest = trim(rest.substr(size), true);
    }
  }
  return parts;
}

std::vector<std::string_view> pieces(std::string_view text, std::string_view separator,
                                     std::int64_t most, bool from_right) {
  std::vector<std::string_view> parts;
  while (most < 0 || std::ssize(parts) < most) {
    const auto found = from_right ? text.rfind(separator) : text.find(separator);
    if (found == std::string_view::npos) break;
    const auto after = found + separator.size();
    parts.push_back(from_right ? text.substr(after) : text.substr(0, found));
    text = from_right ? text.substr(0, found) : text.substr(after);
  }
  parts.push_back(text);
  return parts;
}

Value split_by(Context& context, const Value& self, Arguments& arguments, bool from_right) {
  const auto values = taken(context, arguments, "split", 0, {"sep", "maxsplit"});
  const auto most = values[1].is_set() ? index_of(context, values[1]) : -1;
  const auto& text = self.as<Text>();
  context.copy_text(text.bytes.size() * 4);
  context.heap.expect(text.bytes.size() * sizeof(Value));
  std::vector<std::string_view> parts;
  if (!values[0].is_set() || values[0].is_none()) {
    for (const auto piece :
         text.ascii() ? std::vector<std::string_view>() : code_points(context, text)) {
      if (piece.size() > 1 && text::is_space(text::decode_front(piece).value)) {
        context.refuse("splitting at blanks beyond ASCII");
      }
    }
    parts = words(text.bytes, most, from_right);
  } else {
    const auto& separator = bytes_argument(context, values[0]);
    if (separator.empty()) context.raise(errors::value, "empty separator");
    context.search_text(text.bytes.size(), separator.size());
    parts = pieces(text.bytes, separator, most, from_right);
  }
  if (from_right) std::ranges::reverse(parts);
  Values made;
  for (const auto part : parts) made.push_back(context.text(std::string(part)));
  return context.list(std::move(made));
}

Value split(Context& context, const Value& self, Arguments& arguments) {
  return split_by(context, self, arguments, false);
}
Value rsplit(Context& context, const Value& self, Arguments& arguments) {
  return split_by(context, self, arguments, true);
}

Value splitlines(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "splitlines", 0, {});
  const auto& text = self.as<Text>();
  if (!text.ascii()) context.refuse("splitlines() of text beyond ASCII");
  context.copy_text(text.bytes.size());
  Values lines;
  for (std::string_view rest = text.bytes; !rest.empty();) {
    const auto size = std::min(rest.find_first_of(line_ends), rest.size());
    lines.push_back(context.text(std::string(rest.substr(0, size))));
    rest.remove_prefix(size);
    if (!rest.empty()) rest.remove_prefix(rest.starts_with("\r\n") ? 2 : 1);
  }
  return context.list(std::move(lines));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_alpha(char c) { return is_lower(c) || is_upper(c); }
bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }

const std::string& asked(Context& context, const Value& self, Arguments& arguments) {
  taken(context, arguments, "str method", 0, {});
  const auto& text = self.as<Text>();
  if (!text.ascii()) context.refuse("asking for the kind of characters beyond ASCII");
  context.copy_text(text.bytes.size());
  return text.bytes;
}

template <bool (*test)(char)>
Value all_are(Context& context, const Value& self, Arguments& arguments) {
  const auto& bytes = asked(context, self, arguments);
  return Value(!bytes.empty() && std::ranges::all_of(bytes, test));
}

template <bool (*test)(char), bool (*other)(char)>
Value has_case(Context& context, const Value& self, Arguments& arguments) {
  const auto& bytes = asked(context, self, arguments);
  return Value(std::ranges::any_of(bytes, test) && std::ranges::none_of(bytes, other));
}

constexpr std::array<MethodEntry, 18> methods{{{"find", find},
                                               {"rfind", rfind},
                                               {"index", index},
                                               {"rindex", rindex},
                                               {"count", count},
                                               {"startswith", startswith},
                                               {"endswith", endswith},
                                               {"split", split},
                                               {"rsplit", rsplit},
                                               {"splitlines", splitlines},
                                               {"isdigit", all_are<is_digit>},
                                               {"isnumeric", all_are<is_digit>},
                                               {"isdecimal", all_are<is_digit>},
                                               {"isalpha", all_are<is_alpha>},
                                               {"isalnum", all_are<is_alnum>},
                                               {"isspace", all_are<is_blank>},
                                               {"islower", has_case<is_lower, is_upper>},
                                               {"isupper", has_case<is_upper, is_lower>}}};

}  // namespace

std::span<const MethodEntry> text_search_methods() { return methods; }

}  // namespace sheaf::program
