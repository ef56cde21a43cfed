#include "program/text_value.hpp"

#include <array>
#include <cstdio>

#include "core/text.hpp"
#include "program/builtin.hpp"
#include "program/float_text.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

std::string escaped(char32_t code) {
  std::array<char, 16> text{};
  const char* form = code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x";
  std::snprintf(text.data(), text.size(), form, static_cast<unsigned>(code));
  return text.data();
}

/// What repr() escapes beyond ASCII, as far as programs meet it: C1, soft hyphen, spaces,
/// unassigned format characters.
bool unprintable(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0xAD ||
         (code > 0x7F && text::is_space(code)) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
         (code >= 0xE000 && code <= 0xF8FF) || code == 0xFEFF;
}

std::string quoted(const Text& text, bool ascii_only) {
  const bool single = text.bytes.find('\'') != std::string::npos;
  const char quote = single && text.bytes.find('"') == std::string::npos ? '"' : '\'';
  std::string out(1, quote);
  for (std::string_view rest = text.bytes; !rest.empty();) {
    const auto [code, size] = text::decode_front(rest);
    if (code == static_cast<unsigned char>(quote) || code == '\\') {
      out += '\\';
      out += static_cast<char>(code);
    } else if (code == '\n' || code == '\r' || code == '\t') {
      out += code == '\n' ? "\\n" : code == '\r' ? "\\r" : "\\t";
    } else if (unprintable(code) || (ascii_only && code > 0x7E)) {
      out += escaped(code);
    } else {
      out += rest.substr(0, size);
    }
    rest.remove_prefix(size);
  }
  return out + quote;
}

/// Writes a value as repr() does. A container within itself shows as "...".
class Writer {
 public:
  Writer(Context& context, bool ascii_only) : context_(context), ascii_only_(ascii_only) {}

  std::string write(const Value& value) {
    put(value);
    return std::move(out_);
  }

 private:
  void add(std::string_view text) {
    context_.copy_text(text.size());
    context_.heap.expect(out_.size() + text.size());
    out_ += text;
  }

  void put(const Value& value) {
    const Nested nested(context_);
    context_.work(1);
    switch (value.type()) {
      case Type::list:
      case Type::tuple:
      case Type::dict:
      case Type::set:
        put_container(value);
        return;
      case Type::view:
        put_view(value.as<View>());
        return;
      case Type::range:
        put_range(value.as<Range>());
        return;
      case Type::error:
        put_error(value.as<Error>());
        return;
      default:
        put_scalar(value);
    }
  }

  void put_scalar(const Value& value) {
    switch (value.type()) {
      case Type::none:
        add("None");
        return;
      case Type::boolean:
        add(value.small() != 0 ? "True" : "False");
        return;
      case Type::integer:
      case Type::big:
        context_.work(bit_length(value));
        add(integer_text(value));
        return;
      case Type::real:
        add(real_text(value.real()));
        return;
      case Type::text:
        add(quoted(value.as<Text>(), ascii_only_));
        return;
      case Type::builtin:
        put_builtin(value.builtin());
        return;
      default:
        context_.refuse("the text of a " + std::string(type_name(value)));
    }
  }

  void put_builtin(const Builtin& builtin) {
    add(builtin.is_type ? "<class '" : "<built-in function ");
    add(builtin.name);
    add(builtin.is_type ? "'>" : ">");
  }

  void put_container(const Value& value) {
    for (const auto* around : around_) {
      context_.work(1);
      if (around == value.object())
        return add(value.is(Type::list) ? "[...]" : value.is(Type::dict) ? "{...}" : "(...)");
    }
    around_.push_back(value.object());
    if (value.is(Type::list)) put_items(value.as<List>().items, "[", "]");
    if (value.is(Type::tuple)) {
      const auto& items = value.as<Tuple>().items;
      put_items(items, "(", items.size() == 1 ? ",)" : ")");
    }
    if (value.is(Type::set)) {
      refuse_uncertain_order(context_, value.as<Set>());
      const auto& table = value.as<Set>().table;
      put_items(table.items(), table.size() == 0 ? "set(" : "{", table.size() == 0 ? ")" : "}");
    }
    if (value.is(Type::dict)) {
      add("{");
      put_entries(value.as<Dict>(), true, true, false);
      add("}");
    }
    around_.pop_back();
  }

  void put_items(const Values& items, std::string_view open, std::string_view close) {
    add(open);
    bool first = true;
    for (const auto& item : items) {
      if (!first) add(", ");
      first = false;
      put(item);
    }
    add(close);
  }

  void put_entries(const Dict& dict, bool keys, bool values, bool tuples) {
    bool first = true;
    for (const auto& entry : dict.table.entries()) {
      if (!entry.key.is_set()) continue;
      if (!first) add(", ");
      first = false;
      if (tuples) add("(");
      if (keys) put(entry.key);
      if (keys && values) add(tuples ? ", " : ": ");
      if (values) put(entry.value);
      if (tuples) add(")");
    }
  }

  void put_view(const View& view) {
    const bool items = view.kind == ViewKind::items;
    add(items ? "dict_items([" : view.kind == ViewKind::keys ? "dict_keys([" : "dict_values([");
    put_entries(*view.dict, view.kind != ViewKind::values, view.kind != ViewKind::keys, items);
    add("])");
  }

  void put_range(const Range& range) {
    add("range(" + std::to_string(range.start) + ", " + std::to_string(range.stop));
    if (range.step != 1) add(", " + std::to_string(range.step));
    add(")");
  }

  void put_error(const Error& error) {
    add(error.kind->name);
    put_items(error.arguments, "(", ")");
  }

  Context& context_;
  bool ascii_only_;
  std::string out_;
  std::vector<const Object*> around_;
};

}  // namespace

std::string str_text(Context& context, const Value& value) {
  if (value.is(Type::text)) return value.as<Text>().bytes;
  if (value.is(Type::error)) return error_text(context, value.as<Error>());
  return repr_text(context, value);
}

std::string repr_text(Context& context, const Value& value) {
  return Writer(context, false).write(value);
}

std::string ascii_text(Context& context, const Value& value) {
  return Writer(context, true).write(value);
}

std::vector<std::string_view> code_points(Context& context, const Text& text) {
  context.work(static_cast<std::int64_t>(text.length));
  context.heap.expect(text.length * sizeof(std::string_view));
  std::vector<std::string_view> pieces;
  pieces.reserve(text.length);
  for (std::string_view rest = text.bytes; !rest.empty();) {
    const auto size = text::decode_front(rest).length;
    pieces.push_back(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  return pieces;
}

std::string error_text(Context& context, const Error& error) {
  const Nested nested(context);
  if (error.arguments.empty()) return "";
  if (error.arguments.size() == 1) {
    // KeyError shows its key as repr() does.
    return error.kind == &errors::key ? repr_text(context, error.arguments[0])
                                      : str_text(context, error.arguments[0]);
  }
  return repr_text(context, context.tuple(error.arguments));
}

}  // namespace sheaf::program
