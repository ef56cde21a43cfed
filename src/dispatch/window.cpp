#include "dispatch/window.hpp"

#include <algorithm>

namespace sheaf::dispatch {

void RequestWindow::start(Time at) { leave_.push_back(at + counted_for); }

void RequestWindow::prune(Time now) {
  while (!leave_.empty() && leave_.front() <= now) leave_.pop_front();
}

Time RequestWindow::free_at(std::int64_t limit, Time now) const {
  const auto count = std::ssize(leave_);
  if (count < limit) return now;
  return std::max(now, leave_[static_cast<std::size_t>(count - limit)]);
}

Ticket TokenWindow::start(std::int64_t reserved, Time at) {
  counted_.push_back({at + counted_for, reserved});
  sum_ += reserved;
  return first_ + counted_.size() - 1;
}

void TokenWindow::settle(Ticket request, std::int64_t tokens) {
  if (request < first_) return;
  const auto index = static_cast<std::size_t>(request - first_);
  const auto change = std::max<std::int64_t>(tokens, 0) - counted_[index].tokens;
  counted_[index].tokens += change;
  sum_ += change;
  if (index < leading_) leading_sum_ += change;
}

void TokenWindow::prune(Time now) {
  while (!counted_.empty() && counted_.front().leave <= now) {
    const auto tokens = counted_.front().tokens;
    counted_.pop_front();
    ++first_;
    sum_ -= tokens;
    if (leading_ == 0) continue;
    --leading_;
    leading_sum_ -= tokens;
  }
}

Time TokenWindow::free_at(std::int64_t tokens, std::int64_t limit, Time now) const {
  const auto excess = tokens > limit ? sum_ : sum_ + tokens - limit;
  if (excess <= 0) return now;
  while (leading_sum_ < excess) leading_sum_ += counted_[leading_++].tokens;
  while (leading_sum_ - counted_[leading_ - 1].tokens >= excess) {
    leading_sum_ -= counted_[--leading_].tokens;
  }
  return std::max(now, counted_[leading_ - 1].leave);
}

}  // namespace sheaf::dispatch
