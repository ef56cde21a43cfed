// How requests become jobs, and when jobs leave; steps that fail; stopping.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::bulk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

using BulkJobs = OfBothForms;

void expect_not_sent(const Lab& lab, dispatch::JobId job) {
  ASSERT_NE(lab.fault_of(job), nullptr);
  EXPECT_EQ(lab.fault_of(job)->reason, "not-sent");
  EXPECT_FALSE(lab.fault_of(job)->maybe_billed);
}

INSTANTIATE_TEST_SUITE_P(Both, BulkJobs, ::testing::Values(Form::openai, Form::anthropic),
                         form_name);

std::vector<std::size_t> sizes(const Lab& lab) {
  std::vector<std::size_t> sizes;
  for (const auto& job : lab.account.jobs) sizes.insert(sizes.begin(), job.custom_ids.size());
  return sizes;
}

TEST_P(BulkJobs, AnswerEachRequestByItsOwnId) {
  Lab lab(GetParam());
  lab.submit_many(3);
  lab.run_until(3);
  lab.expect_answered("nonce1", 1, 3);
  EXPECT_THAT(sizes(lab), ElementsAre(3));
  EXPECT_EQ(lab.net->count(Ask::upload), has_uploads() ? 1U : 0U);
  EXPECT_EQ(lab.net->count(Ask::create), 1U);
  EXPECT_EQ(lab.net->count(Ask::results), 1U);
}

TEST_P(BulkJobs, AreSplitByRequests) {
  Lab lab(GetParam(), {.most_requests = 2});
  lab.submit_many(5);
  lab.run_until(5);
  EXPECT_THAT(sizes(lab), ElementsAre(2, 2, 1));
  lab.expect_answered("nonce1", 1, 2);
  lab.expect_answered("nonce2", 3, 4);
  lab.expect_answered("nonce3", 5, 5);
}

TEST_P(BulkJobs, AreSplitByBytesAndALongRequestGoesAlone) {
  Lab lab(GetParam(), {.most_bytes = 1000});
  lab.submit();
  lab.submit();
  lab.submit(100, std::string(2000, 'x'));
  lab.submit(100, std::string(500, 'x'));
  lab.submit(100, std::string(500, 'x'));
  lab.dispatch->flush();
  lab.run_until(5);
  EXPECT_THAT(sizes(lab), ElementsAre(2, 1, 1, 1));
}

TEST_P(BulkJobs, AreSplitByTokensAndALargeRequestGoesAlone) {
  Lab lab(GetParam(), {.most_tokens = 250});
  for (const auto tokens : {100, 150, 1, 900, 100}) lab.submit(tokens);
  lab.dispatch->flush();
  lab.run_until(5);
  EXPECT_THAT(sizes(lab), ElementsAre(2, 1, 1, 1));
}

TEST_P(BulkJobs, AreSplitByPath) {
  Lab lab(GetParam());
  lab.submit();
  lab.submit(100, "hello", "/responses");
  lab.dispatch->flush();
  lab.run_until(2);
  EXPECT_THAT(sizes(lab), ElementsAre(1, 1));
}

TEST_P(BulkJobs, WaitForCompanyUntilTheyAreFlushed) {
  Lab lab(GetParam());
  lab.submit();
  lab.run_for(second * 60);
  EXPECT_TRUE(lab.net->asked.empty());
  EXPECT_EQ(lab.dispatch->state().waiting, 1U);
  lab.dispatch->flush();
  lab.run_until(1);
}

TEST_P(BulkJobs, AreReleasedUnderTheMostTokens) {
  Lab lab(GetParam(), {.most_requests = 1, .most_tokens = 250});
  std::size_t most = 0;
  lab.account.on_new = [](AccountJob& job) { job.takes = second * 100; };
  lab.net->on_ask = [&](Ask ask, const HttpRequest&) {
    if (ask != Ask::create) return;
    const auto open = std::ranges::count_if(
        lab.account.jobs, [&](const auto& job) { return lab.now < job.created + job.takes; });
    most = std::max(most, static_cast<std::size_t>(open) + 1);
  };
  lab.submit_many(5);
  lab.run_until(5);
  EXPECT_EQ(most, 2U);
  EXPECT_EQ(lab.account.jobs.size(), 5U);
}

