#include "run/ways.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace sheaf::run {
namespace {

using catalog::BulkCache;
using catalog::CacheKind;
using catalog::Via;

// Shares of the requests behind the first that read the cache. Marked prefixes are there once they
// are written; of automatic caches no provider promises a hit; of bulk jobs Anthropic tells of 30
// to 98 % (docs/providers/wire.md).
constexpr plan::Range marked_hits{0.95, 1, 1};
constexpr plan::Range automatic_hits{0.5, 0.9, 1};
constexpr plan::Range bulk_hits{0.3, 0.6, 0.98};

/// Until a run tells: of a hundred samples one is asked again.
constexpr plan::Range assumed_repairs{0, 0.01, 0.04};

std::string no_price(const task::Task& task, Via via) {
  if (task.has_own_price) return "the task's own price is one of live requests";
  return fmt::format("{} has no {} price", task.known->name, name_of(via));
}

/// Why a model's prefixes are not read from a cache; empty when they are.
std::string no_cache(const task::Task& task, Via via, const PriceList& price) {
  if (task.known == nullptr || !task.at_its_provider) return "no cache is known of this model";
  const auto& cache = task.known->cache;
  if (!cache) return fmt::format("{} has no prompt cache", task.known->name);
  if (cache->kind != CacheKind::automatic && task.model.cache.mark == CacheMark::none) {
    return "the task's model.api has no mark for this model's cache";
  }
  if (via == Via::bulk && cache->in_bulk == BulkCache::no) {
    return "there is no cache in this model's bulk jobs";
  }
  if (price.base.cached_input >= price.base.input) return "cached input costs as much as other";
  return {};
}

plan::Range hits_of(const PricedWay& way) {
  if (way.way.via == name_of(Via::bulk)) return bulk_hits;
  return way.cache->kind == CacheKind::automatic ? automatic_hits : marked_hits;
}

plan::Range repairs_of(const AnswerLengths& lengths) {
  if (!lengths.repaired) return assumed_repairs;
  const double share = *lengths.repaired;
  constexpr double z = 1.645;
  const double half =
      z * std::sqrt(share * std::max(0.0, 1 - share) / static_cast<double>(lengths.count));
  return {std::max(0.0, share - half), share, share + half};
}

bool is_taken(const PricedWay& way, const std::vector<PlanWay>& taken) {
  return std::ranges::any_of(
      taken, [&way](const PlanWay& other) { return other.cached && other.via == way.way.via; });
}

/// What the first request pays for the others, where it pays more than they would uncached.
std::string write_fee(const Ways& ways, const std::vector<PlanWay>& taken) {
  for (const auto& way : ways.priced) {
    const auto& price = way.price.base;
    if (!way.cache || !is_taken(way, taken) || price.cache_write <= price.input) continue;
    const auto of_input = [&price](Money money) {
      return static_cast<double>(money.picos) / static_cast<double>(price.input.picos);
    };
    return fmt::format(
        "a token written to the cache costs {:.2f} of an uncached one, and one read "
        "from it {:.2f}",
        of_input(price.cache_write), of_input(price.cached_input));
  }
  return {};
}

}  // namespace

std::optional<PriceList> price_of(const task::Task& task, Via via) {
  const bool is_known = !task.has_own_price && task.price && task.at_its_provider;
  // That of a run which is sent by flex is flex's.
  if (via == Via::live && (!is_known || task.model.service_tier.empty())) return task.price;
  if (!is_known) return std::nullopt;
  return price_list(*task.known, via, task.today);
}

Ways ways_of(const task::Task& task) {
  Ways ways;
  if (!task.price) return ways;
  for (const auto via : {Via::live, Via::flex, Via::bulk}) {
    const std::string name(name_of(via));
    const auto price = price_of(task, via);
    if (!price) {
      if (task.known != nullptr || via == Via::live) {
        ways.left_out.push_back({{name, false}, std::nullopt, no_price(task, via)});
      }
      continue;
    }
    ways.priced.push_back({{name, false}, *price, std::nullopt});
    if (auto reason = no_cache(task, via, *price); !reason.empty()) {
      ways.left_out.push_back({{name, true}, std::nullopt, std::move(reason)});
      continue;
    }
    ways.priced.push_back({{name, true}, *price, task.known->cache});
  }
  return ways;
}

