#include "dispatch/window.hpp"

#include <vector>

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

TEST(TokenWindow, CountsAReservationFromItsStartAndThenWhatItWasSettledTo) {
  TokenWindow window;
  const auto request = window.start(600, 0s);
  EXPECT_EQ(window.free_at(400, 1000, 0s), 0s);
  EXPECT_EQ(window.free_at(401, 1000, 0s), counted_for);
  window.settle(request, 300);
  EXPECT_EQ(window.free_at(700, 1000, 20s), 20s);
  EXPECT_EQ(window.free_at(701, 1000, 20s), counted_for);
  window.prune(counted_for - 1us);
  EXPECT_EQ(window.used(), 300);
  window.prune(counted_for);
  EXPECT_EQ(window.used(), 0);
}

TEST(TokenWindow, ARequestLeavesWithItsMinuteThoughItHasNotEnded) {
  TokenWindow window;
  const auto slow = window.start(600, 0s);
  window.start(200, 30s);
  window.prune(counted_for);
  EXPECT_EQ(window.used(), 200);
  window.settle(slow, 5000);
  EXPECT_EQ(window.used(), 200) << "its usage belongs to a minute that is over";
}

TEST(TokenWindow, WaitsForNoMoreThanMustLeave) {
  TokenWindow window;
  for (int i = 0; i < 4; ++i) window.start(250, std::chrono::seconds(i));
  EXPECT_EQ(window.free_at(1000, 1000, 4s), 3s + counted_for);
  EXPECT_EQ(window.free_at(250, 1000, 4s), counted_for);
  EXPECT_EQ(window.free_at(500, 1000, 4s), 1s + counted_for);
}

TEST(TokenWindow, ASettlementBehindTheMomentLastFoundCountsToo) {
  TokenWindow window;
  std::vector<Ticket> requests;
  for (int i = 0; i < 4; ++i) requests.push_back(window.start(250, std::chrono::seconds(i)));
  EXPECT_EQ(window.free_at(500, 1000, 4s), 1s + counted_for);
  window.settle(requests[0], 50);
  EXPECT_EQ(window.free_at(500, 1000, 4s), 1s + counted_for) << "50 and 250 leave, 200 came back";
  EXPECT_EQ(window.free_at(200, 1000, 4s), 4s);
  window.prune(counted_for);
  EXPECT_EQ(window.free_at(500, 1000, counted_for), 1s + counted_for);
  window.settle(requests[1], 600);
  EXPECT_EQ(window.free_at(500, 1000, counted_for), 1s + counted_for);
  EXPECT_EQ(window.free_at(501, 1000, counted_for), 2s + counted_for);
}

TEST(TokenWindow, AJobLargerThanTheLimitWaitsForAnEmptyWindow) {
  TokenWindow window;
  EXPECT_EQ(window.free_at(5000, 1000, 0s), 0s);
  window.start(1, 0s);
  EXPECT_EQ(window.free_at(5000, 1000, 2s), counted_for);
}

TEST(TokenWindow, WhatSettledAtNothingLeavesAtOnce) {
  TokenWindow window;
  window.settle(window.start(900, 0s), 0);
  EXPECT_EQ(window.free_at(5000, 1000, 3s), 3s);
}

TEST(TokenWindow, UsageAboveTheReservationHoldsUpWhatFollows) {
  TokenWindow window;
  window.settle(window.start(500, 0s), 1500);
  EXPECT_EQ(window.free_at(1, 1000, 1s), counted_for);
}

}  // namespace
}  // namespace sheaf::dispatch
