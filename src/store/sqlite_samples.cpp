// Samples: their keys and their first ids.
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "store/schema.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

constexpr std::int64_t max_samples = std::numeric_limits<std::uint32_t>::max();

using KeyBytes = std::array<char, 16>;

/// Highest byte first, so that it reads as to_hex does.
KeyBytes bytes_of(const Fingerprint& key) {
  KeyBytes bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto half = i < 8 ? key.high : key.low;
    bytes[i] = static_cast<char>(half >> (56 - 8 * (i % 8)));
  }
  return bytes;
}

Fingerprint key_of(std::string_view bytes) {
  Fingerprint key;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto& half = i < 8 ? key.high : key.low;
    half = (half << 8) | static_cast<unsigned char>(bytes[i]);
  }
  return key;
}

std::optional<std::pair<Fingerprint, std::string_view>> read_item(std::string_view item) {
  constexpr auto size = KeyBytes{}.size();
  if (item.size() < size) return std::nullopt;
  return std::pair(key_of(item.substr(0, size)), item.substr(size));
}

}  // namespace

Expected<void> SqliteCheckpoint::for_each_sample_run(
    const std::function<bool(const ItemRun&)>& visit) {
  Cursor cursor(every_samples_);
  SampleNo expected = 1;
  while (true) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto run = take_run(cursor, Table::samples);
    if (!run || run->first() != expected) return damaged("sample", expected);
    if (!visit(*run)) return damaged("sample", expected);
    expected = run->end();
  }
  if (expected != new_samples_.first()) return damaged("sample", expected);
  return {};
}

Expected<void> SqliteCheckpoint::load_index() {
  if (auto done = usable(); !done || index_loaded_) return done;
  auto done = for_each_sample_run([&](const ItemRun& run) {
    for (auto sample = run.first(); sample < run.end(); ++sample) {
      const auto named = read_item(run.item(sample));
      if (!named) return false;
      index_.insert(named->first.high, static_cast<std::uint32_t>(sample));
    }
    return true;
  });
  index_loaded_ = done.has_value();
  if (!done) index_ = {};
  return done;
}

Expected<SqliteCheckpoint::NamedKey> SqliteCheckpoint::named(SampleNo sample) {
  const auto* run = &new_samples_;
  if (!run->covers(sample)) {
    if (!read_samples_ || !read_samples_->covers(sample)) {
      auto stored = stored_run(samples_to_, Table::samples, sample);
      if (!stored) return std::unexpected(stored.error());
      if (!*stored || !(*stored)->covers(sample)) return damaged("sample", sample);
      read_samples_ = std::move(*stored);
    }
    run = &*read_samples_;
  }
  const auto named = read_item(run->item(sample));
  if (!named) return damaged("sample", sample);
  return NamedKey{named->first, named->second};
}

Expected<std::optional<SampleNo>> SqliteCheckpoint::find(const Fingerprint& key) {
  if (auto done = load_index(); !done) return std::unexpected(done.error());
  for (const auto candidate : index_.candidates(key.high)) {
    const auto found = named(candidate);
    if (!found) return std::unexpected(found.error());
    if (found->key == key) return candidate;
  }
  return std::nullopt;
}

Expected<SampleNo> SqliteCheckpoint::add(const Fingerprint& key, const std::string& first_id) {
  if (auto done = begin_write(); !done) return std::unexpected(done.error());
  if (auto done = load_index(); !done) return std::unexpected(done.error());
  const auto number = new_samples_.end();
  if (number > max_samples) {
    return fail(ErrorCode::stopped,
                fmt::format("{}: a checkpoint holds at most {} samples; split the rows",
                            database_->path(), max_samples));
  }
  if (new_samples_.is_full()) {
    if (auto done = write_new_samples(); !done) return std::unexpected(done.error());
  }
  const auto bytes = bytes_of(key);
  item_.assign(bytes.data(), bytes.size());
  new_samples_.add(item_.append(first_id));
  index_.insert(key.high, static_cast<std::uint32_t>(number));
  return number;
}

Expected<void> SqliteCheckpoint::write_new_samples() {
  if (new_samples_.count() == 0) return {};
  auto done = write_run(write_samples_, Table::samples, new_samples_);
  new_samples_ = ItemRun(new_samples_.end());
  return done;
}

Expected<void> SqliteCheckpoint::known(SampleNo sample) const {
  if (auto done = usable(); !done) return done;
  if (sample >= 1 && sample <= sample_count()) return {};
  return fail(ErrorCode::stopped,
              fmt::format("{}: there is no sample {}", database_->path(), sample));
}

Expected<SampleRecord> SqliteCheckpoint::read(SampleNo sample) {
  if (auto done = known(sample); !done) return std::unexpected(done.error());
  const auto stood = named(sample);
  if (!stood) return std::unexpected(stood.error());
  SampleRecord record;
  record.key = stood->key;
  record.first_id = stood->first_id;
  if (auto done = read_outcome(sample, record); !done) return std::unexpected(done.error());
  return record;
}

Expected<std::vector<SampleNo>> SqliteCheckpoint::samples_first_seen_as(const std::string& id) {
  std::vector<SampleNo> samples;
  const auto look = [&](const ItemRun& run) {
    for (auto sample = run.first(); sample < run.end(); ++sample) {
      const auto named = read_item(run.item(sample));
      if (!named) return false;
      if (named->second == id) samples.push_back(sample);
    }
    return true;
  };
  if (auto done = for_each_sample_run(look); !done) return std::unexpected(done.error());
  look(new_samples_);
  return samples;
}

}  // namespace sheaf::store
