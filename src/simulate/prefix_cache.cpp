#include "simulate/prefix_cache.hpp"

#include <cstddef>
#include <string_view>

#include "core/hash.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::int64_t least_tokens = 1024;
constexpr std::size_t most_young = 50'000;

}  // namespace

std::int64_t PrefixCache::cached_tokens(const CountedPrompt& prompt) {
  const std::string_view text = prompt.text;
  std::int64_t cached = 0;
  std::int64_t tokens = 0;
  std::size_t begin = 0;
  std::uint64_t prefix = 0;
  bool all_known = true;
  for (const auto end : prompt.steps) {
    prefix = hash64(text.substr(begin, end - begin), prefix);
    begin = end;
    tokens += tokens_per_step;
    if (tokens < least_tokens) continue;
    all_known = all_known && known(prefix);
    if (all_known) cached = tokens;
    remember(prefix);
  }
  return cached;
}

void PrefixCache::remember(std::uint64_t prefix) {
  if (young_.size() >= most_young) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert(prefix);
}

}  // namespace sheaf::simulate
