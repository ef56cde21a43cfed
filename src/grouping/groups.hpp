// What every arrangement gives, and what the arrangements share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.hpp"

namespace sheaf::grouping {

/// A sample, by its place among those that are arranged.
using Place = std::uint32_t;
/// Batches of samples; every place stands in exactly one of them.
using Groups = std::vector<std::vector<Place>>;

/// 0, 1, ... count - 1.
std::vector<Place> places(std::size_t count);
/// Every order is as likely as any other.
void shuffle(std::span<Place> places, Random& random);
/// Cuts into groups of `size`; the last may be shorter.
Groups cut(std::span<const Place> order, std::size_t size);
/// Draws the order of the groups, and of the samples in each.
void shuffle(Groups& groups, Random& random);

}  // namespace sheaf::grouping
