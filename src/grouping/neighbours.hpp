// Nearest neighbours by cosine, approximate where there are many.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "grouping/groups.hpp"
#include "grouping/vectors.hpp"

namespace sheaf::grouping {

struct Neighbour {
  float cosine = 0;
  Place place = 0;
};

/// The nearest of each of `count` samples, the nearest first.
class Neighbours {
 public:
  Neighbours(std::size_t count, std::size_t most)
      : most_(most), sizes_(count), all_(count * most) {}

  std::span<const Neighbour> of(Place sample) const {
    return std::span(all_).subspan(sample * most_, sizes_[sample]);
  }
  /// Keeps it if it is among the nearest so far; once, however often it is offered.
  void offer(Place sample, Neighbour neighbour);

 private:
  std::size_t most_;
  std::vector<std::uint32_t> sizes_;
  std::vector<Neighbour> all_;
};

/// Up to `most` neighbours among `members`, of each of them: exact up to 8,192 members; beyond it
/// found in the leaves of random projection trees (Dasgupta and Freund, STOC 2008), in time n log
/// n. `members` comes back in the order of the last tree: those that are near stand near.
Neighbours find_neighbours(VectorSpan vectors, std::span<Place> members, std::size_t most,
                           Random& random);

}  // namespace sheaf::grouping
