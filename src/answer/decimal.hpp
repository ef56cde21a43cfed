// Exact decimals: what a number in an answer is worth, however it is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.hpp"

namespace sheaf::answer {

/// sign * digits * 10^exponent, in the one form its value has: `digits` holds no zero at either
/// end, and zero is {false, "", 0}. So two decimals are equal in value when their members are.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Brings ASCII digits (leading and trailing zeros allowed, none at all is zero) into that form.
Decimal make_decimal(bool negative, std::string_view digits, std::int64_t exponent);

/// Reads `[+-] digits [. digits] [e [+-] digits]` as a whole, at least one digit before the `e` and
/// at most nine after it; nullopt for any other text.
std::optional<Decimal> parse_decimal(std::string_view text);

/// Plain digits ("0.05", "1200") where that adds at most 20 zeros, else "1.5e300".
std::string to_text(const Decimal& decimal);

/// A JSON number when a double keeps every digit (the shortest decimal that reads back as the same
/// double has the same value), else a string of the digits.
json::Value to_json(const Decimal& decimal);

/// whole + numerator / denominator: exact where the quotient ends, else the shortest decimal of the
/// nearest double. Integers below 10^18, denominator not 0.
Decimal quotient(std::uint64_t whole, std::uint64_t numerator, std::uint64_t denominator);

/// The value as a non-negative integer below 10^18; nullopt for any other.
std::optional<std::uint64_t> small_integer(const Decimal& decimal);

}  // namespace sheaf::answer
