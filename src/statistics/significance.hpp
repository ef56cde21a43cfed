// Tests beside the clustered one of difference.hpp. Pure functions, exact; no random draws.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/difference.hpp"

namespace sheaf::statistics {

/// Two-sided permutation test of A against B where B is batch size 1 (or A; the other is batched):
/// under "the batch size changes no row's chance" all differences of one batch may change sign
/// together. Exact at every number of batches: the distribution of the sum under all 2^G sign
/// patterns is computed, not sampled. 1 where no batch's differences sum to other than 0.
double flip_batches(std::span<const Pair> pairs);

/// Two-sided exact McNemar test of `only_a` against `only_b` discordant pairs. It takes answers for
/// independent: label it "if answers were independent".
double exact_mcnemar(std::int64_t only_a, std::int64_t only_b);

/// Holm's step-down adjusted p-values, in the order given; each >= its p and <= 1.
std::vector<double> holm(std::span<const double> p_values);

}  // namespace sheaf::statistics
