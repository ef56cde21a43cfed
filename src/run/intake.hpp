// Intake: rows -> samples of this task, ids checked, bad rows told apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <sheaf/error.hpp>

#include "core/hash.hpp"
#include "rows/row.hpp"
#include "task/task.hpp"

namespace sheaf::run {

/// A row that became a sample.
struct Arrival {
  std::int64_t number = 0;  ///< From 1, bad rows counted.
  std::int64_t line = 0;
  std::string id;
  task::RenderedRow row;
  std::string raw;         ///< The row's own JSON, for its result.
  std::int64_t bytes = 0;  ///< As the prompt of this sample alone shows it; the runner's to tell.
  Fingerprint key;         ///< What the checkpoint knows this sample by.
};

/// Pulls rows and renders them. Borrows task and source; single-threaded.
class Intake {
 public:
  Intake(const task::Task& task, rows::RowSource& source, std::optional<std::int64_t> limit);

  /// The next good row or bad row; nullopt at the end (of the input or of the limit).
  Expected<std::optional<std::variant<Arrival, rows::BadRow>>> next();

  /// Whether `next` would wait for another process.
  bool waits() const;
  std::int64_t rows_read() const { return rows_read_; }
  /// Share of the input read, 0..1; of the limit where that is nearer. nullopt for streams.
  std::optional<double> fraction_read() const;
  /// "FILE:LINE: reason" or "FILE:LINE:COLUMN: reason", safe for a terminal.
  std::string describe(const rows::BadRow& row) const;
  /// A bad row made from a good one, for faults found later (a repeated id).
  static rows::BadRow reject(const Arrival& arrival, std::string reason);

 private:
  std::variant<Arrival, rows::BadRow> render(rows::Row row);

  const task::Task& task_;
  rows::RowSource& source_;
  std::optional<std::int64_t> limit_;
  std::string identity_;
  std::int64_t rows_read_ = 0;
};

/// The key of a sample: what reaches the request bytes, and its isolation value.
Fingerprint sample_key(const std::string& request_identity, const task::RenderedRow& row);

}  // namespace sheaf::run
