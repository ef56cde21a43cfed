// What the results of a job mean for its requests.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::bulk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using BulkResults = OfBothForms;

INSTANTIATE_TEST_SUITE_P(Both, BulkResults, ::testing::Values(Form::openai, Form::anthropic),
                         form_name);

void expect_unserved(const Fault* fault) {
  ASSERT_NE(fault, nullptr);
  EXPECT_EQ(fault->remedy, Remedy::same_batch);
  EXPECT_EQ(fault->reason, "expired");
  EXPECT_FALSE(fault->maybe_billed);
}

TEST_P(BulkResults, MayComeInAnyOrder) {
  Lab lab(GetParam());
  lab.account.on_new = [](AccountJob& job) { std::ranges::reverse(job.custom_ids); };
  lab.submit_many(4);
  lab.run_until(4);
  lab.expect_answered("nonce1", 1, 4);
}

TEST_P(BulkResults, OfOtherJobsAndUnknownRequestsAreNobodys) {
  Lab lab(GetParam());
  lab.account.on_new = [&](AccountJob& job) {
    for (const auto id : {"nonce2-1", "nonce1-3", "nonce1-0", "nonce1--1", "nonce1-1x", "nonce11",
                          "nonce1-", "1", "nonce1-99999999999999999999"}) {
      job.more += lab.account.completed(id) + "\n";
    }
    job.results["nonce1-1"] = "";
  };
  lab.submit_many(2);
  lab.run_until(2);
  expect_unserved(lab.fault_of(1));
  lab.expect_answered("nonce1", 2, 2);
}

TEST_P(BulkResults, CountOnce) {
  Lab lab(GetParam());
  lab.account.on_new = [&](AccountJob& job) {
    job.more = lab.account.expired("nonce1-1") + "\n" + lab.account.completed("nonce1-1") + "\n";
  };
  lab.submit_many(2);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 2);
}

TEST_P(BulkResults, ThatAreMissingAreAskedForAgainUnbilled) {
  Lab lab(GetParam());
  lab.account.on_new = [](AccountJob& job) { job.results["nonce1-2"] = ""; };
  lab.submit_many(3);
  lab.run_until(3);
  expect_unserved(lab.fault_of(2));
  EXPECT_THAT(lab.fault_of(2)->detail, HasSubstr("without a result"));
  lab.expect_answered("nonce1", 1, 1);
  lab.expect_answered("nonce1", 3, 3);
}

TEST_P(BulkResults, ThatAreMissingThoughTheProviderCountsThemMayBeBilled) {
  for (const bool is_garbled : {false, true}) {
    Lab lab(GetParam());
    lab.account.on_new = [&](AccountJob& job) {
      job.tells_all = true;
      job.results["nonce1-2"] = is_garbled ? "{\"custom_id" : "";
    };
    lab.submit_many(3);
    lab.run_until(3);
    ASSERT_NE(lab.fault_of(2), nullptr);
    EXPECT_EQ(lab.fault_of(2)->remedy, Remedy::same_batch);
    EXPECT_TRUE(lab.fault_of(2)->maybe_billed);
    lab.expect_answered("nonce1", 1, 1);
    lab.expect_answered("nonce1", 3, 3);
  }
}

TEST_P(BulkResults, ThatLapsedAreSaid) {
  for (const auto step : {Ask::look, Ask::results}) {
    Lab lab(GetParam());
    lab.net->failures[step] = {{refused(404, "not_found_error")}};
    lab.submit_many(2);
    EXPECT_THAT(lab.broken(), HasSubstr("--abandon-bulk"));
  }
}

TEST_P(BulkResults, OfRequestsThatNobodyCameTo) {
  Lab lab(GetParam());
  lab.account.on_new = [&](AccountJob& job) {
    job.results["nonce1-1"] = lab.account.expired("nonce1-1");
  };
  lab.submit_many(2);
  lab.run_until(2);
  expect_unserved(lab.fault_of(1));
}

TEST_P(BulkResults, OfRequestsThatWereRefusedAreFaultsOfTheirOwn) {
  Lab lab(GetParam());
  lab.account.on_new = [&](AccountJob& job) {
    job.results["nonce1-1"] = lab.account.errored("nonce1-1");
  };
  lab.submit_many(2);
  lab.run_until(2);
  ASSERT_NE(lab.fault_of(1), nullptr);
  EXPECT_EQ(lab.fault_of(1)->remedy, Remedy::smaller_batch);
  EXPECT_EQ(lab.fault_of(1)->reason, "rejected");
  EXPECT_FALSE(lab.fault_of(1)->maybe_billed);
  lab.expect_answered("nonce1", 2, 2);
}

