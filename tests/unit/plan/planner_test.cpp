#include "plan/planner.hpp"

#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace sheaf::plan {
namespace {

using Handles = std::vector<SampleHandle>;

constexpr bool busy = false;
constexpr bool idle = true;

Planner::FollowUp follow_up(SampleHandle sample, int max_size, int round = 2, std::int64_t cap = 0,
                            std::string isolate = "") {
  return {sample, std::move(isolate), max_size, round, cap};
}

// Hands out first-round batches of one sample until one other batch comes.
int singles_before_a_follow_up(Planner& planner) {
  for (int count = 0; count < 100; ++count) {
    planner.add(1000 + count, "");
    if (planner.next(busy)->follow_up) return count;
  }
  return -1;
}

TEST(Planner, fills_batches_in_order_of_rows) {
  Planner planner({.bounds = {.count = 2}});
  planner.add(1, "");
  EXPECT_EQ(planner.next(idle), std::nullopt) << "an open batch waits for its rows";
  planner.add(2, "");
  planner.add(3, "");
  EXPECT_EQ(planner.ready(), 1U);
  EXPECT_EQ(planner.waiting(), 3U);
  const auto first = planner.next(busy);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->samples, (Handles{1, 2}));
  EXPECT_EQ(first->round, 1);
  EXPECT_EQ(first->cap_per_batch, 0);
  EXPECT_FALSE(first->follow_up);
  planner.finish_rows();
  EXPECT_EQ(planner.next(busy)->samples, (Handles{3}));
  EXPECT_EQ(planner.next(idle), std::nullopt);
  EXPECT_EQ(planner.waiting(), 0U);
}

TEST(Planner, keeps_isolation_groups_apart) {
  Planner planner({.bounds = {.count = 2}});
  planner.add(1, "a");
  planner.add(2, "b");
  planner.add(3, "a");
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1, 3}));
  planner.add_follow_up(follow_up(1, 2, 2, 0, "a"));
  planner.add_follow_up(follow_up(4, 2, 2, 0, "b"));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{1}));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{4}));
}

// The same call for every isolation group: the last sample first, cut in two.
std::vector<Handles> backwards_in_pairs(std::span<const SampleHandle> group) {
  std::vector<Handles> batches;
  for (std::size_t i = group.size(); i > 0; --i) {
    if (batches.empty() || batches.back().size() == 2) batches.emplace_back();
    batches.back().push_back(group[i - 1]);
  }
  return batches;
}

TEST(Planner, holds_the_first_round_until_it_is_arranged_each_isolation_group_apart) {
  Planner planner(
      {.bounds = {.count = 2}, .open = {.open_batches = 1, .open_rows = 1}, .arranges = true});
  for (SampleHandle sample = 1; sample <= 6; ++sample) {
    planner.add(sample, sample % 2 == 1 ? "b" : "a");
    planner.pass_row();
  }
  EXPECT_EQ(planner.ready(), 0U);
  EXPECT_EQ(planner.open(), 6U);
  EXPECT_EQ(planner.waiting(), 6U);
  planner.add_follow_up(follow_up(9, 1, 2, 0, "a"));
  EXPECT_EQ(planner.next(busy)->samples, (Handles{9})) << "a follow-up goes on meanwhile";
  EXPECT_EQ(planner.next(idle), std::nullopt);
  EXPECT_EQ(planner.held(), (Handles{1, 3, 5, 2, 4, 6}));
  planner.finish_rows(backwards_in_pairs);
  EXPECT_EQ(planner.open(), 0U);
  EXPECT_EQ(planner.ready(), 4U);
  for (const auto& batch : {Handles{5, 3}, Handles{1}, Handles{6, 4}, Handles{2}}) {
    const auto next = planner.next(busy);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->samples, batch);
    EXPECT_EQ(next->round, 1);
    EXPECT_FALSE(next->follow_up);
  }
  EXPECT_EQ(planner.waiting(), 0U);
}

