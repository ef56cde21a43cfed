#include "run/stored_prices.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/json.hpp"

namespace sheaf::run {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr std::array<std::pair<std::string_view, Money Price::*>, 4> figures{
    {{"input", &Price::input},
     {"cached_input", &Price::cached_input},
     {"cache_write", &Price::cache_write},
     {"output", &Price::output}}};

Object to_json(const Price& price) {
  Object object;
  for (const auto& [name, figure] : figures) object.emplace_back(name, (price.*figure).picos);
  return object;
}

Object to_json(const PriceList& prices) {
  auto object = to_json(prices.base);
  Array tiers;
  for (const auto& tier : prices.tiers) {
    auto one = to_json(tier.price);
    one.emplace_back("above_input_tokens", tier.above_input_tokens);
    tiers.emplace_back(std::move(one));
  }
  if (!tiers.empty()) object.emplace_back("tiers", std::move(tiers));
  return object;
}

std::optional<std::int64_t> number(const Value& value, std::string_view name) {
  const auto* found = value.find(name);
  return found == nullptr ? std::nullopt : found->integer();
}

std::optional<Price> read_price(const Value& value) {
  Price price;
  for (const auto& [name, figure] : figures) {
    const auto picos = number(value, name);
    if (!picos) return std::nullopt;
    price.*figure = Money{*picos};
  }
  return price;
}

std::optional<PriceList> read_list(const Value& value) {
  const auto base = read_price(value);
  if (!base) return std::nullopt;
  PriceList prices{*base};
  const auto* tiers = value.find("tiers");
  if (tiers == nullptr || tiers->array() == nullptr) return prices;
  for (const auto& tier : *tiers->array()) {
    const auto above = number(tier, "above_input_tokens");
    const auto price = read_price(tier);
    if (!above || !price) return std::nullopt;
    prices.tiers.push_back({*above, *price});
  }
  return prices;
}

}  // namespace

std::vector<PriceList> read_prices(const std::string& stored) {
  std::vector<PriceList> all;
  const auto value = json::parse(stored);
  if (!value || value->array() == nullptr) return all;
  for (const auto& one : *value->array()) {
    if (auto prices = read_list(one)) all.push_back(std::move(*prices));
  }
  return all;
}

std::string with_prices(const std::string& stored, const PriceList& prices) {
  auto all = read_prices(stored);
  if (std::ranges::find(all, prices) == all.end()) all.push_back(prices);
  Array array;
  for (const auto& one : all) array.emplace_back(to_json(one));
  return json::dump(array);
}

}  // namespace sheaf::run
