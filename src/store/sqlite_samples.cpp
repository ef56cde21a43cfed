// Samples.
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "store/schema.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

constexpr std::int64_t max_samples = std::numeric_limits<std::uint32_t>::max();

using KeyBytes = std::array<char, 16>;

/// Highest byte first, so that hex(key) reads as to_hex does.
KeyBytes bytes_of(const Fingerprint& key) {
  KeyBytes bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto half = i < 8 ? key.high : key.low;
    bytes[i] = static_cast<char>(half >> (56 - 8 * (i % 8)));
  }
  return bytes;
}

std::optional<Fingerprint> key_of(std::string_view bytes) {
  if (bytes.size() != KeyBytes{}.size()) return std::nullopt;
  Fingerprint key;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto& half = i < 8 ? key.high : key.low;
    half = (half << 8) | static_cast<unsigned char>(bytes[i]);
  }
  return key;
}

bool take_sample(Cursor& cursor, SampleNo& number, SampleRecord& record) {
  cursor.begin(Table::samples);
  number = cursor.integer();
  record.key = cursor.word(key_of);
  record.first_id = cursor.text();
  return cursor.intact();
}

bool take_outcome(Cursor& cursor, SampleRecord& record) {
  cursor.begin(Table::outcomes);
  cursor.integer();
  record.state = cursor.word(state_of);
  record.value_json = cursor.text();
  record.text = cursor.text();
  record.reason = cursor.text();
  record.detail = cursor.text();
  record.requests = cursor.small_integer();
  record.usage.input_tokens = cursor.integer();
  record.usage.cached_input_tokens = cursor.integer();
  record.usage.output_tokens = cursor.integer();
  record.usage.reasoning_tokens = cursor.integer();
  record.cost.picos = cursor.integer();
  record.place.size = cursor.small_integer();
  record.place.position = cursor.small_integer();
  record.place.round = cursor.small_integer();
  return cursor.intact();
}

}  // namespace

Expected<void> SqliteCheckpoint::load_index() {
  if (auto done = usable(); !done || index_loaded_) return done;
  Cursor cursor(every_sample_);
  SampleRecord record;
  for (SampleNo expected = 1; expected <= sample_count_; ++expected) {
    SampleNo number = 0;
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row || !take_sample(cursor, number, record) || number != expected) {
      index_ = {};
      return damaged("sample", expected);
    }
    index_.insert(record.key.high, static_cast<std::uint32_t>(number));
  }
  index_loaded_ = true;
  return {};
}

Expected<void> SqliteCheckpoint::remember(SampleNo sample) {
  if (remembered_ && remembered_->number == sample) return {};
  remembered_.reset();
  Cursor cursor(read_sample_);
  auto row = cursor.with(sample).next();
  if (!row) return std::unexpected(row.error());
  Remembered read;
  if (!*row || !take_sample(cursor, read.number, read.record)) return damaged("sample", sample);
  remembered_ = std::move(read);
  return {};
}

Expected<std::optional<SampleNo>> SqliteCheckpoint::find(const Fingerprint& key) {
  if (auto done = load_index(); !done) return std::unexpected(done.error());
  for (const auto candidate : index_.candidates(key.high)) {
    if (auto done = remember(candidate); !done) return std::unexpected(done.error());
    if (remembered_->record.key == key) return candidate;
  }
  return std::nullopt;
}

Expected<SampleNo> SqliteCheckpoint::add(const Fingerprint& key, const std::string& first_id) {
  if (auto done = begin_write(); !done) return std::unexpected(done.error());
  if (auto done = load_index(); !done) return std::unexpected(done.error());
  if (sample_count_ == max_samples) {
    return fail(ErrorCode::stopped,
                fmt::format("{}: a checkpoint holds at most {} samples; split the rows",
                            database_->path(), max_samples));
  }
  const auto number = sample_count_ + 1;
  const auto bytes = bytes_of(key);
  auto done = kept(RecordWriter(add_sample_, Table::samples)
                       .integer(number)
                       .blob({bytes.data(), bytes.size()})
                       .text(first_id)
                       .write());
  if (!done) return std::unexpected(done.error());
  index_.insert(key.high, static_cast<std::uint32_t>(number));
  remembered_ = Remembered{number, {}, true};
  remembered_->record.key = key;
  remembered_->record.first_id = first_id;
  return sample_count_ = number;
}

Expected<void> SqliteCheckpoint::known(SampleNo sample) const {
  if (auto done = usable(); !done) return done;
  if (sample >= 1 && sample <= sample_count_) return {};
  return fail(ErrorCode::stopped,
              fmt::format("{}: there is no sample {}", database_->path(), sample));
}

Expected<SampleRecord> SqliteCheckpoint::read(SampleNo sample) {
  if (auto done = known(sample); !done) return std::unexpected(done.error());
  if (auto done = remember(sample); !done) return std::unexpected(done.error());
  if (!remembered_->is_whole) {
    Cursor cursor(read_outcome_);
    auto row = cursor.with(sample).next();
    if (!row) return std::unexpected(row.error());
    auto record = remembered_->record;
    if (*row && !take_outcome(cursor, record)) return damaged("sample", sample);
    remembered_ = Remembered{sample, std::move(record), true};
  }
  return remembered_->record;
}

Expected<void> SqliteCheckpoint::write(SampleNo sample, const SampleRecord& record) {
  if (auto done = begin_write(); !done) return done;
  if (auto done = known(sample); !done) return done;
  if (remembered_ && remembered_->number == sample) remembered_.reset();
  return kept(RecordWriter(write_outcome_, Table::outcomes)
                  .integer(sample)
                  .text(word_of(record.state))
                  .text(record.value_json)
                  .text(record.text)
                  .text(record.reason)
                  .text(record.detail)
                  .integer(record.requests)
                  .integer(record.usage.input_tokens)
                  .integer(record.usage.cached_input_tokens)
                  .integer(record.usage.output_tokens)
                  .integer(record.usage.reasoning_tokens)
                  .integer(record.cost.picos)
                  .integer(record.place.size)
                  .integer(record.place.position)
                  .integer(record.place.round)
                  .write());
}

}  // namespace sheaf::store
