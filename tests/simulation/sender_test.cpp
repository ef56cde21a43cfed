// The life of a request, from its reservation to its end.
#include "run/sender.hpp"

#include <chrono>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulation/post.hpp"

namespace sheaf::run {
namespace {

using sheaf::testing::paid;
using sheaf::testing::Post;
using sheaf::testing::SentRequest;
using sheaf::testing::told;
using sheaf::testing::worst;
using ::testing::ElementsAre;

TEST(Sender, LetsNothingLeaveBeforeItIsCommitted) {
  Post post;
  post.network.on_sent = [&](const std::vector<SentRequest>& sent) {
    EXPECT_LE(sent.size(), post.store.committed_attempts());
  };
  post.statuses["b"] = {500, 200};
  post.begin("a");
  post.begin("b");
  EXPECT_TRUE(post.sent().empty());
  post.run();
  EXPECT_THAT(post.sent(), ElementsAre("a", "b", "b"));
  EXPECT_EQ(post.ended.size(), 2U);
}

TEST(Sender, LetsFollowUpsLeaveFirst) {
  Post post({.concurrency = 1});
  post.begin("in flight");
  post.send();
  post.begin("first prompt");
  auto repair = Post::make_outgoing("follow-up");
  repair.follow_up = true;
  post.begin(repair);
  post.run();
  EXPECT_THAT(post.sent(), ElementsAre("in flight", "follow-up", "first prompt"));
}

TEST(Sender, WritesDownWhatLeavesAndHowItEnded) {
  Post post;
  post.begin("a");
  post.run();
  const auto attempts = post.attempts();
  ASSERT_EQ(attempts.size(), 1U);
  const auto& start = attempts[0].start;
  EXPECT_EQ(start.at_unix_ms, 1'000'000);
  EXPECT_EQ(start.attempt, 1);
  EXPECT_THAT(start.samples, ElementsAre(1, 2));
  EXPECT_EQ(start.reserved_tokens, 50);
  EXPECT_EQ(start.reserved_cost, worst);
  EXPECT_EQ(start.prompt_prefix, "prefix");
  EXPECT_EQ(start.prompt_rest, "a");
  ASSERT_TRUE(attempts[0].end);
  const auto& end = *attempts[0].end;
  EXPECT_EQ(end.reply, "text");
  EXPECT_EQ(end.usage, told);
  EXPECT_EQ(end.cost, paid);
  EXPECT_EQ(end.latency_ms, 100);
  EXPECT_EQ(end.started_unix_ms, 1'000'000 - 100);
  EXPECT_EQ(post.ended.at(0).attempt, attempts[0].number);
  EXPECT_EQ(post.network.sent().at(0).reserved_tokens, 50) << "what the limits are told";
}

TEST(Sender, BillsEachRequestAtThePriceOfItsLength) {
  const Price dearer{Money{3}, Money{3}, Money{5}};
  Post post({.price = {{Money{1}, Money{1}, Money{2}}, {{told.input_tokens - 1, dearer}}}});
  post.begin("a");
  post.run();
  EXPECT_EQ(post.ended.at(0).price, dearer);
  EXPECT_EQ(post.ended.at(0).cost, dearer.cost(told));
  EXPECT_EQ(post.store.spending()->cost, dearer.cost(told));
}

TEST(Sender, GivesBackWhatUsageDidNotTake) {
  for (const int status : {200, 206}) {
    Post post;
    post.statuses["a"] = {status};
    post.begin("a");
    EXPECT_EQ(post.budget.spent(), worst);
    post.run();
    EXPECT_EQ(post.budget.spent(), paid) << status;
    EXPECT_EQ(post.ended.at(0).cost, paid) << status;
    EXPECT_EQ(post.ended.at(0).usage, told) << status;
    EXPECT_EQ(post.summary().usage, told) << status;
    EXPECT_EQ(post.tally.cost(), paid) << status;
    EXPECT_EQ(post.attempts().at(0).end->usage, told) << status;
  }
}

TEST(Sender, GivesAllBackForWhatCannotHaveBeenBilled) {
  Post post;
  post.statuses["a"] = {400};
  post.begin("a");
  post.run();
  EXPECT_EQ(post.budget.spent(), Money{});
  EXPECT_EQ(post.ended.at(0).cost, Money{});
  EXPECT_EQ(post.store.spending()->requests, 0);
}

TEST(Sender, BillsTheWorstCaseWhereNoUsageIsTold) {
  for (const int status : {204, 500}) {
    Post post({.max_retries = 0});
    post.statuses["a"] = {status};
    post.begin("a");
    post.run();
    EXPECT_EQ(post.budget.spent(), worst) << status;
    EXPECT_EQ(post.ended.at(0).cost, worst) << status;
    EXPECT_EQ(post.tally.cost(), worst) << status;
    EXPECT_EQ(post.store.spending()->cost, worst) << status;
  }
}

TEST(Sender, ReservesEveryAttemptThatMayBeBilled) {
  Post post;
  post.statuses["a"] = {500, 500, 200};
  post.begin("a");
  post.run();
  ASSERT_EQ(post.attempts().size(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(post.attempts()[static_cast<std::size_t>(i)].start.attempt, i + 1);
  }
  const auto& ended = post.ended.at(0);
  EXPECT_EQ(ended.attempt, 3);
  EXPECT_EQ(ended.cost, worst + worst + paid);
  EXPECT_EQ(ended.usage, told);
  EXPECT_EQ(post.budget.spent(), ended.cost);
  EXPECT_EQ(post.summary().requests, 3);
  EXPECT_EQ(post.summary().retries, 2);
}

TEST(Sender, OneToldToWaitIsSentAgainByItselfAsTheSameAttempt) {
  Post post;
  post.statuses["a"] = {429, 429, 200};
  post.begin("a");
  post.run();
  EXPECT_EQ(post.sent().size(), 3U);
  EXPECT_EQ(post.attempts().size(), 1U);
  EXPECT_EQ(post.budget.spent(), paid);
  EXPECT_EQ(post.summary().requests, 3);
  EXPECT_EQ(post.summary().retries, 2);
}

TEST(Sender, WhatDoesNotFitTheBudgetWaitsForWhatIsUnderWay) {
  Post post({.max_cost = Money{150}});
  post.begin("a");
  auto waiting = Post::make_outgoing("b");
  EXPECT_FALSE(post.sender.begin(waiting).value());
  EXPECT_FALSE(post.sender.stopped());
  EXPECT_EQ(waiting.http.body, "b") << "it can be begun later";
  post.run();
  EXPECT_TRUE(post.sender.begin(waiting).value()) << "usage gave back enough";
}

TEST(Sender, ALostAttemptWaitsForTheBudgetOfAnother) {
  Post post({.max_cost = Money{250}});
  post.statuses = {{"a", {500, 200}}, {"b", {429, 200}}};
  post.begin("a");
  post.begin("b");
  post.run();
  EXPECT_FALSE(post.sender.stopped());
  EXPECT_EQ(post.ended.size(), 2U);
}

TEST(Sender, KnowsWhetherOthersSucceededMeanwhile) {
  Post post({.max_retries = 0});
  post.statuses["bad"] = {500};
  post.begin("good");
  post.run();
  post.network.wait(std::chrono::seconds(1));
  post.begin("bad");
  post.run();
  EXPECT_FALSE(post.ended.at(1).others_succeeded) << "that was before it was begun";
  post.begin("good");
  post.begin("bad");
  post.run();
  EXPECT_TRUE(post.ended.at(3).others_succeeded);
}

TEST(Sender, CountsVectorsApart) {
  Post post;
  post.statuses["vectors"] = {500, 200};
  auto vectors = Post::make_outgoing("vectors");
  vectors.start.round = 0;
  post.begin(vectors);
  post.begin("prompt");
  post.run();
  const auto summary = post.summary();
  EXPECT_EQ(summary.requests, 3);
  EXPECT_EQ(summary.vectors.requests, 2);
  EXPECT_EQ(summary.vectors.tokens, told.input_tokens);
  EXPECT_DOUBLE_EQ(summary.vectors.cost_usd.value_or(0), to_usd(worst + paid));
  EXPECT_DOUBLE_EQ(summary.cost_usd.value_or(0), to_usd(worst + paid + paid));
}

TEST(Sender, TellsOfEveryFault) {
  Post post;
  post.statuses["a"] = {429, 500, 200};
  post.begin("a");
  post.run();
  EXPECT_THAT(post.notices.texts, ElementsAre("request 1 attempt 1: rate-limited: told so",
                                              "request 1 attempt 1: server-error: told so"));
}

TEST(Sender, KnowsNothingOfOtherJobs) {
  Post post;
  post.begin("a");
  dispatch::AttemptEnd end;
  end.job = 77;
  EXPECT_FALSE(post.sender.end(end).value());
  EXPECT_EQ(post.sender.under_way(), 1U);
}

}  // namespace
}  // namespace sheaf::run
