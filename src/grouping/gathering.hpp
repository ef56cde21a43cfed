// Groups gathered from nearest neighbours, the tightest first.
#pragma once

#include <cstddef>

#include "core/random.hpp"
#include "grouping/groups.hpp"
#include "grouping/neighbours.hpp"
#include "grouping/vectors.hpp"

namespace sheaf::grouping {

struct Gathered {
  Groups groups;
  Neighbours neighbours;  ///< Of all samples.
};

/// Groups of `size`, one of them shorter where the number does not divide. In rounds: the sample
/// whose nearest free neighbours are nearest gathers its group; where too few are free, it waits
/// for the next round, which looks for neighbours among those left alone. `vectors` is not empty.
Gathered gather(VectorSpan vectors, std::size_t size, Random& random);

}  // namespace sheaf::grouping
