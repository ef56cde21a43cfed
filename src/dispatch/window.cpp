#include "dispatch/window.hpp"

#include <algorithm>

namespace sheaf::dispatch {

void RequestWindow::start(Time at) { leave_.push_back(at + window_length + travel_slack); }

void RequestWindow::prune(Time now) {
  while (!leave_.empty() && leave_.front() <= now) leave_.pop_front();
}

Time RequestWindow::free_at(std::int64_t limit, Time now) const {
  const auto count = std::ssize(leave_);
  if (count < limit) return now;
  return std::max(now, leave_[static_cast<std::size_t>(count - limit)]);
}

void TokenWindow::start(std::int64_t reserved) {
  in_flight_ += reserved;
  ++in_flight_count_;
}

void TokenWindow::end(std::int64_t reserved, std::int64_t settled, Time now) {
  in_flight_ -= reserved;
  --in_flight_count_;
  if (settled <= 0) return;
  ended_.push_back({now + window_length, settled});
  ended_sum_ += settled;
}

void TokenWindow::prune(Time now) {
  while (!ended_.empty() && ended_.front().leave <= now) {
    ended_sum_ -= ended_.front().tokens;
    ended_.pop_front();
  }
}

std::optional<Time> TokenWindow::free_at(std::int64_t tokens, std::int64_t limit, Time now) const {
  if (tokens > limit) {
    if (in_flight_count_ > 0) return std::nullopt;
    return ended_.empty() ? now : std::max(now, ended_.back().leave);
  }
  if (in_flight_ + tokens > limit) return std::nullopt;
  auto excess = used() + tokens - limit;
  Time at = now;
  for (auto entry = ended_.begin(); excess > 0; ++entry) {
    excess -= entry->tokens;
    at = std::max(at, entry->leave);
  }
  return at;
}

}  // namespace sheaf::dispatch