TEST_P(BulkJobs, OverAndUncollectedTakeNoRoom) {
  Lab lab(GetParam(), {.most_tokens = 150});
  lab.submit_many(1);
  lab.run_for(second / 2);
  ASSERT_TRUE(lab.resume());
  lab.submit_many(1);
  lab.run_until(1);
  EXPECT_EQ(lab.text_of(2), "answer of nonce2-2");
  EXPECT_GE(lab.account.jobs.front().created, second) << "until then the first one takes it";
}

TEST_P(BulkJobs, TellWhereTheirRequestsAre) {
  Lab lab(GetParam(), {.most_requests = 2});
  lab.account.on_new = [](AccountJob& job) {
    job.takes = second * 10;
    job.tells_all = true;
  };
  lab.submit_many(3);
  EXPECT_EQ(lab.dispatch->state().waiting, 3U);
  EXPECT_EQ(lab.dispatch->state().away, 0U);
  lab.run_for(second);
  auto state = lab.dispatch->state();
  EXPECT_EQ(state.waiting, 0U);
  EXPECT_EQ(state.away, 3U);
  EXPECT_EQ(state.bulk_jobs, 2);
  EXPECT_EQ(state.bulk_done, 0);
  lab.run_until(3);
  state = lab.dispatch->state();
  EXPECT_EQ(state.away, 0U);
  EXPECT_EQ(state.bulk_jobs, 0);
}

TEST_P(BulkJobs, RepeatStepsThatFailForNowLaterAndLater) {
  Lab lab(GetParam());
  std::vector<Ask> steps{Ask::create, Ask::look, Ask::results};
  if (has_uploads()) steps.insert(steps.begin(), Ask::upload);
  for (const auto step : steps) {
    lab.net->failures[step] = {{refused(429)}, {refused(429)}, {refused(429)}};
  }
  lab.submit_many(2);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 2);
  EXPECT_EQ(lab.account.jobs.size(), 1U);
  // 1 + 2 + 4 seconds for each step.
  EXPECT_GE(lab.now, second * 7 * static_cast<int>(steps.size()));
  EXPECT_LT(lab.now, second * 8 * static_cast<int>(steps.size()) + second * 3);
}

TEST_P(BulkJobs, WaitAsLongAsTheyAreTold) {
  Lab lab(GetParam());
  auto told = std::get<HttpResponse>(refused(429));
  told.headers = {{"retry-after", "45"}};
  lab.net->failures[Ask::look] = {{told}};
  lab.submit_many(1);
  lab.run_until(1);
  EXPECT_GE(lab.now, second * 45);
}

TEST_P(BulkJobs, TellSinceWhenNothingSucceeds) {
  Lab lab(GetParam());
  const auto first = has_uploads() ? Ask::upload : Ask::create;
  lab.net->failures[first] = {{refused(429)}};
  lab.submit_many(1);
  EXPECT_FALSE(lab.dispatch->state().failing_since);
  lab.run_for(second / 2);
  EXPECT_LT(lab.dispatch->state().failing_since.value_or(Time::max()), second / 2);
  lab.run_for(second);
  EXPECT_FALSE(lab.dispatch->state().failing_since);
}

TEST_P(BulkJobs, AreBrokenByAFaultThatDoesNotPass) {
  for (const auto step : {Ask::create, Ask::look, Ask::results}) {
    Lab lab(GetParam());
    lab.net->failures[step] = {{refused(401, "authentication_error")}};
    lab.submit_many(2);
    EXPECT_THAT(lab.broken(), HasSubstr("key-refused"));
    EXPECT_THAT(lab.broken(), HasSubstr("bulk job 1"));
    EXPECT_TRUE(lab.ends.empty());
  }
}

TEST_P(BulkJobs, AreDroppedBeforeTheyAreCreated) {
  Lab lab(GetParam(), {.most_requests = 2, .most_tokens = 200});
  lab.account.on_new = [](AccountJob& job) { job.takes = second * 10; };
  lab.submit_many(4);
  lab.submit();
  lab.run_for(second);
  EXPECT_EQ(lab.dispatch->state().waiting, 3U) << "one is away, one has no room, one is forming";
  EXPECT_THAT(lab.dispatch->drop_waiting(), UnorderedElementsAre(3, 4, 5));
  EXPECT_EQ(lab.dispatch->state().waiting, 0U);
  EXPECT_EQ(lab.dispatch->state().away, 2U);
  lab.run_until(2);
  EXPECT_EQ(lab.account.jobs.size(), 1U);
}

