// Files of lines that appear under their name only when they are complete.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>

#include "rows/row.hpp"

namespace sheaf::rows {

enum class OutputForm { jsonl, csv };

/// The form of results for OUT: .jsonl and .ndjson, .csv, and "-" (standard output, JSONL). Any
/// other ending is an Error that names these.
Expected<OutputForm> output_form(const std::string& path);

/// Takes lines for PATH: writes PATH.partial (replacing one that is there; refusing a link, a pipe
/// or a device, and waiting for none) until `finish` gives it its name. Destroyed before that, it
/// leaves PATH.partial with what was flushed. Every I/O error is an Error with the file's name and
/// the system's reason, and is given again by every later call. Single-threaded; movable.
class ResultSink {
 public:
  /// For OUT, checked by `output_form`; "-" is standard output. Errors are ErrorCode::usage.
  static Expected<ResultSink> open(const std::string& path);
  /// For a file of any name. Error: another process writes it.
  static Expected<ResultSink> create(const std::string& path);

  ResultSink(ResultSink&&) noexcept;
  ResultSink& operator=(ResultSink&&) noexcept;
  ~ResultSink();

  /// Adds `line` and a newline, buffered. Errors here and below are ErrorCode::stopped.
  Expected<void> write(std::string_view line);
  /// Hands everything written so far to the system: it survives the end of this process.
  Expected<void> flush();
  /// Flushes and makes it durable under the name it has; an Error where something else, or nothing,
  /// has that name by now.
  Expected<void> sync();
  /// As `sync`, then renames PATH.partial to PATH, durably. Call once, last.
  Expected<void> finish();

  /// Bytes written so far, buffered ones included, and their `hash64`.
  std::int64_t bytes() const;
  std::uint64_t digest() const;
  /// What holds the lines now: PATH.partial, after `finish` PATH; "<stdout>" for "-".
  const std::string& name() const;

 private:
  struct Impl;
  explicit ResultSink(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Rows that could not be read, one JSON object a line: {"row", "line", "reason", "raw"}. Malformed
/// UTF-8 in `raw` becomes U+FFFD.
class RejectedSink {
 public:
  /// For PATH, normally OUT.rejected; an old one is replaced at `finish`, also when no row came.
  static Expected<RejectedSink> open(const std::string& path);
  Expected<void> write(const BadRow& row);
  Expected<void> flush();
  Expected<void> finish();

 private:
  explicit RejectedSink(ResultSink sink) : sink_(std::move(sink)) {}
  ResultSink sink_;
};

/// What `bytes` and `digest` of a sink would be for a file that is there.
struct FileDigest {
  std::int64_t bytes = 0;
  std::uint64_t digest = 0;
  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};

/// Reads the whole file in bounded memory. Error (ErrorCode::usage): missing or unreadable.
Expected<FileDigest> digest_file(const std::string& path);

}  // namespace sheaf::rows
