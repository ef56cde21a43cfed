// Vectors of texts: a record each, in a table that is made when the first of them is asked for.
#include <bit>
#include <utility>

#include "store/schema.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

void append_number(std::string& out, std::uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>((number >> (8 * i)) & 0xFF));
}

std::uint64_t take_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = (number << 8) | static_cast<unsigned char>(byte);
  return number;
}

std::string key_bytes(const Fingerprint& key) {
  std::string bytes;
  append_number(bytes, key.high, 8);
  append_number(bytes, key.low, 8);
  return bytes;
}

std::string list_bytes(const std::vector<float>& values) {
  std::string bytes;
  bytes.reserve(values.size() * sizeof(float));
  for (const float value : values) {
    append_number(bytes, std::byteswap(std::bit_cast<std::uint32_t>(value)), 4);
  }
  return bytes;
}

/// False when they are not the bytes of a key and of numbers.
bool take(std::string_view key, std::string_view list, VectorRecord& record) {
  if (key.size() != 16 || list.size() % sizeof(float) != 0) return false;
  record.key = {take_number(key.substr(0, 8)), take_number(key.substr(8))};
  record.values.resize(list.size() / sizeof(float));
  for (auto& value : record.values) {
    const auto bits = static_cast<std::uint32_t>(take_number(list.substr(0, sizeof(float))));
    value = std::bit_cast<float>(std::byteswap(bits));
    list.remove_prefix(sizeof(float));
  }
  return true;
}

}  // namespace

Expected<void> SqliteCheckpoint::prepare_vectors() {
  auto add = database_->prepare("INSERT INTO vectors VALUES(?,?,?,?,?)");
  if (!add) return std::unexpected(add.error());
  auto every = database_->prepare("SELECT * FROM vectors ORDER BY vector");
  if (!every) return std::unexpected(every.error());
  const auto count = database_->number("SELECT max(vector) FROM vectors");
  if (!count) return std::unexpected(count.error());
  add_vector_ = std::move(*add);
  every_vector_ = std::move(*every);
  vector_count_ = *count;
  has_vectors_ = true;
  return {};
}

Expected<void> SqliteCheckpoint::have_vectors() {
  if (has_vectors_) return {};
  if (auto done = kept(lay_vectors(*database_)); !done) return done;
  return kept(prepare_vectors());
}

Expected<void> SqliteCheckpoint::add_vector(const VectorRecord& record) {
  if (auto done = begin_write(); !done) return done;
  if (auto done = have_vectors(); !done) return done;
  const auto key = key_bytes(record.key);
  const auto list = list_bytes(record.values);
  return kept(RecordWriter(add_vector_, Table::vectors)
                  .integer(++vector_count_)
                  .integer(record.attempt)
                  .blob(key)
                  .blob(list)
                  .write());
}

Expected<void> SqliteCheckpoint::for_each_vector(
    const std::function<void(const VectorRecord&)>& visit) {
  if (auto done = usable(); !done || !has_vectors_) return done;
  Cursor cursor(every_vector_);
  VectorRecord record;
  for (std::int64_t expected = 1;; ++expected) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    cursor.begin(Table::vectors);
    const auto number = cursor.integer();
    record.attempt = cursor.integer();
    const auto key = cursor.text();
    const auto list = cursor.text();
    if (!cursor.intact() || number != expected || !take(key, list, record)) {
      return damaged("vector", expected);
    }
    visit(record);
  }
}

}  // namespace sheaf::store
