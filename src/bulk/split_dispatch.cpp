#include "bulk/split_dispatch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sheaf::bulk {
namespace {

/// Of a wait, while live requests are under way.
constexpr Time most_of_bulk = std::chrono::milliseconds(5);

}  // namespace

SplitDispatch::SplitDispatch(std::unique_ptr<dispatch::Dispatch> live,
                             std::unique_ptr<dispatch::Dispatch> bulk)
    : live_(std::move(live)), bulk_(std::move(bulk)) {}

void SplitDispatch::submit(std::vector<dispatch::Job> jobs) {
  const auto bulk =
      std::ranges::stable_partition(jobs, [](const auto& job) { return !job.is_bulk; });
  std::vector<dispatch::Job> of_bulk(std::make_move_iterator(bulk.begin()),
                                     std::make_move_iterator(bulk.end()));
  jobs.erase(bulk.begin(), bulk.end());
  if (!jobs.empty()) live_->submit(std::move(jobs));
  if (!of_bulk.empty()) bulk_->submit(std::move(of_bulk));
}

std::vector<dispatch::JobId> SplitDispatch::drop_waiting() {
  auto dropped = live_->drop_waiting();
  const auto bulk = bulk_->drop_waiting();
  dropped.insert(dropped.end(), bulk.begin(), bulk.end());
  return dropped;
}

std::vector<dispatch::AttemptEnd> SplitDispatch::wait(Time wait) {
  const auto live = live_->state();
  const bool is_live_idle = live.in_flight == 0 && live.waiting == 0;
  if (is_live_idle) {
    auto ends = live_->wait(Time{0});
    return ends.empty() ? bulk_->wait(wait) : ends;
  }
  const auto turn = std::min(wait, most_of_bulk);
  auto ends = bulk_->wait(turn);
  return ends.empty() ? live_->wait(wait - turn) : ends;
}

dispatch::Dispatch::State SplitDispatch::state() const {
  auto state = live_->state();
  const auto bulk = bulk_->state();
  state.waiting += bulk.waiting;
  state.away = bulk.away;
  state.bulk_jobs = bulk.bulk_jobs;
  state.bulk_done = bulk.bulk_done;
  state.broken = bulk.broken;
  if (!state.failing_since) state.failing_since = bulk.failing_since;
  return state;
}

}  // namespace sheaf::bulk
