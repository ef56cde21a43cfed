// The contract of bulk jobs and of the requests in them.
#include <array>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint_contract.hpp"

namespace sheaf::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

using CheckpointBulk = CheckpointContract;

INSTANTIATE_TEST_SUITE_P(Both, CheckpointBulk, testing::Values(Kind::sqlite, Kind::memory),
                         [](const auto& which) {
                           return which.param == Kind::sqlite ? "sqlite" : "memory";
                         });

AttemptStart bulk_start(std::vector<SampleNo> samples) {
  auto start = start_of(std::move(samples));
  start.is_bulk = true;
  start.output_cap = 77;
  return start;
}

BulkJob job_of(int n) {
  const auto number = std::to_string(n);
  return {.nonce = "nonce" + number,
          .account = "https://account/" + number,
          .path = "/chat/completions",
          .at_unix_ms = 1000 + n,
          .upload = {},
          .id = {}};
}

void expect_equal(const BulkJob& a, const BulkJob& b) {
  EXPECT_EQ(a.nonce, b.nonce);
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.path, b.path);
  EXPECT_EQ(a.at_unix_ms, b.at_unix_ms);
  EXPECT_EQ(a.upload, b.upload);
  EXPECT_EQ(a.id, b.id);
}

auto is_open(AttemptNo attempt, BulkJobNo job) {
  return AllOf(Field(&OpenBulkRequest::attempt, attempt), Field(&OpenBulkRequest::job, job));
}

TEST_P(CheckpointBulk, ARequestIsOpenFromItsBeginningToItsEnd) {
  EXPECT_THAT(must(store().open_bulk_requests()), IsEmpty());
  must(store().begin_attempt(start_of({1})));
  must(store().begin_attempt(bulk_start({2, 1})));
  must(store().begin_attempt(bulk_start({3})));
  settle();
  EXPECT_THAT(must(store().open_bulk_requests()), ElementsAre(is_open(2, 0), is_open(3, 0)));
  must(store().end_attempt(2, completed()));
  settle();
  EXPECT_THAT(must(store().open_bulk_requests()), ElementsAre(is_open(3, 0)));
}

TEST_P(CheckpointBulk, AnOpenRequestHasAllOfItsStartButTheTexts) {
  auto start = bulk_start({2, 1});
  must(store().begin_attempt(start));
  settle();
  const auto open = must(store().open_bulk_requests());
  ASSERT_THAT(open, SizeIs(1));
  start.prompt_prefix.clear();
  start.prompt_rest.clear();
  sheaf::store::expect_equal(open[0].start, start);
  EXPECT_TRUE(open[0].start.is_bulk);
  EXPECT_EQ(open[0].start.output_cap, 77);
}

TEST_P(CheckpointBulk, AJobHoldsTheRequestsThatWerePutIntoIt) {
  for (SampleNo n = 1; n <= 4; ++n) must(store().begin_attempt(bulk_start({n})));
  EXPECT_EQ(must(store().add_bulk_job(job_of(1), std::array<AttemptNo, 2>{1, 3})), 1);
  settle();
  EXPECT_EQ(must(store().add_bulk_job(job_of(2), std::array<AttemptNo, 1>{4})), 2);
  settle();
  EXPECT_THAT(must(store().open_bulk_requests()),
              ElementsAre(is_open(1, 1), is_open(2, 0), is_open(3, 1), is_open(4, 2)));
  EXPECT_EQ(must(store().open_bulk_requests())[2].start.output_cap, 77);
  for (const int n : {1, 2}) expect_equal(must(store().read_bulk_job(n)), job_of(n));
}

TEST_P(CheckpointBulk, AJobWrittenAgainIsReplacedButForItsRequests) {
  must(store().begin_attempt(bulk_start({1})));
  must(store().add_bulk_job(job_of(1), std::array<AttemptNo, 1>{1}));
  settle();
  auto job = job_of(1);
  job.upload = "file-1";
  job.id = "batch_1";
  must(store().write_bulk_job(1, job));
  settle();
  expect_equal(must(store().read_bulk_job(1)), job);
  EXPECT_THAT(must(store().open_bulk_requests()), ElementsAre(is_open(1, 1)));
}

TEST_P(CheckpointBulk, RefusesAJobThatWasNeverAdded) {
  EXPECT_FALSE(store().read_bulk_job(1));
  EXPECT_FALSE(store().write_bulk_job(1, job_of(1)));
  must(store().begin_attempt(bulk_start({1})));
  must(store().add_bulk_job(job_of(1), std::array<AttemptNo, 1>{1}));
  for (const BulkJobNo unknown : {BulkJobNo{0}, BulkJobNo{2}, BulkJobNo{-1}}) {
    EXPECT_FALSE(store().read_bulk_job(unknown));
    EXPECT_FALSE(store().write_bulk_job(unknown, job_of(3)));
  }
  settle();
  expect_equal(must(store().read_bulk_job(1)), job_of(1));
}

TEST_P(CheckpointBulk, RequestsAreSpentButInNoWindowOfLiveOnes) {
  constexpr std::int64_t now = 2000;
  must(store().begin_attempt(start_of({1}, 1500)));
  must(store().begin_attempt(bulk_start({2})));
  must(store().begin_attempt(bulk_start({3})));
  must(store().end_attempt(3, completed()));
  settle();
  EXPECT_THAT(must(store().recent_tokens(AttemptKind::completion, 0, now)), SizeIs(1));
  const auto spending = must(store().spending());
  EXPECT_EQ(spending.requests, 3);
  EXPECT_EQ(spending.cost.picos, 2 * 5'000'000 + 2'000'000);
  const auto attempts = attempts_of(store());
  EXPECT_FALSE(attempts.at(0).start.is_bulk);
  EXPECT_TRUE(attempts.at(1).start.is_bulk);
  EXPECT_TRUE(attempts.at(2).start.is_bulk);
}

}  // namespace
}  // namespace sheaf::store
