// The packer: samples -> first-round batches. Pure: order of arrival and weights decide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "plan/bounds.hpp"

namespace sheaf::plan {

/// The caller's name for a sample.
using SampleHandle = std::int64_t;

/// Open batches of one isolation group at most.
inline constexpr std::size_t open_of_a_group = 16;
inline constexpr std::int64_t lightest_from = 64;

/// Puts each sample into the fullest open batch of its isolation group that still admits it (best
/// fit), else into a new one. A batch closes when it would not admit the lightest sample seen so
/// far, or before `lightest_from` were seen one without tokens; a long sample is a batch of its
/// own. Where only the count bounds, that is one open batch a group, filled in order of arrival.
/// Memory: the handles in open and closed batches. A sample costs a look at `open_of_a_group`
/// batches at most. Single-threaded.
class Packer {
 public:
  struct Options {
    /// Of all groups; beyond it the oldest is closed short.
    std::size_t open_batches = 1024;
    /// Rows that may pass while a batch is open, whatever they bring; then it is closed short.
    std::int64_t open_rows = 10'000;
  };
  Packer(Bounds bounds, Options options);

  void add(SampleHandle sample, const std::string& isolate, const Weight& weight);
  /// One more row of the input was seen, whether it brought a sample or not.
  void pass_row();
  /// Closes every open batch, in the order of their opening.
  void finish();
  /// The same; from now on other bounds hold.
  void set_bounds(Bounds bounds);
  const Bounds& bounds() const { return bounds_; }

  /// The next closed batch: its samples in order of arrival.
  std::optional<std::vector<SampleHandle>> next();

  /// Samples in open batches.
  std::size_t open() const { return open_samples_; }
  /// Closed batches held.
  std::size_t ready() const { return closed_.size(); }

 private:
  struct OpenBatch {
    const std::string* isolate;  // The group's key.
    std::vector<SampleHandle> samples;
    Weight sum;
    std::int64_t opened;  // In rows passed.
  };
  using OpenBatches = std::list<OpenBatch>;  // In the order of opening.
  using Group = std::vector<OpenBatches::iterator>;

  OpenBatches::iterator best_fit(const Group& group, const Weight& weight);
  OpenBatches::iterator open_batch(const std::string& isolate);
  void close(OpenBatches::iterator open);

  Bounds bounds_;
  Options options_;
  OpenBatches open_;
  std::unordered_map<std::string, Group> groups_;  // None is empty.
  std::deque<std::vector<SampleHandle>> closed_;
  Weight lightest_{unbounded, unbounded};  // Each of its own sample.
  std::int64_t weighed_ = 0;
  std::size_t open_samples_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace sheaf::plan
