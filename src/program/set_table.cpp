#include "program/set_table.hpp"

#include "program/compare.hpp"
#include "program/context.hpp"

namespace sheaf::program {
namespace {

constexpr std::size_t least_slots = 8;
constexpr std::size_t neighbours = 9;
constexpr int perturb_shift = 5;
constexpr std::size_t large = 50'000;

}  // namespace

SetTable::SetTable() : slots_(least_slots) {}

// Probes a run of neighbours, then jumps, as set_lookkey and set_add_entry do: the slot of the
// item, or the free slot where the search ends.
std::size_t SetTable::locate(Context& context, const Value& item, std::int64_t hash,
                             std::size_t* removed) const {
  const auto mask = slots_.size() - 1;
  auto perturb = static_cast<std::uint64_t>(hash);
  auto start = static_cast<std::size_t>(hash) & mask;
  for (;;) {
    const auto run = start + neighbours <= mask ? neighbours : 0;
    for (auto slot = start; slot <= start + run; ++slot) {
      const auto& entry = slots_[slot];
      if (entry.free()) return slot;
      context.work(1);
      if (entry.removed && removed != nullptr && *removed == slots_.size()) *removed = slot;
      if (entry.item.is_set() && entry.hash == hash &&
          (entry.item.same(item) || equal(context, entry.item, item))) {
        return slot;
      }
    }
    perturb >>= perturb_shift;
    start = (start * 5 + 1 + static_cast<std::size_t>(perturb)) & mask;
  }
}

bool SetTable::contains(Context& context, const Value& item) const {
  return slots_[locate(context, item, hash_of(context, item))].item.is_set();
}

void SetTable::add(Context& context, const Value& item) {
  const auto hash = hash_of(context, item);
  auto removed = slots_.size();
  const auto place = locate(context, item, hash, &removed);
  if (slots_[place].item.is_set()) return;
  uncertain_ = uncertain_ || filled_ > used_;
  ++used_;
  ++version_;
  if (removed < slots_.size()) {
    slots_[removed] = {item, hash, false};
    return;
  }
  slots_[place] = {item, hash, false};
  ++filled_;
  if (filled_ * 5 >= (slots_.size() - 1) * 3) {
    resize(context, used_ > large ? used_ * 2 : used_ * 4);
  }
}

void SetTable::insert(const Value& item, std::int64_t hash) {
  const auto mask = slots_.size() - 1;
  auto perturb = static_cast<std::uint64_t>(hash);
  auto start = static_cast<std::size_t>(hash) & mask;
  for (;;) {
    const auto run = start + neighbours <= mask ? neighbours : 0;
    for (auto slot = start; slot <= start + run; ++slot) {
      if (!slots_[slot].item.is_set()) {
        slots_[slot] = {item, hash, false};
        return;
      }
    }
    perturb >>= perturb_shift;
    start = (start * 5 + 1 + static_cast<std::size_t>(perturb)) & mask;
  }
}

void SetTable::resize(Context& context, std::size_t least) {
  auto size = least_slots;
  while (size <= least) size *= 2;
  context.heap.expect(size * sizeof(Slot));
  context.work(static_cast<std::int64_t>(size + slots_.size()));
  auto old = std::exchange(slots_, std::vector<Slot>(size));
  for (const auto& slot : old) {
    if (slot.item.is_set()) insert(slot.item, slot.hash);
  }
  filled_ = used_;
}

void SetTable::merge(Context& context, const SetTable& other) {
  if (&other == this || other.used_ == 0) return;
  if ((filled_ + other.used_) * 5 >= (slots_.size() - 1) * 3) {
    resize(context, (used_ + other.used_) * 2);
  }
  context.work(static_cast<std::int64_t>(other.slots_.size()));
  take_uncertainty(other);
  ++version_;
  if (filled_ == 0 && slots_.size() == other.slots_.size() && other.filled_ == other.used_) {
    slots_ = other.slots_;
    filled_ = used_ = other.used_;
    return;
  }
  if (filled_ == 0) {
    for (const auto& slot : other.slots_) {
      if (slot.item.is_set()) insert(slot.item, slot.hash);
    }
    filled_ = used_ = other.used_;
    return;
  }
  for (const auto& slot : other.slots_) {
    if (slot.item.is_set()) add(context, slot.item);
  }
}

bool SetTable::remove(Context& context, const Value& item) {
  auto& slot = slots_[locate(context, item, hash_of(context, item))];
  if (!slot.item.is_set()) return false;
  slot = {Value(), 0, true};
  --used_;
  ++version_;
  return true;
}

void SetTable::tidy(Context& context) {
  if (filled_ - used_ <= (slots_.size() - 1) / 4) return;
  resize(context, used_ > large ? used_ * 2 : used_ * 4);
}

std::optional<Value> SetTable::pop(Context& context) {
  if (used_ == 0) return std::nullopt;
  auto position = finger_ & (slots_.size() - 1);
  while (!slots_[position].item.is_set()) {
    context.work(1);
    position = (position + 1) & (slots_.size() - 1);
  }
  auto item = slots_[position].item;
  slots_[position] = {Value(), 0, true};
  --used_;
  ++version_;
  finger_ = position + 1;
  return item;
}

void SetTable::clear() {
  used_ = filled_ = finger_ = 0;
  uncertain_ = false;
  ++version_;
  const auto removed = std::exchange(slots_, std::vector<Slot>(least_slots));
}

Values SetTable::items() const {
  Values items;
  std::size_t position = 0;
  while (auto item = next(position)) items.push_back(std::move(*item));
  return items;
}

std::optional<Value> SetTable::next(std::size_t& position) const {
  while (position < slots_.size()) {
    const auto& slot = slots_[position++];
    if (slot.item.is_set()) return slot.item;
  }
  return std::nullopt;
}

}  // namespace sheaf::program
