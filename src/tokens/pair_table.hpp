// The merges of a vocabulary: which pairs of tokens become one, and in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tokens/merge.hpp"

namespace sheaf::tokens {

/// Immutable once built; any thread. Memory: 32 to 64 bytes a merge.
class PairTable {
 public:
  struct Entry {
    TokenId left = 0;
    TokenId right = 0;
    Merged becomes;  ///< Its rank is under 2^32 - 1.
  };
  /// Of doubled pairs the last counts.
  explicit PairTable(const std::vector<Entry>& entries);

  std::optional<Merged> find(TokenId left, TokenId right) const {
    const auto& slot = slots_[place_of(key_of(left, right))];
    if (slot.becomes.rank == no_rank) return std::nullopt;
    return slot.becomes;
  }

 private:
  static constexpr std::uint32_t no_rank = 0xFFFF'FFFF;

  struct Slot {
    std::uint64_t key = 0;
    Merged becomes{no_rank, 0};  ///< Without a rank the slot is free.
  };

  static std::uint64_t key_of(TokenId left, TokenId right) {
    return std::uint64_t{left} << 32U | right;
  }
  /// The slot that holds `key`, else the free one where it belongs.
  std::size_t place_of(std::uint64_t key) const {
    const auto hash = key * 0x9E37'79B9'7F4A'7C15U;
    const auto mask = slots_.size() - 1;
    for (auto at = (hash ^ hash >> 32U) & mask;; at = (at + 1) & mask) {
      if (slots_[at].key == key || slots_[at].becomes.rank == no_rank) return at;
    }
  }

  std::vector<Slot> slots_;
};

}  // namespace sheaf::tokens
