#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "run/runner.hpp"

namespace sheaf::run {

Expected<void> Runner::handle(const dispatch::AttemptEnd& end) {
  auto ended = sender_.end(end);
  if (!ended) return std::unexpected(ended.error());
  if (!*ended) return {};
  const auto request = std::move(requests_.extract(end.job).mapped());
  const auto* completion = std::get_if<Completion>(&end.exchange.outcome);
  caching_.ended(end.job, completion == nullptr ? PrefixCaching::Brought::nothing
                                                : PrefixCaching::Brought::reply);
  if (completion != nullptr) {
    any_success_ = true;
    const auto& usage = completion->usage;
    if (usage && !request.is_taken_up) parts_.counter.learn(request.size, usage->input_tokens);
  }
  return settle(request, **ended, end);
}

Expected<void> Runner::settle(const Request& request, const Ended& ended,
                              const dispatch::AttemptEnd& end) {
  const auto* fault = std::get_if<Fault>(&end.exchange.outcome);
  if (fault != nullptr && end.verdict == dispatch::Verdict::gave_up &&
      is_service_down(request, ended)) {
    sender_.stop(
        {ErrorCode::unavailable,
         fmt::format("{}: {}; no other request succeeded meanwhile, so the service seems to be "
                     "down; run the same command again to continue",
                     fault->reason, fault->detail)});
    return leave_open(request, *fault);
  }
  if (fault != nullptr && sender_.stopped()) return {};
  answer::SentBatch sent;
  sent.keys = request.keys;
  sent.primed = request.prompt.primed;
  sent.output_cap = request.prompt.max_output_tokens;
  sent.single_output_cap = packing_.output_cap(1);
  sent.any_success_in_run = any_success_;
  for (const auto number : request.batch.samples) {
    auto& sample = active_.at(number);
    ++sample.ledger.requests;
    sent.members.push_back({&sample.row.sample, sample.row.choices, sample.ledger});
  }
  auto rules = rules_;
  rules.model_output_limit = packing_.most_output(request.size);
  if (auto& most = rules.model_output_limit) most = std::max(*most, sent.output_cap);
  auto settlement =
      answer::settle(sent, end.exchange.outcome, parts_.format, parts_.extractor, rules);
  if (settlement.stop_run) {
    sender_.stop({ErrorCode::unavailable, *settlement.stop_run});
    return {};
  }
  return apply(request, ended, std::move(settlement));
}

/// Whether a request that used up its retries did so for want of a service. One sample that, asked
/// alone, used them up before is to blame itself: it may be the last one, with nothing beside it
/// that could succeed.
bool Runner::is_service_down(const Request& request, const Ended& ended) const {
  if (ended.others_succeeded) return false;
  const auto& record = active_.at(request.batch.samples.front()).record;
  return request.batch.samples.size() > 1 || record.place.size != 1 || record.reason.empty() ||
         !record.text.empty();
}

/// So that the next call asks these samples in a smaller batch.
Expected<void> Runner::leave_open(const Request& request, const Fault& fault) {
  int position = 0;
  for (const auto number : request.batch.samples) {
    auto& record = active_.at(number).record;
    record.place = {static_cast<int>(request.batch.samples.size()), ++position,
                    request.batch.round};
    record.reason = fault.reason;
    record.detail = fault.detail;
    record.text.clear();
    if (auto done = parts_.store.write(number, record); !done) return done;
  }
  return {};
}

Expected<void> Runner::apply(const Request& request, const Ended& ended,
                             answer::Settlement settlement) {
  const auto count = request.batch.samples.size();
  std::vector<std::int64_t> sample_bytes;
  std::vector<std::int64_t> answer_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    sample_bytes.push_back(active_.at(request.batch.samples[i]).bytes);
    answer_bytes.push_back(
        std::visit([](const auto& any) { return std::ssize(any.text); }, settlement.outcomes[i]));
  }
  const auto usages =
      answer::split_usage(ended.usage, request.shared->size.bytes, sample_bytes, answer_bytes);
  const auto costs = answer::split_cost(ended.cost, ended.price, usages);
  for (std::size_t i = 0; i < count; ++i) {
    const Share mine{usages[i], costs[i]};
    auto done = apply_one(request, i, std::move(settlement.outcomes[i]), mine);
    if (!done) return done;
  }
  return {};
}

