// Servers that are up and serve nobody for a while, or that never answer: how long a run waits.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "store/checkpoint.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {
namespace {

using namespace std::chrono_literals;

constexpr int row_count = 600;
/// Some rows are answered before, and some are not.
constexpr Time busy_from = 3s;
/// The longest pause of a held endpoint.
constexpr Time longest_hold = 60s;

struct Busy {
  int status = 429;
  int concurrency = 8;
  std::string name() const {
    return std::to_string(status) + ", " + std::to_string(concurrency) + " at once";
  }
};

std::vector<Busy> all_kinds() { return {{429, 1}, {429, 8}, {529, 1}, {529, 8}}; }

/// Waits use up no retry, so that none is needed.
VirtualRunSettings against(const Busy& busy, Time from, Time until) {
  VirtualRunSettings settings;
  settings.concurrency = busy.concurrency;
  settings.options.max_retries = 0;
  settings.faults.busy = {from, until, busy.status};
  return settings;
}

Time last_success(const VirtualRunResult& run) {
  Time last{0};
  for (const auto& sent : run.sent) {
    if (sent.at < busy_from) last = sent.at;
  }
  return last;
}

/// A healthy server ends it, and serves no word again.
void expect_continued(const VirtualRunResult& first, store::Checkpoint& store) {
  const auto second = virtual_run(word_rows(row_count), {}, store);
  EXPECT_FALSE(second.summary.stopped);
  EXPECT_EQ(second.summary.answered, row_count);
  for (const auto& [word, times] : first.served) EXPECT_FALSE(second.served.contains(word)) << word;
}

TEST(Waiting, EndsTenMinutesAfterTheLastSuccess) {
  for (const auto& busy : all_kinds()) {
    SCOPED_TRACE(busy.name());
    const auto store = store::make_memory();
    const auto run =
        virtual_run(word_rows(row_count), against(busy, busy_from, Time::max()), *store);
    ASSERT_TRUE(run.summary.stopped);
    EXPECT_EQ(run.summary.stopped->code, ErrorCode::unavailable);
    EXPECT_NE(run.summary.stopped->message.find("no request succeeded for 10 minutes"),
              std::string::npos)
        << run.summary.stopped->message;
    EXPECT_FALSE(run.served.empty());
    EXPECT_EQ(run.summary.failed_rows, 0);
    EXPECT_GT(run.ended, last_success(run) + 10min);
    EXPECT_LT(run.ended, busy_from + 10min + longest_hold);
    expect_continued(run, *store);
  }
}

TEST(Waiting, EndsTenMinutesAfterTheFirstRequestWhereNoneSucceeded) {
  for (const auto& busy : all_kinds()) {
    SCOPED_TRACE(busy.name());
    const auto store = store::make_memory();
    const auto run = virtual_run(word_rows(row_count), against(busy, 0s, Time::max()), *store);
    ASSERT_TRUE(run.summary.stopped);
    EXPECT_GT(run.ended, 10min);
    EXPECT_LT(run.ended, 10min + longest_hold);
    expect_continued(run, *store);
  }
}

TEST(Waiting, OfNineMinutesEndsWell) {
  for (const auto& busy : all_kinds()) {
    SCOPED_TRACE(busy.name());
    const auto store = store::make_memory();
    const auto run =
        virtual_run(word_rows(row_count), against(busy, busy_from, busy_from + 9min), *store);
    EXPECT_FALSE(run.summary.stopped);
    EXPECT_EQ(run.summary.answered, row_count);
    EXPECT_GT(run.ended, busy_from + 9min);
    for (const auto& [word, times] : run.served) EXPECT_EQ(times, 1) << word;
  }
}

TEST(Waiting, EndsWithTheTimeoutOfItsPrompts) {
  for (const auto& busy : all_kinds()) {
    SCOPED_TRACE(busy.name());
    const auto store = store::make_memory();
    auto settings = against(busy, 0s, Time::max());
    settings.options.timeouts.total = 40s;
    const auto run = virtual_run(word_rows(row_count), settings, *store);
    ASSERT_TRUE(run.summary.stopped);
    EXPECT_TRUE(run.summary.stopped->message.starts_with(busy.status == 429 ? "rate-limited: "
                                                                            : "overloaded: "))
        << run.summary.stopped->message;
    EXPECT_GT(run.ended, 10s) << "a hold that ends in time is waited for";
    EXPECT_LE(run.ended, 41s);
    expect_continued(run, *store);
  }
}

TEST(Waiting, ShorterThanTheTimeoutEndsWell) {
  for (const auto& busy : all_kinds()) {
    SCOPED_TRACE(busy.name());
    const auto store = store::make_memory();
    auto settings = against(busy, busy_from, busy_from + 20s);
    settings.options.timeouts.total = 120s;
    const auto run = virtual_run(word_rows(row_count), settings, *store);
    EXPECT_FALSE(run.summary.stopped);
    EXPECT_EQ(run.summary.answered, row_count);
    for (const auto& words : run.prompts) EXPECT_EQ(std::ssize(words), settings.batch_size);
  }
}

TEST(Waiting, ForAReplyThatNeverComesEndsWithTheTimeout) {
  const auto store = store::make_memory();
  VirtualRunSettings settings;
  settings.options.timeouts.total = 40s;
  settings.faults.busy = {0s, Time::max(), FakeBusy::silent};
  const auto run = virtual_run(word_rows(row_count), settings, *store);
  ASSERT_TRUE(run.summary.stopped);
  EXPECT_TRUE(run.summary.stopped->message.starts_with("timeout: "))
      << run.summary.stopped->message;
  EXPECT_EQ(std::ssize(run.sent), settings.concurrency) << "a prompt has its time once";
  EXPECT_GE(run.ended, 40s);
  EXPECT_LE(run.ended, 41s);
  expect_continued(run, *store);
}

}  // namespace
}  // namespace sheaf::testing
