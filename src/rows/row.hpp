// Rows in: a stream of JSON objects, whatever the file was.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <sheaf/error.hpp>

#include "core/json.hpp"

namespace sheaf::rows {

/// One input row. CSV and TSV columns are strings; JSONL members keep their types.
struct Row {
  std::int64_t number = 0;  ///< From 1, in input order, bad rows counted, blank lines not.
  std::int64_t line = 0;    ///< Line of the file at which it begins, from 1.
  std::string raw;     ///< The object's own bytes for JSONL; JSON made from the columns otherwise.
  json::Value fields;  ///< Always an object.
};

/// A row that cannot be read: malformed, not UTF-8, a doubled key, or longer than 64 MiB. The
/// stream goes on at the next line.
struct BadRow {
  std::int64_t number = 0;
  std::int64_t line = 0;    ///< Of the fault; where `column` is 0, of the row's beginning.
  std::int64_t column = 0;  ///< Byte in the line from 1; 0 when the row as a whole is meant.
  std::string raw;          ///< Its bytes, for OUT.rejected; of one too long only the first 4 KiB.
  std::string reason;
};

struct ReadDigest;

using RowOrBad = std::variant<Row, BadRow>;

/// Pulls rows one at a time, in memory bounded by the longest row. Single-threaded.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// The next row or bad row; nullopt at the end. Error: the file itself cannot be read further
  /// (I/O error, broken or cut compression); what was whole before the fault came first.
  virtual Expected<std::optional<RowOrBad>> next() = 0;
  /// Column names in order where the format has a header (CSV, TSV); empty for JSONL.
  virtual const std::vector<std::string>& columns() const = 0;
  /// Whether `next` would wait for another process (rows from a pipe). A row may still be whole
  /// without it, or broken off in the middle: a hint.
  virtual bool waits() const { return false; }
  /// Share of the file's bytes read so far, 0..1, for an estimate of the rows to come; nullopt for
  /// streams.
  virtual std::optional<double> fraction_read() const { return std::nullopt; }
  /// The name for messages: the path, or "<stdin>".
  virtual const std::string& name() const = 0;
};

/// Opens PATH by its ending: .jsonl .ndjson .csv .tsv, each also with .gz or .zst; case is ignored,
/// and so is a .partial behind it (results of a run that did not end).
/// "-" is standard input: unpacked where it is gzip or zstd, and JSONL where its first character is
/// a `{` or `[`, else CSV. A UTF-8 byte-order mark is dropped. Errors are ErrorCode::usage: another
/// ending, a missing or unreadable file, UTF-16, a header that is absent or names a column twice.
/// Of a file, `seen` (not null, outliving the source) learns what was read.
Expected<std::unique_ptr<RowSource>> open_rows(const std::string& path, ReadDigest* seen = nullptr);

}  // namespace sheaf::rows