TEST(Planner, cuts_an_arranged_batch_where_it_exceeds_the_bounds) {
  Planner planner({.bounds = {.count = 5, .input = {100, 100, 100, 100, 100}, .output = {}},
                   .open = {},
                   .arranges = true});
  for (const auto& [sample, input] : {std::pair{1, 50}, {2, 10}, {3, 60}, {4, 30}, {5, 30}}) {
    planner.add(sample, "", {input, 0});
  }
  EXPECT_EQ(planner.arranged_size(), 2) << "three hold over 100 once in five times";
  planner.finish_rows([](std::span<const SampleHandle> group) -> std::vector<Handles> {
    return {Handles(group.begin(), group.end())};
  });
  EXPECT_EQ(planner.next(busy)->samples, (Handles{3})) << "it is long";
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1, 2, 4}));
  EXPECT_EQ(planner.next(busy)->samples, (Handles{5}));
  EXPECT_EQ(planner.waiting(), 0U);
}

TEST(Planner, fills_follow_ups_within_the_bounds) {
  Planner planner({.bounds = {.count = 6, .input = std::vector<std::int64_t>(6, 100)}});
  const auto weighed = [&](SampleHandle sample, int max_size, std::int64_t input) {
    auto asked = follow_up(sample, max_size);
    asked.weight = {input, 0};
    planner.add_follow_up(asked);
  };
  weighed(1, 4, 50);
  weighed(2, 4, 40);
  weighed(3, 4, 20);
  weighed(4, 5, 5);
  weighed(5, 5, 60);
  weighed(6, 6, 10);
  EXPECT_EQ(planner.next(idle)->samples, (Handles{1, 2, 4})) << "3 does not fit, 4 does";
  EXPECT_EQ(planner.next(idle)->samples, (Handles{3, 6})) << "5 goes alone";
  EXPECT_EQ(planner.next(idle)->samples, (Handles{5}));
  weighed(7, 4, 70);
  weighed(8, 4, 10);
  EXPECT_EQ(planner.next(idle)->samples, (Handles{7})) << "it is long, though 8 would fit";
  EXPECT_EQ(planner.next(idle)->samples, (Handles{8}));
}

TEST(Planner, closes_the_oldest_open_batch_when_there_are_too_many) {
  Planner planner({.bounds = {.count = 3}, .open = {.open_batches = 2}});
  planner.add(1, "a");
  planner.add(2, "b");
  planner.add(3, "a");
  EXPECT_EQ(planner.ready(), 0U);
  planner.add(4, "c");
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1, 3}));
  planner.add(5, "a");
  EXPECT_EQ(planner.next(busy)->samples, (Handles{2}));
}

TEST(Planner, closes_open_batches_in_the_order_they_were_opened) {
  Planner planner({.bounds = {.count = 3}});
  planner.add(1, "z");
  planner.add(2, "a");
  planner.finish_rows();
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1}));
  EXPECT_EQ(planner.next(busy)->samples, (Handles{2}));
}

TEST(Planner, sends_full_follow_ups_ahead_of_new_rows) {
  Planner planner({.bounds = {.count = 2}});
  for (int i = 1; i <= 4; ++i) planner.add(i, "");
  planner.add_follow_up(follow_up(11, 2, 2, 64));
  EXPECT_FALSE(planner.next(busy)->follow_up) << "a short one waits for company";
  planner.add_follow_up(follow_up(12, 2, 3, 64));
  const auto repair = planner.next(busy);
  EXPECT_EQ(repair->samples, (Handles{11, 12}));
  EXPECT_TRUE(repair->follow_up);
  EXPECT_EQ(repair->round, 3);
  EXPECT_EQ(repair->cap_per_batch, 64);
  EXPECT_FALSE(planner.next(busy)->follow_up);
}

