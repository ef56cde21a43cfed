// Pieces that were merged lately, with their tokens.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "core/hash.hpp"
#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// The words of a text come again: a piece that is looked up here needs no merge. Each piece has
/// one place, from which a later one drives it. A megabyte. Single-threaded.
class PieceCache {
 public:
  PieceCache() : entries_(places) {}

  /// The tokens that `keep` was given for this piece by this owner; empty when it is not there.
  std::span<const TokenId> find(std::uint64_t owner, std::string_view piece) const {
    if (piece.size() > most_bytes) return {};
    const auto& entry = entries_[place_of(owner, piece)];
    if (entry.owner != owner || entry.length != piece.size()) return {};
    if (std::memcmp(entry.bytes.data(), piece.data(), piece.size()) != 0) return {};
    return std::span(entry.tokens).first(entry.count);
  }

  /// Drops what stood in the piece's place. A piece of many bytes or tokens is not kept.
  /// Preconditions: `owner` is not 0, there is a token.
  void keep(std::uint64_t owner, std::string_view piece, std::span<const TokenId> tokens) {
    if (piece.size() > most_bytes || tokens.size() > most_tokens) return;
    auto& entry = entries_[place_of(owner, piece)];
    entry.owner = owner;
    entry.length = static_cast<std::uint8_t>(piece.size());
    entry.count = static_cast<std::uint8_t>(tokens.size());
    std::memcpy(entry.bytes.data(), piece.data(), piece.size());
    std::ranges::copy(tokens, entry.tokens.begin());
  }

 private:
  static constexpr std::size_t places = 16384;
  static constexpr std::size_t most_bytes = 22;
  static constexpr std::size_t most_tokens = 8;

  struct Entry {
    std::uint64_t owner = 0;  ///< 0: nothing is kept here.
    std::uint8_t length = 0;
    std::uint8_t count = 0;
    std::array<char, most_bytes> bytes{};
    std::array<TokenId, most_tokens> tokens{};
  };
  static_assert(sizeof(Entry) == 64);

  static std::size_t place_of(std::uint64_t owner, std::string_view piece) {
    return hash64(piece, owner) % places;
  }

  std::vector<Entry> entries_;
};

}  // namespace sheaf::tokens
