#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "answer/settle.hpp"

namespace sheaf::answer {
namespace {

__extension__ using Wide = unsigned __int128;

Wide wide(std::int64_t value) { return static_cast<Wide>(std::max<std::int64_t>(value, 0)); }

std::vector<Wide> even_if_empty(std::vector<Wide> weights) {
  const bool any = std::ranges::any_of(weights, [](Wide weight) { return weight > 0; });
  if (!any) std::ranges::fill(weights, Wide{1});
  return weights;
}

// Whole parts in proportion to the weights; what rounding leaves goes to the largest remainders,
// and to the first of equal ones.
std::vector<std::int64_t> apportion(std::int64_t total, std::vector<Wide> weights) {
  if (total <= 0) return std::vector<std::int64_t>(weights.size());
  weights = even_if_empty(std::move(weights));
  const auto sum = std::accumulate(weights.begin(), weights.end(), Wide{0});
  std::vector<std::int64_t> parts;
  std::vector<Wide> remainders;
  for (const auto weight : weights) {
    parts.push_back(static_cast<std::int64_t>(wide(total) * weight / sum));
    remainders.push_back(wide(total) * weight % sum);
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
  });
  const auto given = std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
  const auto left = static_cast<std::size_t>(total - given);
  for (std::size_t i = 0; i < left; ++i) ++parts[order[i]];
  return parts;
}

std::vector<Wide> widened(std::span<const std::int64_t> values) {
  std::vector<Wide> weights;
  for (const auto value : values) weights.push_back(wide(value));
  return weights;
}

}  // namespace

std::vector<Usage> split_usage(const Usage& usage, std::int64_t shared_bytes,
                               std::span<const std::int64_t> sample_bytes,
                               std::span<const std::int64_t> answer_bytes) {
  const auto count = sample_bytes.size();
  std::vector<Wide> weights;  // count * (own bytes + shared bytes / count)
  for (const auto own : sample_bytes) weights.push_back(wide(own) * count + wide(shared_bytes));
  const auto input = apportion(usage.input_tokens, std::move(weights));
  const auto output = apportion(usage.output_tokens, widened(answer_bytes));
  // A part of a part: no sample has more cached tokens than input tokens.
  const auto cached = apportion(usage.cached_input_tokens, widened(input));
  std::vector<std::int64_t> uncached;
  uncached.reserve(count);
  for (std::size_t i = 0; i < count; ++i) uncached.push_back(input[i] - cached[i]);
  const auto written = apportion(usage.cache_write_tokens, widened(uncached));
  const auto reasoning = apportion(usage.reasoning_tokens, widened(output));
  std::vector<Usage> parts;
  parts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    parts.push_back({input[i], cached[i], output[i], reasoning[i], written[i]});
  }
  return parts;
}

std::vector<Money> split_cost(Money cost, const Price& price, std::span<const Usage> parts) {
  std::vector<Wide> weights;
  for (const auto& part : parts) weights.push_back(wide(price.cost(part).picos));
  std::vector<Money> costs;
  for (const auto picos : apportion(cost.picos, std::move(weights))) costs.push_back({picos});
  return costs;
}

}  // namespace sheaf::answer
