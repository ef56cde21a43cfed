// A job is written down before it is asked for, and one that may exist is looked for, not created
// again.
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::bulk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using BulkCreation = OfBothForms;

INSTANTIATE_TEST_SUITE_P(Both, BulkCreation, ::testing::Values(Form::openai, Form::anthropic),
                         form_name);

const std::string lost = "looking for it among the account's jobs";

/// A job of another client of the account, of so many requests.
AccountJob decoy(std::size_t requests, Time created = Time{0}) {
  AccountJob job;
  for (std::size_t i = 0; i < requests; ++i) {
    job.custom_ids.push_back("theirs-" + std::to_string(i));
  }
  job.nonce = "theirs";
  job.created = created;
  return job;
}

/// A checkpoint file that lasts as long as the test.
class File {
 public:
  File() {
    auto name = ::testing::TempDir() + "bulk-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~File() { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/out.sheaf"; }

 private:
  std::string folder_;
};

TEST_P(BulkCreation, IsAskedForWhenTheIntentIsCommitted) {
  const File file;
  const auto store = store::open_sqlite(file.path(), store::Access::read_write).value();
  Lab lab(GetParam(), {}, store.get());
  std::set<Ask> seen_at;
  // As another process sees the file at that moment.
  lab.net->on_ask = [&](Ask ask, const HttpRequest&) {
    const auto seen = store::open_sqlite(file.path(), store::Access::read_only).value();
    const auto open = seen->open_bulk_requests().value();
    ASSERT_EQ(open.size(), ask == Ask::results ? 2U : open.size());
    for (const auto& request : open) EXPECT_EQ(request.job, 1);
    const auto job = seen->read_bulk_job(1).value();
    EXPECT_EQ(job.nonce, "nonce1");
    EXPECT_EQ(job.account, "https://account");
    EXPECT_EQ(job.at_unix_ms, Account::epoch_s * 1000);
    EXPECT_EQ(job.upload, has_uploads() && ask != Ask::upload ? "file-1" : "");
    const bool is_created = ask == Ask::look || ask == Ask::results;
    EXPECT_EQ(job.id, is_created ? "job-1" : "");
    seen_at.insert(ask);
  };
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(seen_at.size(), has_uploads() ? 4U : 3U);
}

TEST_P(BulkCreation, IsNotAskedForWhereTheIntentCannotBeKept) {
  const File file;
  {
    const auto store = store::open_sqlite(file.path(), store::Access::read_write).value();
    Lab lab(GetParam(), {}, store.get());
    lab.submit_many(2);
    // The file is gone: no commit succeeds any more.
    std::filesystem::rename(file.path(), file.path() + ".moved");
    lab.dispatch->wait(second);
    EXPECT_TRUE(lab.dispatch->state().broken);
    EXPECT_TRUE(lab.net->asked.empty());
    EXPECT_EQ(lab.dispatch->drop_waiting().size(), 2U);
  }
}

TEST_P(BulkCreation, WhoseReplyWasLostIsFoundAgain) {
  Lab lab(GetParam());
  lab.account.add(decoy(2));
  lab.account.add(decoy(3));
  lab.net->failures[Ask::create] = {{cut_off(), true}};
  lab.submit_many(2);
  lab.account.add(decoy(2));
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::create), 1U);
  EXPECT_THAT(lab.said, HasSubstr(lost));
  lab.expect_answered("nonce1", 1, 2);
}

TEST_P(BulkCreation, IsRepeatedOnlyWhenTheListWasLookedThroughThreeTimes) {
  Lab lab(GetParam());
  lab.account.page_size = 2;
  for (int i = 0; i < 5; ++i) lab.account.add(decoy(3));
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  lab.net->on_ask = [&](Ask ask, const HttpRequest&) {
    if (ask == Ask::create && lab.net->count(Ask::create) == 2) {
      EXPECT_EQ(lab.net->count(Ask::list), 9U) << "three pages, three times";
      EXPECT_GE(lab.now, second * 4);
    }
  };
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::create), 2U);
  EXPECT_EQ(lab.account.uploads(), has_uploads() ? 1U : 0U);
  lab.expect_answered("nonce1", 1, 2);
}

