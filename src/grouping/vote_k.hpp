// An order of selection in which each choice is unlike those just before it.
#pragma once

#include <vector>

#include "core/random.hpp"
#include "grouping/groups.hpp"
#include "grouping/neighbours.hpp"

namespace sheaf::grouping {

/// Vote-k (Su et al., ICLR 2023): each sample votes for its nearest neighbours; the next selected
/// is the one with the largest sum, over its voters not yet selected, of 10^-(the selected that the
/// voter votes for). Samples without votes follow in an order drawn: every sample stands in the
/// result once.
std::vector<Place> vote_k_order(const Neighbours& neighbours, std::size_t count, Random& random);

}  // namespace sheaf::grouping
