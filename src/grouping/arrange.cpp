#include "grouping/arrange.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "grouping/exchange.hpp"
#include "grouping/gathering.hpp"
#include "grouping/neighbours.hpp"
#include "grouping/vote_k.hpp"

namespace sheaf::grouping {
namespace {

/// A change that gains less is not made: sums of floats are no more exact.
constexpr float least_gain = 1e-4F;
/// Passes over all samples; one in which fewer than a hundredth move is the last.
constexpr int most_passes = 5;
constexpr std::size_t least_moved = 100;

/// Members of another group that one sample is tried against.
constexpr std::size_t most_tried = 16;
/// Below this share of the cosines that its nearest offer, a sample is misplaced, and looks among
/// the neighbours of so many neighbours too.
constexpr float misplaced_below = 1.0F / 3;
constexpr std::size_t most_asked = 10;
/// Samples of other groups that one sample is tried against, drawn.
constexpr int draws = 12;
/// Neighbours that a sample votes for.
constexpr std::size_t votes = 10;

/// Calls `better`, which says whether the sample moved, for all samples until few still move.
template <class Better>
void pass_over(std::size_t count, Random& random, Better better) {
  auto order = places(count);
  for (int pass = 0; pass < most_passes; ++pass) {
    shuffle(order, random);
    std::size_t moved = 0;
    for (const auto sample : order) moved += better(sample) ? 1U : 0U;
    if (moved * least_moved < count) return;
  }
}

/// Brings a sample to the group of one of its neighbours, for the member with whom that gains most.
class Attracted {
 public:
  Attracted(Exchange& exchange, const Neighbours& neighbours, std::size_t size)
      : exchange_(exchange), neighbours_(neighbours), mates_(size - 1) {}

  bool operator()(Place sample) {
    const auto near = neighbours_.of(sample);
    best_gain_ = least_gain;
    attachment_ = exchange_.attachment(sample);
    seen_.assign(1, exchange_.group_of(sample));
    for (const auto& neighbour : near) visit(sample, neighbour.place);
    if (attachment_ < misplaced_below * possible(near)) {
      for (const auto& neighbour : near.first(std::min(near.size(), most_asked))) {
        for (const auto& next : neighbours_.of(neighbour.place)) visit(sample, next.place);
      }
    }
    if (best_gain_ <= least_gain) return false;
    exchange_.swap(sample, best_);
    return true;
  }

 private:
  /// Attachment among the nearest.
  float possible(std::span<const Neighbour> near) const {
    float sum = 0;
    for (const auto& neighbour : near.first(std::min(near.size(), mates_))) sum += neighbour.cosine;
    return sum;
  }

  void visit(Place sample, Place host) {
    const auto group = exchange_.group_of(host);
    if (std::ranges::find(seen_, group) != seen_.end()) return;
    seen_.push_back(group);
    if (exchange_.attraction(sample, group) > attachment_) try_group(sample, group);
  }

  void try_group(Place sample, std::size_t group) {
    const auto& members = exchange_.members(group);
    for (std::size_t at = 0; at < std::min(members.size(), most_tried); ++at) {
      const auto gain = exchange_.gain(sample, members[at]);
      if (gain <= best_gain_) continue;
      best_gain_ = gain;
      best_ = members[at];
    }
  }

  Exchange& exchange_;
  const Neighbours& neighbours_;
  std::size_t mates_;
  std::vector<std::size_t> seen_;
  float attachment_ = 0;
  float best_gain_ = 0;
  Place best_ = 0;
};

/// Steps in which a length doubles: lengths within one step count as equal.
constexpr double steps_per_octave = 16;

std::int64_t step_of(std::int64_t length) {
  return std::llround(steps_per_octave * std::log2(1 + static_cast<double>(length)));
}

}  // namespace

Groups by_chance(std::size_t count, std::size_t size, std::uint64_t seed) {
  Random random(seed);
  auto order = places(count);
  shuffle(order, random);
  return cut(order, size);
}

Groups by_length(std::span<const std::int64_t> lengths, std::size_t size, std::uint64_t seed) {
  Random random(seed);
  auto order = places(lengths.size());
  shuffle(order, random);
  std::ranges::stable_sort(order, {}, [&](Place place) { return step_of(lengths[place]); });
  auto groups = cut(order, size);
  shuffle(groups, random);
  return groups;
}

Groups by_similarity(VectorSpan vectors, std::size_t size, std::uint64_t seed) {
  if (vectors.count() <= size || size == 1) return by_chance(vectors.count(), size, seed);
  Random random(seed);
  auto gathered = gather(vectors, size, random);
  Exchange exchange(vectors, std::move(gathered.groups));
  pass_over(vectors.count(), random, Attracted(exchange, gathered.neighbours, size));
  auto groups = exchange.take();
  shuffle(groups, random);
  return groups;
}

Groups by_diversity(VectorSpan vectors, std::size_t size, std::uint64_t seed) {
  const auto count = vectors.count();
  if (count <= size || size == 1) return by_chance(count, size, seed);
  Random random(seed);
  auto members = places(count);
  shuffle(members, random);
  const auto neighbours = find_neighbours(vectors, members, votes, random);
  Exchange exchange(vectors, cut(vote_k_order(neighbours, count, random), size));
  pass_over(count, random, [&](Place sample) {
    for (int draw = 0; draw < draws; ++draw) {
      const auto other = static_cast<Place>(random.below(count));
      if (exchange.group_of(other) == exchange.group_of(sample)) continue;
      if (exchange.gain(sample, other) >= -least_gain) continue;
      exchange.swap(sample, other);
      return true;
    }
    return false;
  });
  auto groups = exchange.take();
  shuffle(groups, random);
  return groups;
}

double mean_cosine(VectorSpan vectors, const Groups& groups) {
  double sum = 0;
  double pairs = 0;
  std::vector<double> total(vectors.dimensions());
  for (const auto& group : groups) {
    std::ranges::fill(total, 0.0);
    double own = 0;
    for (const auto place : group) {
      for (std::size_t i = 0; i < total.size(); ++i) {
        const double value = vectors[place][i];
        total[i] += value;
        own += value * value;
      }
    }
    for (const double value : total) sum += value * value;
    sum -= own;
    pairs += static_cast<double>(group.size()) * static_cast<double>(group.size() - 1);
  }
  return pairs == 0 ? 0 : sum / pairs;
}

}  // namespace sheaf::grouping