TEST_P(BulkCreation, IsFoundOnAnyPage) {
  Lab lab(GetParam());
  lab.account.page_size = 2;
  lab.net->failures[Ask::create] = {{cut_off(), true}};
  lab.account.on_new = [&](AccountJob& job) { job.takes = second * 3; };
  lab.submit_many(2);
  lab.run_to(Ask::create);
  for (int i = 0; i < 5; ++i) lab.account.add(decoy(3));
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::create), 1U);
  lab.expect_answered("nonce1", 1, 2);
}

TEST_P(BulkCreation, OfAnyReplyThatTellsNothingIsLookedFor) {
  HttpResponse unreadable{200, {}, "<html>"};
  // As the header asks for no repetition, it is no less possible that the job was created.
  auto stubborn = std::get<HttpResponse>(refused(500));
  stubborn.headers = {{"x-should-retry", "false"}};
  const std::vector<TransferResult> replies{cut_off(), refused(500), unreadable, stubborn};
  for (const auto& reply : replies) {
    Lab lab(GetParam());
    lab.net->failures[Ask::create] = {{reply, true}};
    lab.submit_many(2);
    lab.run_until(2);
    EXPECT_EQ(lab.account.jobs.size(), 1U);
    EXPECT_THAT(lab.said, HasSubstr(lost));
  }
}

TEST_P(BulkCreation, ThatCertainlyFailedIsRepeatedAtOnce) {
  for (const auto& reply :
       {refused(429), refused(529),
        TransferResult(TransportFault{TransportFaultKind::connect, "no", false})}) {
    Lab lab(GetParam());
    lab.net->failures[Ask::create] = {{reply}};
    lab.submit_many(2);
    lab.run_until(2);
    EXPECT_EQ(lab.net->count(Ask::list), 0U);
    EXPECT_EQ(lab.net->count(Ask::create), 2U);
    EXPECT_EQ(lab.account.jobs.size(), 1U);
  }
}

TEST_P(BulkCreation, OfOurOtherJobsIsNotTakenForIt) {
  Lab lab(GetParam(), {.most_requests = 2});
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  lab.account.on_new = [](AccountJob& job) { job.takes = second * 30; };
  lab.submit_many(4);
  lab.run_until(4);
  EXPECT_EQ(lab.net->count(Ask::create), 3U);
  EXPECT_EQ(lab.account.jobs.size(), 2U);
  EXPECT_EQ(lab.net->count(Ask::results), 2U) << "jobs known as ours are no candidates";
  lab.expect_answered("nonce1", 1, 2);
  lab.expect_answered("nonce2", 3, 4);
}

TEST_P(BulkCreation, IsFoundThoughOurClockIsHoursAhead) {
  Lab lab(GetParam());
  lab.net->failures[Ask::create] = {{cut_off(), true}};
  lab.account.on_new = [](AccountJob& job) { job.created -= std::chrono::hours(12); };
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::create), 1U);
}

TEST_P(BulkCreation, IsNotLookedForInAListThatNeverEnds) {
  Lab lab(GetParam());
  lab.account.page_size = 1;
  lab.account.add(decoy(3));
  lab.account.add(decoy(3));
  lab.account.repeats_page = true;
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::list), 6U);
}

TEST_P(BulkCreation, FarInThePastIsNotLookedThrough) {
  Lab lab(GetParam());
  lab.account.page_size = 1;
  for (int i = 0; i < 9; ++i) lab.account.add(decoy(2, -std::chrono::hours(24 * (10 - i))));
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::list), 3U);
}

TEST(OpenAiCreation, IsRepeatedWhereAFileJustUploadedIsNotKnownYet) {
  Lab lab(Form::openai);
  lab.net->failures[Ask::create] = {{refused(400, "invalid_file")}, {refused(400, "invalid_file")}};
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.account.jobs.size(), 1U);
  EXPECT_EQ(lab.account.uploads(), 1U);
}

TEST(OpenAiCreation, RefusedForGoodBreaksTheRunAndIsGivenBack) {
  Lab lab(Form::openai);
  const Failure refusal{refused(400, "invalid_file")};
  lab.net->failures[Ask::create] = {refusal, refusal, refusal, refusal};
  lab.submit_many(2);
  EXPECT_THAT(lab.broken(), HasSubstr("invalid_file"));
  EXPECT_EQ(lab.net->count(Ask::create), 4U);
  EXPECT_EQ(lab.dispatch->drop_waiting().size(), 2U) << "they were not billed";
}

