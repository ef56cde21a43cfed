// The planner: samples -> batches. Pure: order of arrival and follow-ups decide, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace sheaf::plan {

/// The runner's name for an active sample.
using SampleHandle = std::int64_t;

struct PlannedBatch {
  std::vector<SampleHandle> samples;
  /// 1 for rows asked the first time; else the highest of its members.
  int round = 1;
  /// 0: the ordinary output cap for this size.
  std::int64_t cap_per_batch = 0;
  bool follow_up = false;
};

/// A short follow-up batch waits while this many other batches are handed out, then goes as it is.
inline constexpr std::uint64_t short_batch_patience = 8;

/// Fills batches in order of arrival, one open batch per isolation group; follow-ups are pooled
/// over replies and go ahead of new rows. Which rows share a first-round batch depends on the rows
/// alone: their order, or an arrangement of all of them; isolation groups never share any batch.
/// Single-threaded.
class Planner {
 public:
  struct Options {
    int batch_size = 6;
    /// Open isolation groups at most; beyond it the oldest open batch is closed short.
    std::size_t open_groups = 1024;
    /// Rows that may pass while a batch is open, whatever they bring; then it is closed short.
    std::int64_t open_rows = 10'000;
    /// Samples of the first round wait for the end of the rows, to be arranged.
    bool arranges = false;
  };
  /// Cuts the samples of one isolation group, given in the order of their rows, into batches of at
  /// most the batch size; each stands in one of them.
  using Arrange =
      std::function<std::vector<std::vector<SampleHandle>>(std::span<const SampleHandle> group)>;
  explicit Planner(Options options);

  void add(SampleHandle sample, const std::string& isolate);
  struct FollowUp {
    SampleHandle sample = 0;
    std::string isolate;
    int max_size = 1;  ///< At least 1.
    int round = 2;
    std::int64_t cap_per_batch = 0;
  };
  /// It shares a batch only with follow-ups of its group and cap, none of which then has a batch
  /// larger than its own max_size.
  void add_follow_up(FollowUp follow_up);
  /// One more row of the input was seen, whether it brought a sample or not.
  void pass_row();
  /// No more rows will come: open batches are closed short.
  void finish_rows();
  /// No more rows will come: what is held is arranged, each isolation group for itself, in the
  /// order of their first rows.
  void finish_rows(const Arrange& arrange);
  /// The samples that wait to be arranged, in the order in which `finish_rows` hands them over.
  std::vector<SampleHandle> held() const;

  /// The next batch: a full follow-up batch, else a short one that has waited long enough, else a
  /// closed first-round batch, else, when `idle` (nothing in flight could fill it), a short
  /// follow-up batch; among equals the one that has waited longest. nullopt: nothing to send yet.
  std::optional<PlannedBatch> next(bool idle);

  /// Samples held and not yet handed out, those of open batches included.
  std::size_t waiting() const { return waiting_; }
  /// Samples in open batches, or held.
  std::size_t open() const { return open_samples_; }
  /// Closed first-round batches held: the runner pulls no row while there are enough.
  std::size_t ready() const { return ready_.size(); }

 private:
  struct OpenBatch {
    std::string isolate;
    std::vector<SampleHandle> samples;
    std::int64_t opened = 0;  ///< In rows passed.
  };
  using OpenBatches = std::list<OpenBatch>;  // In the order of opening.

  // Pools that may share a batch are neighbours, the smallest first.
  struct PoolKey {
    std::string isolate;
    std::int64_t cap_per_batch;
    int max_size;
    auto operator<=>(const PoolKey&) const = default;
  };
  struct Pooled {
    SampleHandle sample;
    int round;
    std::uint64_t arrived;  // In batches handed out.
  };
  // No pool is empty.
  using Pools = std::map<PoolKey, std::deque<Pooled>>;

  void hold(SampleHandle sample, const std::string& isolate);
  void close(OpenBatches::iterator open);
  template <class Accepts>
  Pools::iterator oldest_pool(Accepts accepts);
  PlannedBatch take(Pools::iterator pool);
  void fill(PlannedBatch& batch, std::size_t limit, Pools::iterator pool);
  Pools::iterator drop_if_empty(Pools::iterator pool);
  PlannedBatch hand_out(PlannedBatch batch);

  Options options_;
  OpenBatches open_;
  std::unordered_map<std::string, OpenBatches::iterator> open_by_group_;
  std::vector<std::vector<SampleHandle>>
      held_;  // By isolation group, in the order of their first rows.
  std::unordered_map<std::string, std::size_t> held_by_group_;
  std::deque<PlannedBatch> ready_;
  Pools pools_;
  std::uint64_t handed_out_ = 0;
  std::size_t waiting_ = 0;
  std::size_t open_samples_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace sheaf::plan