plan::Traffic with_outputs(plan::Traffic traffic, const AnswerLengths& lengths, double envelope,
                           std::int64_t reasoning_allowance) {
  const auto samples = static_cast<double>(traffic.samples);
  if (lengths.count == 0) {
    traffic.output_tokens = {samples * (1 + envelope), samples * (lengths.mean + envelope),
                             samples * (2 * lengths.mean + envelope)};
  } else {
    traffic.output_tokens =
        plan::sum_of(traffic.samples, lengths.mean + envelope, lengths.deviation, lengths.count);
  }
  const auto most = static_cast<double>(reasoning_allowance);
  traffic.reasoning_tokens = {0.05 * most, 0.5 * most, 0.95 * most};
  if (lengths.reasoning) {
    const auto requests = static_cast<double>(traffic.requests);
    const auto all = plan::sum_of(traffic.requests, *lengths.reasoning, lengths.reasoning_deviation,
                                  lengths.replies);
    traffic.reasoning_tokens = {all.low / requests, *lengths.reasoning, all.high / requests};
  }
  traffic.repaired = repairs_of(lengths);
  return traffic;
}

plan::Range whole_output(const plan::Traffic& traffic) {
  const auto requests = static_cast<double>(traffic.requests);
  const auto& output = traffic.output_tokens;
  const auto& reasoning = traffic.reasoning_tokens;
  return {output.low + requests * reasoning.low, output.expected + requests * reasoning.expected,
          output.high + requests * reasoning.high};
}

std::expected<plan::Range, std::string> cost_of(const PricedWay& way,
                                                const plan::Traffic& traffic) {
  if (!way.cache) return plan::bill(traffic, way.price, std::nullopt);
  const auto least = way.cache->minimum_tokens.value_or(catalog::assumed_cache_minimum);
  if (traffic.shared_tokens < least) {
    return std::unexpected(fmt::format(
        "the cache keeps no prefix under {} tokens, and the shared one is shorter", least));
  }
  if (traffic.shared_requests < 2) {
    return std::unexpected(std::string("no second request reads the prefix"));
  }
  const auto kept = traffic.shared_tokens / way.cache->step_tokens * way.cache->step_tokens;
  return plan::bill(traffic, way.price, plan::CacheUse{kept, hits_of(way)});
}

std::vector<std::string> assumptions(const task::Task& task, const Ways& ways,
                                     const std::vector<PlanWay>& taken,
                                     const AnswerLengths& lengths) {
  std::vector<std::string> all;
  if (!lengths.repaired) {
    all.emplace_back("1 % of the samples are asked again (0 to 4 %)");
  } else {
    all.push_back(
        fmt::format("{:.1f} % of the samples are asked again, as before", 100 * *lengths.repaired));
  }
  if (task.model.reasoning_tokens > 0 && !lengths.reasoning) {
    all.push_back(
        fmt::format("reasoning takes half of its allowance of {} tokens a request (from "
                    "none to all of it)",
                    task.model.reasoning_tokens));
  }
  if (lengths.reasoning.value_or(0) > 0) {
    all.push_back(
        fmt::format("reasoning takes {:.0f} tokens a request, as before, whatever the "
                    "batch size",
                    *lengths.reasoning));
  }
  const auto any = [&](bool bulk, bool automatic) {
    return std::ranges::any_of(ways.priced, [&](const PricedWay& way) {
      if (!way.cache || (way.way.via == name_of(Via::bulk)) != bulk) return false;
      if (!is_taken(way, taken)) return false;
      return bulk || (way.cache->kind == CacheKind::automatic) == automatic;
    });
  };
  if (any(false, true)) all.emplace_back("9 of 10 requests read the cached prefix (5 to 10)");
  if (any(false, false)) all.emplace_back("a marked prefix is written once and then read");
  if (any(true, false)) {
    all.emplace_back("in bulk jobs 60 % of the requests read the cached prefix (30 to 98 %)");
  }
  if (const auto fee = write_fee(ways, taken); !fee.empty()) all.push_back(fee);
  const bool minimum_unknown = std::ranges::any_of(
      ways.priced, [](const PricedWay& way) { return way.cache && !way.cache->minimum_tokens; });
  if (minimum_unknown) {
    all.push_back(
        fmt::format("the cache keeps prefixes from {} tokens on; the provider does not "
                    "say",
                    catalog::assumed_cache_minimum));
  }
  return all;
}

}  // namespace sheaf::run
