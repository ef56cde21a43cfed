#include "format/label.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "format/reading.hpp"

namespace sheaf::format {
namespace {

bool is_sign(char32_t point) { return point < 0x80 && !is_word(point); }

}  // namespace

std::u32string label_points(std::string_view label) {
  std::u32string points = read_points(label).points;
  const auto both_spaces = [](char32_t a, char32_t b) { return a == U' ' && b == U' '; };
  points.erase(std::unique(points.begin(), points.end(), both_spaces), points.end());
  return points;
}

std::string_view label_fault(std::string_view label) {
  if (label.empty()) return "is empty; give it a word, such as Question";
  if (text::trim(label) != label) return "begins or ends with a space; remove it";
  if (text::display_safe(label, label.size()) != label) {
    return "holds a line break or control character; remove it";
  }
  const auto points = label_points(label);
  if (points.find_first_of(U":[]\\") != std::u32string::npos) {
    return "holds ':', '[', ']' or '\\', which mark keys; use other characters";
  }
  if (points.empty() || is_sign(points.front()) || decoration_end(points, 0) > 0) {
    return "does not begin with a letter; give it a word, such as Question";
  }
  if (std::ranges::all_of(points, [](char32_t c) { return is_digit(c) || is_sign(c); })) {
    return "holds no letter; give it a word, such as Question";
  }
  return {};
}

bool same_label(std::string_view a, std::string_view b) {
  auto left = label_points(a);
  auto right = label_points(b);
  std::erase(left, U' ');
  std::erase(right, U' ');
  return left == right;
}

}  // namespace sheaf::format
