#include "format/escape.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/byte_run.hpp"
#include "core/text.hpp"
#include "format/reading.hpp"

namespace sheaf::format {
namespace {

bool is_control(char32_t c) {
  if (c == U'\t' || c == U'\n') return false;
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
}

std::optional<char32_t> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<char32_t>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<char32_t>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<char32_t>(c - 'a' + 10);
  return std::nullopt;
}

/// The control character that `uXXXX` at the front of `text` names.
std::optional<char32_t> named_control(std::string_view text) {
  constexpr std::size_t length = 5;
  if (text.size() < length || text[0] != 'u') return std::nullopt;
  char32_t value = 0;
  for (const char digit : text.substr(1, length - 1)) {
    const auto hex = hex_value(digit);
    if (!hex) return std::nullopt;
    value = value * 16 + *hex;
  }
  return is_control(value) ? std::optional(value) : std::nullopt;
}

std::size_t backslashes_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of('\\', at);
  return (end == std::string_view::npos ? text.size() : end) - at;
}

std::string indent_further_lines(std::string text) {
  if (text.find('\n') == text.npos) return text;
  std::string out;
  out.reserve(text.size() + 8 * continuation.size());
  for (const char c : text) {
    out.push_back(c);
    if (c == '\n') out.append(continuation);
  }
  return out;
}

/// Bytes that begin a control character, or may double as the escape of one.
constexpr auto begins_control = [](auto byte) {
  return ((byte < 0x20) & (byte != 0x09) & (byte != 0x0A)) | (byte == 0x5C) | (byte == 0x7F) |
         (byte == 0xC2) | (byte == 0xE2);
};

/// Those, and what may begin a line or a bracket.
constexpr auto is_telling = [](auto byte) {
  return ((byte < 0x20) & (byte != 0x09)) | (byte == 0x5C) | (byte == 0x7F) | (byte == 0xC2) |
         (byte == 0xE2) | (byte == 0x5B) | (byte == 0xE3) | (byte == 0xEF);
};

/// Whether `text` is one line without anything that is escaped or read as structure, but for its
/// start.
bool is_plain_line(std::string_view text) { return run_before(text, is_telling) == text.size(); }

constexpr std::string_view thought = "<think>";

constexpr std::string_view thought_end = "</think>";

bool stands_at(std::string_view text, std::size_t at, std::string_view tag) {
  return text::equals_fold_ascii(text.substr(at, tag.size()), tag);
}

/// Backslashes before every `</think>`: one more, or one less.
std::string escape_thought_ends(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '<' && stands_at(text, at, thought_end)) out.push_back('\\');
    out.push_back(text[at]);
  }
  return out;
}

std::string unescape_thought_ends(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool ends = text[at] == '<' && stands_at(text, at, thought_end);
    if (ends && out.ends_with('\\')) out.pop_back();
    out.push_back(text[at]);
  }
  return out;
}

/// Where the `<think>` stands that `text` starts with, but for spaces and backslashes; else npos.
std::size_t leading_thought(std::string_view text) {
  const std::string_view trimmed = text::trim(text);
  if (trimmed.empty()) return text.npos;
  const auto start = static_cast<std::size_t>(trimmed.data() - text.data());
  const std::size_t at = start + backslashes_at(text, start);
  const bool found = text::equals_fold_ascii(text.substr(at, thought.size()), thought);
  return found ? at : text.npos;
}

template <typename Needs>
std::string escape(std::string plain, const LabelScanner& scanner, Needs needs_backslash) {
  const std::vector<Mark> marks = scanner.scan(plain);
  if (marks.empty()) return indent_further_lines(std::move(plain));
  std::string out;
  std::size_t copied = 0;
  for (const Mark& mark : marks) {
    if (!needs_backslash(mark)) continue;
    out.append(plain, copied, mark.label - copied).push_back('\\');
    copied = mark.label;
  }
  out.append(plain, copied);
  return indent_further_lines(out);
}

}  // namespace

std::string escape_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = run_before(text.substr(at), begins_control);
    out.append(text.substr(at, plain));
    at += plain;
    const std::size_t run = backslashes_at(text, at);
    at += run;
    const text::CodePoint next = text::decode_front(text.substr(at));
    const bool control = next.length > 0 && is_control(next.value);
    const bool doubled = run > 0 && (control || named_control(text.substr(at)));
    out.append(doubled ? 2 * run : run, '\\');
    if (control) {
      out.append(fmt::format("\\u{:04X}", static_cast<unsigned>(next.value)));
    } else {
      out.append(text.substr(at, next.length));
    }
    at += next.length;
  }
  return out;
}

std::string unescape_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t run = backslashes_at(text, at);
    if (run == 0) {
      out.push_back(text[at++]);
      continue;
    }
    at += run;
    const auto control = named_control(text.substr(at));
    out.append(control ? run / 2 : run, '\\');
    if (!control || run % 2 == 0) continue;
    text::append_utf8(out, *control);
    at += 5;
  }
  return out;
}

std::string escape_field(std::string_view text, const LabelScanner& scanner) {
  if (is_plain_line(text) && !scanner.may_start_with_mark(text)) return std::string(text);
  return escape(escape_controls(with_line_feeds(text)), scanner, [](const Mark& mark) {
    return mark.place == Place::line_start && is_structure(mark);
  });
}

std::string escape_answer(std::string_view text, const LabelScanner& scanner) {
  std::string plain = escape_controls(with_line_feeds(text));
  const std::size_t at = leading_thought(plain);
  if (at != plain.npos) plain.insert(at, 1, '\\');
  plain = escape_thought_ends(plain);
  return escape(std::move(plain), scanner, is_structure);
}

std::string unescape_answer(std::string_view text, const LabelScanner& scanner) {
  if (text.find('\\') == text.npos) return std::string(text);
  std::string out;
  std::size_t copied = 0;
  for (const Mark& mark : scanner.scan(text)) {
    if (!mark.escaped || !is_structure(mark)) continue;
    out.append(text, copied, mark.slash - copied);
    copied = mark.slash + 1;
  }
  out.append(text, copied);
  out = unescape_thought_ends(out);
  const std::size_t at = leading_thought(out);
  if (at != out.npos && at > 0 && out[at - 1] == '\\') out.erase(at - 1, 1);
  return unescape_controls(out);
}

bool starts_with_thought(std::string_view text) {
  const std::size_t at = leading_thought(text);
  return at != text.npos && (at == 0 || text[at - 1] != '\\');
}

std::size_t unopened_thought_length(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    if (stands_at(text, at, thought)) break;
    const bool escaped = at > 0 && text[at - 1] == '\\';
    if (!escaped && stands_at(text, at, thought_end)) end = at + thought_end.size();
  }
  return end;
}

std::string_view outside_thoughts(std::string_view cut) {
  std::size_t behind = 0;
  std::size_t open = cut.npos;
  for (std::size_t at = cut.find('<'); at != cut.npos; at = cut.find('<', at + 1)) {
    const bool escaped = at > 0 && cut[at - 1] == '\\';
    if (open != cut.npos && !escaped && stands_at(cut, at, thought_end)) {
      behind = at + thought_end.size();
      open = cut.npos;
    }
    if (open != cut.npos || !stands_at(cut, at, thought)) continue;
    const std::size_t before = cut.substr(0, at).find_last_not_of(" \t");
    if (before == cut.npos || cut[before] == '\n') open = at;
  }
  return cut.substr(behind, open == cut.npos ? open : open - behind);
}

}  // namespace sheaf::format
