#include "catalog/model.hpp"

#include <algorithm>
#include <span>

namespace sheaf::catalog {
namespace {

const std::vector<Rates>& rates_via(const DatedPrices& prices, Via via) {
  switch (via) {
    case Via::live:
      return prices.live;
    case Via::flex:
      return prices.flex;
    case Via::bulk:
      break;
  }
  return prices.bulk;
}

Money write_price(const Rates& rates, std::string_view lifetime) {
  if (rates.cache_write.empty()) return rates.input;
  const auto named = std::ranges::find(rates.cache_write, lifetime, &Rates::CacheWrite::lifetime);
  if (named != rates.cache_write.end()) return named->price;
  return std::ranges::min(rates.cache_write, {}, &Rates::CacheWrite::price).price;
}

Price price_of(const Rates& rates, std::string_view lifetime) {
  return {.input = rates.input,
          .cached_input = rates.cached_input.value_or(rates.input),
          .output = rates.output,
          .cache_write = write_price(rates, lifetime)};
}

}  // namespace

const std::vector<Rates>& rates(const Model& model, Via via, std::string_view today) {
  static const std::vector<Rates> none;
  const std::vector<Rates>* latest = &none;
  for (const auto& prices : model.prices) {
    if (prices.from <= today) latest = &rates_via(prices, via);
  }
  return *latest;
}

std::optional<PriceList> price_list(const Model& model, Via via, std::string_view today,
                                    std::string_view lifetime) {
  const auto& all = rates(model, via, today);
  if (all.empty()) return std::nullopt;
  PriceList list{price_of(all.front(), lifetime)};
  for (const auto& tier : std::span(all).subspan(1)) {
    list.tiers.push_back({tier.above_input_tokens, price_of(tier, lifetime)});
  }
  return list;
}

std::string_view name_of(Via via) {
  switch (via) {
    case Via::live:
      return "live";
    case Via::flex:
      return "flex";
    case Via::bulk:
      break;
  }
  return "bulk";
}

}  // namespace sheaf::catalog
