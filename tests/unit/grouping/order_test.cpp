#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "grouping/arrange.hpp"

namespace sheaf::grouping {
namespace {

// The lengths leave no choice of mates, so that all a seed can draw is the order.
TEST(Order, OfBatchesAndInsideThemIsDrawn) {
  std::vector<std::int64_t> lengths;
  for (std::int64_t length = 10; lengths.size() < 24; length = length * 5 / 4) {
    lengths.push_back(length);
  }
  int shortest_first = 0;
  int ascending = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto groups = by_length(lengths, 4, seed);
    shortest_first += std::ranges::count(groups.front(), Place{0}) > 0 ? 1 : 0;
    ascending += std::ranges::is_sorted(groups.front()) ? 1 : 0;
  }
  EXPECT_LT(shortest_first, 20) << "of six batches one holds the shortest";
  EXPECT_LT(ascending, 10) << "one order of 24 is ascending";
}

}  // namespace
}  // namespace sheaf::grouping
