#include "run/budget.hpp"

#include <deque>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::run {
namespace {

Budget with_cost(std::int64_t picos, std::int64_t spent = 0) {
  return Budget({.cost = Money{picos}, .requests = {}},
                {.requests = 0, .cost = {spent}, .usage = {}});
}

TEST(Budget, RefusesWhatWouldExceedTheCost) {
  auto budget = with_cost(100);
  EXPECT_TRUE(budget.reserve(Money{60}));
  EXPECT_FALSE(budget.reserve(Money{41}));
  EXPECT_TRUE(budget.reserve(Money{40}));
}

TEST(Budget, CountsWhatEarlierCallsSpent) {
  auto budget = with_cost(100, 70);
  EXPECT_FALSE(budget.reserve(Money{31}));
  EXPECT_TRUE(budget.reserve(Money{30}));
}

TEST(Budget, SettlingGivesTheDifferenceBack) {
  auto budget = with_cost(100);
  ASSERT_TRUE(budget.reserve(Money{100}));
  budget.settle(Money{100}, Money{10});
  EXPECT_EQ(budget.spent(), Money{10});
  EXPECT_TRUE(budget.reserve(Money{90}));
}

TEST(Budget, AnAttemptThatIsNotSettledStaysSpentAtItsWorstCase) {
  auto budget = with_cost(100);
  ASSERT_TRUE(budget.reserve(Money{80}));
  EXPECT_EQ(budget.spent(), Money{80});
  EXPECT_FALSE(budget.reserve(Money{80}));
}

TEST(Budget, ARefundedAttemptIsNoRequest) {
  Budget budget({.cost = {}, .requests = 1}, {});
  ASSERT_TRUE(budget.reserve({}));
  EXPECT_FALSE(budget.reserve({}));
  budget.refund({});
  EXPECT_TRUE(budget.reserve({}));
}

TEST(Budget, SaysWhichFlagToRaise) {
  auto money = with_cost(1'000'000'000'000);
  EXPECT_NE(money.refusal(Money{2'000'000'000'000}).find("--max-cost"), std::string::npos);
  Budget requests({.cost = {}, .requests = 0}, {});
  EXPECT_NE(requests.refusal({}).find("--max-requests"), std::string::npos);
}

RC_GTEST_PROP(Budget, NeverExceedsItsBoundWhateverComesBack, ()) {
  const auto bound = *rc::gen::inRange<std::int64_t>(0, 10'000);
  auto budget = with_cost(bound);
  std::deque<Money> open;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4));
  for (const int step : steps) {
    if (step == 0 || open.empty()) {
      const Money worst{*rc::gen::inRange<std::int64_t>(0, 3'000)};
      if (budget.reserve(worst)) open.push_back(worst);
    } else {
      const auto reserved = open.front();
      open.pop_front();
      if (step == 1)
        budget.settle(reserved, Money{*rc::gen::inRange<std::int64_t>(0, reserved.picos + 1)});
      if (step == 2) budget.refund(reserved);
    }
    RC_ASSERT(budget.spent() <= Money{bound});
    RC_ASSERT(budget.spent() >= Money{0});
  }
}

TEST(WorstCost, PricesEveryTokenOfPromptAndCap) {
  const PriceList price{{Money{3}, Money{1}, Money{7}}};
  EXPECT_EQ(worst_cost(price, 10, 5), Money{65});
  EXPECT_EQ(worst_cost(std::nullopt, 10, 5), Money{0});
}

}  // namespace
}  // namespace sheaf::run
