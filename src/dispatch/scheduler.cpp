#include "dispatch/scheduler.hpp"

#include <algorithm>
#include <cassert>
#include <compare>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/random.hpp"
#include "dispatch/endpoint.hpp"

namespace sheaf::dispatch {
namespace {

enum class Lane { again, urgent, ordinary };

/// The place of a job in the queue.
struct Rank {
  Lane lane = Lane::ordinary;
  Time due{0};
  std::uint64_t sequence = 0;
  friend auto operator<=>(const Rank&, const Rank&) = default;
};

enum class Stage { ready, backing_off, lost, in_flight };

struct QueuedJob {
  Rank rank;
  std::int64_t tokens = 0;
  Stage stage = Stage::ready;
  std::size_t endpoint = 0;  ///< Of the attempt in flight, else of the last one.
  bool avoid_endpoint = false;
  bool last_attempt = false;
  int starts = 0;
  int retries = 0;
  Time first_start{0};
  Time started{0};
  Ticket ticket = 0;
};

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

struct Scheduler::Impl {
  explicit Impl(SchedulerOptions given);

  QueuedJob* find(JobId job);
  void enqueue(JobId id, QueuedJob& job, Time due, Time now);
  void release_due(Time now);
  void remove(JobId id, const QueuedJob& job);
  std::optional<std::size_t> choose(const QueuedJob& job, Time now) const;
  bool fits_somewhere(const QueuedJob& job) const;
  std::optional<Time> room_at(std::size_t endpoint, const QueuedJob& job, Time now) const;
  std::optional<Time> deadline(const QueuedJob& job) const;
  Verdict judge(JobId id, QueuedJob& job, const Exchange& exchange, Time now);
  Verdict again(JobId id, QueuedJob& job, const Fault& fault, Time due, Time now);
  void note_outcome(const QueuedJob& job, const Exchange& exchange, Time now);
  Time first_free_endpoint() const;

