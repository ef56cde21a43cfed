#include "statistics/quantile.hpp"

#include <cmath>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace sheaf::statistics {

namespace math = boost::math;

double upper_quantile(double tail, double degrees) {
  if (std::isinf(degrees)) {
    return math::quantile(math::complement(math::normal(), tail));
  }
  return math::quantile(math::complement(math::students_t(degrees), tail));
}

double two_sided_tail(double value, double degrees) {
  const double size = std::abs(value);
  if (std::isinf(degrees)) {
    return 2 * math::cdf(math::complement(math::normal(), size));
  }
  return 2 * math::cdf(math::complement(math::students_t(degrees), size));
}

}  // namespace sheaf::statistics
