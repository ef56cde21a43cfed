#include "tokens/piece_cache.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::tokens {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<TokenId> three{7, 8, 9};

TEST(PieceCache, GivesBackWhatItsOwnerKept) {
  PieceCache cache;
  EXPECT_THAT(cache.find(1, "piece"), IsEmpty());
  cache.keep(1, "piece", three);
  EXPECT_THAT(cache.find(1, "piece"), ElementsAre(7, 8, 9));
  EXPECT_THAT(cache.find(1, "piec"), IsEmpty());
  // Among so many owners some look in the same place.
  for (std::uint64_t owner = 2; owner < 200'000; ++owner) {
    ASSERT_TRUE(cache.find(owner, "piece").empty()) << owner;
  }
}

TEST(PieceCache, TellsPiecesApartThatShareAPlace) {
  PieceCache cache;
  for (TokenId i = 0; i < 100'000; ++i) {
    cache.keep(1, "piece" + std::to_string(i), std::vector<TokenId>{i, i});
  }
  int kept = 0;
  for (TokenId i = 0; i < 100'000; ++i) {
    const auto found = cache.find(1, "piece" + std::to_string(i));
    if (found.empty()) continue;
    ++kept;
    EXPECT_THAT(found, ElementsAre(i, i));
  }
  EXPECT_GT(kept, 4096);
}

TEST(PieceCache, KeepsNoPieceOfManyBytesOrTokens) {
  PieceCache cache;
  cache.keep(1, std::string(23, 'a'), three);
  EXPECT_THAT(cache.find(1, std::string(23, 'a')), IsEmpty());
  cache.keep(1, "nine", std::vector<TokenId>(9, 1));
  EXPECT_THAT(cache.find(1, "nine"), IsEmpty());
  cache.keep(1, std::string(22, 'a'), std::vector<TokenId>(8, 1));
  EXPECT_EQ(cache.find(1, std::string(22, 'a')).size(), 8U);
}

}  // namespace
}  // namespace sheaf::tokens
