// What became of samples.
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "store/packed.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

/// So much waits in memory for a commit; more goes into the transaction at once.
constexpr std::size_t most_new_bytes = 512UZ * 1024;

/// By their numbers in the file.
constexpr std::array states = {SampleState::open, SampleState::answered, SampleState::failed};

void pack_outcome(std::string& item, const SampleRecord& record) {
  item.clear();
  const auto state = std::ranges::find(states, record.state) - states.begin();
  for (const std::int64_t number :
       {std::int64_t{state}, std::int64_t{record.requests}, record.usage.input_tokens,
        record.usage.cached_input_tokens, record.usage.output_tokens, record.usage.reasoning_tokens,
        record.cost.picos, std::int64_t{record.place.size}, std::int64_t{record.place.position},
        std::int64_t{record.place.round}}) {
    pack_number(item, number);
  }
  for (const auto* text : {&record.value_json, &record.text, &record.reason, &record.detail}) {
    pack_text(item, *text);
  }
  if (record.usage.cache_write_tokens != 0) pack_number(item, record.usage.cache_write_tokens);
}

/// Whether the item is one.
bool unpack_outcome(std::string_view item, SampleRecord& record) {
  Unpacker unpacker(item);
  const auto state = unpacker.number();
  if (state < 0 || state >= std::ssize(states)) return false;
  record.state = states[static_cast<std::size_t>(state)];
  bool fits = true;
  const auto small = [&] {
    const auto number = unpacker.number();
    fits = fits && std::in_range<int>(number);
    return static_cast<int>(number);
  };
  record.requests = small();
  for (auto* number :
       {&record.usage.input_tokens, &record.usage.cached_input_tokens, &record.usage.output_tokens,
        &record.usage.reasoning_tokens, &record.cost.picos}) {
    *number = unpacker.number();
  }
  for (auto* number : {&record.place.size, &record.place.position, &record.place.round}) {
    *number = small();
  }
  for (auto* text : {&record.value_json, &record.text, &record.reason, &record.detail}) {
    *text = unpacker.text();
  }
  if (unpacker.is_sound() && !unpacker.at_end()) {
    record.usage.cache_write_tokens = unpacker.number();
  }
  return fits && unpacker.is_sound() && unpacker.at_end();
}

}  // namespace

Expected<void> SqliteCheckpoint::read_outcome(SampleNo sample, SampleRecord& record) {
  const auto* run = new_outcome_run(sample);
  if (run == nullptr) {
    if (sample >= outcomes_end_) return {};
    if (!read_outcomes_ || !read_outcomes_->covers(sample)) {
      auto stored = stored_run(outcomes_to_, Table::outcomes, sample);
      if (!stored) return std::unexpected(stored.error());
      if (!*stored || !(*stored)->covers(sample)) return {};
      read_outcomes_ = std::move(*stored);
    }
    run = &*read_outcomes_;
  }
  if (!unpack_outcome(run->item(sample), record)) return damaged("sample", sample);
  return {};
}

ItemRun* SqliteCheckpoint::new_outcome_run(SampleNo sample) {
  const auto after = new_outcomes_.upper_bound(sample);
  if (after == new_outcomes_.begin()) return nullptr;
  auto& run = std::prev(after)->second;
  return run.covers(sample) ? &run : nullptr;
}

Expected<void> SqliteCheckpoint::write(SampleNo sample, const SampleRecord& record) {
  if (auto done = begin_write(); !done) return done;
  if (auto done = known(sample); !done) return done;
  if (record.usage.cache_write_tokens != 0) {
    if (auto done = have_cache_writes(); !done) return done;
  }
  pack_outcome(item_, record);
  keep(sample, item_);
  new_outcome_bytes_ += item_.size();
  return new_outcome_bytes_ < most_new_bytes ? Expected<void>{} : write_new_outcomes();
}

void SqliteCheckpoint::keep(SampleNo sample, std::string_view outcome) {
  if (auto* run = new_outcome_run(sample)) return run->replace(sample, outcome);
  const auto after = new_outcomes_.lower_bound(sample);
  if (after != new_outcomes_.begin()) {
    auto& before = std::prev(after)->second;
    if (before.end() == sample && !before.is_full()) return before.add(outcome);
  }
  new_outcomes_.emplace_hint(after, sample, ItemRun(sample))->second.add(outcome);
}

Expected<void> SqliteCheckpoint::write_new_outcomes() {
  new_outcome_bytes_ = 0;
  for (const auto& [first, run] : std::exchange(new_outcomes_, {})) {
    if (auto done = write_outcomes(run); !done) return done;
  }
  return {};
}

Expected<std::vector<ItemRun>> SqliteCheckpoint::stored_outcomes(const ItemRun& among) {
  std::vector<ItemRun> runs;
  if (among.first() >= outcomes_end_) return runs;
  for (auto last = among.end() - 1; last >= among.first(); last = runs.back().first() - 1) {
    auto stored = stored_run(outcomes_to_, Table::outcomes, last);
    if (!stored) return std::unexpected(stored.error());
    if (!*stored || (*stored)->end() <= among.first()) break;
    runs.push_back(std::move(**stored));
  }
  std::ranges::reverse(runs);
  return runs;
}

Expected<void> SqliteCheckpoint::write_outcomes(const ItemRun& run) {
  const auto stored = stored_outcomes(run);
  if (!stored) return kept(stored);
  read_outcomes_.reset();
  outcomes_end_ = std::max(outcomes_end_, run.end());
  if (stored->empty()) return write_run(write_outcomes_, Table::outcomes, run);
  for (const auto& each : merged(*stored, run)) {
    if (auto done = write_run(write_outcomes_, Table::outcomes, each); !done) return done;
  }
  return {};
}

}  // namespace sheaf::store
