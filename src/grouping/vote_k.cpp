#include "grouping/vote_k.hpp"

#include <cmath>
#include <queue>
#include <tuple>

namespace sheaf::grouping {
namespace {

std::vector<std::vector<Place>> voters_of(const Neighbours& neighbours, std::size_t count) {
  std::vector<std::vector<Place>> voters(count);
  for (Place voter = 0; voter < count; ++voter) {
    for (const auto& neighbour : neighbours.of(voter)) voters[neighbour.place].push_back(voter);
  }
  return voters;
}

}  // namespace

std::vector<Place> vote_k_order(const Neighbours& neighbours, std::size_t count, Random& random) {
  const auto voters = voters_of(neighbours, count);
  std::vector<bool> selected(count);
  std::vector<int> satisfied(count);
  const auto score = [&](Place sample) {
    double sum = 0;
    for (const auto voter : voters[sample]) {
      if (!selected[voter]) sum += std::pow(10.0, -satisfied[voter]);
    }
    return sum;
  };
  // Scores only fall, so that one that still stands is the highest.
  std::priority_queue<std::tuple<double, std::uint64_t, Place>> next;
  for (Place sample = 0; sample < count; ++sample) {
    next.emplace(score(sample), random.next(), sample);
  }
  std::vector<Place> order;
  order.reserve(count);
  while (!next.empty()) {
    const auto [known, draw, sample] = next.top();
    next.pop();
    const double now = score(sample);
    if (now < known) {
      next.emplace(now, draw, sample);
      continue;
    }
    order.push_back(sample);
    selected[sample] = true;
    for (const auto voter : voters[sample]) ++satisfied[voter];
  }
  return order;
}

}  // namespace sheaf::grouping
