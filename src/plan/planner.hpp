// The planner: samples -> batches. Pure: order of arrival and follow-ups decide, no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sheaf::plan {

/// The runner's name for an active sample.
using SampleHandle = std::int64_t;

struct PlannedBatch {
  std::vector<SampleHandle> samples;
  int round = 1;                   ///< 1 for rows asked the first time.
  std::int64_t cap_per_batch = 0;  ///< 0: the ordinary output cap for this size.
  bool follow_up = false;
};

/// Fills batches in order of arrival, one open batch per isolation group, follow-ups pooled over
/// replies and ahead of new rows. First-round batches depend on the order of rows alone.
/// Single-threaded.
class Planner {
 public:
  struct Options {
    int batch_size = 6;
    /// Open isolation groups at most; beyond it the oldest open batch is closed short.
    std::size_t open_groups = 1024;
  };
  explicit Planner(Options options);

  void add(SampleHandle sample, const std::string& isolate);
  struct FollowUp {
    SampleHandle sample = 0;
    std::string isolate;
    int max_size = 1;
    int round = 2;
    std::int64_t cap_per_batch = 0;
  };
  void add_follow_up(FollowUp follow_up);
  /// No more rows will come: open batches are closed short.
  void finish_rows();

  /// The next batch: a full follow-up batch, else a full first-round batch, else, when `idle`
  /// (nothing in flight could fill it) or after enough other batches went ahead, a short follow-up
  /// batch.
  std::optional<PlannedBatch> next(bool idle);

  /// Samples held, batches not yet handed out.
  std::size_t waiting() const;
  /// Full first-round batches held: the runner pulls no row while there are enough.
  std::size_t ready() const;

 private:
  struct PoolKey {
    int max_size;
    std::int64_t cap_per_batch;
    std::string isolate;
    auto operator<=>(const PoolKey&) const = default;
  };
  struct Pool {
    std::deque<FollowUp> members;
    std::uint64_t oldest_tick = 0;  ///< When its oldest member came, in batches handed out.
  };
  struct OpenBatch {
    std::vector<SampleHandle> samples;
    std::uint64_t opened = 0;
  };
  PlannedBatch take(std::map<PoolKey, Pool>::iterator pool);
  void close(std::map<std::string, OpenBatch>::iterator open);

  Options options_;
  std::map<std::string, OpenBatch> open_;
  std::deque<PlannedBatch> ready_;
  std::map<PoolKey, Pool> pools_;
  std::uint64_t tick_ = 0;
  std::uint64_t opened_ = 0;
};

}  // namespace sheaf::plan
