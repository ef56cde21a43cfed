#include "plan/bill.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "statistics/quantile.hpp"

namespace sheaf::plan {
namespace {

constexpr double tail = 0.05;  // On each side of the range.

/// What is uncertain, at one place of its range.
struct Case {
  double output_tokens = 0;
  double reasoning_tokens = 0;
  double repaired = 0;
  double hits = 0;
};

double usd(Money price) { return static_cast<double>(price.picos) / 1e12; }

/// What caching changes.
double cached_difference(const Traffic& traffic, const Price& price, const CacheUse& cache,
                         double hits) {
  const auto requests = static_cast<double>(traffic.shared_requests);
  if (requests < 1) return 0;
  const auto tokens = static_cast<double>(cache.tokens);
  const double reads = (requests - 1) * hits;
  return tokens * (reads * usd(price.cached_input) + (requests - reads) * usd(price.cache_write) -
                   requests * usd(price.input));
}

double repairs(const Traffic& traffic, const Price& price, const Case& at) {
  const auto samples = static_cast<double>(traffic.samples);
  const auto shared = static_cast<double>(traffic.shared_tokens);
  const double own =
      (static_cast<double>(traffic.input_tokens) - shared * static_cast<double>(traffic.requests)) /
      samples;
  const auto half = static_cast<double>(std::max<std::int64_t>(1, traffic.batch_size / 2));
  const double input = shared / half + own;
  const double output = at.output_tokens / samples + at.reasoning_tokens / half;
  return at.repaired * samples * (usd(price.input) * input + usd(price.output) * output);
}

double total(const Traffic& traffic, const Price& price, const std::optional<CacheUse>& cache,
             const Case& at) {
  const double output =
      at.output_tokens + at.reasoning_tokens * static_cast<double>(traffic.requests);
  double sum = usd(price.input) * static_cast<double>(traffic.input_tokens) +
               usd(price.output) * output + repairs(traffic, price, at);
  if (cache) sum += cached_difference(traffic, price, *cache, at.hits);
  return sum;
}

}  // namespace

Range bill(const Traffic& traffic, const PriceList& prices, const std::optional<CacheUse>& cache) {
  const auto& price = prices.at(traffic.input_tokens / traffic.requests);
  const auto hits = cache ? cache->hits : Range{};
  const Case middle{traffic.output_tokens.expected, traffic.reasoning_tokens.expected,
                    traffic.repaired.expected, hits.expected};
  const double expected = total(traffic, price, cache, middle);
  double below = 0;
  double above = 0;
  const auto spread = [&](double Case::* what, const Range& range) {
    double least = expected;
    double most = expected;
    for (const double end : {range.low, range.high}) {
      Case at = middle;
      at.*what = end;
      const double sum = total(traffic, price, cache, at);
      least = std::min(least, sum);
      most = std::max(most, sum);
    }
    below += (expected - least) * (expected - least);
    above += (most - expected) * (most - expected);
  };
  spread(&Case::output_tokens, traffic.output_tokens);
  spread(&Case::reasoning_tokens, traffic.reasoning_tokens);
  spread(&Case::repaired, traffic.repaired);
  if (cache) spread(&Case::hits, hits);
  return {std::max(0.0, expected - std::sqrt(below)), expected, expected + std::sqrt(above)};
}

Range sum_of(std::int64_t samples, double mean, double deviation, std::int64_t count) {
  const auto all = static_cast<double>(samples);
  if (count < 2) return {all * mean / 2, all * mean, all * mean * 2};
  const auto known = static_cast<double>(count);
  const double half =
      statistics::upper_quantile(tail, known - 1) * deviation * std::sqrt(all * all / known + all);
  return {std::max(0.0, all * mean - half), all * mean, all * mean + half};
}

std::int64_t lengths_needed(double mean, double deviation, double share) {
  if (mean <= 0 || deviation <= 0) return 1;
  const double z = statistics::upper_quantile(0.025, statistics::normal_degrees);
  const double root = z * deviation / (share * mean);
  return static_cast<std::int64_t>(std::ceil(root * root));
}

}  // namespace sheaf::plan