  SchedulerOptions options;
  Backoff backoff;
  Random random;
  std::vector<EndpointState> endpoints;
  std::unordered_map<JobId, QueuedJob> jobs;
  std::map<Rank, JobId> ready;
  std::set<std::pair<Time, JobId>> backing_off;
  std::set<std::pair<Time, JobId>> deadlines;
  std::uint64_t sequence = 0;
  int in_flight = 0;
  std::optional<Time> last_success;
  std::optional<Time> failing_since;
};

Scheduler::Impl::Impl(SchedulerOptions given)
    : options(std::move(given)),
      backoff{options.retry_base, options.retry_cap},
      random(options.seed) {
  assert(!options.endpoints.empty());
  options.concurrency = std::max(options.concurrency, 1);
  std::ranges::sort(options.past, std::greater(), &PastRequest::age);
  const auto on_failures = options.endpoints.size() > 1 ? OnFailures::hold : OnFailures::try_on;
  for (const auto& limits : options.endpoints) {
    auto& endpoint = endpoints.emplace_back(limits, options.concurrency, backoff, on_failures);
    for (const auto& past : options.past) endpoint.add_past(past);
  }
}

QueuedJob* Scheduler::Impl::find(JobId job) {
  const auto found = jobs.find(job);
  return found == jobs.end() ? nullptr : &found->second;
}

void Scheduler::Impl::enqueue(JobId id, QueuedJob& job, Time due, Time now) {
  job.rank.lane = Lane::again;
  job.rank.due = due;
  if (due > now) {
    job.stage = Stage::backing_off;
    backing_off.emplace(due, id);
  } else {
    job.stage = Stage::ready;
    ready.emplace(job.rank, id);
  }
}

void Scheduler::Impl::release_due(Time now) {
  while (!backing_off.empty() && backing_off.begin()->first <= now) {
    const auto [due, id] = *backing_off.begin();
    backing_off.erase(backing_off.begin());
    enqueue(id, jobs.at(id), due, now);
  }
}

void Scheduler::Impl::remove(JobId id, const QueuedJob& job) {
  if (job.stage == Stage::ready) ready.erase(job.rank);
  if (job.stage == Stage::backing_off) backing_off.erase({job.rank.due, id});
  jobs.erase(id);
}

bool Scheduler::Impl::fits_somewhere(const QueuedJob& job) const {
  return std::ranges::any_of(
      endpoints, [&job](const EndpointState& endpoint) { return endpoint.can_hold(job.tokens); });
}

/// When the job may start there, slots apart. A job too large for every endpoint may go to any.
std::optional<Time> Scheduler::Impl::room_at(std::size_t index, const QueuedJob& job,
                                             Time now) const {
  const auto& endpoint = endpoints[index];
  if (!endpoint.has_slot()) return std::nullopt;
  if (!endpoint.can_hold(job.tokens) && fits_somewhere(job)) return std::nullopt;
  return endpoint.free_at(job.tokens, now);
}

std::optional<std::size_t> Scheduler::Impl::choose(const QueuedJob& job, Time now) const {
  std::optional<std::size_t> best;
  std::pair<bool, double> best_key;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto at = room_at(i, job, now);
    if (!at || *at > now) continue;
    const std::pair key{job.avoid_endpoint && i == job.endpoint, endpoints[i].load()};
    if (best && best_key <= key) continue;
    best = i;
    best_key = key;
  }
  return best;
}

std::optional<Time> Scheduler::Impl::deadline(const QueuedJob& job) const {
  if (options.total_timeout <= Time{0}) return std::nullopt;
  return job.first_start + options.total_timeout;
}

Time Scheduler::Impl::first_free_endpoint() const {
  return std::ranges::min_element(endpoints, {}, &EndpointState::held_until)->held_until();
}

void Scheduler::Impl::note_outcome(const QueuedJob& job, const Exchange& exchange, Time now) {
  if (std::holds_alternative<Completion>(exchange.outcome)) {
    last_success = now;
    failing_since.reset();
  } else if (!failing_since) {
    failing_since = std::max(job.started, last_success.value_or(job.started));
  }
}

Verdict Scheduler::Impl::judge(JobId id, QueuedJob& job, const Exchange& exchange, Time now) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  if (fault == nullptr) return Verdict::done;
  if (fault->remedy == Remedy::wait) return again(id, job, *fault, now, now);
  if (fault->remedy != Remedy::retry) return Verdict::done;
  job.avoid_endpoint = true;
  if (job.retries >= options.max_retries) return Verdict::gave_up;
  const auto pause = std::max(backoff.full_jitter(job.retries, random),
                              Time(fault->retry_after.value_or(Millis(0))));
  ++job.retries;
  return again(id, job, *fault, now + pause, now);
}

Verdict Scheduler::Impl::again(JobId id, QueuedJob& job, const Fault& fault, Time due, Time now) {
  if (job.last_attempt) return Verdict::gave_up;
  const auto end = deadline(job);
  if (end && std::max(due, first_free_endpoint()) >= *end) return Verdict::gave_up;
  if (fault.maybe_billed || fault.usage) {
    job.stage = Stage::lost;
    job.rank.due = due;
    return Verdict::may_retry;
  }
  enqueue(id, job, due, now);
  return Verdict::waits;
}

