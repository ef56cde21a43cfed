#include "catalog/read_model.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "catalog/members.hpp"

namespace sheaf::catalog {
namespace {

template <class E, std::size_t N>
using Words = std::array<std::pair<std::string_view, E>, N>;

constexpr Words<CacheKind, 3> cache_kinds{{{"automatic", CacheKind::automatic},
                                           {"breakpoints", CacheKind::breakpoints},
                                           {"cache_control", CacheKind::cache_control}}};
constexpr Words<BulkCache, 4> bulk_caches{{{"no", BulkCache::no},
                                           {"yes", BulkCache::yes},
                                           {"best effort", BulkCache::best_effort},
                                           {"unknown", BulkCache::unknown}}};
constexpr Words<OutputCap, 2> caps{{{"max_tokens", OutputCap::max_tokens},
                                    {"max_completion_tokens", OutputCap::max_completion_tokens}}};
constexpr Words<std::string_view, 2> encodings{
    {{"o200k_base", "o200k_base"}, {"cl100k_base", "cl100k_base"}}};
constexpr Words<Api, 4> apis{{{"chat", Api::chat},
                              {"responses", Api::responses},
                              {"messages", Api::messages},
                              {"generate_content", Api::generate_content}}};

Rates read_rates(const json::Value& value, const std::string& path, std::string& error) {
  Members members(value, path, error);
  Rates rates;
  rates.above_input_tokens = members.count("above_input_tokens").value_or(0);
  const auto input = members.price("input");
  const auto output = members.price("output");
  if (!input || !output) members.refuse(input ? "output" : "input", "is missing; add it");
  rates.input = input.value_or(Money{});
  rates.output = output.value_or(Money{});
  rates.cached_input = members.price("cached_input");
  rates.storage_hour = members.price("cache_storage_per_hour");
  if (const auto* writes = members.find("cache_write")) {
    Members lifetimes(*writes, members.name_of("cache_write"), error);
    const auto* named = writes->object();
    for (const auto& [lifetime, unused] : named == nullptr ? json::Object{} : *named) {
      const auto price = lifetimes.price(lifetime);
      if (price) rates.cache_write.push_back({lifetime, *price});
    }
  }
  members.refuse_others();
  return rates;
}

std::vector<Rates> read_tiers(Members& members, std::string_view name) {
  std::vector<Rates> tiers;
  const auto* list = members.list(name);
  if (list == nullptr) return tiers;
  for (const auto& value : *list) {
    auto rates = read_rates(value, members.name_of(name), members.error());
    const bool in_order = tiers.empty()
                              ? rates.above_input_tokens == 0
                              : rates.above_input_tokens > tiers.back().above_input_tokens;
    if (!in_order) {
      members.refuse(name,
                     "must begin without 'above_input_tokens' and rise by it; sort its elements");
    }
    tiers.push_back(std::move(rates));
  }
  return tiers;
}

std::vector<DatedPrices> read_prices(Members& model) {
  std::vector<DatedPrices> all;
  const auto* list = model.list("prices");
  if (list == nullptr) return all;
  for (const auto& value : *list) {
    Members members(value, "prices", model.error());
    DatedPrices prices{.from = members.day("from"),
                       .live = read_tiers(members, "live"),
                       .flex = read_tiers(members, "flex"),
                       .bulk = read_tiers(members, "bulk")};
    members.refuse_others();
    if (!all.empty() && prices.from <= all.back().from) {
      model.refuse("prices", "must rise by 'from'; sort its elements");
    }
    all.push_back(std::move(prices));
  }
  return all;
}

std::optional<Cache> read_cache(Members& model) {
  const auto* value = model.find("cache");
  if (value == nullptr) return std::nullopt;
  Members members(*value, "cache", model.error());
  Cache cache;
  const auto kind = members.one_of("kind", cache_kinds);
  if (!kind) members.refuse("kind", "is missing; add it");
  cache.kind = kind.value_or(CacheKind::automatic);
  cache.minimum_tokens = members.count("minimum_tokens");
  cache.step_tokens = members.count("step_tokens").value_or(1);
  cache.lifetimes = members.texts("lifetimes");
  cache.in_bulk = members.one_of("in_bulk", bulk_caches).value_or(BulkCache::unknown);
  members.refuse_others();
  return cache;
}

std::optional<Reasoning> read_reasoning(Members& model) {
  const auto* value = model.find("reasoning");
  if (value == nullptr) return std::nullopt;
  Members members(*value, "reasoning", model.error());
  Reasoning reasoning;
  reasoning.off = members.flag("off");
  reasoning.allowance_tokens = members.count("allowance_tokens").value_or(0);
  for (const auto& [word, api] : apis) {
    const auto* sent = members.find(word);
    if (sent == nullptr) continue;
    if (sent->object() == nullptr)
      members.refuse(word, "must be an object; write {...}");
    else
      reasoning.quiet.emplace_back(api, *sent->object());
  }
  members.refuse_others();
  return reasoning;
}

void read_parameters(Members& members, Model& model) {
  const auto* value = members.find("parameters");
  if (value == nullptr) return;
  Members parameters(*value, "parameters", members.error());
  model.output_cap = parameters.one_of("output_cap", caps);
  model.refused = parameters.texts("refused");
  model.refused_with_reasoning = parameters.texts("refused_with_reasoning");
  model.ignored = parameters.texts("ignored");
  parameters.refuse_others();
}

}  // namespace

std::expected<Model, std::string> read_model(const json::Value& entry) {
  std::string error;
  Members members(entry, "", error);
  Model model;
  model.name = members.text("model");
  const auto slash = model.name.find('/');
  if (slash == 0 || slash >= model.name.size() - 1) {
    members.refuse("model", "must be a provider and a name; write it like openai/gpt-4o-mini");
  }
  model.aliases = members.texts("aliases");
  model.status = members.text("status");
  model.retires = members.day("retires");
  model.context_tokens = members.count("context_tokens");
  model.max_input_tokens = members.count("max_input_tokens");
  model.max_output_tokens = members.count("max_output_tokens");
  model.encoding = members.one_of("encoding", encodings).value_or("");
  model.prices = read_prices(members);
  model.cache = read_cache(members);
  read_parameters(members, model);
  model.reasoning = read_reasoning(members);
  members.texts("notes");
  members.texts("source");
  members.day("seen");
  members.refuse_others();
  if (!error.empty()) return std::unexpected(std::move(error));
  model.entry = entry;
  return model;
}

}  // namespace sheaf::catalog
