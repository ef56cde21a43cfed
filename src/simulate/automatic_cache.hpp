// The prompt cache of OpenAI's models before 5.6: nobody asks for it, and writing is free.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>

#include "simulate/cache_entries.hpp"
#include "simulate/prefix_cache.hpp"

namespace sheaf::simulate {

/// Prefixes in steps of 128 tokens. Without a lifetime of its own, five minutes. Requests with a
/// `prompt_cache_key` go by it and their first 256 tokens to a machine of their own, that takes
/// some 15 a minute; what is more goes to the next one, which has to see the prefix first.
class AutomaticCache final : public PrefixCache {
 public:
  explicit AutomaticCache(const CacheSettings& settings) : settings_(settings) {}
  CacheUse use(const ModelRequest& request, Time now, Time begins) override;

 private:
  /// A number for the machine that serves the request.
  std::uint64_t machine_of(const ModelRequest& request, Time now);

  CacheSettings settings_;
  CacheEntries entries_;
  /// When requests came in the last minute, by key and beginning.
  std::unordered_map<std::uint64_t, std::deque<Time>> arrivals_;
};

}  // namespace sheaf::simulate
