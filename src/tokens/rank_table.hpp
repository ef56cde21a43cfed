// The vocabulary of a byte-level encoding: byte sequences and their ranks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// Byte sequences, each with a rank, which is its token's number too: the lower, the sooner it is
/// merged. Immutable once built; any thread. Memory: the bytes, 20 to 40 for each token, and half a
/// megabyte.
class RankTable {
 public:
  static constexpr std::size_t most_bytes = 255;  ///< Of a token.
  static constexpr TokenId most_rank = (1U << 24U) - 1;

  struct Entry {
    std::string bytes;  ///< Not empty, at most `most_bytes`.
    TokenId rank = 0;   ///< At most `most_rank`.
  };
  /// Of doubled bytes the later rank counts.
  explicit RankTable(const std::vector<Entry>& entries);

  std::optional<TokenId> rank_of(std::string_view bytes) const;
  /// The same of two bytes, looked up directly.
  std::optional<TokenId> rank_of_pair(unsigned char first, unsigned char second) const {
    const auto rank = pairs_[static_cast<std::size_t>(first) << 8U | second];
    if (rank > most_rank) return std::nullopt;
    return rank;
  }
  /// Tokens in the vocabulary.
  std::size_t size() const { return size_; }

 private:
  /// A token of up to 8 bytes is compared without a look at `bytes_`.
  struct Slot {
    std::uint64_t head = 0;    ///< Its first bytes.
    std::uint32_t offset = 0;  ///< In `bytes_`.
    std::uint32_t rank : 24 = 0;
    std::uint32_t length : 8 = 0;  ///< 0: the slot is free.
  };

  /// The slot that holds `bytes`, else the free one where they belong.
  std::size_t place_of(std::string_view bytes, std::uint64_t hash) const;

  std::string bytes_;
  std::vector<Slot> slots_;
  /// A bit for each hash of a token. Most of what merges look up is none, and this is small enough
  /// to stay near the processor: 1.3 times as quick on text of rare words.
  std::vector<bool> seen_;
  std::vector<TokenId> pairs_;
  std::size_t longest_ = 0;
  std::size_t size_ = 0;
};

}  // namespace sheaf::tokens
