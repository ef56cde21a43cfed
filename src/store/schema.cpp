#include "store/schema.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace sheaf::store {
namespace {

constexpr auto tables = R"(
CREATE TABLE meta(
  name TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE samples(
  first INTEGER PRIMARY KEY, count INTEGER NOT NULL, list BLOB NOT NULL,
  checksum INTEGER NOT NULL);
CREATE TABLE outcomes(
  first INTEGER PRIMARY KEY, count INTEGER NOT NULL, list BLOB NOT NULL,
  checksum INTEGER NOT NULL);
CREATE TABLE rows(
  sequence INTEGER PRIMARY KEY, id TEXT, sample INTEGER NOT NULL, count INTEGER NOT NULL,
  checksum INTEGER NOT NULL);
CREATE TABLE parked(
  sequence INTEGER PRIMARY KEY, line TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE prefixes(
  prefix INTEGER PRIMARY KEY, text TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE attempts(
  attempt INTEGER PRIMARY KEY, at_unix_ms INTEGER NOT NULL, sending INTEGER NOT NULL,
  round INTEGER NOT NULL, samples BLOB NOT NULL, reserved_tokens INTEGER NOT NULL,
  reserved_picos INTEGER NOT NULL, prefix INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE prompts(
  attempt INTEGER PRIMARY KEY, rest TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE ends(
  attempt INTEGER PRIMARY KEY, finish TEXT NOT NULL, fault_reason TEXT NOT NULL,
  maybe_billed INTEGER NOT NULL, input_tokens INTEGER, cached_input_tokens INTEGER,
  output_tokens INTEGER, reasoning_tokens INTEGER, cost_picos INTEGER NOT NULL,
  started_unix_ms INTEGER NOT NULL, latency_ms INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE replies(
  attempt INTEGER PRIMARY KEY, reply TEXT NOT NULL, fault_detail TEXT NOT NULL,
  checksum INTEGER NOT NULL);
)";

constexpr auto vectors_table = R"(
CREATE TABLE vectors(
  vector INTEGER PRIMARY KEY, attempt INTEGER NOT NULL, key BLOB NOT NULL, list BLOB NOT NULL,
  checksum INTEGER NOT NULL);
)";

constexpr auto cache_writes_column = "ALTER TABLE ends ADD COLUMN cache_write_tokens INTEGER;";

constexpr auto bulk_tables = R"(
CREATE TABLE bulk_jobs(
  job INTEGER PRIMARY KEY, nonce TEXT NOT NULL, account TEXT NOT NULL, path TEXT NOT NULL,
  at_unix_ms INTEGER NOT NULL, upload TEXT NOT NULL, id TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE bulk_requests(
  attempt INTEGER PRIMARY KEY, job INTEGER NOT NULL, output_cap INTEGER NOT NULL,
  checksum INTEGER NOT NULL);
)";

using Word = std::pair<FinishReason, std::string_view>;

constexpr std::array<Word, 4> finishes{{{FinishReason::stop, "stop"},
                                        {FinishReason::length, "length"},
                                        {FinishReason::refused, "refused"},
                                        {FinishReason::other, "other"}}};

}  // namespace

Expected<Identity> identify(const Database& database) {
  // One snapshot of all three: another run may be making the file at this moment.
  if (auto begun = database.run("BEGIN"); !begun) return std::unexpected(begun.error());
  const auto objects = database.number("SELECT count(*) FROM sqlite_schema");
  if (!objects) return std::unexpected(objects.error());
  const auto application = database.number("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  const auto version = database.number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (auto ended = database.run("COMMIT"); !ended) return std::unexpected(ended.error());
  if (*application == 0 && *version == 0 && *objects == 0) return Identity::empty;
  if (*application != application_id) {
    return fail(ErrorCode::usage,
                fmt::format("{}: not a checkpoint but another program's database; name another "
                            "file with --checkpoint",
                            database.path()));
  }
  if (*version > format_with_bulk_jobs) {
    return fail(ErrorCode::usage,
                fmt::format("{}: a checkpoint of format {}, written by a newer version; this one "
                            "reads format {}: use the newer one, or start over with --fresh",
                            database.path(), *version, format_with_bulk_jobs));
  }
  if (*version < 1) return std::unexpected(database.damaged("its format has no number"));
  if (*version < format_version) {
    return fail(ErrorCode::usage,
                fmt::format("{}: a checkpoint of format {}, from before the first release; go on "
                            "with the build that made it, or start over with --fresh",
                            database.path(), *version));
  }
  return Identity::checkpoint;
}

Expected<void> lay_schema(const Database& database) {
  const auto sql =
      fmt::format("BEGIN IMMEDIATE;{}PRAGMA application_id={};PRAGMA user_version={};COMMIT",
                  tables, application_id, format_version);
  return database.run(sql.c_str());
}

Expected<void> lay_vectors(const Database& database) {
  const auto sql = fmt::format("{}PRAGMA user_version={}", vectors_table, format_with_vectors);
  return database.run(sql.c_str());
}

Expected<void> lay_cache_writes(const Database& database) {
  const auto format = format_of(database);
  if (!format) return std::unexpected(format.error());
  const auto sql =
      fmt::format("{}{}PRAGMA user_version={}", *format < format_with_vectors ? vectors_table : "",
                  cache_writes_column, format_with_cache_writes);
  return database.run(sql.c_str());
}

Expected<void> lay_bulk_jobs(const Database& database) {
  const auto sql = fmt::format("{}PRAGMA user_version={}", bulk_tables, format_with_bulk_jobs);
  return database.run(sql.c_str());
}

Expected<std::int64_t> format_of(const Database& database) {
  return database.number("PRAGMA user_version");
}

std::string_view word_of(FinishReason finish) {
  return std::ranges::find(finishes, finish, &Word::first)->second;
}

std::optional<FinishReason> finish_of(std::string_view word) {
  const auto found = std::ranges::find(finishes, word, &Word::second);
  return found == finishes.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace sheaf::store
