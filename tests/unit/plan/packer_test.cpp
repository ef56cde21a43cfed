#include "plan/packer.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace sheaf::plan {
namespace {

using Batches = std::vector<std::vector<SampleHandle>>;

Batches closed(Packer& packer) {
  Batches batches;
  while (auto samples = packer.next()) batches.push_back(std::move(*samples));
  return batches;
}

Bounds input_of(int count, std::int64_t room) {
  return {.count = count, .input = std::vector(static_cast<std::size_t>(count), room)};
}

void add_all(Packer& packer, const std::vector<std::int64_t>& inputs) {
  SampleHandle handle = 0;
  for (const auto input : inputs) packer.add(++handle, "", {input, 0});
}

TEST(Packer, puts_a_sample_into_the_fullest_batch_that_admits_it) {
  Packer packer(input_of(10, 100), {});
  add_all(packer, {40, 30, 45, 40, 12});
  packer.finish();
  EXPECT_EQ(closed(packer), (Batches{{1, 2}, {3, 4, 5}}));
}

TEST(Packer, closes_a_batch_that_would_not_admit_the_lightest_of_many_samples) {
  Packer packer(input_of(1'000, 1'000), {});
  for (std::int64_t i = 2; i < lightest_from; ++i) packer.add(i, "other", {10, 0});
  add_all(packer, {495, 496});
  EXPECT_EQ(packer.ready(), 1U) << "9 tokens are left, and 10 the least";
}

TEST(Packer, keeps_a_batch_open_while_few_samples_were_seen) {
  Packer packer(input_of(10, 100), {});
  add_all(packer, {50, 45, 5});
  EXPECT_EQ(packer.ready(), 0U) << "a lighter sample than any so far may come";
  packer.finish();
  EXPECT_EQ(closed(packer), (Batches{{1, 2, 3}}));
}

TEST(Packer, a_sample_of_which_two_would_not_fit_goes_alone) {
  Packer packer(input_of(10, 100), {});
  add_all(packer, {10, 51, 50, 1'000, 10});
  EXPECT_EQ(closed(packer), (Batches{{2}, {4}}));
  packer.finish();
  EXPECT_EQ(closed(packer), (Batches{{1, 3, 5}}));
}

TEST(Packer, each_further_sample_may_lessen_the_room) {
  Packer packer({.count = 3, .input = {90, 60, 30}}, {});
  add_all(packer, {20, 20, 10, 5});
  packer.finish();
  EXPECT_EQ(closed(packer), (Batches{{1, 2}, {3, 4}})) << "three may hold 30";
}

TEST(Packer, holds_output_against_its_own_bound) {
  Packer packer({.count = 10, .output = std::vector<std::int64_t>(10, 100)}, {});
  for (SampleHandle handle = 1; handle <= 5; ++handle) packer.add(handle, "", {1'000'000, 40});
  packer.finish();
  EXPECT_EQ(closed(packer), (Batches{{1, 2}, {3, 4}, {5}}));
}

TEST(Packer, keeps_few_batches_of_a_group_open_and_closes_the_fullest) {
  Packer packer(input_of(10, 100), {});
  std::vector<std::int64_t> pairs(2 * open_of_a_group, 34);
  pairs[8] = pairs[9] = 36;
  add_all(packer, pairs);
  ASSERT_EQ(packer.ready(), 0U);
  packer.add(99, "of another group", {34, 0});
  EXPECT_EQ(packer.ready(), 0U);
  packer.add(100, "", {34, 0});
  EXPECT_EQ(closed(packer), (Batches{{9, 10}}));
}

TEST(Packer, other_bounds_hold_for_new_batches_alone) {
  Packer packer({.count = 4}, {});
  add_all(packer, {1, 1});
  packer.set_bounds({.count = 2});
  EXPECT_EQ(closed(packer), (Batches{{1, 2}}));
  add_all(packer, {1, 1});
  EXPECT_EQ(closed(packer), (Batches{{1, 2}}));
}

}  // namespace
}  // namespace sheaf::plan
