// How long answers are, as far as they were seen, and what several to come will add up to. Pure.
#pragma once

#include <cstdint>

namespace sheaf::plan {

/// Fewer say nothing.
inline constexpr std::int64_t least_lengths = 8;

/// Lengths of answers beside the lengths of their samples. From `slope_from` answers on an answer
/// is expected as a line through both tells, where longer samples have longer answers; before, as
/// their mean. Sums alone are kept, so the order of answers is of no account. Single-threaded.
class OutputLengths {
 public:
  static constexpr std::int64_t slope_from = 64;

  /// An answer's tokens, and the bytes of its sample.
  void add(std::int64_t tokens, std::int64_t sample_bytes);
  void add(const OutputLengths& more);
  std::int64_t count() const { return count_; }

  /// Tokens of the answer to such a sample, rounded up; 0 before any was seen.
  std::int64_t expected(std::int64_t sample_bytes) const;

  /// What the expected tokens of `samples` answers may add up to so that the answers themselves
  /// exceed `cap` with an estimated probability below 1 %; negative where not even 0 may, or fewer
  /// than `least_lengths` were seen. The estimate is that of a sum of independent lengths, with
  /// Student's t for their spread, Johnson's correction for a mean of skewed lengths and the first
  /// Cornish-Fisher term for a skewed sum; the skewness is taken as 3 at least,
  /// since few lengths show too little of their tail.
  std::int64_t room(int samples, std::int64_t cap) const;

 private:
  struct Line {
    double base = 0;
    double slope = 0;
    double deviation = 0;  ///< Standard, of one answer from the line.
    double skewness = 0;   ///< Of the lengths.
  };
  Line line() const;

  // Exact while below 2^53.
  std::int64_t count_ = 0;
  double tokens_ = 0;
  double tokens2_ = 0;
  double tokens3_ = 0;
  double bytes_ = 0;
  double bytes2_ = 0;
  double both_ = 0;
};

}  // namespace sheaf::plan
