#include "tokens/estimator.hpp"

#include <cstdint>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/random.hpp"

namespace sheaf::tokens {
namespace {

constexpr std::int64_t bytes = 7000;
constexpr std::int64_t messages = 3;

Estimator after(int replies, std::int64_t told) {
  Estimator estimator;
  for (int i = 0; i < replies; ++i) estimator.learn(bytes, messages, told);
  return estimator;
}

TEST(Estimator, starts_from_bytes_with_a_margin_of_a_quarter) {
  const Estimator estimator;
  EXPECT_EQ(estimator.expected_input_tokens(bytes, messages), 2012);
  EXPECT_EQ(estimator.input_tokens(bytes, messages), 2512);
}

TEST(Estimator, converges_on_a_constant_usage) {
  for (const std::int64_t told : {500, 1812, 3500, 6900}) {
    EXPECT_LE(std::abs(after(1, told).expected_input_tokens(bytes, messages) - told), 1);
    EXPECT_NEAR(static_cast<double>(after(200, told).input_tokens(bytes, messages)),
                static_cast<double>(told), 2.0);
    EXPECT_NEAR(static_cast<double>(after(200, told).expected_input_tokens(2 * bytes, 0)),
                2.0 * static_cast<double>(told - 12), 2.0);
  }
}

TEST(Estimator, shrinks_its_margin_as_replies_agree) {
  std::int64_t last = bytes;
  for (const int replies : {1, 2, 4, 8, 16, 64}) {
    const auto estimator = after(replies, 1812);
    const auto margin =
        estimator.input_tokens(bytes, messages) - estimator.expected_input_tokens(bytes, messages);
    EXPECT_LT(margin, last) << replies;
    EXPECT_GT(margin, 0) << replies;
    last = margin;
  }
}

TEST(Estimator, keeps_a_margin_after_one_reply_that_was_as_expected) {
  EXPECT_GT(after(1, 2012).input_tokens(bytes, messages), 2100);
}

TEST(Estimator, keeps_a_margin_while_replies_differ) {
  Estimator estimator;
  for (int i = 0; i < 200; ++i) estimator.learn(bytes, messages, i % 2 == 0 ? 1500 : 2500);
  EXPECT_NEAR(static_cast<double>(estimator.expected_input_tokens(bytes, messages)), 2000, 60);
  EXPECT_NEAR(static_cast<double>(estimator.input_tokens(bytes, messages)), 3000, 120);
}

TEST(Estimator, follows_a_change_with_a_half_life_of_sixteen_replies) {
  auto estimator = after(500, 2012);
  for (int i = 0; i < 16; ++i) estimator.learn(bytes, messages, 4012);
  EXPECT_NEAR(static_cast<double>(estimator.expected_input_tokens(bytes, messages)), 3012, 2.0);
}

TEST(Estimator, is_rarely_short_where_usage_varies) {
  Random random(7);
  Estimator estimator;
  int short_of = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto size = static_cast<std::int64_t>(2000 + random.below(4000));
    const double per_byte = 0.2 + 0.1 * random.uniform();
    const auto told = static_cast<std::int64_t>(per_byte * static_cast<double>(size)) + 12;
    if (estimator.input_tokens(size, messages) < told) ++short_of;
    estimator.learn(size, messages, told);
  }
  EXPECT_LT(short_of, 100);
}

TEST(Estimator, ignores_usage_that_says_nothing) {
  Estimator estimator;
  estimator.learn(0, messages, 100);
  estimator.learn(bytes, messages, 0);
  EXPECT_EQ(estimator.input_tokens(bytes, messages), Estimator().input_tokens(bytes, messages));
}

// Any split of the bytes into tokens has one token a byte at most.
RC_GTEST_PROP(WorstCase, covers_every_split_into_tokens_of_whole_bytes, ()) {
  const auto token_sizes =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 20));
  std::int64_t total = 0;
  for (const auto size : token_sizes) total += size;
  const auto count = *rc::gen::inRange<std::int64_t>(0, 50);
  RC_ASSERT(worst_case_input(total, count) >= std::ssize(token_sizes) + 16 * count);
}

RC_GTEST_PROP(WorstCase, bounds_every_estimate, ()) {
  Estimator estimator;
  const auto amount = rc::gen::inRange<std::int64_t>(0, 100'000);
  for (int i = 0; i < 20; ++i) estimator.learn(*amount, *amount % 50, *amount);
  const auto size = *amount;
  const auto count = *amount % 50;
  const auto reserved = estimator.input_tokens(size, count);
  RC_ASSERT(reserved >= 0);
  RC_ASSERT(reserved <= worst_case_input(size, count));
}

}  // namespace
}  // namespace sheaf::tokens
