#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "grouping/hashed_tfidf.hpp"
#include "grouping/kind.hpp"
#include "run/arranger.hpp"
#include "run/embedder.hpp"
#include "run/runner.hpp"

namespace sheaf::run {

bool Runner::wants_rows() const {
  if (rows_ended_ || (awaits_lengths() && !active_.empty())) return false;
  if (parts_.task.batch.grouping != grouping::Kind::sequential) return true;
  if (sender_.idle() && planner_.ready() == 0) return true;
  // What bulk jobs hold is not settled before all of its rows have come.
  if (!holders_.empty()) return true;
  const auto rows = static_cast<std::size_t>(waiting_rows_) - planner_.open();
  return planner_.ready() < batches_ahead() && rows < most_waiting_rows();
}

/// Whether nothing is under way, or could be, that would have to wait for the next row.
bool Runner::may_wait_for_rows() const {
  return sender_.idle() && !unsaved_ && results_.empty() &&
         (planner_.waiting() == planner_.open() || awaits_vectors());
}

Expected<void> Runner::pull_rows() {
  // Rows that need no request come in bounded bites, so that signals and progress are seen to.
  for (int bite = 0; bite < 4096 && wants_rows(); ++bite) {
    if (awaits_lengths()) renew_bounds();
    if (!may_wait_for_rows() && parts_.intake.waits()) return {};
    auto pulled = parts_.intake.next();
    if (!pulled) {
      sender_.stop(pulled.error());
      return {};
    }
    if (!*pulled) {
      rows_ended_ = true;
      return finish_rows();
    }
    auto done = std::holds_alternative<Arrival>(**pulled)
                    ? admit(std::get<Arrival>(std::move(**pulled)))
                    : refuse(std::get<rows::BadRow>(**pulled));
    if (!done || sender_.stopped()) return done;
  }
  return {};
}

Expected<void> Runner::finish_rows() {
  const auto& batch = parts_.task.batch;
  if (batch.grouping == grouping::Kind::sequential) {
    planner_.finish_rows();
    return {};
  }
  std::vector<Arranged> samples;
  for (const auto handle : planner_.held()) {
    const auto& sample = active_.at(handle);
    samples.push_back({handle, &sample.row.sample, sample.bytes});
  }
  const auto held = samples.size();
  auto arranger = Arranger::make({.kind = batch.grouping,
                                  .batch_size = static_cast<std::size_t>(planner_.arranged_size()),
                                  .seed = options_.grouping_seed},
                                 std::move(samples), [this](auto texts) { return compare(texts); });
  if (!arranger) {
    sender_.stop(arranger.error());
    return {};
  }
  const auto vectors = arranger->vector_bytes();
  notice(Severity::info,
         fmt::format(
             "grouping is {}: {} samples are held{}", grouping::name_of(batch.grouping), held,
             vectors == 0
                 ? ""
                 : fmt::format(", and {:.1f} MB of vectors", static_cast<double>(vectors) / 1e6)));
  planner_.finish_rows([&](auto group) { return arranger->arrange(group); });
  return {};
}

void Runner::plan_first(store::SampleNo number, const ActiveSample& sample) {
  planner_.add(number, sample.row.isolate, sample.weight);
  packing_.planned();
  // What the next rows wait for has to leave.
  if (awaits_lengths()) planner_.finish_rows();
}

void Runner::renew_bounds() {
  packing_.renew();
  planner_.set_bounds(packing_.bounds());
}

/// Whether follow-ups of an earlier call have to wait, so that nothing is bought of a model while
/// the endpoint of vectors may still turn out to give none.
bool Runner::awaits_vectors() const { return parts_.vectors && !rows_ended_; }

Expected<grouping::Vectors> Runner::compare(std::span<const std::string> texts) {
  if (!parts_.vectors) return grouping::hashed_tfidf(texts);
  Embedder embedder({.task = parts_.task,
                     .provider = parts_.vectors->provider,
                     .store = parts_.store,
                     .dispatch = parts_.vectors->dispatch,
                     .budget = budget_,
                     .tally = tally_,
                     .unix_ms = parts_.unix_ms,
                     .report = [this] { report(Report::when_due); }},
                    options_);
  auto vectors = embedder.vectors(texts);
  plan_.add(embedder.planned());
  if (!vectors) return std::unexpected(std::move(vectors.error()));
  return grouping::Vectors(vectors->dimensions, std::move(vectors->values));
}

Expected<void> Runner::refuse(const rows::BadRow& row) {
  if (!parts_.reject) {
    sender_.stop({ErrorCode::usage,
                  fmt::format("{}; mend the row, or use --skip-bad-rows; what was answered is kept",
                              parts_.intake.describe(row))});
    return {};
  }
  tally_.row_rejected();
  notice(Severity::warning, fmt::format("skipped {}", parts_.intake.describe(row)));
  if (auto done = parts_.reject(row); !done) sender_.stop(done.error());
  return {};
}

/// Whether the row's id stood on an earlier row of this call with other content. `equal` is the
/// sample with this row's content.
Expected<bool> Runner::id_conflicts(const Arrival& arrival, std::optional<store::SampleNo> equal) {
  const auto earlier = ids_.candidates(hash64(arrival.id));
  if (earlier.empty()) return false;
  if (equal && std::ranges::find(earlier, *equal) != earlier.end()) return false;
  // Another id may have the same fingerprint: the checkpoint knows.
  auto row = parts_.store.find_row(arrival.id);
  if (!row) return std::unexpected(row.error());
  return row->has_value();
}

Expected<store::SampleNo> Runner::locate(const Arrival& arrival,
                                         std::optional<store::SampleNo> equal) {
  if (!equal) {
    auto added = parts_.store.add(arrival.key, arrival.id);
    if (added && !options_.dedup) is_first_of(*added);
    return added;
  }
  if (options_.dedup || is_first_of(*equal)) return *equal;
  // Without deduplication the second equal row is a sample of its own, and so is the third.
  const int copy = ++copies_[arrival.key.high] + 1;
  const auto own = Hasher().add(to_hex(arrival.key)).add(std::to_string(copy)).finish();
  auto found = parts_.store.find(own);
  if (!found) return std::unexpected(found.error());
  if (*found) return **found;
  return parts_.store.add(own, arrival.id);
}

/// Whether no earlier row of this call became the sample; from now on, one has.
bool Runner::is_first_of(store::SampleNo number) {
  const auto at = static_cast<std::size_t>(number);
  if (at >= taken_.size()) taken_.resize(at + 1);
  const bool first = !taken_[at];
  taken_[at] = true;
  return first;
}

Expected<void> Runner::admit(Arrival arrival) {
  auto equal = parts_.store.find(arrival.key);
  if (!equal) return std::unexpected(equal.error());
  if (parts_.task.id_column) {
    auto conflicts = id_conflicts(arrival, *equal);
    if (!conflicts) return std::unexpected(conflicts.error());
    if (*conflicts) {
      return refuse(Intake::reject(
          arrival, fmt::format("the id \"{}\" stood on an earlier row with different content",
                               text::display_safe(arrival.id, 80))));
    }
  }
  auto number = locate(arrival, *equal);
  if (!number) return std::unexpected(number.error());
  if (parts_.task.id_column) {
    ids_.insert(hash64(arrival.id), static_cast<std::uint32_t>(equal->value_or(*number)));
  }
  if (auto done = parts_.store.add_row(next_sequence_, arrival.id, *number); !done) return done;
  arrival.bytes = std::ssize(parts_.format.contexts({&arrival.row.sample, 1}, format::Keys::plain));
  tally_.baseline_row(arrival.bytes);
  planner_.pass_row();
  return reuse_or_ask(*number, std::move(arrival));
}

Expected<void> Runner::reuse_or_ask(store::SampleNo number, Arrival arrival) {
  const auto sequence = next_sequence_++;
  if (const auto active = active_.find(number); active != active_.end()) {
    ++waiting_rows_;
    active->second.rows.push_back(
        {sequence, std::move(arrival.id), std::move(arrival.raw), std::move(arrival.row.gold)});
    return {};
  }
  auto record = parts_.store.read(number);
  if (!record) return std::unexpected(record.error());
  const auto at = static_cast<std::size_t>(number) - 1;
  if (at < reread_.size()) reread_[at] = true;
  const bool is_unread = record->state == store::SampleState::open && record->reason == unread;
  if ((reading_changed_ || is_unread) && read_again(*record, arrival.row)) {
    if (auto done = parts_.store.write(number, *record); !done) return done;
  }
  const bool ask_failed = record->state == store::SampleState::failed && options_.retry_errors &&
                          asked_again_.insert(number).second;
  if (record->state == store::SampleState::open || ask_failed || is_held(number)) {
    activate(number, std::move(*record), std::move(arrival), sequence);
    return {};
  }
  packing_.learn_stored(*record, arrival.bytes);
  ++waiting_rows_;
  const auto answer = json::parse(record->value_json);
  emit(number, *record, answer.value_or(json::Value{}), arrival.row,
       {sequence, std::move(arrival.id), std::move(arrival.raw), arrival.row.gold}, true);
  return {};
}

void Runner::activate(store::SampleNo number, store::SampleRecord record, Arrival arrival,
                      std::int64_t sequence) {
  ActiveSample sample;
  sample.ledger.single_cap = packing_.output_cap(parts_.task.batch.size);
  // A sample that an earlier call left open goes on where it was, with at least one request more;
  // one that failed begins anew.
  if (record.state == store::SampleState::open) {
    sample.ledger.requests = std::min(record.requests, options_.max_requests_per_sample - 1);
  } else {
    record.place = {};
    record.reason.clear();
    record.detail.clear();
  }
  record.state = store::SampleState::open;
  sample.record = std::move(record);
  ++waiting_rows_;
  sample.rows.push_back(
      {sequence, std::move(arrival.id), std::move(arrival.raw), arrival.row.gold});
  sample.row = std::move(arrival.row);
  sample.bytes = arrival.bytes;
  if (is_held(number)) {
    active_.emplace(number, std::move(sample));
    return arrived(number);
  }
  const auto& place = sample.record.place;
  const bool asked_before = place.size > 0;
  if (!asked_before && packing_.begins()) renew_bounds();
  sample.weight = packing_.weigh(sample.row.sample, sample.bytes);
  if (asked_before) {
    const int left = options_.max_requests_per_sample - sample.ledger.requests;
    const int size = left == 1 ? 1 : std::max(1, place.size / 2);
    planner_.add_follow_up({number, sample.row.isolate, size, place.round + 1,
                            size == 1 ? sample.ledger.single_cap : 0, sample.weight});
  } else {
    plan_first(number, sample);
  }
  active_.emplace(number, std::move(sample));
}

bool Runner::read_again(store::SampleRecord& record, const task::RenderedRow& row) const {
  if (record.text.empty()) return false;
  auto value = parts_.extractor.read(record.text, row.choices);
  if (value) {
    record.state = store::SampleState::answered;
    record.value_json = json::dump(*value);
    record.reason.clear();
    record.detail.clear();
  } else if (record.state == store::SampleState::answered) {
    record.state = store::SampleState::open;
    record.value_json.clear();
  } else {
    return false;
  }
  return true;
}

}  // namespace sheaf::run
