// Format 2 of the file: its tables, its marks, and the words that stand in its columns.
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
/// SQLite's user_version: the format that this program reads and writes.
inline constexpr std::int64_t format_version = 2;

enum class Identity { empty, checkpoint };

/// What the file is. An Error when it is neither: another program's, of a newer format, damaged.
Expected<Identity> identify(const Database& database);
/// Lays all tables and marks in one transaction, into an empty file.
Expected<void> lay_schema(const Database& database);

std::string_view word_of(FinishReason finish);
std::optional<FinishReason> finish_of(std::string_view word);

}  // namespace sheaf::store
