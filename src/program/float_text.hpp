// Doubles as text, as CPython writes and reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sheaf::program {

/// repr(): the shortest decimal that reads back as the same double; "1e+16", "2.0", "inf", "nan".
std::string real_text(double real);

/// `digits [. digits] [e [+-] digits]` with at least one digit before the exponent, no sign;
/// correctly rounded, infinite past the largest. nullopt for any other text.
std::optional<double> parse_real(std::string_view text);

/// As printf's %.{precision}f, %e: all digits exact, halves of the exact value to even. Finite,
/// without its sign.
std::string fixed_text(double real, int precision);
std::string exponent_text(double real, int precision);
/// Of `precision` significant digits, without trailing zeros: fixed while the exponent is at least
/// -4 and below `exponent_limit`. `always_point` keeps ".0".
std::string general_text(double real, int precision, int exponent_limit, bool always_point);

/// round(real, digits): the nearest double to the exact value rounded; nullopt past the largest.
std::optional<double> round_real(double real, int digits);

}  // namespace sheaf::program
