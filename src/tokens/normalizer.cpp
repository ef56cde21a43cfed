#include "tokens/normalizer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <optional>

#include <utf8proc.h>

#include "core/text.hpp"

namespace sheaf::tokens {
namespace {

using Points = std::vector<utf8proc_int32_t>;

struct Range {
  utf8proc_int32_t first;
  utf8proc_int32_t last;
};
/// Of the characters of Unicode 10.0 to 15.0 those that this one's NFC moves or composes. Found by
/// asking both for each.
constexpr std::array newer{
    Range{0x7FD, 0x7FD},     Range{0x898, 0x89F},     Range{0x8CA, 0x8D3},
    Range{0x9FE, 0x9FE},     Range{0xC3C, 0xC3C},     Range{0xD3B, 0xD3C},
    Range{0xEBA, 0xEBA},     Range{0x1715, 0x1715},   Range{0x1ABF, 0x1ACE},
    Range{0x1DF6, 0x1DFA},   Range{0xA82C, 0xA82C},   Range{0x10D24, 0x10D27},
    Range{0x10EAB, 0x10EAC}, Range{0x10EFD, 0x10EFF}, Range{0x10F46, 0x10F50},
    Range{0x10F82, 0x10F85}, Range{0x11070, 0x11070}, Range{0x1133B, 0x1133B},
    Range{0x1145E, 0x1145E}, Range{0x11839, 0x1183A}, Range{0x11930, 0x11930},
    Range{0x1193D, 0x1193E}, Range{0x11943, 0x11943}, Range{0x119E0, 0x119E0},
    Range{0x11A34, 0x11A34}, Range{0x11A47, 0x11A47}, Range{0x11A99, 0x11A99},
    Range{0x11D42, 0x11D42}, Range{0x11D44, 0x11D45}, Range{0x11D97, 0x11D97},
    Range{0x11F41, 0x11F42}, Range{0x16FF0, 0x16FF1}, Range{0x1E08F, 0x1E08F},
    Range{0x1E130, 0x1E136}, Range{0x1E2AE, 0x1E2AE}, Range{0x1E2EC, 0x1E2EF},
    Range{0x1E4EC, 0x1E4EF},
};

bool is_newer(utf8proc_int32_t point) {
  const auto at = std::ranges::lower_bound(newer, point, {}, &Range::last);
  return at != newer.end() && at->first <= point;
}

auto combining_class(utf8proc_int32_t point) {
  return utf8proc_get_property(point)->combining_class;
}

void append_decomposed(Points& points, utf8proc_int32_t point) {
  std::array<utf8proc_int32_t, 8> parts{};  // Four are the most of Unicode.
  int boundary = 0;
  const auto count =
      utf8proc_decompose_char(point, parts.data(), parts.size(), UTF8PROC_DECOMPOSE, &boundary);
  assert(count > 0 && count <= std::ssize(parts));
  points.insert(points.end(), parts.begin(), parts.begin() + count);
}

/// The library's own sorting is quadratic in a run of marks.
void sort_marks(Points& points) {
  const auto is_starter = [](auto point) { return combining_class(point) == 0; };
  auto at = points.begin();
  while (at != points.end()) {
    const auto end = std::find_if(at, points.end(), is_starter);
    if (end - at > 1) std::ranges::stable_sort(at, end, {}, combining_class);
    at = end == points.end() ? end : end + 1;
  }
}

void append_composed(std::string& out, Points& points) {
  sort_marks(points);
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto size = utf8proc_normalize_utf32(points.data(), std::ssize(points), options);
  assert(size >= 0);
  for (utf8proc_ssize_t i = 0; i < size; ++i) {
    text::append_utf8(out, static_cast<char32_t>(points[static_cast<std::size_t>(i)]));
  }
  points.clear();
}

/// Characters under U+0300, which are their own composition, begin with lower bytes.
constexpr unsigned char first_byte_of_marks = 0xCC;

/// nullopt where the step changes nothing.
std::optional<std::string> apply_step(const Compose&, std::string_view text) {
  const auto may_change = [](char c) {
    return static_cast<unsigned char>(c) >= first_byte_of_marks;
  };
  if (std::ranges::none_of(text, may_change)) return std::nullopt;
  return composed(text);
}

std::optional<std::string> apply_step(const Prepend& step, std::string_view text) {
  if (text.empty()) return std::nullopt;
  return step.text + std::string(text);
}

std::optional<std::string> apply_step(const Replace& step, std::string_view text) {
  auto found = text.find(step.from);
  if (found == std::string_view::npos) return std::nullopt;
  std::string out;
  std::size_t at = 0;
  for (; found != std::string_view::npos; found = text.find(step.from, at)) {
    out.append(text, at, found - at).append(step.to);
    at = found + step.from.size();
  }
  return out.append(text, at);
}

}  // namespace

std::string composed(std::string_view text) {
  std::string out;
  Points points;
  while (!text.empty()) {
    const auto character = text::decode_front(text);
    text.remove_prefix(character.length);
    const auto point = static_cast<utf8proc_int32_t>(character.value);
    if (is_newer(point)) {
      append_composed(out, points);
      text::append_utf8(out, character.value);
    } else {
      append_decomposed(points, point);
    }
  }
  append_composed(out, points);
  return out;
}

std::string_view Normalizer::apply(std::string_view text, std::string& storage) const {
  for (const auto& step : steps_) {
    auto changed = std::visit([text](const auto& kind) { return apply_step(kind, text); }, step);
    if (!changed) continue;
    storage = std::move(*changed);
    text = storage;
  }
  return text;
}

}  // namespace sheaf::tokens
