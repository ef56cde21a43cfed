// What tokens cost.
#pragma once

#include <cstdint>
#include <vector>

#include <sheaf/usage.hpp>

#include "core/money.hpp"

namespace sheaf {

/// Prices of one token each. A token of input has one of three: as input, as cached input, or as
/// written to the cache.
struct Price {
  Money input;
  Money cached_input;
  Money output;
  Money cache_write = {};
  Money cost(const Usage& usage) const;
  friend bool operator==(const Price&, const Price&) = default;
};

/// From how long a prompt on other prices hold.
struct PriceTier {
  std::int64_t above_input_tokens = 0;  ///< Of the whole request, cached ones included.
  Price price;
  friend bool operator==(const PriceTier&, const PriceTier&) = default;
};

/// What requests cost, each by its own length.
struct PriceList {
  Price base;
  std::vector<PriceTier> tiers = {};  ///< The shortest first; each is dearer than those before it.
  /// What every token of a request costs that has so many of input.
  const Price& at(std::int64_t input_tokens) const;
  /// Of one request.
  Money cost(const Usage& usage) const { return at(usage.input_tokens).cost(usage); }
  friend bool operator==(const PriceList&, const PriceList&) = default;
};

}  // namespace sheaf
