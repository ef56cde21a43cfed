// What tokens cost.
#pragma once

#include <cstdint>
#include <vector>

#include <sheaf/usage.hpp>

#include "core/money.hpp"

namespace sheaf {

/// What the tokens of requests cost, by their kinds, of which no two share a token.
struct CostByKind {
  Money input = {};         ///< Neither read from the cache nor written to it.
  Money cached_input = {};  ///< Read from it.
  Money cache_write = {};
  Money output = {};  ///< Without reasoning.
  Money reasoning = {};
  Money total() const { return input + cached_input + cache_write + output + reasoning; }
  CostByKind& operator+=(const CostByKind& more);
  friend bool operator==(const CostByKind&, const CostByKind&) = default;
};

/// Prices of one token each. A token of input has one of three: as input, as cached input, or as
/// written to the cache.
struct Price {
  Money input;
  Money cached_input;
  Money output;
  Money cache_write = {};
  CostByKind by_kind(const Usage& usage) const;
  Money cost(const Usage& usage) const { return by_kind(usage).total(); }
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
  CostByKind by_kind(const Usage& usage) const { return at(usage.input_tokens).by_kind(usage); }
  Money cost(const Usage& usage) const { return at(usage.input_tokens).cost(usage); }
  friend bool operator==(const PriceList&, const PriceList&) = default;
};

}  // namespace sheaf
