// Two settings on the same rows: the difference of their accuracies, with an interval and a test
// clustered by the batches of both, and a bound on the loss. Pure functions; docs/statistics.md has
// every formula with its source.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace sheaf::statistics {

/// One row, answered under A and under B; where the run is repeated, once a repeat. Batches are
/// those in which it was asked first, unique over repeats. At batch size 1 every pair has a batch
/// of its own. The batches of A and of B are numbered apart: the same number on both sides means
/// nothing.
struct Pair {
  std::int64_t row = 0;
  std::int64_t batch_a = 0;
  std::int64_t batch_b = 0;
  bool correct_a = false;
  bool correct_b = false;
};

struct Difference {
  std::int64_t n = 0;
  std::int64_t rows = 0;     ///< Different ones: fewer than n where they repeat.
  std::int64_t only_a = 0;   ///< Pairs that only A has correct.
  std::int64_t only_b = 0;   ///< Pairs that only B has correct.
  std::int64_t batches = 0;  ///< Different ones of A or of B, whichever has fewer.
  double difference = 0;     ///< Accuracy of A minus that of B, in [-1, 1]; 0 without pairs.
  double standard_error = 0;
  double low = -1;  ///< Of the two-sided interval.
  double high = 1;
  double p = 1;           ///< Two-sided, of "no difference"; below 1 - confidence iff 0 is outside.
  double loss_bound = 1;  ///< One-sided upper bound: with b = 1 as A, of the accuracy that B loses.
  double deff = 1;        ///< The variance over that of independent pairs, >= 1.
  double assumed_deff = 1;  ///< What deff would be at a correlation of 0.2 inside batches and of 1
                            ///< between the repeats of a row: taken where too few pairs differ.
  double degrees = 1;       ///< Of freedom, of Student's t; infinity: the normal distribution.
  bool approximate = true;  ///< Fewer than `enough_batches` batches.
};

/// A minus B. `confidence` is that of the two-sided interval and of the one-sided bound. Clustered
/// by the batches of A and of B and, where rows repeat, by rows. Defined for every input: without
/// pairs the interval is [-1, 1]; where no pair differs the standard error is 0 and p 1, but
/// neither interval nor bound is: 0 of 300 bounds the loss by 1 % where pairs are independent.
/// Precondition: 0 < confidence < 1.
Difference paired_difference(std::span<const Pair> pairs, double confidence = 0.95);

/// About how many rows, each asked as often as now, bring `loss_bound` below `max_loss`, if the
/// rates and deff stayed as they are; nullopt where the observed loss is not below `max_loss`, so
/// that no number would do, or more than 10^9 would be due.
/// Precondition: `found` comes from paired_difference at the same confidence.
std::optional<std::int64_t> rows_needed(const Difference& found, double max_loss,
                                        double confidence = 0.95);

}  // namespace sheaf::statistics
