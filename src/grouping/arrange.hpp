// Samples -> batches. Pure: what is compared and the seed decide. Each arrangement is a permutation
// of the samples cut into groups of `size` (at least 1), one of them shorter where the number does
// not divide. Another seed gives another order of the groups and inside them, and another
// composition where the arrangement leaves a choice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "grouping/groups.hpp"
#include "grouping/vectors.hpp"

namespace sheaf::grouping {

/// Every composition is as likely as any other.
Groups by_chance(std::size_t count, std::size_t size, std::uint64_t seed);

/// Groups of similar length; lengths (0 or more) that differ by less than a twentieth count as
/// equal.
Groups by_length(std::span<const std::int64_t> lengths, std::size_t size, std::uint64_t seed);

/// Groups whose members are near one another: the tightest of the approximate nearest neighbours
/// first, then samples change places between groups while that raises the cosines inside.
Groups by_similarity(VectorSpan vectors, std::size_t size, std::uint64_t seed);

/// Groups whose members are far from one another: vote-k's order cut into groups (its neighbours
/// are unlike one another), then samples change places while that lowers the cosines inside.
Groups by_diversity(VectorSpan vectors, std::size_t size, std::uint64_t seed);

/// Mean cosine of the pairs inside groups, over all pairs; 0 where no group has a pair.
double mean_cosine(VectorSpan vectors, const Groups& groups);

}  // namespace sheaf::grouping
