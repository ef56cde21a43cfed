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

Expected<SqliteCheckpoint::RowRecord> SqliteCheckpoint::read_row(Cursor& cursor) const {
  RowRecord row;
  cursor.begin(Table::rows);
  row.sequence = cursor.integer();
  const bool is_stretch = cursor.is_null();
  auto id = cursor.text();
  if (!is_stretch) row.own_id = std::move(id);
  row.sample = cursor.integer();
  row.count = cursor.integer();
  if (!cursor.intact()) return damaged("row", row.sequence);
  return row;
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
    const auto read = read_row(cursor);
    if (!read) return std::unexpected(read.error());
    if (read->own_id && *read->own_id == id) return read->sample;
    if (read->own_id) continue;
    const auto found = std::ranges::lower_bound(*first_seen, read->sample);
    if (found != first_seen->end() && *found - read->sample < read->count) return *found;
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
    const auto read = read_row(cursor);
    if (!read) return std::unexpected(read.error());
    if (read->own_id) visit(read->sequence, *read->own_id, read->sample);
    for (std::int64_t i = 0; !read->own_id && i < read->count; ++i) {
      const auto stood = named(read->sample + i);
      if (!stood) return std::unexpected(stood.error());
      visit(read->sequence + i, stood->first_id, read->sample + i);
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
