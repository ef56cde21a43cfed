// Jobs of an earlier process.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::bulk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using BulkResume = OfBothForms;

INSTANTIATE_TEST_SUITE_P(Both, BulkResume, ::testing::Values(Form::openai, Form::anthropic),
                         form_name);

/// Under other job numbers than before.
void claim(Lab& lab, store::AttemptNo from, store::AttemptNo to) {
  for (auto attempt = from; attempt <= to; ++attempt) {
    lab.dispatch->claim(static_cast<dispatch::JobId>(attempt), attempt);
  }
}

TEST_P(BulkResume, CollectsWhatWasSubmittedBefore) {
  Lab lab(GetParam());
  lab.account.on_new = [](AccountJob& job) { job.takes = second * 60; };
  lab.submit_many(3);
  lab.run_for(second * 5);
  ASSERT_TRUE(lab.resume());
  claim(lab, 1, 3);
  lab.run_until(3);
  lab.expect_answered("nonce1", 1, 3);
  EXPECT_EQ(lab.net->count(Ask::create), 0U);
  EXPECT_EQ(lab.account.jobs.size(), 1U);
}

TEST_P(BulkResume, AfterAKillAtAnyRequestCreatesNoJobTwiceAndLosesNone) {
  for (std::size_t killed_at = 1; killed_at <= 5; ++killed_at) {
    for (const bool is_served : {false, true}) {
      SCOPED_TRACE(std::to_string(killed_at) + (is_served ? " served" : " unserved"));
      Lab lab(GetParam());
      for (const auto ask : {Ask::upload, Ask::create, Ask::look, Ask::results}) {
        lab.net->failures[ask] = {};
      }
      lab.net->on_ask = [&](Ask ask, const HttpRequest&) {
        if (lab.net->asked.size() == killed_at && !is_served) {
          lab.net->failures[ask].push_front({cut_off(), false});
        }
      };
      lab.submit_many(2);
      while (lab.net->asked.size() < killed_at && lab.ends.size() < 2 && lab.now < second * 3600) {
        lab.run_for(second / 20);
      }
      if (lab.ends.size() == 2) continue;
      lab.net->failures.clear();
      ASSERT_TRUE(lab.resume());
      claim(lab, 1, 2);
      lab.run_until(2);
      EXPECT_LE(lab.account.jobs.size(), 1U);
      for (const dispatch::JobId job : {1U, 2U}) {
        // What was never created is asked for again by the caller.
        const auto* fault = lab.fault_of(job);
        EXPECT_EQ(fault != nullptr, lab.account.jobs.empty());
        if (fault == nullptr) continue;
        EXPECT_EQ(fault->reason, "not-sent");
        EXPECT_EQ(fault->remedy, Remedy::same_batch);
        EXPECT_FALSE(fault->maybe_billed);
      }
    }
  }
}

TEST_P(BulkResume, RefusesJobsOfAnotherAccount) {
  Lab lab(GetParam());
  lab.submit_many(1);
  lab.run_for(second / 2);
  lab.account_name = "https://another";
  const auto refused = lab.resume();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::usage);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("https://another"), HasSubstr("--base-url https://account"),
                    HasSubstr("--abandon-bulk")));
}

TEST_P(BulkResume, LeavesAJobAloneThatNobodyClaims) {
  Lab lab(GetParam());
  lab.submit_many(2);
  lab.run_for(second / 2);
  ASSERT_TRUE(lab.resume());
  lab.run_for(second * 3600);
  EXPECT_TRUE(lab.ends.empty());
  EXPECT_EQ(lab.dispatch->state().away, 0U);
  EXPECT_EQ(lab.dispatch->state().bulk_jobs, 1);
  EXPECT_EQ(lab.net->count(Ask::results), 0U);
  claim(lab, 1, 2);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 2);
}

TEST_P(BulkResume, WaitsForTheLastRequestToBeClaimed) {
  Lab lab(GetParam());
  lab.submit_many(3);
  lab.run_for(second / 2);
  ASSERT_TRUE(lab.resume());
  claim(lab, 1, 2);
  lab.run_for(second * 10);
  EXPECT_TRUE(lab.ends.empty());
  EXPECT_EQ(lab.net->count(Ask::results), 0U);
  EXPECT_EQ(lab.dispatch->state().away, 2U) << "as many as are known to the caller";
  claim(lab, 3, 3);
  lab.run_until(3);
  lab.expect_answered("nonce1", 1, 3);
}

TEST_P(BulkResume, DoesNotLookForAnIntentThatNobodyClaims) {
  Lab lab(GetParam());
  lab.submit_many(2);
  lab.run_to(Ask::create);
  ASSERT_TRUE(lab.resume());
  lab.run_for(second * 60);
  EXPECT_TRUE(lab.net->asked.empty());
  claim(lab, 1, 2);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 2);
  EXPECT_EQ(lab.account.jobs.size(), 1U);
}

TEST_P(BulkResume, FetchesOnlyWhatHasNoEndYet) {
  Lab lab(GetParam());
  lab.account.on_new = [](AccountJob& job) { job.takes = second * 60; };
  lab.submit_many(3);
  lab.run_for(second * 5);
  store::AttemptEnd end;
  end.fault_reason = "told";
  ASSERT_TRUE(lab.store().end_attempt(2, end));
  ASSERT_TRUE(lab.resume());
  claim(lab, 1, 3);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 1);
  lab.expect_answered("nonce1", 3, 3);
}

TEST_P(BulkResume, MakesNoNewJobOfAnUnclaimedOnesNumber) {
  Lab lab(GetParam());
  lab.submit_many(1);
  lab.run_for(second / 2);
  ASSERT_TRUE(lab.resume());
  lab.submit_many(2);
  lab.run_until(2);
  lab.expect_answered("nonce2", 2, 3);
  EXPECT_EQ(lab.store().read_bulk_job(2)->nonce, "nonce2");
  EXPECT_EQ(lab.store().open_bulk_requests()->size(), 1U);
}

TEST(OpenAiResume, OfAnIntentWithoutUploadAsksNothing) {
  Lab lab(Form::openai);
  lab.submit_many(2);
  lab.run_to(Ask::upload);
  ASSERT_TRUE(lab.resume());
  claim(lab, 1, 2);
  lab.run_until(2);
  EXPECT_TRUE(lab.net->asked.empty());
  ASSERT_NE(lab.fault_of(1), nullptr);
  EXPECT_EQ(lab.fault_of(1)->remedy, Remedy::same_batch);
  EXPECT_FALSE(lab.fault_of(1)->maybe_billed);
}

TEST(OpenAiResume, CreatesTheJobOfAnUploadThatWasNotUsed) {
  Lab lab(Form::openai);
  lab.submit_many(2);
  lab.net->on_ask = [&](Ask ask, const HttpRequest&) {
    if (ask == Ask::create) lab.net->failures[ask] = {{cut_off(), false}};
  };
  lab.run_to(Ask::create);
  lab.net->failures.clear();
  ASSERT_TRUE(lab.resume());
  claim(lab, 1, 2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::upload), 0U);
  EXPECT_EQ(lab.net->count(Ask::list), 3U);
  lab.expect_answered("nonce1", 1, 2);
}

}  // namespace
}  // namespace sheaf::bulk
