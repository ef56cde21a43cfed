// SQLite behind RAII: the connection, its prepared statements, and records that carry a checksum.
// Here ends everything that knows SQLite's own functions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sheaf/error.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace sheaf::store {

/// Seeds a record's checksum, so that a record of one table never passes for one of another.
/// The numbers are part of the file format.
enum class Table : std::uint64_t {
  meta = 1,
  samples = 2,
  outcomes = 3,
  rows = 4,
  parked = 5,
  prefixes = 6,
  attempts = 7,
  prompts = 8,
  ends = 9,
  replies = 10,
  vectors = 11,
  bulk_jobs = 12,
  bulk_requests = 13,
};

class Database;

/// One prepared statement. Used by one Cursor or RecordWriter at a time.
class Statement {
 public:
  Statement() = default;

 private:
  friend class Database;
  friend class Use;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  const Database* database_ = nullptr;
  std::string content_;  ///< What the checksum covers; kept for its capacity.
};

/// One use of a statement: binds values in order, steps, and leaves the statement reset. Texts
/// that are bound must outlive the use.
class Use {
 public:
  explicit Use(Statement& statement) : statement_(statement) { statement_.content_.clear(); }
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 protected:
  void bind(std::int64_t value);
  void bind(std::string_view value);
  void bind_blob(std::string_view value);
  void bind_null();
  Expected<bool> step();
  void cover(std::int64_t value);
  void cover(char type, std::string_view value);
  void cover_null();
  void cover_nothing();
  std::uint64_t checksum(Table table) const;
  sqlite3_stmt* handle() const { return statement_.handle_.get(); }

 private:
  Statement& statement_;
  int bound_ = 0;
};

/// Writes one record: its columns in order, then its checksum over all of them.
class RecordWriter : private Use {
 public:
  RecordWriter(Statement& statement, Table table) : Use(statement), table_(table) {}
  RecordWriter& integer(std::int64_t value);
  RecordWriter& text(std::string_view value);
  RecordWriter& blob(std::string_view value);
  RecordWriter& null();
  Expected<void> write();

 private:
  Table table_;
};

/// Reads the rows of a query. A row is one record or several side by side: `begin`, the record's
/// columns in the order in which they were written, `intact`.
class Cursor : private Use {
 public:
  explicit Cursor(Statement& statement) : Use(statement) {}
  Cursor& with(std::int64_t value);
  Cursor& with(std::string_view value);
  /// To the next row; false at the end.
  Expected<bool> next();

  void begin(Table table);
  /// Whether the next column is null (a record that a join did not find).
  bool is_null() const;
  void skip(int columns) { column_ += columns; }
  std::int64_t integer();
  /// One that does not fit makes the record unsound.
  int small_integer();
  std::optional<std::int64_t> optional_integer();
  std::string text();
  /// A word that stands for a value; nullopt makes the record unsound.
  template <class T>
  T word(std::optional<T> (*meaning)(std::string_view)) {
    const auto value = meaning(text());
    if (!value) sound_ = false;
    return value.value_or(T{});
  }
  /// Reads the checksum: true when the record's columns are what was written, and possible.
  bool intact();

 private:
  void cover_column();

  Table table_ = Table::meta;
  int column_ = 0;
  bool sound_ = true;
};

/// A connection. Every failure is one sentence that begins with the path. Single-threaded.
class Database {
 public:
  enum class Create { no, yes };
  /// Opens PATH for writing, or for reading where the file cannot be written.
  static Expected<std::unique_ptr<Database>> open(const std::string& path, Create create);
  /// Opens a file that nobody writes, without a lock and without any file beside it.
  static Expected<std::unique_ptr<Database>> open_unchanging(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements that return nothing that matters.
  Expected<void> run(const char* sql) const;
  Expected<std::int64_t> number(const char* sql) const;
  Expected<std::string> word(const char* sql) const;
  Expected<Statement> prepare(const char* sql) const;

  bool in_transaction() const;
  /// Whether the file stands under its path no longer.
  bool has_moved() const;
  /// How long a call waits for another process before it fails.
  void wait_for_others(int milliseconds) const;
  /// Leaves the -wal as it is when this connection closes as the last.
  void keep_wal_on_close() const;

  /// The sentence for a result code of SQLite.
  Error failure(int code) const;
  Error damaged(std::string_view what) const;
  const std::string& path() const { return path_; }

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}
  template <class T>
  Expected<T> single(const char* sql, T (Cursor::*column)()) const;
  static Expected<std::unique_ptr<Database>> open_as(const std::string& path,
                                                     const std::string& name, int flags);

  std::string path_;
  sqlite3* handle_ = nullptr;
};

}  // namespace sheaf::store
