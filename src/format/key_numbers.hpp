// The numbers between a key's brackets.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace sheaf::format {

/// Keys first..last. A number too large to matter is `far_away`; a negative one is 0.
struct Interval {
  int first = 0;
  int last = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

inline constexpr int far_away = 1'000'000'000;

/// What a key names: "[7]" one number, "[1-3]", "[1, 2]", "[1]-[3]" several.
struct KeyNumbers {
  std::vector<Interval> intervals;
  std::size_t end = 0;   ///< The point after the last closing bracket.
  bool several = false;  ///< Anything but one plain number: then the key answers for none of them.
};

/// Reads "[...]", and further brackets joined to it by a comma, a dash, "and", "to", at
/// `points[at]` (a Reading's points). Nullopt when there is no bracket with a number first in it.
std::optional<KeyNumbers> read_key_numbers(std::u32string_view points, std::size_t at);

/// Reads digits at `points[at]`, any width, and moves `at` behind them; nullopt without any.
std::optional<int> read_number(std::u32string_view points, std::size_t& at);

/// How what stands between two keys joins them: "A[1] and A[2]" to a list, "A[1] - A[3]" to a
/// range.
enum class Join { none, list, range };
Join joins(std::u32string_view between);

/// Adds `more` behind `numbers`, as the join says.
void append_joined(KeyNumbers& numbers, const KeyNumbers& more, Join join);

/// The first point at or after `at` that is no space and no emphasis, looking at most 64 points
/// ahead: no key is wider spaced, and the bound keeps scanning linear.
std::size_t skip_filler(std::u32string_view points, std::size_t at);

}  // namespace sheaf::format
