#include "store/retries.hpp"

#include <algorithm>

namespace sheaf::store {

bool Retries::count(const Attempt& attempt) {
  const auto& start = attempt.start;
  if (attempt.end && attempt.end->started_unix_ms == 0) return false;
  const auto is_known = [&](SampleNo sample) {
    return without_reply_.contains({start.round, sample});
  };
  const bool again = !start.samples.empty() && std::ranges::all_of(start.samples, is_known);
  const bool has_reply = attempt.end && attempt.end->fault_reason.empty();
  for (const auto sample : start.samples) {
    if (has_reply) {
      without_reply_.erase({start.round, sample});
    } else {
      without_reply_.emplace(start.round, sample);
    }
  }
  return again || start.attempt > 1;
}

}  // namespace sheaf::store
