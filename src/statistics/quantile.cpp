#include "statistics/quantile.hpp"

#include <cmath>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "statistics/policy.hpp"

namespace sheaf::statistics {

namespace {

namespace math = boost::math;

using Normal = math::normal_distribution<double, Policy>;
using StudentsT = math::students_t_distribution<double, Policy>;

}  // namespace

double upper_quantile(double tail, double degrees) {
  if (std::isinf(degrees)) {
    return math::quantile(math::complement(Normal(), tail));
  }
  return math::quantile(math::complement(StudentsT(degrees), tail));
}

double two_sided_tail(double value, double degrees) {
  const double size = std::abs(value);
  if (std::isinf(degrees)) {
    return 2 * math::cdf(math::complement(Normal(), size));
  }
  return 2 * math::cdf(math::complement(StudentsT(degrees), size));
}

}  // namespace sheaf::statistics
