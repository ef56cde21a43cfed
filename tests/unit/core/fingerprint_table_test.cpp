#include "core/fingerprint_table.hpp"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf {
namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

/// Few different values, many of them neighbours or at the edges of a shard.
rc::Gen<std::uint64_t> crowded() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange<std::uint64_t>(0, 4), rc::gen::inRange<std::uint64_t>(0, 40),
                     rc::gen::arbitrary<bool>()),
      [](const std::tuple<std::uint64_t, std::uint64_t, bool>& parts) {
        const auto [shard, low, from_top] = parts;
        const auto value = (shard << 62) | (low << 20) | low;
        return from_top ? ~value : value;
      });
}

RC_GTEST_PROP(FingerprintSet, HoldsExactlyWhatASetHolds, ()) {
  const auto values = *rc::gen::container<std::vector<std::uint64_t>>(
      rc::gen::oneOf(crowded(), rc::gen::arbitrary<std::uint64_t>()));
  FingerprintSet set;
  std::set<std::uint64_t> model;
  for (const auto value : values) RC_ASSERT(set.insert(value) == model.insert(value).second);
  RC_ASSERT(set.size() == model.size());
  for (const auto value : values) {
    RC_ASSERT(set.contains(value));
    RC_ASSERT(set.contains(value + 1) == model.contains(value + 1));
  }
}

TEST(FingerprintSet, TellsZeroAndAllOnesLikeAnyOther) {
  FingerprintSet set;
  EXPECT_FALSE(set.contains(0));
  EXPECT_TRUE(set.insert(0));
  EXPECT_FALSE(set.insert(0));
  EXPECT_FALSE(set.contains(all_ones));
  EXPECT_TRUE(set.insert(all_ones));
  EXPECT_FALSE(set.insert(all_ones));
  EXPECT_EQ(set.size(), 2U);
}

TEST(FingerprintSet, StaysRightWhenAllCrowdAtTheEndOfOneShard) {
  FingerprintSet set;
  for (std::uint64_t i = 0; i < 3000; ++i) ASSERT_TRUE(set.insert(all_ones - i)) << i;
  for (std::uint64_t i = 0; i < 3000; ++i) ASSERT_FALSE(set.insert(all_ones - i)) << i;
  EXPECT_FALSE(set.contains(all_ones - 3000));
  EXPECT_EQ(set.size(), 3000U);
}

TEST(FingerprintSet, KeepsAMillionThroughEveryGrowthInUnderTenBytesEach) {
  constexpr std::size_t count = 1'000'000;
  FingerprintSet set;
  std::mt19937_64 random(7);
  double most = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    ASSERT_TRUE(set.insert(random()));
    if (i < count / 2 || i % 1000 != 0) continue;
    most = std::max(most, static_cast<double>(set.memory_bytes()) / static_cast<double>(i));
  }
  random.seed(7);
  for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(set.contains(random()));
  std::size_t strangers = 0;
  for (std::size_t i = 0; i < count; ++i) strangers += set.contains(random()) ? 1 : 0;
  EXPECT_EQ(strangers, 0U);
  EXPECT_EQ(set.size(), count);
  EXPECT_LT(most, 10.0);
  std::cout << "bytes an entry, from half a million to a million: at most " << most << '\n';
}

RC_GTEST_PROP(FingerprintTable, FindsEveryNumberOfAFingerprint, ()) {
  const auto pairs = *rc::gen::container<std::vector<std::pair<std::uint64_t, std::uint32_t>>>(
      rc::gen::pair(crowded(), rc::gen::inRange<std::uint32_t>(1, 9)));
  FingerprintTable table;
  std::map<std::uint64_t, std::set<std::uint32_t>> model;
  for (const auto& [fingerprint, number] : pairs) {
    table.insert(fingerprint, number);
    model[fingerprint].insert(number);
  }
  for (const auto& [fingerprint, numbers] : model) {
    const auto found = table.candidates(fingerprint);
    RC_ASSERT(std::ranges::is_sorted(found));
    for (const auto number : numbers) RC_ASSERT(std::ranges::binary_search(found, number));
  }
}

TEST(FingerprintTable, KeepsApartFingerprintsThatDifferInTheirFirst38Bits) {
  FingerprintTable table;
  for (int bit = 26; bit < 64; ++bit) {
    table.insert(std::uint64_t{1} << bit, static_cast<std::uint32_t>(bit));
  }
  for (int bit = 26; bit < 64; ++bit) {
    const std::vector<std::uint32_t> expected{static_cast<std::uint32_t>(bit)};
    EXPECT_EQ(table.candidates(std::uint64_t{1} << bit), expected);
  }
  EXPECT_TRUE(table.candidates(std::uint64_t{3} << 40).empty());
}

TEST(FingerprintTable, HoldsThousandsOfNumbersUnderOneFingerprint) {
  FingerprintTable table;
  for (std::uint32_t number = 3000; number > 0; --number) table.insert(all_ones, number);
  for (std::uint32_t number = 1; number <= 3000; ++number) table.insert(all_ones, number);
  const auto found = table.candidates(all_ones);
  ASSERT_EQ(found.size(), 3000U);
  EXPECT_EQ(found.front(), 1U);
  EXPECT_EQ(found.back(), 3000U);
  EXPECT_EQ(table.size(), 3000U);
}

TEST(FingerprintTable, FindsAMillionAndFewStrangersInUnderTenBytesEach) {
  constexpr std::uint32_t count = 1'000'000;
  FingerprintTable table;
  std::mt19937_64 random(11);
  for (std::uint32_t i = 1; i <= count; ++i) table.insert(random(), i);
  random.seed(11);
  for (std::uint32_t i = 1; i <= count; ++i) {
    const auto found = table.candidates(random());
    ASSERT_TRUE(std::ranges::binary_search(found, i)) << i;
  }
  std::size_t strangers = 0;
  for (std::uint32_t i = 0; i < count; ++i) strangers += table.candidates(random()).size();
  const auto bytes = static_cast<double>(table.memory_bytes()) / count;
  EXPECT_LT(strangers, 40U);
  EXPECT_LT(bytes, 10.0);
  std::cout << "bytes an entry: " << bytes << ", strangers in a million: " << strangers << '\n';
}

}  // namespace
}  // namespace sheaf
