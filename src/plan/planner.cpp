#include "plan/planner.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace sheaf::plan {
namespace {

/// Whole numbers, so that their order is of no account.
struct Spread {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t squares = 0;

  void add(std::int64_t value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  /// What the sum of so many exceeds once in five times, if it is normal.
  std::int64_t most(int samples) const {
    constexpr double quantile = 0.84;
    const auto n = static_cast<double>(count);
    const double mean = static_cast<double>(sum) / n;
    const double variance = std::max(0.0, static_cast<double>(squares) / n - mean * mean);
    return std::llround(samples * mean + quantile * std::sqrt(samples * variance));
  }
};

}  // namespace

Planner::Planner(Options options)
    : packer_(std::move(options.bounds), options.open), arranges_(options.arranges) {}

void Planner::add(SampleHandle sample, const std::string& isolate, const Weight& weight) {
  ++waiting_;
  arranges_ ? hold(sample, isolate, weight) : packer_.add(sample, isolate, weight);
}

void Planner::hold(SampleHandle sample, const std::string& isolate, const Weight& weight) {
  const auto [found, is_new] = held_by_group_.try_emplace(isolate, held_.size());
  if (is_new) held_.emplace_back();
  held_[found->second].push_back(sample);
  if (!packer_.bounds().counts_alone()) held_weights_.emplace(sample, weight);
  ++held_samples_;
}

void Planner::add_follow_up(FollowUp follow_up) {
  assert(follow_up.max_size >= 1);
  ++waiting_;
  const PoolKey key{std::move(follow_up.isolate), follow_up.cap_per_batch, follow_up.max_size};
  pools_[key].push_back({follow_up.sample, follow_up.round, follow_up.weight, handed_out_});
}

void Planner::pass_row() { packer_.pass_row(); }

void Planner::finish_rows() { packer_.finish(); }

void Planner::set_bounds(Bounds bounds) { packer_.set_bounds(std::move(bounds)); }

void Planner::finish_rows(const Arrange& arrange) {
  held_by_group_.clear();
  for (const auto& group : std::exchange(held_, {})) {
    for (auto& samples : arrange(group)) {
      assert(!samples.empty() && std::ssize(samples) <= packer_.bounds().count);
      held_samples_ -= samples.size();
      cut(std::move(samples));
    }
  }
  assert(held_samples_ == 0);
  held_weights_.clear();
}

int Planner::arranged_size() const {
  const auto& bounds = packer_.bounds();
  Spread input;
  Spread output;
  for (const auto& [sample, weight] : held_weights_) {
    if (bounds.is_long(weight)) continue;
    input.add(weight.input);
    output.add(weight.output);
  }
  if (input.count == 0) return bounds.count;
  int size = bounds.count;
  while (size > 1 && !bounds.admits(size, {input.most(size), output.most(size)})) --size;
  return size;
}

void Planner::cut(std::vector<SampleHandle> arranged) {
  const auto& bounds = packer_.bounds();
  if (bounds.counts_alone()) {
    arranged_.push_back(std::move(arranged));
    return;
  }
  std::vector<SampleHandle> part;
  Weight sum;
  for (const auto sample : arranged) {
    const auto weight = weight_of(sample);
    if (bounds.is_long(weight)) {
      arranged_.push_back({sample});
      continue;
    }
    sum += weight;
    if (!part.empty() && !bounds.admits(static_cast<int>(part.size()) + 1, sum)) {
      arranged_.push_back(std::exchange(part, {}));
      sum = weight;
    }
    part.push_back(sample);
  }
  if (!part.empty()) arranged_.push_back(std::move(part));
}

Weight Planner::weight_of(SampleHandle held) const {
  const auto found = held_weights_.find(held);
  return found == held_weights_.end() ? Weight{} : found->second;
}

std::vector<SampleHandle> Planner::held() const {
  std::vector<SampleHandle> all;
  all.reserve(held_samples_);
  for (const auto& group : held_) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

std::optional<PlannedBatch> Planner::next(bool idle) {
  const auto is_full = [](const PoolKey& key, const auto& pool) {
    return std::ssize(pool) >= key.max_size;
  };
  const auto is_overdue = [this](const PoolKey&, const auto& pool) {
    return handed_out_ - pool.front().arrived >= short_batch_patience;
  };
  const auto is_any = [](const PoolKey&, const auto&) { return true; };
  if (const auto full = oldest_pool(is_full); full != pools_.end()) return take(full);
  if (const auto late = oldest_pool(is_overdue); late != pools_.end()) return take(late);
  if (!arranged_.empty()) {
    PlannedBatch batch{.samples = std::move(arranged_.front())};
    arranged_.pop_front();
    return hand_out(std::move(batch));
  }
  if (auto samples = packer_.next()) return hand_out({.samples = std::move(*samples)});
  if (!idle || pools_.empty()) return std::nullopt;
  return take(oldest_pool(is_any));
}

template <class Accepts>
Planner::Pools::iterator Planner::oldest_pool(Accepts accepts) {
  auto oldest = pools_.end();
  for (auto pool = pools_.begin(); pool != pools_.end(); ++pool) {
    if (!accepts(pool->first, pool->second)) continue;
    const bool older =
        oldest == pools_.end() || pool->second.front().arrived < oldest->second.front().arrived;
    if (older) oldest = pool;
  }
  return oldest;
}

// From this pool, then from its neighbours: larger ones may always join, smaller ones bring their
// own limit.
PlannedBatch Planner::take(Pools::iterator pool) {
  const auto key = pool->first;
  const auto fits = [&](const PoolKey& other) {
    return other.isolate == key.isolate && other.cap_per_batch == key.cap_per_batch;
  };
  const auto limit = static_cast<std::size_t>(key.max_size);
  Filling filling;
  auto& batch = filling.batch;
  batch.follow_up = true;
  batch.cap_per_batch = key.cap_per_batch;
  fill(filling, limit, pool);
  auto next = drop_if_empty(pool);
  while (next != pools_.end() && fits(next->first) && batch.samples.size() < limit) {
    fill(filling, limit, next);
    next = drop_if_empty(next);
  }
  for (auto smaller = pools_.lower_bound(key); smaller != pools_.begin();) {
    --smaller;
    if (!fits(smaller->first)) break;
    fill(filling, static_cast<std::size_t>(smaller->first.max_size), smaller);
    if (smaller->second.empty()) smaller = pools_.erase(smaller);
  }
  return hand_out(std::move(batch));
}

void Planner::fill(Filling& filling, std::size_t limit, Pools::iterator pool) {
  auto& batch = filling.batch;
  const auto& bounds = packer_.bounds();
  auto& members = pool->second;
  while (!members.empty() && !filling.full && batch.samples.size() < limit) {
    const auto& next = members.front();
    auto more = filling.sum;
    more += next.weight;
    const bool fits =
        bounds.counts_alone() || (bounds.admits(static_cast<int>(batch.samples.size()) + 1, more) &&
                                  !bounds.is_long(next.weight));
    if (!fits && !batch.samples.empty()) return;
    batch.samples.push_back(next.sample);
    batch.round = std::max(batch.round, next.round);
    filling.sum = more;
    filling.full = !fits;
    members.pop_front();
  }
}

Planner::Pools::iterator Planner::drop_if_empty(Pools::iterator pool) {
  return pool->second.empty() ? pools_.erase(pool) : std::next(pool);
}

PlannedBatch Planner::hand_out(PlannedBatch batch) {
  ++handed_out_;
  waiting_ -= batch.samples.size();
  return batch;
}

}  // namespace sheaf::plan
