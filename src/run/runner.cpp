#include "run/runner.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "grouping/kind.hpp"
#include "run/stored_prices.hpp"
#include "run/unpacked.hpp"

namespace sheaf::run {
namespace {

/// How long the runner waits for an attempt to end before it looks at the stop signal again.
constexpr Time step_wait = std::chrono::milliseconds(50);
constexpr Time report_every = std::chrono::milliseconds(100);
/// How long what came may wait for more before it is committed.
constexpr Time commit_within = std::chrono::milliseconds(20);

plan::Planner::Options planner_options(const task::BatchSettings& batch, const Packing& packing) {
  return {.bounds = packing.bounds(),
          .open = packing.open(),
          .arranges = batch.grouping != grouping::Kind::sequential};
}

VectorsBill total_vectors(const store::Spending& earlier, const VectorsBill& now) {
  VectorsBill total{earlier.vectors.requests + now.requests, earlier.vectors.tokens + now.tokens,
                    now.cost_usd};
  if (total.cost_usd) *total.cost_usd += to_usd(earlier.vectors.cost);
  return total;
}

}  // namespace

Runner::Runner(Parts parts, const RunOptions& options, Budget budget)
    : parts_(std::move(parts)),
      options_(options),
      budget_(budget),
      builder_(parts_.task, parts_.format),
      packing_(parts_.task, parts_.format, builder_, parts_.counter, parts_.limits),
      planner_(planner_options(parts_.task.batch, packing_)),
      plan_(parts_.task, parts_.format, builder_, parts_.counter),
      sender_({parts_.store, parts_.dispatch, budget_, tally_, parts_.task.price, parts_.unix_ms,
               parts_.bulk.price},
              options),
      caching_(parts_.task) {
  rules_.max_requests_per_sample = options.max_requests_per_sample;
  const auto& parameters = parts_.task.model.parameters;
  if (!parameters.empty()) parameter_bytes_ = std::ssize(json::dump(parameters));
  for (std::size_t place = 0; place < parts_.bulk.left.size(); ++place) {
    for (const auto number : parts_.bulk.left[place].start.samples) holders_.emplace(number, place);
  }
}

Runner::~Runner() = default;

RunSummary Runner::run() {
  started_ = parts_.dispatch.now();
  if (auto begun = begin_run(); !begun) sender_.stop_for_good(begun.error());
  bool failed = false;
  while (!finished()) {
    if (auto done = step(); !done) {
      sender_.stop_for_good(done.error());
      // Once more, so that what is under way is kept if it can be.
      if (std::exchange(failed, true)) break;
    }
    if (options_.stop != nullptr && options_.stop->times() > 1) {
      sender_.check_stops();
      if (auto done = take_ends(Time{0}); !done) sender_.stop_for_good(done.error());
      break;
    }
  }
  if (auto ended = end_run(); !ended) sender_.stop_for_good(ended.error());
  report(Report::always);
  return summarize();
}

RunSummary Runner::summarize() {
  sender_.bill_unended();
  RunSummary summary;
  tally_.fill(summary, parts_.task.price);
  if (summary.baseline) {
    const auto& shared = shared_part(1).size;
    summary.baseline->input_tokens = tally_.baseline_input(parts_.counter, shared);
    price_unpacked(*summary.baseline, parts_.task, parts_.counter.expected_input_tokens(shared));
  }
  summary.elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(parts_.dispatch.now() - started_);
  const auto& earlier = budget_.earlier();
  summary.total_requests = earlier.requests + summary.requests;
  summary.total_usage = earlier.usage;
  add(summary.total_usage, summary.usage);
  if (parts_.task.price) summary.total_cost_usd = to_usd(earlier.cost + tally_.cost());
  summary.total_vectors = total_vectors(earlier, summary.vectors);
  const auto state = parts_.dispatch.state();
  summary.bulk_jobs = state.bulk_jobs;
  summary.bulk_requests = static_cast<std::int64_t>(state.away);
  summary.stopped = sender_.stopped();
  if (!summary.stopped && !packing_.learns() && !parts_.most_output) {
    summary.planned = plan_.bill(options_.via);
  }
  return summary;
}

Expected<void> Runner::begin_run() {
  auto mark = parts_.store.task_mark();
  if (!mark) return std::unexpected(mark.error());
  const auto reading = task::reading_identity(parts_.task);
  reading_changed_ = !mark->task_name.empty() && mark->reading_identity != reading;
  if (reading_changed_) reread_.resize(static_cast<std::size_t>(parts_.store.sample_count()));
  any_success_ = mark->request_identity == task::request_identity(parts_.task) &&
                 budget_.earlier().completions > 0;
  // Until every row was read by the present rule the file is of no one reading.
  mark->task_name = parts_.task.name;
  mark->request_identity = task::request_identity(parts_.task);
  mark->model = parts_.task.model_name;
  if (parts_.task.price) mark->prices = with_prices(mark->prices, *parts_.task.price);
  if (parts_.bulk.price) mark->prices = with_prices(mark->prices, *parts_.bulk.price);
  mark->reading_identity = reading_changed_ ? std::string() : reading;
  if (auto done = parts_.store.set_task_mark(*mark); !done) return done;
  if (auto done = parts_.store.begin_rows(); !done) return done;
  return parts_.store.commit();
}

Expected<void> Runner::end_run() {
  // What came in the last step of a run that stopped.
  if (auto done = commit(); !done) return done;
  const bool all_reread = std::ranges::all_of(reread_, [](bool seen) { return seen; });
  if (sender_.stopped() || !reading_changed_ || !all_reread) return {};
  auto mark = parts_.store.task_mark();
  if (!mark) return std::unexpected(mark.error());
  mark->reading_identity = task::reading_identity(parts_.task);
  if (auto done = parts_.store.set_task_mark(*mark); !done) return done;
  return parts_.store.commit();
}

bool Runner::finished() const {
  if (sender_.stopped()) return sender_.is_all_away();
  return sender_.idle() && rows_ended_ && active_.empty() && results_.empty();
}

Expected<void> Runner::step() {
  sender_.check_stops();
  check_failures();
  if (!sender_.stopped()) {
    if (auto done = pull_rows(); !done) return done;
  }
  if (auto done = sender_.resume_lost(); !done) return done;
  if (!sender_.stopped()) {
    if (auto done = launch(); !done) return done;
  }
  if (auto done = commit(); !done) return done;
  sender_.hand_over();
  if (auto done = tend_bulk_jobs(); !done) return done;
  report(Report::when_due);
  if (sender_.idle()) {
    assert(sender_.stopped() || !rows_ended_ || active_.empty());
    return {};
  }
  // What fills bulk jobs does not wait for what they bring.
  return take_ends(launched_ && parts_.bulk.first_asks ? Time{0} : step_wait);
}

void Runner::check_failures() {
  if (!options_.max_failed || !over_failure_bound()) return;
  sender_.stop(
      {ErrorCode::stopped,
       fmt::format("{} of {} rows failed, more than --max-failed allows; look at their reasons "
                   "with `sheaf inspect`, mend the task, and run again",
                   tally_.failed_rows(), tally_.rows_done())});
}

bool Runner::over_failure_bound() const {
  const auto& bound = *options_.max_failed;
  if (!bound.percent) return tally_.failed_rows() > bound.count;
  if (tally_.rows_done() < 20) return false;
  return static_cast<double>(tally_.failed_rows()) * 100.0 >
         *bound.percent * static_cast<double>(tally_.rows_done());
}

/// One commit serves as many ends as come soon, and no more than there are requests queued to take
/// their place: sending goes on meanwhile.
Expected<void> Runner::take_ends(Time wait) {
  Expected<void> all;
  std::size_t taken = 0;
  std::optional<Time> until;
  do {
    const auto ends = parts_.dispatch.wait(wait);
    if (ends.empty()) break;
    taken += ends.size();
    for (const auto& end : ends) {
      unsaved_ = true;
      if (auto done = handle(end); !done) all = std::move(done);
    }
    const auto now = parts_.dispatch.now();
    if (!until) until = now + std::min(wait, commit_within);
    wait = *until - now;
  } while (all && !sender_.stopped() && !sender_.idle() && taken < queued_beyond() &&
           wait > Time{0});
  return all;
}

Expected<void> Runner::launch() {
  launched_ = false;
  if (awaits_vectors()) return {};
  while (sender_.under_way() < room() && !caching_.waits()) {
    auto more = launch_one();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    launched_ = true;
  }
  return {};
}

Expected<bool> Runner::launch_one() {
  if (!held_) {
    auto batch = planner_.next(/*idle=*/sender_.idle());
    if (!batch) return false;
    if (auto done = plan_.begin(parts_.store, any_success_); !done) {
      return std::unexpected(done.error());
    }
    held_ = make_request(std::move(*batch));
  }
  const auto& key = held_->prompt.cache_key;
  const auto& place = key.empty() ? held_->shared->opening : key;
  const auto prefix_tokens = parts_.counter.expected_input_tokens(held_->shared->size);
  auto& start = held_->outgoing.start;
  start.is_warm_up =
      !start.is_bulk && !held_->batch.follow_up && caching_.needs_writer(place, prefix_tokens);
  const bool is_warm_up = start.is_warm_up;
  auto job = sender_.begin(held_->outgoing);
  if (!job) return std::unexpected(job.error());
  if (!*job) return false;
  if (is_warm_up) caching_.writes(**job, place);
  requests_.emplace(**job, *std::exchange(held_, std::nullopt));
  return true;
}

/// A single that is asked again has the room of its whole first batch. What is more than the
/// ordinary cap is no more than the model's context leaves.
std::int64_t Runner::cap_of(const plan::PlannedBatch& batch, const tokens::PromptSize& size) const {
  const auto ordinary = packing_.output_cap(static_cast<int>(batch.samples.size()));
  auto cap = ordinary;
  if (batch.cap_per_batch > 0) {
    cap = batch.cap_per_batch;
  } else if (batch.follow_up && batch.samples.size() == 1) {
    cap = std::max(cap, active_.at(batch.samples.front()).ledger.single_cap);
  }
  if (cap <= ordinary) return cap;
  return std::max(ordinary, std::min(cap, packing_.most_output(size).value_or(cap)));
}

Runner::Request Runner::describe(plan::PlannedBatch batch) {
  const auto size = static_cast<int>(batch.samples.size());
  std::vector<format::SampleText> samples;
  samples.reserve(batch.samples.size());
  for (const auto handle : batch.samples) {
    samples.push_back(active_.at(handle).row.sample);
  }
  Request request;
  request.prompt = builder_.build_own(samples, 0);
  request.keys = builder_.keys(size);
  request.shared = &shared_part(size);
  request.size = size_of(size, request.prompt.messages.front().text);
  request.batch = std::move(batch);
  return request;
}

Runner::Request Runner::make_request(plan::PlannedBatch batch) {
  auto request = describe(std::move(batch));
  const auto& shared = *request.shared;
  const auto size = static_cast<int>(request.batch.samples.size());
  if (!request.batch.follow_up) plan_.add(size, request.size, shared.size);
  const auto cap = cap_of(request.batch, request.size);
  request.prompt.max_output_tokens = cap;
  request.prompt.cache_key = caching_.key(shared.opening, prompts_++);
  auto& outgoing = request.outgoing;
  outgoing.http = parts_.provider.request(shared.opening, request.prompt);
  outgoing.prompt_prefix = shared.text;
  outgoing.follow_up = request.batch.follow_up;
  auto& start = outgoing.start;
  start.round = request.batch.round;
  start.samples = request.batch.samples;
  start.prompt_rest = std::move(request.prompt.messages.front().text);
  start.is_bulk = in_bulk(request.batch);
  start.output_cap = cap;
  const auto most = parts_.most_output ? parts_.most_output(start.prompt_rest)
                                       : cap + parts_.task.model.reasoning_tokens;
  start.reserved_tokens = parts_.counter.input_tokens(request.size) + most;
  start.reserved_cost = worst_cost(
      start.is_bulk ? parts_.bulk.price : parts_.task.price,
      tokens::worst_case_input(request.size.bytes + parameter_bytes_, request.size.messages), most);
  request.prompt.messages.clear();
  return request;
}

tokens::PromptSize Runner::size_of(int samples, const std::string& own) {
  if (parts_.task.model.api == Api::completions) {
    // One text: a token may reach over both parts.
    return parts_.counter.message(builder_.prefix(samples).front().text + own);
  }
  auto size = shared_part(samples).size;
  size += parts_.counter.message(own);
  return size;
}

const Runner::SharedPart& Runner::shared_part(int size) {
  auto [found, is_new] = shared_.try_emplace(builder_.group_size(size));
  SharedPart& shared = found->second;
  if (!is_new) return shared;
  const auto& prefix = builder_.prefix(size);
  shared.opening = parts_.provider.opening(prefix);
  for (const auto& message : prefix) {
    shared.size += parts_.counter.message(message.text);
    shared.text.append(message.text).push_back('\n');
  }
  return shared;
}

Expected<void> Runner::commit() {
  if (auto done = sender_.commit(); !done) return done;
  unsaved_ = false;
  write_results();
  return {};
}

void Runner::write_results() {
  const auto results = std::exchange(results_, {});
  if (results.empty() || output_broke_) return;
  Expected<void> done;
  for (const auto& result : results) {
    done = parts_.writer.put(result.sequence, result.line);
    if (!done) break;
  }
  if (done && parts_.flush_results) done = parts_.flush_results();
  if (done) return;
  output_broke_ = true;
  sender_.stop(done.error());
}

void Runner::report(Report when) {
  if (options_.observer == nullptr) return;
  const auto now = parts_.dispatch.now();
  if (when == Report::when_due && now - last_report_ < report_every) return;
  last_report_ = now;
  const auto state = parts_.dispatch.state();
  Progress progress;
  tally_.fill(progress);
  progress.rows_read = parts_.intake.rows_read();
  if (rows_ended_) {
    progress.rows_total = next_sequence_;
  } else if (const auto fraction = parts_.intake.fraction_read(); fraction && *fraction > 0) {
    progress.rows_total =
        static_cast<std::int64_t>(static_cast<double>(progress.rows_read) / *fraction);
  }
  progress.in_flight = state.in_flight;
  if (parts_.vectors) progress.in_flight += parts_.vectors->dispatch.state().in_flight;
  progress.concurrency = state.concurrency;
  progress.bulk_jobs = state.bulk_jobs;
  progress.bulk_requests = static_cast<std::int64_t>(state.away);
  progress.bulk_done = state.bulk_done;
  progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_);
  if (parts_.task.price) {
    const auto spent = budget_.earlier().cost + tally_.cost();
    progress.spent_usd = to_usd(spent);
    const auto asked = tally_.rows_done() - progress.reused;
    if (progress.rows_total && asked > 0) {
      const auto left = std::max<std::int64_t>(0, *progress.rows_total - tally_.rows_done());
      progress.projected_usd = to_usd(spent) + to_usd(tally_.cost()) / static_cast<double>(asked) *
                                                   static_cast<double>(left);
    }
  }
  options_.observer->progress(progress);
}

void Runner::notice(Severity severity, const std::string& text) const {
  if (options_.observer != nullptr) options_.observer->notice(severity, text);
}

}  // namespace sheaf::run
