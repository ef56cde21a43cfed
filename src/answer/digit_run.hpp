// Digits joined by points, commas and other group signs: one number, several, or neither.
#pragma once

#include <cstddef>
#include <string>

#include "answer/decimal.hpp"

namespace sheaf::answer {

enum class RunKind {
  number,     ///< "1,234.5", "1 234 567", "1.234,56", "12,34,567", "0,5", "1'000"
  list,       ///< "1,2,3": its last item is the value
  ambiguous,  ///< "3,5", "12 345", "1,234,56": one number or several
  name,       ///< "1.2.3", "192.168.0.1": no number at all
};

struct DigitRun {
  RunKind kind = RunKind::name;
  std::size_t end = 0;          ///< Behind the last digit.
  std::size_t value_begin = 0;  ///< Where the value's own digits begin (a list: its last item).
  Decimal value;                ///< Of a number or list.
  bool whole = false;           ///< No decimals were written.
};

/// Reads the longest run that starts at the digit text[begin], as of number_text().
/// A group sign other than the point stands between groups of exactly three digits (or two, where
/// the last has three: 12,34,567); a first group has one to three and no leading zero. One point is
/// a decimal point, several are group signs; a comma is a decimal comma behind "0" or behind points
/// or spaces as group signs. A plain space groups twice ("1 234 567") or before a zero ("10 000").
DigitRun read_digit_run(const std::u32string& text, std::size_t begin);

/// Why the digits text[begin, end) are not worth what they seem by what touches them: "5k", "0x1F".
/// Units are no such thing: "5kg", "5m", "5MB".
enum class Suffix { none, multiplies, other_base };
Suffix suffix_of(const std::u32string& text, std::size_t begin, std::size_t end);

}  // namespace sheaf::answer
