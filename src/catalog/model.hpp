// What is known of a model: what it costs, what it can hold, what it takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"
#include "core/json.hpp"
#include "core/price.hpp"

namespace sheaf::catalog {

/// How requests reach the model.
enum class Via {
  live,  ///< At once, at the full price.
  flex,  ///< OpenAI's and Gemini's slower service tier.
  bulk,  ///< A bulk job: half price, up to a day.
};

/// Prices of one token each, for requests of some length on.
struct Rates {
  /// A part of the prompt written to the cache, kept for "5m", "1h", "30m", ...
  struct CacheWrite {
    std::string lifetime;
    Money price;
  };
  std::int64_t above_input_tokens = 0;  ///< Of the whole request; 0 for the first.
  Money input;
  std::optional<Money> cached_input;    ///< Absent: there is no price for reading a cache.
  std::vector<CacheWrite> cache_write;  ///< Empty: writing is free.
  Money output;
  std::optional<Money> storage_hour;  ///< Of a cached token for an hour.
};

/// Prices from a day on. An empty list of rates: the model cannot be reached that way.
struct DatedPrices {
  std::string from;  ///< "2026-12-01"; empty: since ever.
  std::vector<Rates> live, flex, bulk;
};

/// How a provider keeps the beginnings of prompts.
enum class CacheKind {
  automatic,      ///< It looks for itself.
  breakpoints,    ///< OpenAI's since gpt-5.6: at marks, for a fee.
  cache_control,  ///< Anthropic's: at marks, for a fee.
};

/// Whether bulk jobs read the cache.
enum class BulkCache { no, yes, best_effort, unknown };

struct Cache {
  CacheKind kind = CacheKind::automatic;
  std::optional<std::int64_t> minimum_tokens;  ///< A shorter prefix is not kept.
  std::int64_t step_tokens = 1;                ///< What is read is a multiple of this.
  std::vector<std::string> lifetimes;          ///< The default first.
  BulkCache in_bulk = BulkCache::unknown;
};

/// Where a provider does not say how short a prefix may be: what OpenAI asks for.
inline constexpr std::int64_t assumed_cache_minimum = 1024;

/// How a reasoning model is kept from reasoning.
struct Reasoning {
  bool off = false;  ///< False: what `quiet` brings is the least there is.
  /// What to send for that, as ModelSpec::reasoning, per wire format.
  std::vector<std::pair<Api, json::Object>> quiet;
  std::int64_t allowance_tokens = 0;  ///< Room for what it reasons all the same; ours to choose.
};

/// One entry. Absent facts are not known.
struct Model {
  std::string name;                  ///< "openai/gpt-4o-mini": provider, then the name as sent.
  std::vector<std::string> aliases;  ///< Without the provider.
  std::string status;                ///< "active", "deprecated", ...; empty: not known.
  std::string retires;               ///< "2027-01-14": the day on which it ends, or ended.
  std::optional<std::int64_t> context_tokens;
  std::optional<std::int64_t> max_input_tokens;
  std::optional<std::int64_t> max_output_tokens;
  std::string encoding;             ///< That of OpenAI's which counts its tokens; empty: none.
  std::vector<DatedPrices> prices;  ///< In the order of their days.
  std::optional<Cache> cache;       ///< Absent: there is none.
  std::optional<OutputCap> output_cap;
  std::vector<std::string> refused;                 ///< Parameters that bring a 400.
  std::vector<std::string> refused_with_reasoning;  ///< Likewise while it reasons.
  std::vector<std::string> ignored;                 ///< Taken without effect.
  std::optional<Reasoning> reasoning;               ///< Absent: it does not reason.
  json::Value entry;                                ///< All of it as written, sources too.

  /// The segment before the name: "openai".
  std::string_view provider() const { return std::string_view(name).substr(0, name.find('/')); }
};

/// Its rates on the day `today` ("2026-11-21"), the shortest requests' first; empty where it cannot
/// be reached so, or no price is known.
const std::vector<Rates>& rates(const Model& model, Via via, std::string_view today);

/// The same as prices of requests whose cache writes live as long as `lifetime` (empty: the
/// cheapest). Where reading a cache has no price it costs as input does. nullopt: no price.
std::optional<PriceList> price_list(const Model& model, Via via, std::string_view today,
                                    std::string_view lifetime = {});

/// "live", "flex", "bulk".
std::string_view name_of(Via via);

}  // namespace sheaf::catalog
