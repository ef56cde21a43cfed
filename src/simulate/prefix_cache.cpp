#include "simulate/prefix_cache.hpp"

#include "core/hash.hpp"
#include "simulate/token_count.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::int64_t step_tokens = 128;
constexpr std::int64_t least_tokens = 1024;
constexpr std::size_t step_bytes = step_tokens * bytes_per_token;
constexpr std::size_t most_young = 50'000;

}  // namespace

std::int64_t PrefixCache::cached_tokens(std::string_view prompt) {
  std::int64_t cached = 0;
  std::int64_t tokens = 0;
  std::uint64_t prefix = 0;
  bool all_known = true;
  for (std::size_t at = 0; at + step_bytes <= prompt.size(); at += step_bytes) {
    prefix = hash64(prompt.substr(at, step_bytes), prefix);
    tokens += step_tokens;
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
