// What a stop does to requests under way, and what stops a run.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/sender.hpp"
#include "simulation/post.hpp"

namespace sheaf::run {
namespace {

using sheaf::testing::paid;
using sheaf::testing::Post;
using sheaf::testing::worst;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SenderStop, WhatDoesNotFitTheBudgetWithNothingUnderWayStopsTheRun) {
  Post post({.max_requests = 0});
  auto outgoing = Post::make_outgoing("a");
  EXPECT_FALSE(post.sender.begin(outgoing).value());
  EXPECT_EQ(post.why(), ErrorCode::budget);
  EXPECT_TRUE(post.attempts().empty());
}

TEST(SenderStop, LostAttemptsThatNoneCanPayForStopTheRun) {
  Post post({.max_requests = 2});
  post.statuses = {{"a", {500}}, {"b", {500}}};
  post.begin("a");
  post.begin("b");
  post.run();
  EXPECT_EQ(post.why(), ErrorCode::budget);
  EXPECT_TRUE(post.sender.idle());
  EXPECT_EQ(post.budget.spent(), worst + worst) << "what was lost stays spent";
  EXPECT_EQ(post.summary().requests, 2);
}

TEST(SenderStop, EndsForNothingWhatHasNotLeft) {
  Post post({.concurrency = 1});
  post.begin("in flight");
  post.begin("queued");
  post.send();
  auto repair = Post::make_outgoing("in the outbox");
  repair.follow_up = true;
  post.begin(repair);
  EXPECT_EQ(post.summary().repairs, 1);
  post.sender.stop({ErrorCode::stopped, "enough"});
  post.send();
  EXPECT_EQ(post.sender.under_way(), 1U);
  post.take_ends();
  EXPECT_THAT(post.sent(), ElementsAre("in flight"));
  EXPECT_EQ(post.budget.spent(), paid);
  EXPECT_EQ(post.store.spending()->requests, 1);
  EXPECT_EQ(post.summary().requests, 1);
  EXPECT_EQ(post.summary().repairs, 0);
  for (const auto& attempt : post.attempts()) {
    ASSERT_TRUE(attempt.end) << attempt.number;
    EXPECT_EQ(attempt.end->fault_reason, attempt.number == 1 ? "" : "not-sent");
  }
}

TEST(SenderStop, RepeatsNothingAndCountsOnlyWhatLeft) {
  Post post;
  post.statuses = {{"begun anew", {500}}, {"lost", {500}}, {"told to wait", {429}}};
  for (const auto& [body, statuses] : post.statuses) post.begin(body);
  post.send();
  post.take_ends();
  ASSERT_TRUE(post.sender.resume_lost());
  EXPECT_EQ(post.attempts().size(), 5U);
  post.sender.stop({ErrorCode::stopped, "enough"});
  post.send();
  EXPECT_TRUE(post.sender.idle());
  EXPECT_EQ(post.network.in_flight(), 0U);
  EXPECT_EQ(post.sent().size(), 3U);
  EXPECT_EQ(post.summary().requests, 3);
  EXPECT_EQ(post.summary().retries, 0);
  EXPECT_EQ(post.budget.spent(), worst + worst) << "of the two that were lost";
  EXPECT_EQ(post.store.spending()->cost, worst + worst);
}

TEST(SenderStop, MakesALostAttemptTheLast) {
  Post post;
  post.statuses["a"] = {500, 200};
  post.begin("a");
  post.send();
  const auto ends = post.network.wait(std::chrono::seconds(1));
  post.sender.stop({ErrorCode::stopped, "for another end of the same moment"});
  EXPECT_FALSE(post.sender.end(ends.at(0)).value());
  post.send();
  EXPECT_TRUE(post.sender.idle());
  EXPECT_EQ(post.budget.spent(), worst);
  EXPECT_EQ(post.attempts().at(0).end->fault_reason, "server-error");
  EXPECT_EQ(post.attempts().size(), 1U);
}

TEST(SenderStop, BillsWhatIsLeftInFlightAtItsWorstCase) {
  Post post;
  post.statuses["lost"] = {500};
  post.begin("lost");
  post.send();
  post.take_ends();
  EXPECT_EQ(post.tally.cost(), worst);
  post.begin("in flight");
  ASSERT_TRUE(post.sender.commit());
  post.sender.hand_over();
  post.sender.bill_unended();
  EXPECT_EQ(post.tally.cost(), worst + worst) << "each of them once";
}

TEST(SenderStop, WhatTheCheckpointDoesNotTakeIsNotUnderWayAndBilledOnce) {
  Post post;
  post.begin("a");
  post.send();
  post.store.full = true;
  auto outgoing = Post::make_outgoing("b");
  EXPECT_FALSE(post.sender.begin(outgoing));
  EXPECT_EQ(post.sender.under_way(), 1U);
  EXPECT_EQ(post.summary().requests, 1);
  EXPECT_FALSE(post.sender.end(post.network.wait(std::chrono::seconds(1)).at(0)));
  EXPECT_TRUE(post.sender.idle());
  post.sender.bill_unended();
  EXPECT_EQ(post.tally.cost(), paid);
}

TEST(SenderStop, IsForTheFirstReasonUnlessTheCheckpointFails) {
  Post post;
  post.sender.stop({ErrorCode::budget, "first"});
  post.signal.request(StopSignal::Kind::interrupted);
  post.sender.check_stops();
  EXPECT_EQ(post.sender.stopped()->message, "first");
  post.sender.stop_for_good({ErrorCode::stopped, "the disk is full"});
  EXPECT_EQ(post.sender.stopped()->message, "the disk is full");
}

TEST(SenderStop, ComesWhenAsked) {
  for (const auto kind : {StopSignal::Kind::interrupted, StopSignal::Kind::terminated}) {
    Post post;
    post.sender.check_stops();
    EXPECT_FALSE(post.sender.stopped());
    post.signal.request(kind);
    post.sender.check_stops();
    const bool terminated = kind == StopSignal::Kind::terminated;
    EXPECT_EQ(post.why(), terminated ? ErrorCode::terminated : ErrorCode::interrupted);
  }
}

TEST(SenderStop, ComesTenMinutesAfterTheLastSuccess) {
  Post post;
  post.statuses["a"] = {429};
  post.begin("a");
  post.run();
  EXPECT_THAT(post.sender.stopped().value_or(Error{}).message, HasSubstr("for 10 minutes"));
  EXPECT_GT(post.network.now(), std::chrono::minutes(10));
  EXPECT_LT(post.network.now(), std::chrono::minutes(11));
}

}  // namespace
}  // namespace sheaf::run
