#include "simulate/breakpoint_cache.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "core/hash.hpp"

namespace sheaf::simulate {
namespace {

constexpr Time long_lifetime = std::chrono::hours(1);

}  // namespace

const BreakpointCache::Rule BreakpointCache::openai{80, std::chrono::minutes(30)};
const BreakpointCache::Rule BreakpointCache::anthropic{20, std::chrono::minutes(5)};

CacheUse BreakpointCache::use(const ModelRequest& request, Time now, Time begins) {
  const auto prefixes = prefixes_of(request);
  const auto marks = marks_of(request);
  CacheUse use;
  if (const auto* held = readable(prefixes, marks, now)) {
    use.read = held->tokens;
    entries_.renew(held->hash, now);
  }
  std::int64_t end = use.read;
  std::int64_t long_end = use.read;
  for (const auto& mark : marks) {
    const auto& prefix = prefixes[mark.part];
    if (prefix.tokens < settings_.least_tokens) continue;
    const auto lifetime = settings_.lifetime.value_or(mark.lifetime.value_or(rule_.lifetime));
    entries_.write(prefix.hash, now, begins, lifetime);
    end = std::max(end, prefix.tokens);
    if (mark.lifetime >= long_lifetime) long_end = std::max(long_end, prefix.tokens);
  }
  use.written = end - use.read;
  use.long_written = long_end - use.read;
  return use;
}

std::vector<BreakpointCache::Prefix> BreakpointCache::prefixes_of(const ModelRequest& request) {
  const std::string_view text = request.prompt.text;
  std::vector<Prefix> prefixes;
  prefixes.reserve(request.prompt.parts.size());
  auto hash = hash64(request.model);
  std::size_t begin = 0;
  for (const auto& [end, tokens] : request.prompt.parts) {
    hash = hash64(text.substr(begin, end - begin), hash);
    begin = end;
    prefixes.push_back({hash, tokens});
  }
  return prefixes;
}

std::vector<CacheWish::Mark> BreakpointCache::marks_of(const ModelRequest& request) {
  auto marks = request.cache.marks;
  const auto parts = request.prompt.parts.size();
  if (request.cache.automatic && parts > 0) marks.push_back({parts - 1, request.cache.lifetime});
  return marks;
}

const BreakpointCache::Prefix* BreakpointCache::readable(std::span<const Prefix> prefixes,
                                                         std::span<const CacheWish::Mark> marks,
                                                         Time now) const {
  const Prefix* longest = nullptr;
  for (const auto& mark : marks) {
    const auto places = prefixes.first(mark.part + 1);
    for (const auto& prefix : places.last(std::min(places.size(), rule_.looks_back))) {
      const bool longer = longest == nullptr || prefix.tokens > longest->tokens;
      if (longer && entries_.readable(prefix.hash, now)) longest = &prefix;
    }
  }
  return longest;
}

}  // namespace sheaf::simulate
