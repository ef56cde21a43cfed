#include "tokens/rank_table.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "core/hash.hpp"

namespace sheaf::tokens {
namespace {

constexpr std::size_t head_bytes = 8;

template <class Word>
std::uint64_t load(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The first 8 bytes; of fewer, all of them, told apart by the length beside it. Loads of fixed
/// sizes, which may overlap: a loop over bytes took a fifth of the time of a lookup.
std::uint64_t head_of(std::string_view bytes) {
  const auto* data = bytes.data();
  const auto size = bytes.size();
  if (size >= 8) return load<std::uint64_t>(data);
  if (size >= 4) return load<std::uint32_t>(data) | load<std::uint32_t>(data + size - 4) << 32U;
  if (size >= 2) return load<std::uint16_t>(data) | load<std::uint16_t>(data + size - 2) << 16U;
  return load<std::uint8_t>(data);
}

std::uint64_t hash_of(std::string_view bytes) {
  constexpr std::uint64_t odd = 0xD6E8FEB86659FD93U;
  if (bytes.size() > 2 * head_bytes) return hash64(bytes);
  const auto hash = (head_of(bytes) ^ bytes.size() * 0x9E3779B97F4A7C15U) * odd;
  if (bytes.size() <= head_bytes) return hash;
  return (hash ^ load<std::uint64_t>(bytes.data() + bytes.size() - head_bytes)) * odd;
}

constexpr int seen_bits = 21;
std::size_t bit_of(std::uint64_t hash) { return hash >> (64 - seen_bits); }

}  // namespace

RankTable::RankTable(const std::vector<Entry>& entries)
    : slots_(std::bit_ceil(entries.size() * 5 / 4 + 2)),
      seen_(std::size_t{1} << seen_bits),
      pairs_(1U << 16U, most_rank + 1) {
  for (const auto& [token, rank] : entries) {
    assert(!token.empty() && token.size() <= most_bytes && rank <= most_rank);
    longest_ = std::max(longest_, token.size());
    const auto hash = hash_of(token);
    seen_[bit_of(hash)] = true;
    auto& slot = slots_[place_of(token, hash)];
    if (slot.length == 0) {
      ++size_;
      slot.head = head_of(token);
      slot.offset = static_cast<std::uint32_t>(bytes_.size());
      slot.length = token.size() & 0xFFU;
      bytes_ += token;
    }
    slot.rank = rank & most_rank;
    if (token.size() == 2) {
      const auto first = static_cast<unsigned char>(token[0]);
      const auto second = static_cast<unsigned char>(token[1]);
      pairs_[static_cast<std::size_t>(first) << 8U | second] = rank;
    }
  }
}

std::optional<TokenId> RankTable::rank_of(std::string_view bytes) const {
  if (bytes.empty() || bytes.size() > longest_) return std::nullopt;
  const auto hash = hash_of(bytes);
  if (!seen_[bit_of(hash)]) return std::nullopt;
  const auto& slot = slots_[place_of(bytes, hash)];
  if (slot.length == 0) return std::nullopt;
  return slot.rank;
}

std::size_t RankTable::place_of(std::string_view bytes, std::uint64_t hash) const {
  const auto head = head_of(bytes);
  const auto mask = slots_.size() - 1;
  for (auto at = (hash ^ hash >> 32U) & mask;; at = (at + 1) & mask) {
    const auto& slot = slots_[at];
    if (slot.length == 0) return at;
    if (slot.head != head || slot.length != bytes.size()) continue;
    if (bytes.size() <= head_bytes) return at;
    if (bytes == std::string_view(bytes_).substr(slot.offset, slot.length)) return at;
  }
}

}  // namespace sheaf::tokens
