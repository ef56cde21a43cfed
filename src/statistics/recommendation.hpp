// Which batch size to use, by what it costs and how much accuracy it can have lost. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "statistics/difference.hpp"

namespace sheaf::statistics {

/// One batch size of a sweep: one variant, all its repeats.
struct SizeCell {
  std::int64_t size = 1;
  double cost_per_row = 0;  ///< In any unit, the same for all cells.
  Difference loss;          ///< paired_difference with b = 1 as A and this size as B.
};

/// Why no size above `largest_admissible` is admissible.
enum class Stop : std::uint8_t {
  all_admissible,  ///< There is none larger.
  cannot_tell,     ///< The bound is not below the limit; more rows might bring it there.
  loss_observed,   ///< The loss on these rows is itself not below the limit.
};

struct Recommendation {
  std::int64_t size = 1;                ///< The cheapest admissible one, the smaller of equals.
  double loss_bound = 0;                ///< Of `size`, a share; 0 of b = 1.
  std::int64_t largest_admissible = 1;  ///< It and all smaller ones have a bound below the limit.
  Stop stop = Stop::all_admissible;
  std::int64_t stopped_at = 1;              ///< The first size that is not admissible; else 1.
  std::int64_t rows = 0;                    ///< Compared at `stopped_at`; else 0.
  double observed_loss = 0;                 ///< There, a share; else 0.
  double stopped_bound = 0;                 ///< The bound on the loss there; else 0.
  std::optional<std::int64_t> rows_needed;  ///< Where `cannot_tell`: about so many would do.
  bool cheaper_beyond = false;              ///< From `stopped_at` on a size costs less than `size`.
};

/// The cheapest size for which it and all smaller ones tested have a one-sided bound on the loss
/// against b = 1 below `max_loss` (a share: 0.02 is two points). The sizes are tested in the order
/// upward and the first that fails ends it, so that no correction for many tests is due. b = 1 is
/// admissible always, also where no cell has it. Precondition: sizes increase; every `loss` has the
/// given confidence.
Recommendation recommend(std::span<const SizeCell> cells, double max_loss = 0.02,
                         double confidence = 0.95);

/// One or two sentences, for a report: "Use b = 4: ...", "Cannot tell with 300 rows; about 1200
/// would do".
std::string sentence(const Recommendation& found, double max_loss);

}  // namespace sheaf::statistics
