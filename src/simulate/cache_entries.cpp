#include "simulate/cache_entries.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace sheaf::simulate {
namespace {

constexpr std::size_t most_young = 50'000;

}  // namespace

bool CacheEntries::readable(std::uint64_t prefix, Time now) const {
  const auto* entry = find(prefix);
  return entry != nullptr && entry->begins <= now && now < entry->ends;
}

void CacheEntries::write(std::uint64_t prefix, Time now, Time begins, Time lifetime) {
  Entry entry{begins, now + lifetime, lifetime};
  const auto* held = find(prefix);
  if (held != nullptr && now < held->ends) {
    entry.begins = std::min(entry.begins, held->begins);
    entry.ends = std::max(entry.ends, held->ends);
    entry.lifetime = std::max(entry.lifetime, held->lifetime);
  }
  keep(prefix, entry);
}

void CacheEntries::renew(std::uint64_t prefix, Time now) {
  const auto* held = find(prefix);
  if (held == nullptr) return;
  auto entry = *held;
  entry.ends = std::max(entry.ends, now + entry.lifetime);
  keep(prefix, entry);
}

const CacheEntries::Entry* CacheEntries::find(std::uint64_t prefix) const {
  for (const auto* entries : {&young_, &old_}) {
    const auto found = entries->find(prefix);
    if (found != entries->end()) return &found->second;
  }
  return nullptr;
}

void CacheEntries::keep(std::uint64_t prefix, const Entry& entry) {
  if (young_.size() >= most_young) old_ = std::exchange(young_, {});
  young_.insert_or_assign(prefix, entry);
}

}  // namespace sheaf::simulate
