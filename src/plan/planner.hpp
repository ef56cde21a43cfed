// The planner: samples -> batches. Pure: order of arrival and follow-ups decide, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "plan/bounds.hpp"
#include "plan/packer.hpp"

namespace sheaf::plan {

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

/// Fills batches by the packer; follow-ups are pooled over replies and go ahead of new rows. Which
/// rows share a first-round batch depends on the bounds and the rows alone: their order and
/// weights, or an arrangement of all of them; isolation groups never share any batch. No batch but
/// a single exceeds the bounds. Single-threaded.
class Planner {
 public:
  struct Options {
    Bounds bounds = {};
    Packer::Options open = {};
    /// Samples of the first round wait for the end of the rows, to be arranged.
    bool arranges = false;
  };
  /// Cuts the samples of one isolation group, given in the order of their rows, into batches of at
  /// most the batch size; each stands in one of them.
  using Arrange =
      std::function<std::vector<std::vector<SampleHandle>>(std::span<const SampleHandle> group)>;
  explicit Planner(Options options);

  void add(SampleHandle sample, const std::string& isolate, const Weight& weight = {});
  struct FollowUp {
    SampleHandle sample = 0;
    std::string isolate;
    int max_size = 1;  ///< At least 1.
    int round = 2;
    std::int64_t cap_per_batch = 0;
    Weight weight = {};
  };
  /// It shares a batch only with follow-ups of its group and cap, none of which then has a batch
  /// larger than its own max_size.
  void add_follow_up(FollowUp follow_up);
  /// One more row of the input was seen, whether it brought a sample or not.
  void pass_row();
  /// No more rows will come: open batches are closed short.
  void finish_rows();
  /// Open batches are closed short; from now on other bounds hold.
  void set_bounds(Bounds bounds);
  /// No more rows will come: what is held is arranged, each isolation group for itself, in the
  /// order of their first rows; an arranged batch that exceeds the bounds is cut where it does, and
  /// its long samples go alone.
  void finish_rows(const Arrange& arrange);
  /// Samples in a batch that held ones fill, by their weights' mean and spread: one of so many is
  /// seldom cut.
  int arranged_size() const;
  /// The samples that wait to be arranged, in the order in which `finish_rows` hands them over.
  std::vector<SampleHandle> held() const;

  /// The next batch: a full follow-up batch, else a short one that has waited long enough, else a
  /// closed first-round batch, else, when `idle` (nothing in flight could fill it), a short
  /// follow-up batch; among equals the one that has waited longest. nullopt: nothing to send yet.
  std::optional<PlannedBatch> next(bool idle);

  /// Samples held and not yet handed out, those of open batches included.
  std::size_t waiting() const { return waiting_; }
  /// Samples in open batches, or held.
  std::size_t open() const { return packer_.open() + held_samples_; }
  /// Closed first-round batches held: the runner pulls no row while there are enough.
  std::size_t ready() const { return packer_.ready() + arranged_.size(); }

 private:
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
    Weight weight;
    std::uint64_t arrived;  // In batches handed out.
  };
  struct Filling {
    PlannedBatch batch;
    Weight sum;
    bool full = false;  // What it holds goes alone.
  };
  // No pool is empty.
  using Pools = std::map<PoolKey, std::deque<Pooled>>;

  void hold(SampleHandle sample, const std::string& isolate, const Weight& weight);
  void cut(std::vector<SampleHandle> arranged);
  Weight weight_of(SampleHandle held) const;
  template <class Accepts>
  Pools::iterator oldest_pool(Accepts accepts);
  PlannedBatch take(Pools::iterator pool);
  void fill(Filling& filling, std::size_t limit, Pools::iterator pool);
  Pools::iterator drop_if_empty(Pools::iterator pool);
  PlannedBatch hand_out(PlannedBatch batch);

  Packer packer_;
  bool arranges_;
  std::vector<std::vector<SampleHandle>>
      held_;  // By isolation group, in the order of their first rows.
  std::unordered_map<std::string, std::size_t> held_by_group_;
  std::unordered_map<SampleHandle, Weight> held_weights_;  // Where more than the count bounds.
  std::deque<std::vector<SampleHandle>> arranged_;
  Pools pools_;
  std::uint64_t handed_out_ = 0;
  std::size_t waiting_ = 0;
  std::size_t held_samples_ = 0;
};

}  // namespace sheaf::plan
