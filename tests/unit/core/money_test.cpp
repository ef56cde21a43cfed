#include "core/money.hpp"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sheaf {
namespace {

TEST(Money, ReadsDecimalsExactly) {
  EXPECT_EQ(parse_usd("0.15"), Money{150'000'000'000});
  EXPECT_EQ(parse_usd("12"), Money{12'000'000'000'000});
  EXPECT_EQ(parse_usd("0"), Money{0});
  EXPECT_EQ(parse_usd("0.000000000001"), Money{1});
  EXPECT_EQ(parse_usd("9223372.036854775807"), Money{std::numeric_limits<std::int64_t>::max()});
}

TEST(Money, RefusesWhatItCannotHoldExactly) {
  for (const std::string_view text :
       {"", ".", "-1", "+1", "1.", ".5", "1e3", "$1", "1,5", " 1", "0.0000000000001",
        "9223372.036854775808", "99999999999999999999", "1.2.3", "nan"}) {
    EXPECT_EQ(parse_usd(text), std::nullopt) << text;
  }
}

TEST(Money, WritesPlainDecimals) {
  EXPECT_EQ(to_decimal(Money{0}), "0");
  EXPECT_EQ(to_decimal(Money{123'000'000}), "0.000123");
  EXPECT_EQ(to_decimal(Money{10'000'000'000'000}), "10");
  EXPECT_EQ(to_decimal(Money{-1}), "-0.000000000001");
  EXPECT_EQ(to_decimal(Money{std::numeric_limits<std::int64_t>::min()}), "-9223372.036854775808");
}

RC_GTEST_PROP(Money, IsReadBackAsItWasWritten, ()) {
  const auto picos = *rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max());
  RC_ASSERT(parse_usd(to_decimal(Money{picos})) == Money{picos});
}

TEST(Money, ShowsPeopleAtLeastTwoSignificantDigits) {
  EXPECT_EQ(to_display(Money{0}), "$0.00");
  EXPECT_EQ(to_display(Money{150'000'000'000}), "$0.15");
  EXPECT_EQ(to_display(Money{500'000'000'000}), "$0.50");
  EXPECT_EQ(to_display(Money{12'300'000'000}), "$0.0123");
  EXPECT_EQ(to_display(Money{12'345'600'000}), "$0.0123");
  EXPECT_EQ(to_display(Money{1'200'000}), "$0.0000012");
  EXPECT_EQ(to_display(Money{1}), "$0.000000000001");
  EXPECT_EQ(to_display(Money{999'900'000'000}), "$1.00");
  EXPECT_EQ(to_display(Money{12'345'600'000'000}), "$12.35");
  EXPECT_EQ(to_display(Money{-12'345'600'000'000}), "-$12.35");
}

}  // namespace
}  // namespace sheaf
