// Millions of fingerprints in little memory: what was seen before, and where. About 9 bytes an
// entry, however many there are, and no moment at which two copies of the whole stand side by side.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sheaf {

/// Distinct numbers except 0 in ascending order, with gaps: each stands at or after the place its
/// upper 32 bits point to, and no gap lies between (linear probing, kept sorted, so that a miss
/// ends as early as a hit). Grown by a sixteenth when nine tenths full, block by block. Quick only
/// when the upper bits are evenly spread; right in any case.
class SortedSlots {
 public:
  /// False when it was there already.
  bool insert(std::uint64_t entry);
  bool contains(std::uint64_t entry) const;
  /// Appends the lower 32 bits of every entry with these upper 32 bits, ascending.
  void collect(std::uint32_t upper, std::vector<std::uint32_t>& lower) const;
  std::size_t size() const { return count_; }
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t block_slots = 512;
  /// Slots past the last that is pointed to, for what is pushed beyond the end.
  static constexpr std::size_t tail_slots = 48;
  using Block = std::array<std::uint64_t, block_slots>;

  std::size_t slots() const { return blocks_.size() * block_slots; }
  std::uint64_t& slot(std::size_t at) { return (*blocks_[at / block_slots])[at % block_slots]; }
  std::uint64_t slot(std::size_t at) const {
    return (*blocks_[at / block_slots])[at % block_slots];
  }
  std::size_t home(std::uint64_t entry) const { return ((entry >> 32) * homes_) >> 32; }
  std::size_t first_not_below(std::uint64_t entry) const;
  void add_block() { blocks_.push_back(std::make_unique<Block>()); }
  void grow();

  std::vector<std::unique_ptr<Block>> blocks_;
  std::uint64_t homes_ = 0;  ///< Slots that are pointed to.
  std::size_t count_ = 0;
  std::size_t limit_ = 0;  ///< Grows at this count.
};

/// A set of 64-bit fingerprints, exact. At most 9.6 bytes an entry from a million entries on.
/// Single-threaded.
class FingerprintSet {
 public:
  /// False when this fingerprint was there already: the same thing again or, once in 2^64 pairs,
  /// another with the same fingerprint.
  bool insert(std::uint64_t fingerprint);
  bool contains(std::uint64_t fingerprint) const;
  std::size_t size() const;
  /// Everything it holds on the heap.
  std::size_t memory_bytes() const;

 private:
  std::array<SortedSlots, 64> shards_;
  bool has_zero_ = false;
};

/// From a fingerprint to the numbers that may belong to it. Of a fingerprint 38 bits are kept, so
/// a number found is a candidate to be confirmed elsewhere, and a stranger is found beside n
/// entries about n times in 2^38. At most 9.6 bytes an entry from a million entries on.
/// Single-threaded.
class FingerprintTable {
 public:
  /// `number` is not 0. The same pair twice counts once.
  void insert(std::uint64_t fingerprint, std::uint32_t number);
  /// Every number inserted with this fingerprint, and rarely others; ascending. Allocates nothing
  /// when there is none.
  std::vector<std::uint32_t> candidates(std::uint64_t fingerprint) const;
  std::size_t size() const;
  std::size_t memory_bytes() const;

 private:
  std::array<SortedSlots, 64> shards_;
};

}  // namespace sheaf