TEST_P(BulkResults, TellUsageAndTimes) {
  Lab lab(GetParam());
  lab.submit_many(1);
  lab.run_until(1);
  const auto& end = lab.ends.at(1);
  EXPECT_EQ(std::get<Completion>(end.exchange.outcome).usage, (Usage{10, 0, 2, 0}));
  EXPECT_EQ(end.verdict, dispatch::Verdict::done);
  EXPECT_LT(end.started, end.finished);
}

TEST_P(BulkResults, OfManyRequestsComeInBites) {
  Lab lab(GetParam());
  lab.submit_many(1500);
  std::vector<std::size_t> bites;
  for (std::size_t all = 0; all < 1500;) {
    const auto ends = lab.dispatch->wait(second);
    if (ends.empty()) continue;
    bites.push_back(ends.size());
    all += ends.size();
  }
  EXPECT_EQ(bites, (std::vector<std::size_t>{1000, 500}));
}

TEST(OpenAiRefusal, OfAJobAsAWholeStopsTheRunUnbilled) {
  Lab lab(Form::openai);
  lab.account.on_new = [](AccountJob& job) { job.error = "invalid_json_line"; };
  lab.submit_many(2);
  lab.run_until(2);
  for (const dispatch::JobId job : {1U, 2U}) {
    ASSERT_NE(lab.fault_of(job), nullptr);
    EXPECT_EQ(lab.fault_of(job)->remedy, Remedy::stop_run);
    EXPECT_FALSE(lab.fault_of(job)->maybe_billed);
    EXPECT_THAT(lab.fault_of(job)->detail, HasSubstr("invalid_json_line"));
  }
}

TEST(OpenAiRefusal, ForAFullQueueMakesTheSameLinesANewJobLater) {
  Lab lab(Form::openai);
  lab.account.on_new = [&](AccountJob& job) {
    if (lab.net->count(Ask::create) < 3) job.error = "token_limit_exceeded";
  };
  lab.submit_many(2);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 2);
  EXPECT_EQ(lab.account.uploads(), 1U);
  ASSERT_EQ(lab.account.jobs.size(), 3U);
  EXPECT_GE(lab.account.jobs[0].created - lab.account.jobs[1].created, second * 60);
  EXPECT_THAT(lab.said, HasSubstr("until the account has room"));
}

TEST(OpenAiRefusal, ForAFullQueueIsTheLastAfterAStop) {
  Lab lab(Form::openai);
  lab.account.on_new = [&](AccountJob& job) { job.error = "token_limit_exceeded"; };
  lab.submit_many(2);
  lab.run_to(Ask::create);
  EXPECT_TRUE(lab.dispatch->drop_waiting().empty());
  lab.run_until(2);
  lab.run_for(second * 120);
  EXPECT_EQ(lab.account.jobs.size(), 1U);
  EXPECT_EQ(lab.fault_of(1)->reason, "not-sent");
  EXPECT_FALSE(lab.fault_of(1)->maybe_billed);
}

TEST(OpenAiRefusal, ForAFullQueueThatHoldsNoOtherJobOfOursSaysWhatToDo) {
  Lab lab(Form::openai, {.most_requests = 1});
  lab.account.on_new = [&](AccountJob& job) {
    const bool is_first = lab.net->count(Ask::create) == 1;
    job.takes = second * (is_first ? 10 : 1);
    if (!is_first) job.error = "token_limit_exceeded";
  };
  lab.submit_many(2);
  lab.run_for(second * 20);
  EXPECT_THAT(lab.said, Not(HasSubstr("--bulk-tokens")));
  lab.run_for(second * 80);
  EXPECT_THAT(lab.said, HasSubstr("--bulk-tokens"));
}

TEST(OpenAiRefusal, ForAFullQueueIsNotTakenForTheJobOnResume) {
  Lab lab(Form::openai);
  lab.account.on_new = [&](AccountJob& job) {
    if (lab.net->count(Ask::create) < 2) job.error = "token_limit_exceeded";
  };
  lab.submit_many(2);
  lab.run_for(second * 60);
  ASSERT_EQ(lab.account.jobs.size(), 1U);
  lab.net->failures[Ask::create] = {{cut_off()}};
  while (lab.net->count(Ask::create) < 2) lab.dispatch->wait(second / 20);
  // Killed before the reply came: the second job was not created.
  ASSERT_EQ(lab.account.jobs.size(), 1U);
  lab.net->failures.clear();
  lab.account.on_new = {};
  ASSERT_TRUE(lab.resume());
  const auto resumed = lab.now;
  lab.dispatch->claim(1, 1);
  lab.dispatch->claim(2, 2);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 2);
  EXPECT_EQ(lab.account.jobs.size(), 2U);
  EXPECT_LT(lab.now - resumed, second * 30) << "it does not wait for room once more";
}

}  // namespace
}  // namespace sheaf::bulk
