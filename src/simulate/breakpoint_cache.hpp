// Prompt caches that are told where a prefix ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "simulate/cache_entries.hpp"
#include "simulate/prefix_cache.hpp"

namespace sheaf::simulate {

/// Keeps the prompt exactly up to each mark, and charges for writing. What differs between
/// providers is how far back from a mark an earlier entry is looked for, and the usual lifetime.
class BreakpointCache final : public PrefixCache {
 public:
  struct Rule {
    std::size_t looks_back = 0;  ///< So many parts, the marked one included.
    Time lifetime{0};            ///< Where neither the settings nor the request say another.
  };
  /// OpenAI's from 5.6 on.
  static const Rule openai;
  static const Rule anthropic;

  BreakpointCache(const Rule& rule, const CacheSettings& settings)
      : rule_(rule), settings_(settings) {}
  CacheUse use(const ModelRequest& request, Time now, Time begins) override;

 private:
  /// The prompt up to the end of one part.
  struct Prefix {
    std::uint64_t hash = 0;
    std::int64_t tokens = 0;
  };
  static std::vector<Prefix> prefixes_of(const ModelRequest& request);
  /// The explicit marks, and the automatic one at the prompt's end.
  static std::vector<CacheWish::Mark> marks_of(const ModelRequest& request);
  /// The longest prefix that can be read; nullptr: none.
  const Prefix* readable(std::span<const Prefix> prefixes, std::span<const CacheWish::Mark> marks,
                         Time now) const;

  Rule rule_;
  CacheSettings settings_;
  CacheEntries entries_;
};

}  // namespace sheaf::simulate
