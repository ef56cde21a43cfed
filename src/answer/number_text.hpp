// A text made ready for reading numbers: one spelling for each sign, digit and space.
#pragma once

#include <string>
#include <string_view>

namespace sheaf::answer {

/// Stands where a root or a fraction of formulas stood: it has a value that is not read.
inline constexpr char32_t formula_mark = U'\U0010FFFF';
/// Stands for every space that may part the digits of one number: no-break, narrow and thin.
inline constexpr char32_t thin_space = U'\u00A0';

/// Code points of `text`, where
/// - what stands in << >> (GSM8K's calculator notes) is gone, to the end of the line if never
/// closed;
/// - full-width and Indic digits are ASCII, Arabic decimal and group signs '.' and ',', minus signs
/// are '-' (an en dash only where a sign can
///   stand), fraction slashes '/', superscripts '^' and digits, fraction characters " 1/2";
/// - spaces are ' ', '\n' or thin_space;
/// - of LaTeX, \frac of numbers is "1/2", any other \frac and \sqrt a formula_mark, \times and
/// \cdot
///   the multiplication sign, "\," a thin_space, "{,}" a comma, other commands a space.
/// Linear in the size of `text`.
std::u32string number_text(std::string_view text);

}  // namespace sheaf::answer
