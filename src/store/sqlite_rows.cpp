// Rows of the present run, and result lines that are ready before their turn.
#include <algorithm>
#include <utility>
#include <vector>

#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {

Expected<void> SqliteCheckpoint::begin_rows() {
  if (auto done = begin_write(); !done) return done;
  stretch_.reset();
  return kept(database_->run("DELETE FROM rows; DELETE FROM parked"));
}

Expected<void> SqliteCheckpoint::add_row(std::int64_t sequence, const std::string& id,
                                         SampleNo sample) {
  if (auto done = begin_write(); !done) return done;
  if (auto done = known(sample); !done) return done;
  const auto stood = named(sample);
  if (!stood) return std::unexpected(stood.error());
  if (stood->first_id != id) {
    RecordWriter record(add_row_, Table::rows);
    return kept(record.integer(sequence).text(id).integer(sample).integer(1).write());
  }
  const bool goes_on = stretch_ && sequence == stretch_->sequence + stretch_->count &&
                       sample == stretch_->sample + stretch_->count;
  if (!goes_on) {
    if (auto done = write_stretch(); !done) return done;
    stretch_ = Stretch{sequence, sample};
  }
  ++stretch_->count;
  stretch_->is_written = false;
  return {};
}

Expected<void> SqliteCheckpoint::write_stretch() {
  if (!stretch_ || stretch_->is_written) return {};
  stretch_->is_written = true;
  return kept(RecordWriter(add_row_, Table::rows)
                  .integer(stretch_->sequence)
                  .null()
                  .integer(stretch_->sample)
                  .integer(stretch_->count)
                  .write());
}

Expected<std::optional<SampleNo>> SqliteCheckpoint::find_row(const std::string& id) {
  if (auto done = usable(); !done) return std::unexpected(done.error());
  if (auto done = write_stretch(); !done) return std::unexpected(done.error());
  const auto first_seen = samples_first_seen_as(id);
  if (!first_seen) return std::unexpected(first_seen.error());
  Cursor cursor(every_row_);
  while (true) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    cursor.begin(Table::rows);
    const auto sequence = cursor.integer();
    const bool is_stretch = cursor.is_null();
    const auto own_id = cursor.text();
    const auto sample = cursor.integer();
    const auto count = cursor.integer();
    if (!cursor.intact()) return damaged("row", sequence);
    if (!is_stretch && own_id == id) return sample;
    if (!is_stretch) continue;
    const auto found = std::ranges::lower_bound(*first_seen, sample);
    if (found != first_seen->end() && *found - sample < count) return *found;
  }
}

Expected<void> SqliteCheckpoint::for_each_row(const VisitRow& visit) {
  if (auto done = usable(); !done) return done;
  if (auto done = write_stretch(); !done) return done;
  Cursor cursor(every_row_);
  while (true) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    cursor.begin(Table::rows);
    const auto sequence = cursor.integer();
    const bool is_stretch = cursor.is_null();
    const auto own_id = cursor.text();
    const auto sample = cursor.integer();
    const auto count = cursor.integer();
    if (!cursor.intact()) return damaged("row", sequence);
    if (!is_stretch) visit(sequence, own_id, sample);
    for (std::int64_t i = 0; is_stretch && i < count; ++i) {
      const auto stood = named(sample + i);
      if (!stood) return std::unexpected(stood.error());
      visit(sequence + i, stood->first_id, sample + i);
    }
  }
}

Expected<void> SqliteCheckpoint::park(std::int64_t sequence, const std::string& line) {
  if (auto done = begin_write(); !done) return done;
  return kept(RecordWriter(park_, Table::parked).integer(sequence).text(line).write());
}

Expected<std::optional<std::string>> SqliteCheckpoint::unpark(std::int64_t sequence) {
  if (auto done = begin_write(); !done) return std::unexpected(done.error());
  std::string line;
  {
    Cursor cursor(unpark_);
    auto row = cursor.with(sequence).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    cursor.begin(Table::parked);
    cursor.integer();
    line = cursor.text();
    if (!cursor.intact()) return damaged("parked line", sequence);
  }
  auto dropped = kept(Cursor(drop_parked_).with(sequence).next());
  if (!dropped) return std::unexpected(dropped.error());
  return line;
}

}  // namespace sheaf::store
