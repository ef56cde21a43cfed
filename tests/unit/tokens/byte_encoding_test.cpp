#include "tokens/byte_encoding.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::tokens {
namespace {

using Entries = std::vector<RankTable::Entry>;

/// The whole text is one piece.
std::size_t no_split(std::string_view text, std::size_t) { return text.size(); }

Entries with_all_bytes(const std::vector<std::string>& more) {
  Entries entries;
  for (int byte = 0; byte < 256; ++byte) {
    entries.push_back({std::string(1, static_cast<char>(byte)), static_cast<TokenId>(byte)});
  }
  TokenId rank = 256;
  for (const auto& bytes : more) entries.push_back({bytes, rank++});
  return entries;
}

std::vector<TokenId> encode(const Entries& entries, std::string_view text) {
  const ByteEncoding encoding(RankTable(entries), no_split);
  std::vector<TokenId> tokens;
  encoding.encode(text, tokens);
  EXPECT_EQ(encoding.count(text), std::ssize(tokens));
  return tokens;
}

/// As the paper has it: all pairs are looked at for each merge.
std::vector<TokenId> merged_one_by_one(const Entries& entries, std::string_view text) {
  std::map<std::string, TokenId, std::less<>> ranks;
  for (const auto& [bytes, rank] : entries) ranks[bytes] = rank;
  std::vector<std::string> parts;
  for (const char c : text) parts.emplace_back(1, c);
  while (ranks.find(text) == ranks.end()) {
    auto lowest = std::numeric_limits<TokenId>::max();
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto found = ranks.find(parts[i] + parts[i + 1]);
      if (found == ranks.end() || found->second >= lowest) continue;
      lowest = found->second;
      at = i;
    }
    if (lowest == std::numeric_limits<TokenId>::max()) break;
    parts[at] += parts[at + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  if (const auto whole = ranks.find(text); whole != ranks.end()) return {whole->second};
  std::vector<TokenId> tokens;
  for (const auto& part : parts) tokens.push_back(ranks.at(part));
  return tokens;
}

TEST(ByteEncoding, MergesTheLowestRankFirstAndTheLeftmostOfEquals) {
  const auto entries = with_all_bytes({"bc", "ab", "aa"});
  EXPECT_EQ(encode(entries, "abc"), (std::vector<TokenId>{'a', 256}));
  EXPECT_EQ(encode(entries, "aaa"), (std::vector<TokenId>{258, 'a'}));
}

TEST(ByteEncoding, TakesAPieceThatIsATokenWhole) {
  // No merge leads to "abc": its halves are no tokens.
  EXPECT_EQ(encode(with_all_bytes({"abc"}), "abc"), (std::vector<TokenId>{256}));
  EXPECT_EQ(encode(with_all_bytes({"abc"}), "abcx"), (std::vector<TokenId>{'a', 'b', 'c', 'x'}));
}

TEST(ByteEncoding, KeepsItsOwnTokensOfAPiece) {
  // Both merge "abx" in this thread, one after the other.
  EXPECT_EQ(encode(with_all_bytes({"ab"}), "abx"), (std::vector<TokenId>{256, 'x'}));
  EXPECT_EQ(encode(with_all_bytes({"bx"}), "abx"), (std::vector<TokenId>{'a', 256}));
}

TEST(ByteEncoding, HasNoTokensForNoText) { EXPECT_EQ(encode(with_all_bytes({}), "").size(), 0U); }

TEST(ByteEncoding, TakesTheRankOfADoubledTokenFromItsLastEntry) {
  auto entries = with_all_bytes({"ab"});
  entries.push_back({"ab", 900});
  EXPECT_EQ(encode(entries, "ab"), (std::vector<TokenId>{900}));
}

RC_GTEST_PROP(ByteEncoding, MergesAsOneByOneWhateverTheLength, ()) {
  const auto letter = rc::gen::element('a', 'b', 'c', '\xFF');
  const auto word = rc::gen::suchThat(rc::gen::container<std::string>(letter),
                                      [](const std::string& w) { return w.size() < 24; });
  auto words = *rc::gen::container<std::vector<std::string>>(word);
  std::erase_if(words, [](const std::string& w) { return w.size() < 2; });
  std::ranges::sort(words);
  words.erase(std::ranges::unique(words).begin(), words.end());
  // Whatever the order: also where a merge makes a lower rank than its own.
  std::ranges::shuffle(words, std::mt19937(*rc::gen::arbitrary<std::uint32_t>()));
  const auto entries = with_all_bytes(words);
  // Beyond 96 symbols the pairs wait by rank.
  const auto size = *rc::gen::inRange<std::size_t>(0, 300);
  const auto text = *rc::gen::container<std::string>(size, letter);
  RC_ASSERT(encode(entries, text) == merged_one_by_one(entries, text));
}

}  // namespace
}  // namespace sheaf::tokens
