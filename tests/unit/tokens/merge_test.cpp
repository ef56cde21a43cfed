#include "tokens/merge.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sheaf::tokens {
namespace {

using Merges = std::map<std::pair<char, char>, Merged>;

Merged becomes(std::uint32_t rank, char token) { return {rank, static_cast<TokenId>(token)}; }

/// What `once`, so many times side by side, becomes: each character is a symbol and its own token.
/// The merger has had the same piece before.
std::string merged(const Merges& merges, std::string_view once, int times) {
  std::vector<Symbol> symbols;
  for (int i = 0; i < times; ++i) {
    for (const char c : once) {
      const auto at = static_cast<std::uint32_t>(symbols.size());
      symbols.push_back({at, at + 1, static_cast<TokenId>(c)});
    }
  }
  Merger merger{[&](const Symbol& left, const Symbol& right) -> std::optional<Merged> {
    const auto pair = std::pair(static_cast<char>(left.token), static_cast<char>(right.token));
    const auto found = merges.find(pair);
    if (found == merges.end()) return std::nullopt;
    return found->second;
  }};
  auto before = symbols;
  merger.merge(before);
  merger.merge(symbols);
  std::string tokens;
  for (const auto& symbol : symbols) tokens.push_back(static_cast<char>(symbol.token));
  return tokens;
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Few symbols are scanned, many wait by rank: both the same.
TEST(Merger, TakesTheLeftmostOfEqualsThoughTheRightOneWasThereSooner) {
  const Merges merges{
      {{'a', 'b'}, becomes(5, 'X')}, {{'c', 'd'}, becomes(3, 'X')}, {{'X', 'X'}, becomes(9, 'Y')}};
  for (const int times : {1, 50}) {
    EXPECT_EQ(merged(merges, "abcdcd.", times), repeated("YX.", times));
  }
}

TEST(Merger, TakesALowerRankThatAMergeMadeBeforeAllElse) {
  const Merges merges{
      {{'z', 'a'}, becomes(8, 'P')}, {{'b', 'c'}, becomes(8, 'R')}, {{'P', 'b'}, becomes(2, 'Q')}};
  for (const int times : {1, 50}) {
    EXPECT_EQ(merged(merges, "zabc", times), repeated("Qc", times));
    EXPECT_EQ(merged(merges, "bczab", times), repeated("RQ", times));
  }
}

TEST(Merger, TakesAnEqualRankThatAMergeMadeInItsPlaceFromTheLeft) {
  const Merges merges{
      {{'a', 'b'}, becomes(4, 'P')}, {{'P', 'c'}, becomes(4, 'Q')}, {{'c', 'd'}, becomes(4, 'R')}};
  for (const int times : {1, 50}) EXPECT_EQ(merged(merges, "abcd", times), repeated("Qd", times));
}

TEST(Merger, LooksAtNoSymbolThatWasMergedAway) {
  const Merges merges{
      {{'a', 'a'}, becomes(5, 'P')}, {{'b', 'c'}, becomes(9, 'R')}, {{'a', 'R'}, becomes(10, 'S')}};
  for (const int times : {1, 50}) EXPECT_EQ(merged(merges, "aaabc", times), repeated("PS", times));
}

TEST(Merger, LeavesWhatHasNoPairAsItIs) {
  const Merges merges{{{'a', 'b'}, becomes(1, 'P')}};
  EXPECT_EQ(merged(merges, "ba", 1), "ba");
  EXPECT_EQ(merged(merges, "a", 200), repeated("a", 200));
  EXPECT_EQ(merged(merges, "", 1), "");
}

}  // namespace
}  // namespace sheaf::tokens
