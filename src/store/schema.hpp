// Formats 2 to 5 of the file: its tables, its marks, and the words that stand in its columns.
// docs/checkpoint-format.md explains each column.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/checkpoint.hpp"
#include "store/database.hpp"

namespace sheaf::store {

/// SQLite's application_id of every checkpoint: "shef".
inline constexpr std::int64_t application_id = 0x73686566;
/// SQLite's user_version: the formats that this program reads and writes. A file is of the oldest
/// until a run asks for vectors, is told of cache writes or begins a bulk request: so it stays
/// readable for programs that know none of them. Each format has all of those before it.
inline constexpr std::int64_t format_version = 2;
inline constexpr std::int64_t format_with_vectors = 3;
inline constexpr std::int64_t format_with_cache_writes = 4;
inline constexpr std::int64_t format_with_bulk_jobs = 5;

enum class Identity { empty, checkpoint };

/// What the file is. An Error when it is neither: another program's, of a newer format, damaged.
Expected<Identity> identify(const Database& database);
/// Lays all tables and marks in one transaction, into an empty file.
Expected<void> lay_schema(const Database& database);
/// Adds the table of vectors, and marks the file as of the newer format, in the open transaction.
Expected<void> lay_vectors(const Database& database);
/// The same of the column of cache writes, and of that table where it is not there yet.
Expected<void> lay_cache_writes(const Database& database);
/// The same of the tables of bulk jobs; the file is of the format before.
Expected<void> lay_bulk_jobs(const Database& database);
/// The format that the file is marked as.
Expected<std::int64_t> format_of(const Database& database);

std::string_view word_of(FinishReason finish);
std::optional<FinishReason> finish_of(std::string_view word);

}  // namespace sheaf::store
