#include "bulk/split_dispatch.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::bulk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Notes what it is told, and tells what it was given.
struct Noted {
  std::vector<dispatch::JobId> submitted, permitted, cancelled, dropped, claimed;
  std::vector<Time> waits;
  int flushes = 0;
  std::vector<dispatch::AttemptEnd> ends;
  dispatch::Dispatch::State state;
};

class Noting final : public dispatch::Dispatch {
 public:
  Noting(Noted& noted, Time& now) : noted_(noted), now_(now) {}
  void submit(std::vector<dispatch::Job> jobs) override {
    for (const auto& job : jobs) noted_.submitted.push_back(job.id);
  }
  void permit_retry(dispatch::JobId job) override { noted_.permitted.push_back(job); }
  void cancel(dispatch::JobId job) override { noted_.cancelled.push_back(job); }
  void flush() override { ++noted_.flushes; }
  void claim(dispatch::JobId job, std::int64_t) override { noted_.claimed.push_back(job); }
  std::vector<dispatch::JobId> drop_waiting() override { return noted_.dropped; }
  std::vector<dispatch::AttemptEnd> wait(Time wait) override {
    noted_.waits.push_back(wait);
    if (noted_.ends.empty()) now_ += wait;
    return std::exchange(noted_.ends, {});
  }
  Time now() const override { return now_; }
  State state() const override { return noted_.state; }

 private:
  Noted& noted_;
  Time& now_;
};

class Split : public ::testing::Test {
 protected:
  static dispatch::Job job(dispatch::JobId id, bool is_bulk) {
    dispatch::Job job;
    job.id = id;
    job.is_bulk = is_bulk;
    return job;
  }
  static dispatch::AttemptEnd end_of(dispatch::JobId id) {
    dispatch::AttemptEnd end;
    end.job = id;
    return end;
  }
  Time now_{0};
  Noted live_, bulk_;
  SplitDispatch split_{std::make_unique<Noting>(live_, now_),
                       std::make_unique<Noting>(bulk_, now_)};
};

TEST_F(Split, SendsEachJobItsOwnWayInOrder) {
  split_.submit({job(1, true), job(2, false), job(3, true), job(4, false)});
  EXPECT_THAT(live_.submitted, ElementsAre(2, 4));
  EXPECT_THAT(bulk_.submitted, ElementsAre(1, 3));
  split_.permit_retry(2);
  split_.cancel(4);
  split_.claim(9, 7);
  split_.flush();
  EXPECT_THAT(live_.permitted, ElementsAre(2));
  EXPECT_THAT(live_.cancelled, ElementsAre(4));
  EXPECT_THAT(bulk_.claimed, ElementsAre(9));
  EXPECT_THAT(live_.claimed, IsEmpty());
  EXPECT_EQ(bulk_.flushes, 1);
}

TEST_F(Split, DropsWhatWaitsOnBothWays) {
  live_.dropped = {1};
  bulk_.dropped = {2, 3};
  EXPECT_THAT(split_.drop_waiting(), ElementsAre(1, 2, 3));
}

TEST_F(Split, WaitsForBulkJobsAloneWhereNothingIsLive) {
  EXPECT_TRUE(split_.wait(Time{50'000}).empty());
  EXPECT_THAT(live_.waits, ElementsAre(Time{0}));
  EXPECT_THAT(bulk_.waits, ElementsAre(Time{50'000}));
}

TEST_F(Split, TellsALiveEndThatIsStillToBeFetched) {
  live_.ends.push_back(end_of(5));
  const auto ends = split_.wait(Time{50'000});
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].job, 5U);
  EXPECT_THAT(bulk_.waits, IsEmpty());
}

TEST_F(Split, SharesAWaitBetweenBothWhereSomethingIsLive) {
  for (const bool waits : {false, true}) {
    live_.state.in_flight = waits ? 0 : 1;
    live_.state.waiting = waits ? 1 : 0;
    const auto before = now_;
    EXPECT_TRUE(split_.wait(Time{50'000}).empty());
    EXPECT_EQ(now_ - before, Time{50'000});
  }
  bulk_.ends.push_back(end_of(6));
  EXPECT_EQ(split_.wait(Time{50'000}).size(), 1U);
}

TEST_F(Split, TellsOfBoth) {
  live_.state.in_flight = 2;
  live_.state.waiting = 3;
  live_.state.concurrency = 4;
  bulk_.state.waiting = 10;
  bulk_.state.away = 20;
  bulk_.state.bulk_jobs = 5;
  bulk_.state.bulk_done = 7;
  bulk_.state.failing_since = Time{8};
  bulk_.state.broken = Error{ErrorCode::unavailable, "why"};
  auto state = split_.state();
  EXPECT_EQ(state.in_flight, 2);
  EXPECT_EQ(state.concurrency, 4);
  EXPECT_EQ(state.waiting, 13U);
  EXPECT_EQ(state.away, 20U);
  EXPECT_EQ(state.bulk_jobs, 5);
  EXPECT_EQ(state.bulk_done, 7);
  EXPECT_EQ(state.failing_since, Time{8});
  EXPECT_EQ(state.broken->message, "why");
  live_.state.failing_since = Time{6};
  EXPECT_EQ(split_.state().failing_since, Time{6});
}

}  // namespace
}  // namespace sheaf::bulk
