#include "statistics/significance.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include <boost/math/distributions/binomial.hpp>

#include "statistics/policy.hpp"

namespace sheaf::statistics {
namespace {

namespace math = boost::math;

using Binomial = math::binomial_distribution<double, Policy>;

Binomial fair_coins(std::int64_t n) { return {static_cast<double>(n), 0.5}; }

/// A distribution over the whole numbers from -reach to reach.
struct Symmetric {
  std::int64_t reach = 0;
  std::vector<double> chance{1};
};

/// Plus `count` independent terms that are `size` or -size with even chance. What lies more than
/// nine standard deviations out, less than 10^-18 in all, is left out.
Symmetric plus(const Symmetric& before, std::int64_t size, std::int64_t count) {
  const auto n = static_cast<double>(count);
  const auto far = static_cast<std::int64_t>(std::ceil(4.5 * std::sqrt(n)));
  const std::int64_t first = std::max<std::int64_t>(0, count / 2 - far);
  const std::int64_t last = count - first;
  Symmetric after{before.reach + size * (last - first), {}};
  after.chance.resize(static_cast<std::size_t>(2 * after.reach + 1));
  for (std::int64_t k = first; k <= last; ++k) {
    const double chance = math::pdf(fair_coins(count), static_cast<double>(k));
    const std::int64_t at = size * (2 * k - count) + after.reach - before.reach;
    for (std::size_t i = 0; i < before.chance.size(); ++i) {
      after.chance[static_cast<std::size_t>(at) + i] += chance * before.chance[i];
    }
  }
  return after;
}

std::size_t different(std::span<const Pair> pairs, std::int64_t Pair::* id) {
  std::unordered_set<std::int64_t> seen;
  for (const auto& pair : pairs) {
    seen.insert(pair.*id);
  }
  return seen.size();
}

}  // namespace

double flip_batches(std::span<const Pair> pairs) {
  const bool by_a = different(pairs, &Pair::batch_a) < different(pairs, &Pair::batch_b);
  std::unordered_map<std::int64_t, std::int64_t> sums;
  for (const auto& pair : pairs) {
    sums[by_a ? pair.batch_a : pair.batch_b] += (pair.correct_a ? 1 : 0) - (pair.correct_b ? 1 : 0);
  }
  std::int64_t observed = 0;
  std::map<std::int64_t, std::int64_t> sizes;
  for (const auto& [batch, sum] : sums) {
    observed += sum;
    if (sum != 0) {
      ++sizes[std::abs(sum)];
    }
  }
  Symmetric under_null;
  for (const auto& [size, count] : sizes) {
    under_null = plus(under_null, size, count);
  }
  double p = 0;
  for (std::int64_t sum = std::abs(observed); sum <= under_null.reach; ++sum) {
    const double chance = under_null.chance[static_cast<std::size_t>(sum + under_null.reach)];
    p += sum == 0 ? chance : 2 * chance;
  }
  return std::min(p, 1.0);
}

double exact_mcnemar(std::int64_t only_a, std::int64_t only_b) {
  if (only_a + only_b == 0) {
    return 1;
  }
  const auto fewer = static_cast<double>(std::min(only_a, only_b));
  return std::min(1.0, 2 * math::cdf(fair_coins(only_a + only_b), fewer));
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto still = static_cast<double>(order.size() - i);
    least = std::min(1.0, std::max(least, still * p_values[order[i]]));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace sheaf::statistics
