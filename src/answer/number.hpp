// The last number of a text.
#pragma once

#include <expected>
#include <string_view>

#include "answer/decimal.hpp"
#include "answer/extract.hpp"

namespace sheaf::answer {

/// The value of the last number in `text`. Linear in its size.
///
/// Read as one number: a sign that touches it ("-5", "$-5", "-$5", U+2212); group signs (see
/// digit_run.hpp) and decimals, ".5" included; "1e3", "3 x 10^4", "10^6"; fractions "1/2", "3 1/2",
/// "3 and 1/2"; a number word behind it ("2.5 million", "$3k"). What stands around it is dropped:
/// currency, %, units, markdown, a full stop.
///
/// Not a number: digits that belong to a word ("B12", "covid-19", "A[2]"), an exponent of a unit
/// ("cm^2"), a version or address ("1.2.3"), and the number of a list item ("2. Then ...") unless
/// it is the only number there.
///
/// Refused rather than guessed, where it is the last: "3,5", "12 345" and "1,234,56" (one number or
/// several), "5k", "5M" and "3bn" (a unit or a multiple; with currency, "$3k", a multiple), "0x1F",
/// a power other than of ten, a root or a fraction of formulas, a division by zero. A range, a
/// ratio, a date or a time gives its last number, by the rule.
std::expected<Decimal, Unreadable> last_number(std::string_view text);

}  // namespace sheaf::answer
