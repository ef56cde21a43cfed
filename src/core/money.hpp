// Money without rounding drift: a whole number of pico-dollars.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sheaf {

/// 10^-12 USD. One token at $0.15 per million is exactly 150,000. Range about +-9.2 million
/// dollars.
struct Money {
  std::int64_t picos = 0;
  friend auto operator<=>(const Money&, const Money&) = default;
  Money& operator+=(Money other) {
    picos += other.picos;
    return *this;
  }
  Money& operator-=(Money other) {
    picos -= other.picos;
    return *this;
  }
  friend Money operator+(Money a, Money b) { return {a.picos + b.picos}; }
  friend Money operator-(Money a, Money b) { return {a.picos - b.picos}; }
  friend Money operator*(Money a, std::int64_t n) { return {a.picos * n}; }
};

/// Reads a decimal such as "0.15" exactly, at most 12 decimals, not negative; nullopt otherwise.
std::optional<Money> parse_usd(std::string_view decimal);
/// Plain decimal digits for JSON and CSV, no sign of currency, trailing zeros cut: "0.000123".
std::string to_decimal(Money money);
/// For people: "$0.0123", "$12.35"; at least two significant digits below a dollar.
std::string to_display(Money money);

}  // namespace sheaf
