#include "dispatch/window.hpp"

#include <gtest/gtest.h>

namespace sheaf::dispatch {
namespace {

using namespace std::chrono_literals;

TEST(RequestWindow, ARequestLeavesAMinuteAndTheSlackAfterItsStart) {
  RequestWindow window;
  window.start(1s);
  window.start(5s);
  EXPECT_EQ(window.free_at(3, 5s), 5s);
  EXPECT_EQ(window.free_at(2, 5s), 61s + travel_slack);
  EXPECT_EQ(window.free_at(1, 5s), 65s + travel_slack);
  window.prune(61s + travel_slack - 1us);
  EXPECT_EQ(window.size(), 2u);
  window.prune(61s + travel_slack);
  EXPECT_EQ(window.size(), 1u);
}

TEST(RequestWindow, WhatHasLeftDoesNotCountEvenBeforeItIsForgotten) {
  RequestWindow window;
  for (int i = 0; i < 5; ++i) window.start(Time{i});
  EXPECT_EQ(window.free_at(2, 100s), 100s);
}

TEST(TokenWindow, AReservationCountsUntilItsEndAndItsSettlementAMinuteMore) {
  TokenWindow window;
  window.start(600);
  EXPECT_EQ(window.free_at(400, 1000, 0s), 0s);
  EXPECT_EQ(window.free_at(401, 1000, 0s), std::nullopt) << "only its end can make room";
  window.end(600, 300, 20s);
  EXPECT_EQ(window.free_at(700, 1000, 20s), 20s);
  EXPECT_EQ(window.free_at(701, 1000, 20s), 80s);
  window.prune(80s - 1us);
  EXPECT_EQ(window.used(), 300);
  window.prune(80s);
  EXPECT_EQ(window.used(), 0);
}

TEST(TokenWindow, WaitsForNoMoreThanMustLeave) {
  TokenWindow window;
  for (int i = 0; i < 4; ++i) {
    window.start(250);
    window.end(250, 250, std::chrono::seconds(i));
  }
  EXPECT_EQ(window.free_at(250, 1000, 4s), 60s);
  EXPECT_EQ(window.free_at(500, 1000, 4s), 61s);
  EXPECT_EQ(window.free_at(1000, 1000, 4s), 63s);
}

TEST(TokenWindow, AJobLargerThanTheLimitWaitsForAnEmptyWindow) {
  TokenWindow window;
  EXPECT_EQ(window.free_at(5000, 1000, 0s), 0s);
  window.start(1);
  EXPECT_EQ(window.free_at(5000, 1000, 1s), std::nullopt);
  window.end(1, 1, 2s);
  EXPECT_EQ(window.free_at(5000, 1000, 2s), 62s);
}

TEST(TokenWindow, WhatSettledAtNothingLeavesAtOnce) {
  TokenWindow window;
  window.start(900);
  window.end(900, 0, 3s);
  EXPECT_EQ(window.free_at(5000, 1000, 3s), 3s);
}

TEST(TokenWindow, UsageAboveTheReservationHoldsUpWhatFollows) {
  TokenWindow window;
  window.start(500);
  window.end(500, 1500, 1s);
  EXPECT_EQ(window.free_at(1, 1000, 1s), 61s);
}

}  // namespace
}  // namespace sheaf::dispatch
