// Two settings on the same rows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/cell.hpp"
#include "statistics/difference.hpp"

namespace sheaf::eval {

/// A setting (usually b = 1) against another, over rows that both have with gold.
struct Comparison {
  statistics::Difference loss;          ///< Accuracy of the first minus that of the second.
  std::optional<double> p_permutation;  ///< Only where each answer of the first is by itself.
  double p_mcnemar = 1;
  double p_holm = 1;             ///< Until corrected: loss.p.
  std::int64_t only_in_one = 0;  ///< Rows with gold that one of the two lacks.
};

/// Cells of the same repeats, paired: `base[i]` with `other[i]`. Rows of several repeats are told
/// to be the same rows. nullopt when no row is in both.
std::optional<Comparison> compare(std::span<const Cell* const> base,
                                  std::span<const Cell* const> other, Pass pass);

/// Corrects `p_holm` over all of them (Holm's step-down).
void correct_for_many(std::span<Comparison*> all);

/// What it says, in words. "Not significant" is never called "equal".
std::string sentence(const Comparison& comparison);

}  // namespace sheaf::eval
