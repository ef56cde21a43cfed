#include "plan/planner.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::plan {
namespace {

/// A short pool is not kept waiting while more other batches than this go ahead of it.
constexpr std::uint64_t patience = 8;

}  // namespace

Planner::Planner(Options options) : options_(options) {}

void Planner::add(SampleHandle sample, const std::string& isolate) {
  auto [open, fresh] = open_.try_emplace(isolate);
  if (fresh) open->second.opened = ++opened_;
  open->second.samples.push_back(sample);
  if (std::ssize(open->second.samples) >= options_.batch_size) {
    close(open);
  } else if (open_.size() > options_.open_groups) {
    close(
        std::ranges::min_element(open_, {}, [](const auto& entry) { return entry.second.opened; }));
  }
}

void Planner::close(std::map<std::string, OpenBatch>::iterator open) {
  PlannedBatch batch;
  batch.samples = std::move(open->second.samples);
  ready_.push_back(std::move(batch));
  open_.erase(open);
}

void Planner::add_follow_up(FollowUp follow_up) {
  auto& pool = pools_[{follow_up.max_size, follow_up.cap_per_batch, follow_up.isolate}];
  if (pool.members.empty()) pool.oldest_tick = tick_;
  pool.members.push_back(std::move(follow_up));
}

void Planner::finish_rows() {
  // In the order they were opened, so that the rows alone decide.
  while (!open_.empty()) {
    close(
        std::ranges::min_element(open_, {}, [](const auto& entry) { return entry.second.opened; }));
  }
}

PlannedBatch Planner::take(std::map<PoolKey, Pool>::iterator pool) {
  auto& members = pool->second.members;
  const auto size = std::min(members.size(), static_cast<std::size_t>(pool->first.max_size));
  PlannedBatch batch;
  batch.follow_up = true;
  batch.round = 0;
  batch.cap_per_batch = pool->first.cap_per_batch;
  for (std::size_t i = 0; i < size; ++i) {
    batch.round = std::max(batch.round, members.front().round);
    batch.samples.push_back(members.front().sample);
    members.pop_front();
  }
  pool->second.oldest_tick = tick_;
  if (members.empty()) pools_.erase(pool);
  return batch;
}

std::optional<PlannedBatch> Planner::next(bool idle) {
  auto oldest = pools_.end();
  for (auto pool = pools_.begin(); pool != pools_.end(); ++pool) {
    if (std::ssize(pool->second.members) >= pool->first.max_size) {
      ++tick_;
      return take(pool);
    }
    if (oldest == pools_.end() || pool->second.oldest_tick < oldest->second.oldest_tick) {
      oldest = pool;
    }
  }
  if (oldest != pools_.end() && tick_ - oldest->second.oldest_tick >= patience) {
    ++tick_;
    return take(oldest);
  }
  if (!ready_.empty()) {
    ++tick_;
    auto batch = std::move(ready_.front());
    ready_.pop_front();
    return batch;
  }
  if (!idle || oldest == pools_.end()) return std::nullopt;
  ++tick_;
  return take(oldest);
}

std::size_t Planner::waiting() const {
  std::size_t count = 0;
  for (const auto& [isolate, open] : open_) count += open.samples.size();
  for (const auto& batch : ready_) count += batch.samples.size();
  for (const auto& [key, pool] : pools_) count += pool.members.size();
  return count;
}

std::size_t Planner::ready() const { return ready_.size(); }

}  // namespace sheaf::plan
