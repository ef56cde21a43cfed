#include "statistics/cluster_variance.hpp"

#include <algorithm>

#include "statistics/quantile.hpp"

namespace sheaf::statistics {
namespace {

std::vector<double> sums(std::span<const double> residuals, const Clusters& by) {
  std::vector<double> result(by.count);
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    result[by.of[i]] += residuals[i];
  }
  return result;
}

double multiway_variance(std::span<const double> residuals, std::span<const Clusters> dimensions) {
  double total = 0;
  for (unsigned subset = 1; subset < 1U << dimensions.size(); ++subset) {
    Clusters shared;
    bool odd = false;
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
      if ((subset >> i & 1U) != 0) {
        shared = shared.count == 0 ? dimensions[i] : intersect(shared, dimensions[i]);
        odd = !odd;
      }
    }
    const double variance = cluster_variance(residuals, shared);
    total += odd ? variance : -variance;
  }
  return total;
}

}  // namespace

Clusters clusters(std::span<const std::uint64_t> ids) {
  std::vector<std::uint64_t> known(ids.begin(), ids.end());
  if (!std::ranges::is_sorted(known)) {
    std::ranges::sort(known);
  }
  const auto rest = std::ranges::unique(known);
  known.erase(rest.begin(), rest.end());
  Clusters result{{}, known.size()};
  result.of.reserve(ids.size());
  auto at = known.begin();
  for (const std::uint64_t id : ids) {
    if (id != *at) {
      at = std::ranges::lower_bound(known, id);
    }
    result.of.push_back(static_cast<std::uint64_t>(at - known.begin()));
  }
  return result;
}

Clusters intersect(const Clusters& a, const Clusters& b) {
  if (b.count == b.of.size()) {
    return b;
  }
  std::vector<std::uint64_t> both(a.of.size());
  for (std::size_t i = 0; i < both.size(); ++i) {
    both[i] = a.of[i] * b.count + b.of[i];
  }
  return clusters(both);
}

double cluster_variance(std::span<const double> residuals, const Clusters& by) {
  if (by.count < 2) {
    return 0;
  }
  double squares = 0;
  for (const double sum : sums(residuals, by)) {
    squares += sum * sum;
  }
  const auto groups = static_cast<double>(by.count);
  const auto n = static_cast<double>(residuals.size());
  return groups / (groups - 1) * squares / (n * n);
}

double cluster_degrees(std::span<const double> residuals, const Clusters& by) {
  double squares = 0;
  double fourths = 0;
  for (const double sum : sums(residuals, by)) {
    squares += sum * sum;
    fourths += sum * sum * sum * sum;
  }
  const auto groups = static_cast<double>(by.count);
  const double spread = fourths - squares * squares / groups;
  const double most = std::max(1.0, groups - 1);
  return spread > 0 ? std::min(2 * squares * squares / spread, most) : most;
}

Design design(std::span<const double> residuals, std::span<const Clusters> dimensions,
              double independent) {
  if (independent <= 0) {
    return {1, normal_degrees};
  }
  double degrees = normal_degrees;
  double largest = 0;
  for (const auto& by : dimensions) {
    if (by.count == 1) {
      return {static_cast<double>(residuals.size()), normal_degrees};
    }
    largest = std::max(largest, cluster_variance(residuals, by));
    if (by.count < residuals.size()) {
      degrees = std::min(degrees, cluster_degrees(residuals, by));
    }
  }
  const double multiway = multiway_variance(residuals, dimensions);
  const double deff = (multiway > 0 ? multiway : largest) / independent;
  return deff > 1 ? Design{deff, degrees} : Design{1, normal_degrees};
}

}  // namespace sheaf::statistics
