#include "program/table.hpp"

#include "program/compare.hpp"
#include "program/context.hpp"

namespace sheaf::program {
namespace {

constexpr std::size_t least_slots = 8;

std::size_t first_slot(std::int64_t hash, std::size_t mask) {
  return static_cast<std::size_t>(static_cast<std::uint64_t>(hash) * 0x9E3779B1U) & mask;
}

}  // namespace

std::size_t Table::locate(Context& context, const Value& key, std::int64_t hash) const {
  const auto mask = index_.size() - 1;
  auto slot = first_slot(hash, mask);
  while (index_[slot] != free_slot) {
    const auto& entry = entries_[static_cast<std::size_t>(index_[slot])];
    context.work(1);
    if (entry.key.is_set() && entry.hash == hash &&
        (entry.key.same(key) || equal(context, entry.key, key))) {
      return slot;
    }
    slot = (slot + 1) & mask;
  }
  return slot;
}

const Value* Table::find(Context& context, const Value& key) const {
  const auto hash = hash_of(context, key);
  if (size_ == 0) return nullptr;
  const auto found = index_[locate(context, key, hash)];
  return found == free_slot ? nullptr : &entries_[static_cast<std::size_t>(found)].value;
}

void Table::set(Context& context, const Value& key, Value value) {
  const auto hash = hash_of(context, key);
  if ((entries_.size() + 1) * 3 > index_.size() * 2) {
    context.work(static_cast<std::int64_t>(entries_.size()));
    rebuild();
  }
  const auto slot = locate(context, key, hash);
  if (index_[slot] != free_slot) {
    entries_[static_cast<std::size_t>(index_[slot])].value = std::move(value);
    return;
  }
  index_[slot] = static_cast<std::int32_t>(entries_.size());
  entries_.push_back({key, std::move(value), hash});
  ++size_;
  ++version_;
}

Value Table::remove(Context& context, const Value& key) {
  const auto hash = hash_of(context, key);
  if (size_ == 0) return {};
  const auto found = index_[locate(context, key, hash)];
  if (found == free_slot) return {};
  auto& entry = entries_[static_cast<std::size_t>(found)];
  const auto removed = std::exchange(entry, {});
  --size_;
  ++version_;
  return removed.value;
}

std::optional<Table::Entry> Table::pop_last(Context& context) {
  if (size_ == 0) return std::nullopt;
  context.work(static_cast<std::int64_t>(entries_.size()));
  ++version_;
  while (!entries_.back().key.is_set()) entries_.pop_back();
  auto entry = std::move(entries_.back());
  entries_.pop_back();
  --size_;
  rebuild();
  return entry;
}

void Table::clear() {
  index_.clear();
  size_ = 0;
  ++version_;
  // Values that go may reach back here.
  const auto removed = std::exchange(entries_, {});
}

void Table::rebuild() {
  std::erase_if(entries_, [](const Entry& entry) { return !entry.key.is_set(); });
  auto slots = least_slots;
  while (slots < (entries_.size() + 1) * 2) slots *= 2;
  index_.assign(slots, free_slot);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto slot = first_slot(entries_[i].hash, slots - 1);
    while (index_[slot] != free_slot) slot = (slot + 1) & (slots - 1);
    index_[slot] = static_cast<std::int32_t>(i);
  }
}

}  // namespace sheaf::program