TEST_P(BulkJobs, AreDroppedWhileTheyAreUploaded) {
  if (!has_uploads()) return;
  Lab lab(GetParam());
  lab.submit_many(2);
  lab.run_to(Ask::upload);
  EXPECT_THAT(lab.dispatch->drop_waiting(), UnorderedElementsAre(1, 2));
  EXPECT_EQ(lab.net->cancelled.size(), 1U);
  lab.run_for(second * 5);
  EXPECT_TRUE(lab.ends.empty());
  EXPECT_TRUE(lab.account.jobs.empty());
}

TEST_P(BulkJobs, AreDroppedWhileTheirCreationWaitsToBeRepeated) {
  Lab lab(GetParam());
  lab.net->failures[Ask::create] = {{refused(429)}};
  lab.submit_many(2);
  lab.run_for(second / 2);
  EXPECT_THAT(lab.dispatch->drop_waiting(), UnorderedElementsAre(1, 2));
  lab.run_for(second * 5);
  EXPECT_TRUE(lab.account.jobs.empty());
}

TEST_P(BulkJobs, AreNotDroppedOnceTheProviderMayHaveThem) {
  Lab lab(GetParam());
  lab.submit_many(2);
  lab.run_to(Ask::create);
  EXPECT_TRUE(lab.dispatch->drop_waiting().empty());
  lab.run_for(second / 10);
  EXPECT_EQ(lab.dispatch->state().away, 2U);
  lab.run_until(2);
}

TEST_P(BulkJobs, AreNotCreatedAnewAfterAStop) {
  for (const auto& reply : {refused(429), refused(401, "authentication_error")}) {
    Lab lab(GetParam());
    lab.net->failures[Ask::create] = {{reply}};
    lab.submit_many(2);
    lab.run_to(Ask::create);
    EXPECT_TRUE(lab.dispatch->drop_waiting().empty());
    lab.run_until(2);
    EXPECT_EQ(lab.net->count(Ask::create), 1U);
    expect_not_sent(lab, 1);
    expect_not_sent(lab, 2);
  }
}

TEST_P(BulkJobs, ThatWereLookedForInVainAreNotCreatedAfterAStop) {
  Lab lab(GetParam());
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  lab.submit_many(2);
  lab.run_to(Ask::list);
  EXPECT_TRUE(lab.dispatch->drop_waiting().empty());
  EXPECT_EQ(lab.dispatch->state().away, 2U);
  lab.run_until(2);
  EXPECT_TRUE(lab.account.jobs.empty());
  expect_not_sent(lab, 1);
}

TEST_P(BulkJobs, HearOfACreationUnderWayThoughAnotherJobIsBroken) {
  Lab lab(GetParam(), {.most_requests = 1});
  lab.net->failures[Ask::create] = {{refused(401, "authentication_error")}};
  lab.submit_many(2);
  lab.run_to(Ask::create);
  while (!lab.dispatch->state().broken) lab.dispatch->wait(Time{10});
  lab.net->on_ask = [](Ask, const HttpRequest&) { FAIL() << "nothing new is asked"; };
  EXPECT_THAT(lab.dispatch->drop_waiting(), ElementsAre(1));
  for (int i = 0; i < 100 && lab.dispatch->state().away == 0; ++i) lab.dispatch->wait(second);
  EXPECT_EQ(lab.dispatch->state().away, 1U);
  EXPECT_EQ(lab.store().read_bulk_job(2)->id, "job-1");
}

TEST_P(BulkJobs, ArePolledLessAndLessOften) {
  Lab lab(GetParam());
  lab.account.on_new = [](AccountJob& job) { job.takes = second * 3600; };
  lab.submit_many(1);
  lab.run_until(1);
  EXPECT_LT(lab.net->count(Ask::look), 80U);
  EXPECT_GT(lab.net->count(Ask::look), 60U);
  EXPECT_LE(lab.now, second * (3600 + 61));
}

}  // namespace
}  // namespace sheaf::bulk
