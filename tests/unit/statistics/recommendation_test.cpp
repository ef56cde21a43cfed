#include "statistics/recommendation.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace sheaf::statistics {
namespace {

/// A cell whose rows are independent.
SizeCell cell(std::int64_t size, double cost, int rows, int lost, int won = 0) {
  std::vector<Pair> pairs;
  pairs.reserve(static_cast<std::size_t>(rows));
  for (int i = 0; i < rows; ++i) {
    pairs.push_back({i, i, i, i >= won, i < won || i >= won + lost});
  }
  return {size, cost, paired_difference(pairs)};
}

TEST(Recommend, takes_the_cheapest_that_keeps_the_accuracy) {
  const auto found =
      recommend(std::vector{cell(1, 10, 1000, 0), cell(2, 6, 1000, 2), cell(4, 4, 1000, 4)});
  EXPECT_EQ(found.size, 4);
  EXPECT_EQ(found.largest_admissible, 4);
  EXPECT_EQ(found.stop, Stop::all_admissible);
  EXPECT_FALSE(found.rows_needed.has_value());
  EXPECT_EQ(sentence(found, 0.02),
            "Use b = 4: its loss against b = 1 is at most 0.9 points with 95 % confidence; 2 are "
            "allowed.");
}

TEST(Recommend, stops_at_the_first_size_that_fails_though_a_larger_one_would_pass) {
  const auto found = recommend(std::vector{cell(1, 10, 1000, 0), cell(2, 6, 1000, 2),
                                           cell(3, 5, 1000, 15), cell(4, 4, 1000, 1)});
  EXPECT_EQ(found.size, 2);
  EXPECT_EQ(found.largest_admissible, 2);
  EXPECT_EQ(found.stop, Stop::cannot_tell);
  EXPECT_EQ(found.stopped_at, 3);
}

TEST(Recommend, cannot_tell_with_few_rows_and_says_how_many_would_do) {
  const auto found = recommend(std::vector{cell(1, 10, 100, 0), cell(2, 6, 100, 0)});
  EXPECT_EQ(found.size, 1);
  EXPECT_EQ(found.largest_admissible, 1);
  EXPECT_EQ(found.stop, Stop::cannot_tell);
  EXPECT_EQ(found.rows, 100);
  EXPECT_EQ(found.rows_needed, 149);
  EXPECT_EQ(sentence(found, 0.02),
            "Use b = 1. Of b = 2 one cannot tell with 100 rows (it may lose 3.0 points); about 150 "
            "would do; sizes above it are not considered.");
}

TEST(Recommend, names_a_loss_that_more_rows_would_not_mend) {
  const auto found =
      recommend(std::vector{cell(1, 10, 1000, 0), cell(2, 6, 1000, 2), cell(6, 3, 1000, 31, 1)});
  EXPECT_EQ(found.size, 2);
  EXPECT_EQ(found.stop, Stop::loss_observed);
  EXPECT_DOUBLE_EQ(found.observed_loss, 0.03);
  EXPECT_FALSE(found.rows_needed.has_value());
  EXPECT_EQ(sentence(found, 0.02),
            "Use b = 2: its loss against b = 1 is at most 0.6 points with 95 % confidence; 2 are "
            "allowed. b = 6 lost 3 points on 1000 rows; sizes above it are not considered.");
}

TEST(Recommend, keeps_to_single_rows_where_batches_are_not_cheaper) {
  const auto found =
      recommend(std::vector{cell(1, 4, 1000, 0), cell(2, 4, 1000, 0), cell(3, 5, 1000, 0)});
  EXPECT_EQ(found.size, 1);
  EXPECT_EQ(found.largest_admissible, 3);
  EXPECT_EQ(sentence(found, 0.02),
            "Use b = 1: up to b = 3 the loss stays below 2 points, but none costs less.");
}

TEST(Recommend, asks_for_no_more_rows_where_no_size_beyond_costs_less) {
  const auto short_prompts =
      std::vector{cell(1, 4, 100, 0), cell(2, 7, 100, 0), cell(4, 5, 100, 0)};
  EXPECT_EQ(sentence(recommend(short_prompts), 0.02),
            "Use b = 1. No other size that was run costs less.");
  const auto last_pays = std::vector{cell(1, 4, 100, 0), cell(2, 7, 100, 0), cell(4, 3, 100, 0)};
  EXPECT_TRUE(recommend(last_pays).cheaper_beyond);
}

TEST(Recommend, takes_a_smaller_size_that_is_cheaper_than_a_larger_one) {
  const auto found =
      recommend(std::vector{cell(1, 9, 1000, 0), cell(2, 4, 1000, 0), cell(3, 5, 1000, 0)});
  EXPECT_EQ(found.size, 2);
}

TEST(Recommend, holds_single_rows_admissible_whatever_their_noise) {
  EXPECT_EQ(recommend(std::vector{cell(1, 9, 10, 5), cell(2, 4, 1000, 0)}).size, 2);
  EXPECT_EQ(recommend({}).size, 1);
  EXPECT_EQ(recommend(std::vector{cell(2, 4, 0, 0)}).stop, Stop::cannot_tell);
}

TEST(Recommend, needs_the_bound_below_the_limit_not_the_loss) {
  const auto cells = std::vector{cell(1, 9, 300, 0), cell(2, 4, 300, 3)};
  EXPECT_EQ(recommend(cells, 0.02).size, 1);
  EXPECT_EQ(recommend(cells, 0.05).size, 2);
}

TEST(Recommend, names_a_size_that_was_not_compared) {
  EXPECT_EQ(sentence(recommend(std::vector{cell(2, 4, 0, 0)}), 0.02),
            "Use b = 1. b = 2 was not compared with b = 1.");
}

TEST(Recommend, says_where_no_number_of_rows_is_in_reach) {
  auto close_call = cell(2, 4, 1000, 20);
  close_call.loss.difference = std::nextafter(0.02, 0);
  const auto found = recommend(std::vector{close_call});
  EXPECT_EQ(found.stop, Stop::cannot_tell);
  EXPECT_EQ(
      sentence(found, 0.02),
      "Use b = 1. Of b = 2 one cannot tell with 1000 rows (it may lose 2.9 points); no number in "
      "reach would do; sizes above it are not considered.");
}

}  // namespace
}  // namespace sheaf::statistics
