#include "tokens/pair_table.hpp"

#include <bit>
#include <cassert>

namespace sheaf::tokens {

PairTable::PairTable(const std::vector<Entry>& entries)
    : slots_(std::bit_ceil(2 * entries.size() + 2)) {
  for (const auto& entry : entries) {
    assert(entry.becomes.rank != no_rank);
    const auto key = key_of(entry.left, entry.right);
    slots_[place_of(key)] = {key, entry.becomes};
  }
}

}  // namespace sheaf::tokens
