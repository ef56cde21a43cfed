#include "grouping/groups.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sheaf::grouping {
namespace {

// Fisher and Yates's; the standard library's shuffle differs from one library to the next.
template <class Items>
void shuffle_items(Items& items, Random& random) {
  for (std::size_t left = items.size(); left > 1; --left) {
    std::swap(items[left - 1], items[random.below(left)]);
  }
}

}  // namespace

std::vector<Place> places(std::size_t count) {
  std::vector<Place> all(count);
  std::iota(all.begin(), all.end(), Place{0});
  return all;
}

void shuffle(std::span<Place> places, Random& random) { shuffle_items(places, random); }

Groups cut(std::span<const Place> order, std::size_t size) {
  Groups groups;
  groups.reserve(order.size() / size + 1);
  while (!order.empty()) {
    const auto group = order.first(std::min(size, order.size()));
    groups.emplace_back(group.begin(), group.end());
    order = order.subspan(group.size());
  }
  return groups;
}

void shuffle(Groups& groups, Random& random) {
  for (auto& group : groups) shuffle(group, random);
  shuffle_items(groups, random);
}

}  // namespace sheaf::grouping
