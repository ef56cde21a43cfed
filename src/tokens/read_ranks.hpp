// Rank tables as they are published.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/rank_table.hpp"

namespace sheaf::tokens {

using RankEntries = std::vector<RankTable::Entry>;

/// The member `bpe_ranks` of an encoder in npm's package `tiktoken`: lines of a marker, the rank of
/// the first token, and tokens of consecutive ranks in base64, a space between each.
/// The error says what is wrong.
std::expected<RankEntries, std::string> read_rank_lines(std::string_view text);

/// A `.tiktoken` file, as OpenAI publishes it: a token in base64, a space and its rank a line.
std::expected<RankEntries, std::string> read_tiktoken_file(std::string_view text);

}  // namespace sheaf::tokens
