// A provider's prompt cache, simulated: how much of a prompt's beginning was sent before.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <sheaf/simulate.hpp>

#include "core/exchange.hpp"
#include "simulate/model_request.hpp"

namespace sheaf::simulate {

/// What a request read from the cache and wrote into it: disjoint parts of its prompt.
struct CacheUse {
  std::int64_t read = 0;
  std::int64_t written = 0;       ///< That is charged.
  std::int64_t long_written = 0;  ///< Of these, what lives an hour or longer.
};

/// One rule. A prefix belongs to a model's name. Single-threaded; time never goes back.
class PrefixCache {
 public:
  virtual ~PrefixCache() = default;
  /// `request` starts at `now`, and its reply begins at `begins`: before that nobody reads what it
  /// writes.
  virtual CacheUse use(const ModelRequest& request, Time now, Time begins) = 0;
};

struct CacheSettings {
  std::int64_t least_tokens = 1024;  ///< Shorter prefixes are not kept.
  std::optional<Time> lifetime;      ///< Of every prefix; none: the rule's, or the request's.
};

std::unique_ptr<PrefixCache> make_prefix_cache(SimulatedCache rule, const CacheSettings& settings);

}  // namespace sheaf::simulate
