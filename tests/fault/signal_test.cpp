// Signals to a run that waits: for replies, for room in a limit, for its next try. One ends it when
// what is in flight has come, two at once; the exit codes are those of docs/cli.md.
#include <csignal>
#include <string>

#include "fault/attacked_run.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Signals : public AttackedRun, public ::testing::WithParamInterface<int> {
 protected:
  int code() const { return 128 + GetParam(); }

  /// What the documents say of the code.
  void expect_ended(const Ended& ended) const {
    EXPECT_EQ(ended.code, code()) << ended.err;
    EXPECT_TRUE(is_one_line_error(ended.err));
    EXPECT_THAT(ended.err, AllOf(HasSubstr(GetParam() == SIGTERM ? "terminated" : "interrupted"),
                                 HasSubstr("run the same command again to continue")));
    EXPECT_FALSE(folder_.has("out.jsonl"));
    const auto table = Folder::read_file(SHEAF_SOURCE_DIR "/docs/cli.md");
    EXPECT_THAT(table, HasSubstr("\n| " + std::to_string(code()) + " | " +
                                 (GetParam() == SIGTERM ? "terminated" : "interrupted")));
  }

  /// Every attempt of the checkpoint has an end, but for so many that were cut off.
  void expect_cut_off(int count) const {
    auto store = store::open_sqlite(folder_ / "out.jsonl.sheaf", store::Access::read_only);
    ASSERT_TRUE(store) << store.error().message;
    int open = 0;
    const auto read = (*store)->for_each_attempt([&](const store::Attempt& attempt) {
      open += attempt.end ? 0 : 1;
      return true;
    });
    EXPECT_TRUE(read);
    EXPECT_EQ(open, count);
  }

  void expect_completion_once() {
    const auto kept = settled();
    serve({});
    const auto again = sheaf(command());
    ASSERT_EQ(again.code, 0) << again.err;
    for (const auto& [id, count] : asked()) EXPECT_EQ(count, kept.contains(id) ? 0 : 1) << id;
    expect_whole(folder_.read("out.jsonl"), row_count);
  }
};

TEST_P(Signals, OnceWaitsForWhatIsInFlightAndKeepsIt) {
  serve({{"first_token_ms", "100"}});
  Running run(command());
  ASSERT_TRUE(reaches(run, 4));
  run.signal(GetParam());
  expect_ended(run.wait());
  expect_cut_off(0);
  EXPECT_EQ(settled().size(), static_cast<std::size_t>(4 * requests()));
  expect_completion_once();
}

TEST_P(Signals, TwiceWaitsForNothing) {
  // Replies that take ten minutes: waiting for them would run into the limit of this test.
  serve({{"first_token_ms", "600000"}});
  auto aloud = command();
  std::erase(aloud, "-q");
  Running run(aloud);
  ASSERT_TRUE(reaches(run, 2));
  run.signal(GetParam());
  ASSERT_TRUE(run.wait_for("sheaf: stopping: no new requests")) << run.err();
  run.signal(GetParam());
  const auto ended = run.wait();
  EXPECT_EQ(ended.code, code()) << ended.err;
  EXPECT_FALSE(folder_.has("out.jsonl"));
  expect_cut_off(2);
  expect_completion_once();
}

TEST_P(Signals, OnceEndsTheWaitForTheAccountsLimit) {
  serve({});
  Running run(command({"--max-requests-per-minute", "3"}));
  ASSERT_TRUE(reaches(run, 3));
  run.signal(GetParam());
  expect_ended(run.wait());
  EXPECT_EQ(requests(), 3) << "it waited for the minute to pass";
  expect_cut_off(0);
  expect_completion_once();
}

TEST_P(Signals, OnceEndsTheWaitThatAServerAskedFor) {
  serve({{"http_429", "1"}});
  Running run(command());
  ASSERT_TRUE(reaches(run, 2));
  run.signal(GetParam());
  const auto sent = requests();
  expect_ended(run.wait());
  EXPECT_LE(requests(), sent + 2) << "it asked again";
  expect_cut_off(0);
  expect_completion_once();
}

TEST_P(Signals, OnceEndsTheWaitForTheNextTry) {
  serve({{"http_503", "1"}});
  Running run(command({"--max-retries", "1000"}));
  ASSERT_TRUE(reaches(run, 6));
  run.signal(GetParam());
  const auto sent = requests();
  expect_ended(run.wait());
  EXPECT_LE(requests(), sent + 2) << "it tried again";
  expect_cut_off(0);
  expect_completion_once();
}

INSTANTIATE_TEST_SUITE_P(Each, Signals, ::testing::Values(SIGINT, SIGTERM),
                         [](const auto& given) { return given.param == SIGINT ? "INT" : "TERM"; });

}  // namespace
}  // namespace sheaf::testing