Expected<void> Runner::apply_one(const Request& request, std::size_t position,
                                 answer::Outcome outcome, const Share& mine) {
  const auto number = request.batch.samples[position];
  auto& sample = active_.at(number);
  auto& record = sample.record;
  record.place = {static_cast<int>(request.batch.samples.size()), static_cast<int>(position) + 1,
                  request.batch.round};
  ++record.requests;
  add(record.usage, mine.usage);
  record.cost += mine.cost;
  if (sample.is_absent) return leave_unread(number, outcome);
  if (auto* answered = std::get_if<answer::Answered>(&outcome)) {
    record.state = store::SampleState::answered;
    record.value_json = json::dump(answered->value);
    record.text = std::move(answered->text);
    record.reason.clear();
    record.detail.clear();
    tally_.sample_answered(mine.usage.output_tokens);
    return close(number, answered->value);
  }
  if (auto* failed = std::get_if<answer::Failed>(&outcome)) {
    record.state = store::SampleState::failed;
    record.text = std::move(failed->text);
    record.reason = std::move(failed->reason);
    record.detail = std::move(failed->detail);
    return close(number, {});
  }
  auto& again = std::get<answer::AskAgain>(outcome);
  if (!again.counts) {
    --sample.ledger.requests;
    --record.requests;
  }
  record.text = std::move(again.text);
  record.reason = std::move(again.reason);
  record.detail = std::move(again.detail);
  if (auto done = parts_.store.write(number, record); !done) return done;
  planner_.add_follow_up({number, sample.row.isolate, again.max_size, request.batch.round + 1,
                          again.cap_per_batch, sample.weight});
  return {};
}

Expected<void> Runner::close(store::SampleNo number, const json::Value& answer) {
  const auto closed = active_.extract(number);
  const auto& sample = closed.mapped();
  packing_.learn(sample.record, sample.bytes);
  if (auto done = parts_.store.write(number, sample.record); !done) return done;
  bool first = true;
  for (const auto& row : sample.rows) {
    emit(number, sample.record, answer, sample.row, row, !std::exchange(first, false));
  }
  return {};
}

/// True for the first row of this call that shows the sample.
bool Runner::carries_cost(store::SampleNo number) {
  const auto at = static_cast<std::size_t>(number);
  if (at >= costed_.size()) costed_.resize(at + 1);
  const bool first = !costed_[at];
  costed_[at] = true;
  return first;
}

void Runner::emit(store::SampleNo number, const store::SampleRecord& record,
                  const json::Value& answer, const task::RenderedRow& row,
                  const WaitingRow& waiting, bool reused) {
  --waiting_rows_;
  rows::ResultRecord result;
  result.id = waiting.id;
  result.text = record.text;
  result.input = waiting.raw;
  // What a sample cost stands on one row, so that the lines add up to the bill.
  if (carries_cost(number)) {
    result.requests = record.requests;
    result.usage = record.usage;
    if (parts_.task.price) result.cost = record.cost;
  } else if (parts_.task.price) {
    result.cost = Money{};
  }
  if (record.place.size > 0) {
    result.batch = rows::ResultBatch{record.place.size, record.place.position, record.place.round};
  }
  const bool answered = record.state == store::SampleState::answered;
  if (answered) {
    result.answer = answer;
    tally_.row_answered(reused, record.place.round > 1);
  } else {
    result.error = rows::ResultError{record.reason, record.detail};
    tally_.row_failed(record.reason, reused);
  }
  if (waiting.gold) {
    const auto gold = parts_.extractor.read_gold(*waiting.gold, row.choices);
    tally_.gold(answered && gold && answer::same_answer(result.answer, *gold));
  }
  results_.push_back({waiting.sequence, parts_.format_result(result)});
}

}  // namespace sheaf::run
