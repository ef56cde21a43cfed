#include "core/price.hpp"

#include <algorithm>

namespace sheaf {

CostByKind& CostByKind::operator+=(const CostByKind& more) {
  input += more.input;
  cached_input += more.cached_input;
  cache_write += more.cache_write;
  output += more.output;
  reasoning += more.reasoning;
  return *this;
}

CostByKind Price::by_kind(const Usage& usage) const {
  const auto cached = std::min(usage.cached_input_tokens, usage.input_tokens);
  const auto written = std::min(usage.cache_write_tokens, usage.input_tokens - cached);
  const auto thought = std::min(usage.reasoning_tokens, usage.output_tokens);
  return {.input = input * (usage.input_tokens - cached - written),
          .cached_input = cached_input * cached,
          .cache_write = cache_write * written,
          .output = output * (usage.output_tokens - thought),
          .reasoning = output * thought};
}

const Price& PriceList::at(std::int64_t input_tokens) const {
  const Price* price = &base;
  for (const auto& tier : tiers) {
    if (input_tokens > tier.above_input_tokens) price = &tier.price;
  }
  return *price;
}

}  // namespace sheaf
