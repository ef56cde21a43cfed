#include "statistics/score_interval.hpp"

#include <algorithm>
#include <cmath>

namespace sheaf::statistics {

double restricted_variance(Discordance found, double difference) {
  const double b = -found.only_a - found.only_b + (2 - found.only_a + found.only_b) * difference;
  const double c = -found.only_b * difference * (1 - difference);
  const double only_b = (-b + std::sqrt(std::max(0.0, b * b - 8 * c))) / 4;
  return std::max(0.0, 2 * only_b + difference * (1 - difference));
}

double score_upper(Discordance found, double scale) {
  const double observed = found.only_a - found.only_b;
  double inside = observed;
  double outside = 1;
  constexpr int halvings = 60;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (inside + outside) / 2;
    const double distance = middle - observed;
    const bool is_inside = distance * distance <= scale * restricted_variance(found, middle);
    (is_inside ? inside : outside) = middle;
  }
  return inside;
}

}  // namespace sheaf::statistics
