#include "tokens/read_ranks.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base64.hpp"
#include "core/text.hpp"

namespace sheaf::tokens {
namespace {

/// The next word, taken off `line`; empty at its end.
std::string_view take_word(std::string_view& line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::optional<TokenId> to_rank(std::string_view word) {
  TokenId rank = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), rank);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return rank;
}

std::expected<void, std::string> add(RankEntries& entries, std::string_view token, TokenId rank) {
  auto bytes = from_base64(token);
  if (!bytes || bytes->empty()) {
    return std::unexpected(fmt::format("the token of rank {} is no base64", rank));
  }
  if (bytes->size() > RankTable::most_bytes || rank > RankTable::most_rank) {
    return std::unexpected(fmt::format("rank {}: a rank goes up to {}, a token up to {} bytes",
                                       rank, RankTable::most_rank, RankTable::most_bytes));
  }
  entries.push_back({std::move(*bytes), rank});
  return {};
}

}  // namespace

std::expected<RankEntries, std::string> read_rank_lines(std::string_view text) {
  RankEntries entries;
  for (auto line : text::lines(text)) {
    if (take_word(line).empty()) continue;  // The marker says nothing.
    auto rank = to_rank(take_word(line));
    if (!rank) return std::unexpected("a line of ranks does not begin with a marker and a rank");
    for (auto token = take_word(line); !token.empty(); token = take_word(line)) {
      if (auto added = add(entries, token, (*rank)++); !added) {
        return std::unexpected(std::move(added.error()));
      }
    }
  }
  return entries;
}

std::expected<RankEntries, std::string> read_tiktoken_file(std::string_view text) {
  RankEntries entries;
  for (auto line : text::lines(text)) {
    const auto token = take_word(line);
    if (token.empty()) continue;
    const auto rank = to_rank(take_word(line));
    if (!rank || !take_word(line).empty()) {
      return std::unexpected(
          fmt::format("line {} is not a token in base64 and its rank", entries.size() + 1));
    }
    if (auto added = add(entries, token, *rank); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  return entries;
}

}  // namespace sheaf::tokens
