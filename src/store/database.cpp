#include "store/database.hpp"

#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/hash.hpp"

namespace sheaf::store {
namespace {

void append_bytes(std::string& content, std::uint64_t number) {
  if constexpr (std::endian::native == std::endian::big) number = std::byteswap(number);
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  content.append(bytes, sizeof number);
}

std::string_view column_bytes(sqlite3_stmt* statement, int column) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const auto size = sqlite3_column_bytes(statement, column);
  return bytes == nullptr ? std::string_view{} : std::string_view(bytes, static_cast<size_t>(size));
}

/// sqlite3_open understands "file:PATH?immutable=1" when every byte that means something is quoted.
std::string unchanging_uri(std::string_view path) {
  std::string uri = "file://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri + "?immutable=1";
}

/// The system's word for what went wrong last with the file or its log.
std::string system_reason(sqlite3* handle, int code) {
  int error = sqlite3_system_errno(handle);
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(handle, "main", which, static_cast<void*>(&file));
    if (error == 0 && file != nullptr && file->pMethods != nullptr) {
      file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    }
  }
  return error != 0 ? std::strerror(error) : sqlite3_errstr(code);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Use::~Use() { sqlite3_reset(handle()); }

void Use::bind(std::int64_t value) { sqlite3_bind_int64(handle(), ++bound_, value); }

void Use::bind(std::string_view value) {
  sqlite3_bind_text64(handle(), ++bound_, value.data() == nullptr ? "" : value.data(), value.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}

void Use::bind_blob(std::string_view value) {
  sqlite3_bind_blob64(handle(), ++bound_, value.data() == nullptr ? "" : value.data(), value.size(),
                      SQLITE_STATIC);
}

void Use::bind_null() { sqlite3_bind_null(handle(), ++bound_); }

Expected<bool> Use::step() {
  const int code = sqlite3_step(handle());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(statement_.database_->failure(code));
}

void Use::cover(std::int64_t value) {
  statement_.content_.push_back('i');
  append_bytes(statement_.content_, static_cast<std::uint64_t>(value));
}

void Use::cover(char type, std::string_view value) {
  statement_.content_.push_back(type);
  append_bytes(statement_.content_, value.size());
  statement_.content_.append(value);
}

void Use::cover_null() { statement_.content_.push_back('n'); }

void Use::cover_nothing() { statement_.content_.clear(); }

std::uint64_t Use::checksum(Table table) const {
  return hash64(statement_.content_, static_cast<std::uint64_t>(table));
}

RecordWriter& RecordWriter::integer(std::int64_t value) {
  bind(value);
  cover(value);
  return *this;
}

RecordWriter& RecordWriter::text(std::string_view value) {
  bind(value);
  cover('t', value);
  return *this;
}

RecordWriter& RecordWriter::blob(std::string_view value) {
  bind_blob(value);
  cover('b', value);
  return *this;
}

RecordWriter& RecordWriter::null() {
  bind_null();
  cover_null();
  return *this;
}

Expected<void> RecordWriter::write() {
  bind(static_cast<std::int64_t>(checksum(table_)));
  auto written = step();
  if (!written) return std::unexpected(std::move(written).error());
  return {};
}

Cursor& Cursor::with(std::int64_t value) {
  bind(value);
  return *this;
}

Cursor& Cursor::with(std::string_view value) {
  bind(value);
  return *this;
}

Expected<bool> Cursor::next() {
  column_ = 0;
  return step();
}

void Cursor::begin(Table table) {
  table_ = table;
  sound_ = true;
  cover_nothing();
}

bool Cursor::is_null() const { return sqlite3_column_type(handle(), column_) == SQLITE_NULL; }

void Cursor::cover_column() {
  switch (sqlite3_column_type(handle(), column_)) {
    case SQLITE_INTEGER:
      return cover(sqlite3_column_int64(handle(), column_));
    case SQLITE_TEXT:
      return cover('t', column_bytes(handle(), column_));
    case SQLITE_BLOB:
      return cover('b', column_bytes(handle(), column_));
    case SQLITE_NULL:
      return cover_null();
    default:
      sound_ = false;
  }
}

std::int64_t Cursor::integer() {
  cover_column();
  return sqlite3_column_int64(handle(), column_++);
}

int Cursor::small_integer() {
  const auto value = integer();
  if (!std::in_range<int>(value)) sound_ = false;
  return static_cast<int>(value);
}

std::optional<std::int64_t> Cursor::optional_integer() {
  if (!is_null()) return integer();
  cover_null();
  ++column_;
  return std::nullopt;
}

std::string Cursor::text() {
  cover_column();
  return std::string(column_bytes(handle(), column_++));
}

bool Cursor::intact() {
  const auto stored = sqlite3_column_int64(handle(), column_++);
  return sound_ && static_cast<std::uint64_t>(stored) == checksum(table_);
}

Expected<std::unique_ptr<Database>> Database::open_as(const std::string& path,
                                                      const std::string& name, int flags) {
  std::unique_ptr<Database> database(new Database(path));
  const int code = sqlite3_open_v2(name.c_str(), &database->handle_, flags, nullptr);
  if (code != SQLITE_OK) return std::unexpected(database->failure(code));
  sqlite3_extended_result_codes(database->handle_, 1);
  // A file from elsewhere must not run anything by its schema.
  sqlite3_db_config(database->handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database->handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database->handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(database->handle_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  return database;
}

Expected<std::unique_ptr<Database>> Database::open(const std::string& path, Create create) {
  const int creating = create == Create::yes ? SQLITE_OPEN_CREATE : 0;
  return open_as(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | creating);
}

Expected<std::unique_ptr<Database>> Database::open_unchanging(const std::string& path) {
  return open_as(path, unchanging_uri(path),
                 SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI);
}

Database::~Database() { sqlite3_close(handle_); }

Expected<void> Database::run(const char* sql) const {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(failure(code));
  return {};
}

template <class T>
Expected<T> Database::single(const char* sql, T (Cursor::*column)()) const {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  Cursor cursor(*statement);
  T value{};
  // To the end: a statement that also writes can fail after its only row.
  while (true) {
    auto row = cursor.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return value;
    value = (cursor.*column)();
  }
}

Expected<std::int64_t> Database::number(const char* sql) const {
  return single(sql, &Cursor::integer);
}

Expected<std::string> Database::word(const char* sql) const { return single(sql, &Cursor::text); }

Expected<Statement> Database::prepare(const char* sql) const {
  Statement statement;
  statement.database_ = this;
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  statement.handle_.reset(handle);
  if (code != SQLITE_OK) return std::unexpected(failure(code));
  return statement;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

bool Database::has_moved() const {
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

void Database::wait_for_others(int milliseconds) const {
  sqlite3_busy_timeout(handle_, milliseconds);
}

void Database::keep_wal_on_close() const {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Error Database::failure(int code) const {
  const auto reason = system_reason(handle_, code);
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return {ErrorCode::stopped,
              fmt::format("{}: the disk is full; free some space and run the same command again, "
                          "what was committed is kept",
                          path_)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::stopped,
              fmt::format("{}: the checkpoint is locked by another process; end that, then run the "
                          "same command again",
                          path_)};
    case SQLITE_NOTADB:
      return {ErrorCode::stopped,
              fmt::format("{}: not a checkpoint but some other file; name another with "
                          "--checkpoint",
                          path_)};
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:
      return damaged("its tables cannot be read");
    case SQLITE_READONLY:
      return {ErrorCode::stopped,
              fmt::format("{}: the checkpoint is read-only; make it writable, or name another with "
                          "--checkpoint",
                          path_)};
    case SQLITE_CANTOPEN:
      return {
          ErrorCode::stopped,
          fmt::format("{}: the checkpoint or the -wal and -shm files beside it cannot be opened "
                      "({}); make file and folder writable, or name another with --checkpoint",
                      path_, reason)};
    default:
      return {
          ErrorCode::stopped,
          fmt::format("{}: the checkpoint cannot be read or written ({}); mend that and run the "
                      "same command again, what was committed is kept",
                      path_, reason)};
  }
}

Error Database::damaged(std::string_view what) const {
  return {ErrorCode::stopped,
          fmt::format("{}: the checkpoint is damaged: {}; use a copy of it, or start over with "
                      "--fresh, which keeps this one aside",
                      path_, what)};
}

}  // namespace sheaf::store
