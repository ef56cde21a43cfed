// A checkpoint that is damaged between two runs, at random bytes: the next run says so or does not
// mind, and whatever it answers is right.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <sheaf/run.hpp>

#include "core/random.hpp"
#include "fault/attacked_run.hpp"
#include "unit/store/checkpoint_fixture.hpp"

namespace sheaf::testing {
namespace {

using store::TemporaryFolder;
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr int trials = 400;

/// One to four changes, each a bit, a byte, a stretch of zeros or of another place.
void damage(std::string& bytes, Random& random) {
  for (auto changes = 1 + random.below(4); changes > 0; --changes) {
    const auto at = random.below(bytes.size());
    const auto length = std::min<std::uint64_t>(1 + random.below(512), bytes.size() - at);
    switch (random.below(4)) {
      case 0:
        bytes[at] ^= static_cast<char>(1U << random.below(8));
        break;
      case 1:
        bytes[at] = static_cast<char>(random.below(256));
        break;
      case 2:
        bytes.replace(at, length, length, '\0');
        break;
      default:
        bytes.replace(at, length, bytes.substr(random.below(bytes.size() - length + 1), length));
    }
  }
}

class Damage : public AttackedRun {
 protected:
  void SetUp() override {
    AttackedRun::SetUp();
    const auto loaded = Task::load(folder_ / "task.yaml", {.base_url = server_->base_url()});
    ASSERT_TRUE(loaded) << loaded.error().message;
    task_.emplace(*loaded);
  }

  /// As a killed run leaves it that continued a stopped one: a file and its log, both with answers,
  /// and some rows without one.
  void leave_a_killed_run() {
    ASSERT_EQ(sheaf(command({"--max-requests", "4"})).code, 4);
    const auto in_the_file = settled().size();
    Running run(command());
    ASSERT_TRUE(run.wait_until([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return settled().size() > in_the_file;
    }));
    run.signal(SIGKILL);
    run.wait();
    ASSERT_TRUE(folder_.has("out.jsonl.sheaf-wal"));
    take_whole();
  }
  /// The same without a log.
  void leave_a_stopped_run() {
    const auto stopped = sheaf(command({"--max-requests", "7"}));
    ASSERT_EQ(stopped.code, 4) << stopped.err;
    ASSERT_FALSE(folder_.has("out.jsonl.sheaf-wal"));
    take_whole();
  }
  void take_whole() {
    file_ = folder_.read("out.jsonl.sheaf");
    log_ = folder_.read("out.jsonl.sheaf-wal");
    serve({});
    const auto loaded = Task::load(folder_ / "task.yaml", {.base_url = server_->base_url()});
    ASSERT_TRUE(loaded);
    task_.emplace(*loaded);
  }

  /// A run over these files; empty when it came to its end, else why it did not.
  std::string run_over(const std::string& file, const std::string& log) const {
    const auto out = trial_.file("out.jsonl");
    for (const auto& name : trial_.names()) std::filesystem::remove(trial_.file(name));
    write(out + ".sheaf", file);
    if (!log.empty()) write(out + ".sheaf-wal", log);
    RunOptions options;
    options.rows = folder_ / "rows.jsonl";
    options.output = out;
    const auto summary = run_task(*task_, options);
    if (!summary) return summary.error().message;
    if (summary->stopped) return summary->stopped->message;
    expect_whole(Folder::read_file(out), row_count);
    return {};
  }

  static void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  /// What was not answered has no lines that could be wrong, and the reason names the file.
  void expect_said(const std::string& why) const {
    EXPECT_THAT(why, HasSubstr(trial_.file("out.jsonl.sheaf")));
    EXPECT_THAT(why, AnyOf(HasSubstr("damaged"), HasSubstr("not a checkpoint"),
                           HasSubstr("cannot be read"), HasSubstr("newer")));
    const auto partial = Folder::read_file(trial_.file("out.jsonl.partial"));
    for (const auto& result : results_in(partial.substr(0, partial.rfind('\n') + 1))) {
      EXPECT_EQ(result.answer.integer().value_or(-1), number_of(std::stoi(result.id)));
    }
  }

  TemporaryFolder trial_;
  std::optional<Task> task_;
  std::string file_;
  std::string log_;
};

TEST_F(Damage, OfTheFileIsSaidOrHarmlessAndNeverAWrongAnswer) {
  leave_a_stopped_run();
  ASSERT_EQ(run_over(file_, {}), "");
  Random random(71);
  int said = 0;
  for (int trial = 0; trial < trials; ++trial) {
    auto file = file_;
    damage(file, random);
    const auto why = run_over(file, {});
    if (!why.empty()) {
      ++said;
      expect_said(why);
    }
    ASSERT_FALSE(HasFailure()) << "trial " << trial;
  }
  RecordProperty("said", said);
  EXPECT_GT(said, trials / 10) << "the damage met nothing that is read";
  EXPECT_LT(said, trials) << "nothing was harmless";
}

TEST_F(Damage, OfTheLogCostsASecondPurchaseAtMost) {
  leave_a_killed_run();
  ASSERT_EQ(run_over(file_, log_), "");
  Random random(72);
  for (int trial = 0; trial < trials; ++trial) {
    auto log = log_;
    if (trial % 4 == 0) {
      log.resize(random.below(log.size()));
    } else {
      damage(log, random);
    }
    EXPECT_EQ(run_over(file_, log), "") << "what the log lost is bought again";
    ASSERT_FALSE(HasFailure()) << "trial " << trial;
  }
}

TEST_F(Damage, OfBothIsSaidOrHarmlessAndNeverAWrongAnswer) {
  leave_a_killed_run();
  Random random(73);
  for (int trial = 0; trial < trials; ++trial) {
    auto file = file_;
    auto log = log_;
    damage(file, random);
    damage(log, random);
    if (const auto why = run_over(file, log); !why.empty()) expect_said(why);
    ASSERT_FALSE(HasFailure()) << "trial " << trial;
  }
}

TEST_F(Damage, OfARecordIsSaidByTheCommandAndFreshBeginsAnew) {
  leave_a_stopped_run();
  store::tamper(folder_ / "out.jsonl.sheaf", "UPDATE outcomes SET list = zeroblob(length(list))");
  const auto ended = sheaf(command());
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr("is not as it was written"));
  EXPECT_FALSE(folder_.has("out.jsonl"));
  const auto fresh = sheaf(command({"--fresh"}));
  EXPECT_EQ(fresh.code, 0) << fresh.err;
  expect_whole(folder_.read("out.jsonl"), row_count);
  EXPECT_TRUE(folder_.has("out.jsonl.sheaf.1"));
}

}  // namespace
}  // namespace sheaf::testing
