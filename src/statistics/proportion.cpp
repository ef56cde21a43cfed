#include "statistics/proportion.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "statistics/cluster_variance.hpp"
#include "statistics/quantile.hpp"

namespace sheaf::statistics {
namespace {

Clusters clusters_by(std::span<const Observation> observations, std::int64_t Observation::* id) {
  std::vector<std::uint64_t> ids;
  ids.reserve(observations.size());
  for (const auto& one : observations) {
    ids.push_back(static_cast<std::uint64_t>(one.*id));
  }
  return clusters(ids);
}

Design design_of(std::span<const Observation> observations, const Clusters& batches, double rate) {
  std::vector<double> residuals;
  residuals.reserve(observations.size());
  for (const auto& one : observations) {
    residuals.push_back((one.correct ? 1 : 0) - rate);
  }
  std::vector<Clusters> dimensions{batches};
  Clusters rows = clusters_by(observations, &Observation::row);
  if (rows.count < observations.size()) {
    dimensions.push_back(std::move(rows));
  }
  const auto others = static_cast<double>(std::max<std::size_t>(observations.size() - 1, 1));
  return design(residuals, dimensions, rate * (1 - rate) / others);
}

}  // namespace

Proportion proportion(std::span<const Observation> observations, double confidence) {
  Proportion result;
  result.n = std::ssize(observations);
  if (result.n == 0) {
    return result;
  }
  result.correct = std::ranges::count(observations, true, &Observation::correct);
  const auto n = static_cast<double>(result.n);
  result.rate = static_cast<double>(result.correct) / n;
  const Clusters batches = clusters_by(observations, &Observation::batch);
  const Design found = design_of(observations, batches, result.rate);
  result.batches = static_cast<std::int64_t>(batches.count);
  result.deff = found.deff;
  result.effective_n = n / found.deff;
  result.approximate = result.batches < enough_batches;

  const double z = upper_quantile((1 - confidence) / 2, found.degrees);
  const double share = z * z / result.effective_n;
  const double middle = (result.rate + share / 2) / (1 + share);
  const double half =
      std::sqrt(result.rate * (1 - result.rate) * share + share * share / 4) / (1 + share);
  result.low = std::clamp(middle - half, 0.0, result.rate);
  result.high = std::clamp(middle + half, result.rate, 1.0);
  return result;
}

}  // namespace sheaf::statistics
