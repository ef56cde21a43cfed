// The quantiles and tails that the intervals and tests need.
#pragma once

#include <limits>

namespace sheaf::statistics {

/// Degrees of freedom of the normal distribution as a Student's t.
inline constexpr double normal_degrees = std::numeric_limits<double>::infinity();

/// The value that Student's t with that many degrees of freedom exceeds with probability `tail`.
/// Precondition: 0 < tail < 1, degrees > 0.
double upper_quantile(double tail, double degrees);

/// The probability that |T| >= |value|, of the same T.
double two_sided_tail(double value, double degrees);

}  // namespace sheaf::statistics