Scheduler::Scheduler(SchedulerOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
Scheduler::~Scheduler() = default;

void Scheduler::submit(JobId id, std::int64_t tokens, bool urgent, Time) {
  QueuedJob job;
  job.rank = {urgent ? Lane::urgent : Lane::ordinary, Time{0}, impl_->sequence++};
  job.tokens = std::max<std::int64_t>(tokens, 0);
  [[maybe_unused]] const auto [place, fresh] = impl_->jobs.emplace(id, job);
  assert(fresh);
  impl_->ready.emplace(job.rank, id);
}

std::optional<Start> Scheduler::next(Time now) {
  auto& impl = *impl_;
  impl.release_due(now);
  for (auto& endpoint : impl.endpoints) endpoint.prune(now);
  if (impl.ready.empty() || impl.in_flight >= impl.options.concurrency) return std::nullopt;
  const auto id = impl.ready.begin()->second;
  auto& job = impl.jobs.at(id);
  const auto endpoint = impl.choose(job, now);
  if (!endpoint) return std::nullopt;
  impl.ready.erase(impl.ready.begin());
  job.stage = Stage::in_flight;
  job.endpoint = *endpoint;
  job.avoid_endpoint = false;
  job.started = now;
  if (++job.starts == 1) job.first_start = now;
  job.ticket = impl.endpoints[*endpoint].start(job.tokens, now);
  ++impl.in_flight;
  if (const auto end = impl.deadline(job); end && now < *end) impl.deadlines.emplace(*end, id);
  return Start{id, *endpoint, job.starts};
}

Verdict Scheduler::ended(JobId id, const Exchange& exchange, Time now) {
  auto& impl = *impl_;
  auto* job = impl.find(id);
  if (job == nullptr || job->stage != Stage::in_flight) return Verdict::done;
  --impl.in_flight;
  if (const auto end = impl.deadline(*job)) impl.deadlines.erase({*end, id});
  impl.endpoints[job->endpoint].end(job->ticket, job->tokens, job->started, exchange, now,
                                    impl.random);
  impl.note_outcome(*job, exchange, now);
  const auto verdict = impl.judge(id, *job, exchange, now);
  if (verdict == Verdict::done || verdict == Verdict::gave_up) impl.jobs.erase(id);
  return verdict;
}

void Scheduler::permit_retry(JobId id, Time now) {
  auto* job = impl_->find(id);
  if (job == nullptr || job->stage != Stage::lost) return;
  impl_->enqueue(id, *job, job->rank.due, now);
}

bool Scheduler::drop(JobId id) {
  const auto* job = impl_->find(id);
  if (job == nullptr || job->stage == Stage::in_flight) return false;
  impl_->remove(id, *job);
  return true;
}

std::vector<JobId> Scheduler::drop_waiting() {
  std::vector<JobId> dropped;
  for (auto& [id, job] : impl_->jobs) {
    job.last_attempt = true;
    if (job.stage != Stage::in_flight) dropped.push_back(id);
  }
  std::ranges::sort(dropped);
  for (const auto id : dropped) impl_->jobs.erase(id);
  impl_->ready.clear();
  impl_->backing_off.clear();
  return dropped;
}

std::vector<JobId> Scheduler::overdue(Time now) {
  std::vector<JobId> found;
  auto& deadlines = impl_->deadlines;
  while (!deadlines.empty() && deadlines.begin()->first <= now) {
    found.push_back(deadlines.begin()->second);
    deadlines.erase(deadlines.begin());
  }
  return found;
}

std::optional<Time> Scheduler::next_wakeup(Time now) const {
  const auto& impl = *impl_;
  std::optional<Time> at;
  if (!impl.backing_off.empty()) at = impl.backing_off.begin()->first;
  if (!impl.deadlines.empty()) at = earlier(at, impl.deadlines.begin()->first);
  if (impl.ready.empty() || impl.in_flight >= impl.options.concurrency) return at;
  const auto& head = impl.jobs.at(impl.ready.begin()->second);
  for (std::size_t i = 0; i < impl.endpoints.size(); ++i) {
    at = earlier(at, impl.room_at(i, head, now));
  }
  return at;
}

int Scheduler::in_flight() const { return impl_->in_flight; }

std::size_t Scheduler::waiting() const {
  return impl_->jobs.size() - static_cast<std::size_t>(impl_->in_flight);
}

int Scheduler::concurrency_now() const {
  int sum = 0;
  for (const auto& endpoint : impl_->endpoints) {
    sum = std::min(impl_->options.concurrency, sum + endpoint.cap());
  }
  return sum;
}

std::optional<Time> Scheduler::failing_since() const { return impl_->failing_since; }

}  // namespace sheaf::dispatch