TEST(AnthropicCreation, IsConfirmedByTheIdsInItsResults) {
  Lab lab(Form::anthropic);
  lab.net->failures[Ask::create] = {{cut_off(), true}};
  lab.account.add(decoy(2, second));
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::create), 1U);
  lab.expect_answered("nonce1", 1, 2);
}

TEST(AnthropicCreation, IsNotTakenForAnotherOfTheSameCount) {
  Lab lab(Form::anthropic);
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  // A nonce that begins with ours is another one.
  auto other = decoy(2);
  other.custom_ids = {"nonce11-1", "nonce11-2"};
  lab.account.add(other);
  lab.account.add(decoy(2));
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::create), 2U);
  lab.expect_answered("nonce1", 1, 2);
}

TEST(AnthropicCreation, ReadsEachOtherJobOnce) {
  Lab lab(Form::anthropic);
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  for (int i = 0; i < 3; ++i) lab.account.add(decoy(2));
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_EQ(lab.net->count(Ask::results), 3U + 1U);
}

TEST(AnthropicCreation, StopsTheRunWhereTheResultsOfACandidateAreGone) {
  for (const auto step : {Ask::look, Ask::results}) {
    Lab lab(Form::anthropic);
    lab.net->failures[Ask::create] = {{cut_off(), false}};
    lab.net->failures[step] = {{refused(404, "not_found_error")}};
    auto lapsed = decoy(2);
    lapsed.id = "lapsed";
    lab.account.add(lapsed);
    lab.submit_many(2);
    EXPECT_THAT(lab.broken(), AllOf(HasSubstr("lapsed"), HasSubstr("--abandon-bulk")));
    EXPECT_EQ(lab.net->count(Ask::create), 1U);
  }
}

TEST(AnthropicCreation, WaitsForACandidateThatIsNotOver) {
  Lab lab(Form::anthropic);
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  auto slow = decoy(2);
  slow.takes = std::chrono::hours(3);
  lab.account.add(slow);
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_GE(lab.account.jobs.front().created, std::chrono::hours(3));
  EXPECT_EQ(lab.net->count(Ask::create), 2U);
}

TEST(AnthropicCreation, IsFoundBehindACandidateThatIsNotOver) {
  Lab lab(Form::anthropic);
  lab.net->failures[Ask::create] = {{cut_off(), true}};
  auto slow = decoy(2);
  slow.takes = std::chrono::hours(3);
  lab.account.add(slow);
  lab.submit_many(2);
  lab.run_until(2);
  EXPECT_LT(lab.now, std::chrono::hours(1));
  EXPECT_EQ(lab.net->count(Ask::create), 1U);
}

TEST(AnthropicCreation, StopsTheRunWhereACandidateTellsNothing) {
  Lab lab(Form::anthropic);
  lab.net->failures[Ask::create] = {{cut_off(), false}};
  auto empty = decoy(2);
  for (const auto& id : empty.custom_ids) empty.results[id] = "";
  empty.id = "silent";
  lab.account.add(empty);
  lab.submit_many(2);
  EXPECT_THAT(lab.broken(), AllOf(HasSubstr("bulk job 1 was created"), HasSubstr("silent"),
                                  HasSubstr("--abandon-bulk")));
  EXPECT_EQ(lab.net->count(Ask::create), 1U);
  EXPECT_TRUE(lab.dispatch->drop_waiting().empty()) << "it may be with the provider";
  EXPECT_EQ(lab.dispatch->state().away, 2U);
}

TEST(AnthropicCreation, IsFoundThoughAnotherCandidateTellsNothing) {
  Lab lab(Form::anthropic);
  lab.net->failures[Ask::create] = {{cut_off(), true}};
  lab.submit_many(2);
  lab.run_to(Ask::create);
  auto empty = decoy(2);
  empty.id = "silent";
  for (const auto& id : empty.custom_ids) empty.results[id] = "";
  lab.account.jobs.push_back(empty);
  lab.run_until(2);
  lab.expect_answered("nonce1", 1, 2);
}

}  // namespace
}  // namespace sheaf::bulk
