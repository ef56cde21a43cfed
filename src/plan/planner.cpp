#include "plan/planner.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace sheaf::plan {

Planner::Planner(Options options) : options_(options) { assert(options_.batch_size >= 1); }

void Planner::add(SampleHandle sample, const std::string& isolate) {
  ++waiting_;
  if (options_.arranges) return hold(sample, isolate);
  auto found = open_by_group_.find(isolate);
  if (found == open_by_group_.end()) {
    if (open_.size() >= std::max<std::size_t>(1, options_.open_groups)) close(open_.begin());
    open_.push_back({isolate, {}, rows_});
    found = open_by_group_.emplace(isolate, std::prev(open_.end())).first;
  }
  auto& samples = found->second->samples;
  samples.push_back(sample);
  ++open_samples_;
  if (std::ssize(samples) == options_.batch_size) close(found->second);
}

void Planner::hold(SampleHandle sample, const std::string& isolate) {
  const auto [found, is_new] = held_by_group_.try_emplace(isolate, held_.size());
  if (is_new) held_.emplace_back();
  held_[found->second].push_back(sample);
  ++open_samples_;
}

void Planner::add_follow_up(FollowUp follow_up) {
  assert(follow_up.max_size >= 1);
  ++waiting_;
  const PoolKey key{std::move(follow_up.isolate), follow_up.cap_per_batch, follow_up.max_size};
  pools_[key].push_back({follow_up.sample, follow_up.round, handed_out_});
}

void Planner::pass_row() {
  ++rows_;
  while (!open_.empty() && rows_ - open_.front().opened > options_.open_rows) close(open_.begin());
}

void Planner::finish_rows() {
  while (!open_.empty()) close(open_.begin());
}

void Planner::finish_rows(const Arrange& arrange) {
  held_by_group_.clear();
  for (const auto& group : std::exchange(held_, {})) {
    for (auto& samples : arrange(group)) {
      assert(!samples.empty() && std::ssize(samples) <= options_.batch_size);
      open_samples_ -= samples.size();
      ready_.emplace_back().samples = std::move(samples);
    }
  }
  assert(open_samples_ == 0);
}

std::vector<SampleHandle> Planner::held() const {
  std::vector<SampleHandle> all;
  all.reserve(open_samples_);
  for (const auto& group : held_) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

void Planner::close(OpenBatches::iterator open) {
  PlannedBatch batch;
  batch.samples = std::move(open->samples);
  open_samples_ -= batch.samples.size();
  ready_.push_back(std::move(batch));
  open_by_group_.erase(open->isolate);
  open_.erase(open);
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
  if (!ready_.empty()) {
    auto batch = std::move(ready_.front());
    ready_.pop_front();
    return hand_out(std::move(batch));
  }
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
  PlannedBatch batch;
  batch.follow_up = true;
  batch.cap_per_batch = key.cap_per_batch;
  fill(batch, limit, pool);
  auto next = drop_if_empty(pool);
  while (next != pools_.end() && fits(next->first) && batch.samples.size() < limit) {
    fill(batch, limit, next);
    next = drop_if_empty(next);
  }
  for (auto smaller = pools_.lower_bound(key); smaller != pools_.begin();) {
    --smaller;
    if (!fits(smaller->first)) break;
    fill(batch, static_cast<std::size_t>(smaller->first.max_size), smaller);
    if (smaller->second.empty()) smaller = pools_.erase(smaller);
  }
  return hand_out(std::move(batch));
}

void Planner::fill(PlannedBatch& batch, std::size_t limit, Pools::iterator pool) {
  auto& members = pool->second;
  while (!members.empty() && batch.samples.size() < limit) {
    batch.samples.push_back(members.front().sample);
    batch.round = std::max(batch.round, members.front().round);
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
