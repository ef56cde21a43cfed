#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace sheaf::text {
namespace {

constexpr char32_t replacement = 0xFFFD;

unsigned char byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

/// What the first bytes are: a code point, or the maximal part of one that is cut or broken.
struct Step {
  char32_t value = replacement;
  std::size_t length = 1;
  bool well_formed = false;
};

/// The bytes that may follow a lead byte, and how many (Unicode 15, table 3-7).
struct Lead {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .low = 0xA0};
  if (byte == 0xED) return {.length = 3, .high = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .low = 0x90};
  if (byte == 0xF4) return {.length = 4, .high = 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {.length = 4};
  return {};
}

Step step(std::string_view bytes) {
  const unsigned char first = byte_at(bytes, 0);
  if (first < 0x80) return {.value = first, .length = 1, .well_formed = true};
  const Lead lead = lead_of(first);
  if (lead.length == 0) return {};
  constexpr std::array<unsigned, 5> masks{0, 0, 0x1F, 0x0F, 0x07};
  char32_t value = first & masks[lead.length];
  for (std::size_t i = 1; i < lead.length; ++i) {
    const unsigned char low = i == 1 ? lead.low : 0x80;
    const unsigned char high = i == 1 ? lead.high : 0xBF;
    if (i >= bytes.size() || byte_at(bytes, i) < low || byte_at(bytes, i) > high) {
      return {.length = i};
    }
    value = (value << 6) | (byte_at(bytes, i) & 0x3FU);
  }
  return {.value = value, .length = lead.length, .well_formed = true};
}

std::size_t ascii_run(std::string_view bytes, std::size_t from) {
  std::size_t at = from;
  while (at + sizeof(std::uint64_t) <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if ((word & 0x8080808080808080ULL) != 0) break;
    at += sizeof word;
  }
  while (at < bytes.size() && byte_at(bytes, at) < 0x80) ++at;
  return at;
}

/// The last code point of `text`, whose bytes may be malformed.
CodePoint decode_back(std::string_view text) {
  std::size_t start = text.size() - 1;
  while (start > 0 && text.size() - start < 4 && (byte_at(text, start) & 0xC0) == 0x80) --start;
  const CodePoint point = decode_front(text.substr(start));
  if (start + point.length == text.size()) return point;
  return {.value = replacement, .length = 1};
}

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_unsafe(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) return true;
  if (c == 0x2028 || c == 0x2029) return true;
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

/// Edit distance in which two exchanged neighbours count once (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before = std::exchange(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string_view beginning(std::string_view text, std::size_t most_bytes) {
  if (most_bytes >= text.size()) return text;
  while (most_bytes > 0 && (static_cast<unsigned char>(text[most_bytes]) & 0xC0) == 0x80) {
    --most_bytes;
  }
  return text.substr(0, most_bytes);
}

std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) {
  std::size_t at = ascii_run(bytes, 0);
  while (at < bytes.size()) {
    const Step next = step(bytes.substr(at));
    if (!next.well_formed) return at;
    at = ascii_run(bytes, at + next.length);
  }
  return std::nullopt;
}

std::string replace_invalid_utf8(std::string_view bytes) {
  if (!find_invalid_utf8(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const Step next = step(bytes.substr(at));
    if (next.well_formed) {
      out.append(bytes.substr(at, next.length));
    } else {
      append_utf8(out, replacement);
    }
    at += next.length;
  }
  return out;
}

CodePoint decode_front(std::string_view bytes) {
  if (bytes.empty()) return {};
  const Step next = step(bytes);
  if (!next.well_formed) return {.value = replacement, .length = 1};
  return {.value = next.value, .length = next.length};
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

bool is_space(char32_t c) {
  if (c == U' ' || (c >= 0x09 && c <= 0x0D)) return true;
  return c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty()) {
    const CodePoint last = decode_back(text);
    if (!is_space(last.value)) break;
    text.remove_suffix(last.length);
  }
  return text;
}

std::string_view trim(std::string_view text) {
  while (!text.empty()) {
    const CodePoint first = decode_front(text);
    if (!is_space(first.value)) break;
    text.remove_prefix(first.length);
  }
  return trim_right(text);
}

std::string fold_ascii(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), fold);
  return out;
}

bool equals_fold_ascii(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, fold, fold);
}

char32_t narrow(char32_t code_point) {
  return code_point >= 0xFF01 && code_point <= 0xFF5E ? code_point - 0xFEE0 : code_point;
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

std::string display_safe(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view ellipsis = "\u2026";
  std::string out;
  std::size_t room_for_ellipsis = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Step next = step(text.substr(at));
    if (is_unsafe(next.value)) {
      out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(next.value));
    } else {
      append_utf8(out, next.value);
    }
    at += next.length;
    if (out.size() > max_bytes) {
      out.resize(room_for_ellipsis);
      return ellipsis.size() <= max_bytes ? out.append(ellipsis) : out;
    }
    if (out.size() + ellipsis.size() <= max_bytes) room_for_ellipsis = out.size();
  }
  return out;
}

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string>& candidates) {
  const std::string folded = fold_ascii(word);
  std::optional<std::string_view> best;
  std::size_t best_distance = word.size() / 3 + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(folded, fold_ascii(candidate));
    if (edits >= best_distance) continue;
    best = candidate;
    best_distance = edits;
  }
  return best;
}

}  // namespace sheaf::text
