#include "statistics/difference.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "statistics/cluster_variance.hpp"
#include "statistics/proportion.hpp"
#include "statistics/quantile.hpp"
#include "statistics/score_interval.hpp"

namespace sheaf::statistics {
namespace {

constexpr double assumed_correlation = 0.2;
constexpr double assumed_weight = 6;

double rate(std::int64_t count, std::int64_t n) {
  return static_cast<double>(count) / static_cast<double>(n);
}

Clusters clusters_by(std::span<const Pair> pairs, std::int64_t Pair::* id) {
  std::vector<std::uint64_t> ids;
  ids.reserve(pairs.size());
  for (const auto& pair : pairs) {
    ids.push_back(static_cast<std::uint64_t>(pair.*id));
  }
  return clusters(ids);
}

struct Dimensions {
  std::vector<Clusters> all;
  std::int64_t batches = 0;  ///< Of the side that has fewer.
  std::int64_t rows = 0;
};

Dimensions dimensions_of(std::span<const Pair> pairs) {
  Clusters a = clusters_by(pairs, &Pair::batch_a);
  Clusters b = clusters_by(pairs, &Pair::batch_b);
  Clusters rows = clusters_by(pairs, &Pair::row);
  Dimensions result{{},
                    static_cast<std::int64_t>(std::min(a.count, b.count)),
                    static_cast<std::int64_t>(rows.count)};
  result.all.push_back(std::move(a));
  result.all.push_back(std::move(b));
  if (rows.count < pairs.size()) {
    result.all.push_back(std::move(rows));
  }
  return result;
}

std::vector<double> residuals_of(std::span<const Pair> pairs, double difference) {
  std::vector<double> result;
  result.reserve(pairs.size());
  for (const auto& pair : pairs) {
    result.push_back((pair.correct_a ? 1 : 0) - (pair.correct_b ? 1 : 0) - difference);
  }
  return result;
}

double assumed_deff(const Difference& found) {
  const auto n = static_cast<double>(found.n);
  const double batch_size = n / static_cast<double>(found.batches);
  const double repeats = n / static_cast<double>(found.rows);
  return assumed_correlation * (batch_size - 1) + repeats;
}

double loss_bound(const Difference& found, double n, double confidence) {
  const Discordance shares{rate(found.only_a, found.n), rate(found.only_b, found.n)};
  const double differing = (shares.only_a + shares.only_b) * n;
  const double blended =
      (differing * found.deff + assumed_weight * found.assumed_deff) / (differing + assumed_weight);
  const double scale = std::max(found.deff, blended) / n;
  if (differing == 0) {
    return 1 - std::pow(1 - confidence, scale);
  }
  const double z = upper_quantile(1 - confidence, found.degrees);
  return score_upper(shares, z * z * scale);
}

}  // namespace

Difference paired_difference(std::span<const Pair> pairs, double confidence) {
  Difference result;
  result.n = std::ssize(pairs);
  if (result.n == 0) {
    return result;
  }
  for (const auto& pair : pairs) {
    result.only_a += pair.correct_a && !pair.correct_b ? 1 : 0;
    result.only_b += pair.correct_b && !pair.correct_a ? 1 : 0;
  }
  const Discordance found{rate(result.only_a, result.n), rate(result.only_b, result.n)};
  result.difference = found.only_a - found.only_b;
  const Dimensions dimensions = dimensions_of(pairs);
  result.batches = dimensions.batches;
  result.rows = dimensions.rows;
  result.approximate = result.batches < enough_batches;
  const auto n = static_cast<double>(result.n);
  const double independent = restricted_variance(found, result.difference) / std::max(1.0, n - 1);
  const Design found_design =
      design(residuals_of(pairs, result.difference), dimensions.all, independent);
  result.deff = found_design.deff;
  result.standard_error = std::sqrt(result.deff * independent);

  const double z = upper_quantile((1 - confidence) / 2, found_design.degrees);
  const double scale = result.deff / n;
  result.high = score_upper(found, z * z * scale);
  result.low = -score_upper({found.only_b, found.only_a}, z * z * scale);
  const double null_variance = restricted_variance(found, 0) * scale;
  result.p = null_variance > 0 ? two_sided_tail(result.difference / std::sqrt(null_variance),
                                                found_design.degrees)
                               : 1;
  result.degrees = found_design.degrees;
  result.assumed_deff = assumed_deff(result);
  result.loss_bound = loss_bound(result, n, confidence);
  return result;
}

std::optional<std::int64_t> rows_needed(const Difference& found, double max_loss,
                                        double confidence) {
  if (found.n == 0 || found.difference >= max_loss) {
    return std::nullopt;
  }
  constexpr std::int64_t most = 1'000'000'000;
  const double repeats = static_cast<double>(found.n) / static_cast<double>(found.rows);
  const auto suffices = [&](std::int64_t rows) {
    return loss_bound(found, repeats * static_cast<double>(rows), confidence) < max_loss;
  };
  if (!suffices(most)) {
    return std::nullopt;
  }
  std::int64_t few = 0;
  std::int64_t enough = most;
  while (enough - few > 1) {
    const std::int64_t middle = few + (enough - few) / 2;
    (suffices(middle) ? enough : few) = middle;
  }
  return enough;
}

}  // namespace sheaf::statistics
