#include "store/item_run.hpp"

#include <algorithm>
#include <utility>

#include "store/packed.hpp"

namespace sheaf::store {
namespace {

constexpr std::int64_t most_samples = 64;
constexpr std::size_t most_bytes = 16'384;

}  // namespace

std::optional<ItemRun> ItemRun::from(SampleNo first, std::int64_t count, std::string list) {
  ItemRun run(first);
  run.list_ = std::move(list);
  Unpacker unpacker(run.list_);
  while (!unpacker.at_end()) {
    const auto size = unpacker.text().size();
    run.spans_.push_back({run.list_.size() - unpacker.rest().size() - size, size});
  }
  if (!unpacker.is_sound() || run.count() != count) return std::nullopt;
  return run;
}

bool ItemRun::is_full() const { return count() >= most_samples || list_.size() >= most_bytes; }

std::string_view ItemRun::item(SampleNo sample) const {
  const auto [begin, size] = spans_[static_cast<std::size_t>(sample - first_)];
  return std::string_view(list_).substr(begin, size);
}

void ItemRun::add(std::string_view item) {
  pack_text(list_, item);
  spans_.push_back({list_.size() - item.size(), item.size()});
}

void ItemRun::replace(SampleNo sample, std::string_view item) {
  ItemRun changed(first_);
  for (auto each = first_; each < end(); ++each) {
    changed.add(each == sample ? item : this->item(each));
  }
  *this = std::move(changed);
}

std::vector<ItemRun> merged(const std::vector<ItemRun>& old, const ItemRun& newer) {
  std::vector<ItemRun> runs;
  const auto put = [&runs](SampleNo sample, std::string_view item, bool begins) {
    if (begins || runs.empty() || runs.back().is_full()) runs.emplace_back(sample);
    runs.back().add(item);
  };
  auto sample = newer.first();
  for (const auto& run : old) {
    for (; sample < run.first(); ++sample) put(sample, newer.item(sample), false);
    for (auto each = run.first(); each < run.end(); ++each) {
      const auto& from = newer.covers(each) ? newer : run;
      put(each, from.item(each), each == run.first());
    }
    sample = std::max(sample, run.end());
  }
  for (; sample < newer.end(); ++sample) put(sample, newer.item(sample), false);
  return runs;
}

}  // namespace sheaf::store
