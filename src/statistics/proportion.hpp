// Accuracy with its uncertainty, where the answers of one batch are not independent. Pure
// functions; docs/statistics.md has every formula with its source.
#pragma once

#include <cstdint>
#include <span>

namespace sheaf::statistics {

/// One scored answer. `batch` is the batch in which the sample was asked first: unique over
/// repeats, so that two repeats share no batch. `row` is what was asked: the same in every repeat.
struct Observation {
  std::int64_t row = 0;
  std::int64_t batch = 0;
  bool correct = false;
};

/// Fewer batches than this: the interval is approximate, and a report says so.
inline constexpr std::int64_t enough_batches = 30;

struct Proportion {
  std::int64_t n = 0;
  std::int64_t correct = 0;
  std::int64_t batches = 0;  ///< Different ones.
  double rate = 0;           ///< correct / n; 0 without observations.
  double low = 0;            ///< Of the two-sided interval, 0 <= low <= rate <= high <= 1.
  double high = 1;
  double deff = 1;          ///< Design effect: the variance over that of independent answers, >= 1.
  double effective_n = 0;   ///< n / deff: so many independent answers would say as much.
  bool approximate = true;  ///< Fewer than `enough_batches` batches.
};

/// The share that is correct, with Wilson's interval on the effective size n / deff. deff compares
/// the variance between batches (and, where rows repeat, between rows) with that of independent
/// answers. Defined for every input: without observations the interval is [0, 1]; all from one
/// batch count as one (deff = n); where all or none are correct nothing varies, deff cannot be
/// estimated and is 1, and the interval is Wilson's, open on one side only.
/// Precondition: 0 < confidence < 1.
Proportion proportion(std::span<const Observation> observations, double confidence = 0.95);

}  // namespace sheaf::statistics