TEST(Planner, sends_a_short_follow_up_when_nothing_could_fill_it) {
  Planner planner({.bounds = {.count = 6}});
  planner.add_follow_up(follow_up(11, 3));
  EXPECT_EQ(planner.next(busy), std::nullopt);
  EXPECT_EQ(planner.next(idle)->samples, (Handles{11}));
}

TEST(Planner, sends_a_short_follow_up_after_it_has_waited_for_eight_batches) {
  Planner planner({.bounds = {.count = 1}});
  planner.add_follow_up(follow_up(11, 3));
  EXPECT_EQ(singles_before_a_follow_up(planner), 8);
}

TEST(Planner, counts_the_wait_from_the_oldest_follow_up_that_is_left) {
  Planner planner({.bounds = {.count = 1}});
  planner.add_follow_up(follow_up(11, 2));
  for (int i = 0; i < 5; ++i) {
    planner.add(i, "");
    planner.next(busy);
  }
  planner.add_follow_up(follow_up(12, 2));
  planner.add_follow_up(follow_up(13, 2));
  EXPECT_EQ(planner.next(busy)->samples, (Handles{11, 12}));
  EXPECT_EQ(singles_before_a_follow_up(planner), 7) << "13 has seen one batch go by";
}

TEST(Planner, closes_a_batch_short_when_many_rows_passed_it) {
  Planner planner({.bounds = {.count = 6}, .open = {.open_rows = 3}});
  planner.add(1, "rare");
  for (int row = 0; row < 3; ++row) planner.pass_row();
  EXPECT_EQ(planner.next(idle), std::nullopt);
  EXPECT_EQ(planner.open(), 1u);
  planner.pass_row();
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1}));
  EXPECT_EQ(planner.open(), 0u);
}

TEST(Planner, takes_the_pool_that_has_waited_longest) {
  Planner planner({.bounds = {.count = 1}});
  planner.add_follow_up(follow_up(11, 2, 2, 96));
  planner.add(1, "");
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1}));
  planner.add_follow_up(follow_up(12, 2, 2, 64));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{11}));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{12}));
}

TEST(Planner, lets_a_follow_up_join_a_smaller_pool_and_never_a_larger_one) {
  Planner planner({.bounds = {.count = 1}});
  for (const SampleHandle sample : {11, 12, 13}) planner.add_follow_up(follow_up(sample, 6));
  planner.add(1, "");
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1}));
  planner.add_follow_up(follow_up(14, 3));
  planner.add_follow_up(follow_up(15, 2));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{11, 12, 13})) << "14 allows no batch of four";
  EXPECT_EQ(planner.next(idle)->samples, (Handles{15, 14}));
  EXPECT_EQ(planner.next(idle), std::nullopt);
}

TEST(Planner, fills_a_short_pool_from_smaller_ones_within_their_size) {
  Planner planner({.bounds = {.count = 1}});
  planner.add_follow_up(follow_up(11, 6));
  planner.add(1, "");
  EXPECT_EQ(planner.next(busy)->samples, (Handles{1}));
  planner.add_follow_up(follow_up(12, 3));
  planner.add_follow_up(follow_up(13, 3));
  planner.add_follow_up(follow_up(14, 2));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{11, 12, 13}));
}

TEST(Planner, fills_a_short_pool_from_larger_ones) {
  Planner planner({.bounds = {.count = 6}});
  planner.add_follow_up(follow_up(11, 3));
  planner.add_follow_up(follow_up(12, 6));
  planner.add_follow_up(follow_up(13, 6));
  planner.add_follow_up(follow_up(14, 6));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{11, 12, 13}));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{14}));
}

TEST(Planner, pools_follow_ups_of_one_cap_alone) {
  Planner planner({.bounds = {.count = 6}});
  planner.add_follow_up(follow_up(11, 3, 2, 0));
  planner.add_follow_up(follow_up(12, 3, 2, 192));
  EXPECT_EQ(planner.next(idle)->samples, (Handles{11}));
  EXPECT_EQ(planner.next(idle)->cap_per_batch, 192);
}

}  // namespace
}  // namespace sheaf::plan
