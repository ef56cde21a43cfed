#include "core/fingerprint_table.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace sheaf {
namespace {

constexpr int shard_bits = 6;
constexpr std::uint64_t upper_bits = 0xffff'ffff'0000'0000;

std::size_t shard_of(std::uint64_t fingerprint) { return fingerprint >> (64 - shard_bits); }

/// The bits that tell the shard are all equal inside it, so they go last.
std::uint64_t entry_of(std::uint64_t fingerprint) { return std::rotl(fingerprint, shard_bits); }

template <class Shards>
std::size_t total(const Shards& shards, std::size_t (SortedSlots::*count)() const) {
  std::size_t sum = 0;
  for (const auto& shard : shards) sum += (shard.*count)();
  return sum;
}

}  // namespace

std::size_t SortedSlots::first_not_below(std::uint64_t entry) const {
  auto at = home(entry);
  while (at < slots() && slot(at) != 0 && slot(at) < entry) ++at;
  return at;
}

bool SortedSlots::contains(std::uint64_t entry) const {
  const auto at = first_not_below(entry);
  return at < slots() && slot(at) == entry;
}

bool SortedSlots::insert(std::uint64_t entry) {
  if (count_ == limit_) grow();
  auto at = first_not_below(entry);
  if (at < slots() && slot(at) == entry) return false;
  for (auto pushed = entry; pushed != 0; ++at) {
    if (at == slots()) add_block();
    std::swap(slot(at), pushed);
  }
  ++count_;
  return true;
}

void SortedSlots::collect(std::uint32_t upper, std::vector<std::uint32_t>& lower) const {
  const auto first = std::uint64_t{upper} << 32;
  for (auto at = first_not_below(first); at < slots(); ++at) {
    const auto entry = slot(at);
    if (entry == 0 || entry >> 32 != upper) return;
    lower.push_back(static_cast<std::uint32_t>(entry));
  }
}

void SortedSlots::grow() {
  auto old = std::exchange(blocks_, {});
  const auto wanted = old.size() + std::max<std::size_t>(1, old.size() / 16);
  blocks_.reserve(wanted);
  homes_ = wanted * block_slots - tail_slots;
  limit_ = homes_ * 9 / 10;
  std::size_t next = 0;
  for (auto& block : old) {
    const auto entries = std::exchange(block, nullptr);
    for (const auto entry : *entries) {
      if (entry == 0) continue;
      next = std::max<std::size_t>(next, home(entry));
      while (next >= slots()) add_block();
      slot(next++) = entry;
    }
  }
  while (blocks_.size() < wanted) add_block();
}

std::size_t SortedSlots::memory_bytes() const {
  return blocks_.size() * sizeof(Block) + blocks_.capacity() * sizeof(blocks_[0]);
}

bool FingerprintSet::insert(std::uint64_t fingerprint) {
  if (fingerprint == 0) return !std::exchange(has_zero_, true);
  return shards_[shard_of(fingerprint)].insert(entry_of(fingerprint));
}

bool FingerprintSet::contains(std::uint64_t fingerprint) const {
  if (fingerprint == 0) return has_zero_;
  return shards_[shard_of(fingerprint)].contains(entry_of(fingerprint));
}

std::size_t FingerprintSet::size() const {
  return total(shards_, &SortedSlots::size) + (has_zero_ ? 1 : 0);
}

std::size_t FingerprintSet::memory_bytes() const {
  return total(shards_, &SortedSlots::memory_bytes);
}

void FingerprintTable::insert(std::uint64_t fingerprint, std::uint32_t number) {
  shards_[shard_of(fingerprint)].insert((entry_of(fingerprint) & upper_bits) | number);
}

std::vector<std::uint32_t> FingerprintTable::candidates(std::uint64_t fingerprint) const {
  std::vector<std::uint32_t> numbers;
  const auto upper = static_cast<std::uint32_t>(entry_of(fingerprint) >> 32);
  shards_[shard_of(fingerprint)].collect(upper, numbers);
  return numbers;
}

std::size_t FingerprintTable::size() const { return total(shards_, &SortedSlots::size); }

std::size_t FingerprintTable::memory_bytes() const {
  return total(shards_, &SortedSlots::memory_bytes);
}

}  // namespace sheaf
