#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "run/runner.hpp"
#include "run/stops.hpp"

namespace sheaf::run {

std::optional<Error> outside_stop(const RunOptions& options, const dispatch::Dispatch& dispatch,
                                  bool any_requests) {
  if (options.stop != nullptr && options.stop->times() > 0) {
    const bool terminated = options.stop->kind() == StopSignal::Kind::terminated;
    return Error{terminated ? ErrorCode::terminated : ErrorCode::interrupted,
                 terminated ? "terminated; run the same command again to continue"
                            : "interrupted; run the same command again to continue"};
  }
  const auto state = dispatch.state();
  if (!any_requests || !state.failing_since ||
      dispatch.now() - *state.failing_since <= no_success_limit) {
    return std::nullopt;
  }
  return Error{ErrorCode::stopped,
               "no request succeeded for 10 minutes; see that the service answers, then run the "
               "same command again to continue"};
}

void Runner::check_stops() {
  if (auto error = outside_stop(options_, parts_.dispatch, !requests_.empty())) {
    stop(std::move(*error));
  }
  if (options_.max_failed && over_failure_bound()) {
    stop({ErrorCode::stopped,
          fmt::format("{} of {} rows failed, more than --max-failed allows; look at their reasons "
                      "with `sheaf inspect`, mend the task, and run again",
                      tally_.failed_rows(), tally_.rows_done())});
  }
}

bool Runner::over_failure_bound() const {
  const auto& bound = *options_.max_failed;
  if (!bound.percent) return tally_.failed_rows() > bound.count;
  if (tally_.rows_done() < 20) return false;
  return static_cast<double>(tally_.failed_rows()) * 100.0 >
         *bound.percent * static_cast<double>(tally_.rows_done());
}

void Runner::stop(Error error) {
  if (stopped_) return;
  stopped_ = std::move(error);
  for (const auto& job : std::exchange(outbox_, {})) unsent_.push_back(job.id);
  permitted_.clear();
  for (const auto job : parts_.dispatch.drop_waiting()) unsent_.push_back(job);
  for (const auto& [job, request] : requests_) {
    if (request.wants_retry) unsent_.push_back(job);
  }
}

/// The checkpoint failed: that outranks whatever else the run stops for.
void Runner::stop_for_good(Error error) {
  stop(error);
  stopped_ = std::move(error);
}

Expected<void> Runner::forget_unsent() {
  std::ranges::sort(unsent_);
  const auto [first, last] = std::ranges::unique(unsent_);
  unsent_.erase(first, last);
  Expected<void> all;
  for (const auto job : std::exchange(unsent_, {})) {
    const auto found = requests_.extract(job);
    if (found.empty() || found.mapped().wants_retry) continue;
    const auto& request = found.mapped();
    budget_.refund(request.reserved_cost);
    tally_.not_sent(request.attempts + request.refusals > 1, request.batch.follow_up);
    store::AttemptEnd end;
    end.fault_reason = "not-sent";
    end.fault_detail = "the run stopped before this request left";
    end.maybe_billed = false;
    if (auto done = parts_.store.end_attempt(request.attempt, end); !done) all = std::move(done);
  }
  return all;
}

}  // namespace sheaf::run
