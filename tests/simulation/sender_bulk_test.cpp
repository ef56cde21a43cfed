// Requests in bulk jobs, as the sender has them: another price, and those of an earlier process.
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulation/post.hpp"

namespace sheaf::run {
namespace {

using sheaf::testing::paid;
using sheaf::testing::Post;
using sheaf::testing::read_status;
using sheaf::testing::worst;
using ::testing::ElementsAre;
using ::testing::Pair;

/// Notes what it is given, and ends nothing.
class Jobs final : public dispatch::Dispatch {
 public:
  void submit(std::vector<dispatch::Job> jobs) override {
    for (auto& job : jobs) submitted.push_back(std::move(job));
  }
  void permit_retry(dispatch::JobId) override {}
  void cancel(dispatch::JobId) override {}
  void claim(dispatch::JobId job, std::int64_t attempt) override {
    claimed.emplace_back(job, attempt);
  }
  std::vector<dispatch::JobId> drop_waiting() override { return {}; }
  std::vector<dispatch::AttemptEnd> wait(Time) override { return {}; }
  Time now() const override { return Time{0}; }
  State state() const override { return told; }

  std::vector<dispatch::Job> submitted;
  std::vector<std::pair<dispatch::JobId, std::int64_t>> claimed;
  State told;
};

/// A call after one that left a bulk request under way.
struct Call {
  Call() {
    start.is_bulk = true;
    attempt = store.begin_attempt(start).value();
  }
  RunSummary summary() const {
    RunSummary summary;
    tally.fill(summary, post.price);
    return summary;
  }
  dispatch::AttemptEnd end_of(dispatch::JobId job, int status) const {
    dispatch::AttemptEnd end;
    end.job = job;
    end.exchange = read_status(HttpResponse{status, {}, ""});
    return end;
  }
  Outgoing outgoing() const {
    auto outgoing = Post::make_outgoing("in a job");
    outgoing.start = start;
    return outgoing;
  }

  Post post;  ///< For its parts.
  store::AttemptStart start = Post::make_outgoing("in a job").start;
  sheaf::testing::LossyCheckpoint store;
  store::AttemptNo attempt = 0;
  Jobs jobs;
  Tally tally;
  PriceList half{{Money{1}, Money{1}, Money{1}}};
};

Sender sender_of(Call& call, Budget& budget) {
  return Sender({.store = call.store,
                 .dispatch = call.jobs,
                 .budget = budget,
                 .tally = call.tally,
                 .price = call.post.price,
                 .unix_ms = [] { return std::int64_t{1'000'000}; },
                 .bulk_price = call.half},
                call.post.options);
}

TEST(SenderBulk, TakesUpARequestWithItsReservationAndBillsItAtTheBulkPrice) {
  Call call;
  Budget budget({.cost = worst, .requests = {}}, call.store.spending().value());
  ASSERT_EQ(budget.spent(), worst);
  auto sender = sender_of(call, budget);
  const auto job = sender.take_up(call.attempt, call.outgoing());
  EXPECT_THAT(call.jobs.claimed, ElementsAre(Pair(job, call.attempt)));
  EXPECT_TRUE(call.jobs.submitted.empty());
  EXPECT_EQ(sender.under_way(), 1U);
  EXPECT_EQ(budget.spent(), worst) << "it was reserved by the call that sent it";
  EXPECT_EQ(budget.earlier().requests, 0) << "and is this call's now";
  EXPECT_EQ(call.summary().requests, 1);
  const auto ended = sender.end(call.end_of(job, 200));
  ASSERT_TRUE(ended && *ended);
  EXPECT_EQ((*ended)->attempt, call.attempt);
  EXPECT_EQ((*ended)->cost, Money{23}) << "20 in and 3 out at 1 each";
  EXPECT_LT((*ended)->cost, paid);
  EXPECT_EQ(budget.spent(), Money{23});
  EXPECT_EQ(call.store.spending()->cost, Money{23});
  EXPECT_TRUE(sender.idle());
}

TEST(SenderBulk, GivesBackWhatNobodyCameTo) {
  Call call;
  Budget budget({.cost = worst, .requests = {}}, call.store.spending().value());
  auto sender = sender_of(call, budget);
  const auto job = sender.take_up(call.attempt, call.outgoing());
  ASSERT_TRUE(sender.end(call.end_of(job, 400)));
  EXPECT_EQ(budget.spent(), Money{});
  EXPECT_EQ(call.store.spending()->requests, 0);
}

TEST(SenderBulk, KeepsWhatIsAwaySpentAtItsWorstCase) {
  Call call;
  Budget budget({.cost = worst, .requests = {}}, call.store.spending().value());
  auto sender = sender_of(call, budget);
  sender.take_up(call.attempt, call.outgoing());
  EXPECT_FALSE(sender.is_all_away());
  call.jobs.told.away = 1;
  EXPECT_TRUE(sender.is_all_away());
  sender.stop({ErrorCode::pending, "away"});
  ASSERT_TRUE(sender.commit());
  sender.bill_unended();
  EXPECT_EQ(call.tally.cost(), worst);
  EXPECT_EQ(call.store.open_bulk_requests()->size(), 1U);
}

TEST(SenderBulk, HandsOverWithTheNumberThatTheCheckpointKnows) {
  Call call;
  Budget budget({}, call.store.spending().value());
  auto sender = sender_of(call, budget);
  auto outgoing = call.outgoing();
  ASSERT_TRUE(sender.begin(outgoing));
  ASSERT_TRUE(sender.commit());
  sender.hand_over();
  ASSERT_EQ(call.jobs.submitted.size(), 1U);
  EXPECT_TRUE(call.jobs.submitted[0].is_bulk);
  EXPECT_EQ(call.jobs.submitted[0].attempt, call.attempt + 1);
}

TEST(SenderBulk, StopsWhereItsJobsAreBroken) {
  Call call;
  Budget budget({}, call.store.spending().value());
  auto sender = sender_of(call, budget);
  sender.take_up(call.attempt, call.outgoing());
  call.jobs.told.broken = Error{ErrorCode::unavailable, "bulk job 1 is gone"};
  sender.check_stops();
  ASSERT_TRUE(sender.stopped());
  EXPECT_EQ(sender.stopped()->message, "bulk job 1 is gone");
}

}  // namespace
}  // namespace sheaf::run
