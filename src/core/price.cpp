#include "core/price.hpp"

#include <algorithm>

namespace sheaf {

Money Price::cost(const Usage& usage) const {
  const auto cached = std::min(usage.cached_input_tokens, usage.input_tokens);
  const auto written = std::min(usage.cache_write_tokens, usage.input_tokens - cached);
  return input * (usage.input_tokens - cached - written) + cached_input * cached +
         cache_write * written + output * usage.output_tokens;
}

const Price& PriceList::at(std::int64_t input_tokens) const {
  const Price* price = &base;
  for (const auto& tier : tiers) {
    if (input_tokens > tier.above_input_tokens) price = &tier.price;
  }
  return *price;
}

}  // namespace sheaf
