// A small run that dies at each of its syncs in turn, with and without what was not synced, or
// whose disk fills up at each of its writes: the same command then ends it, and asks nothing that
// stood in the checkpoint again.
#include <csignal>
#include <cstdlib>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sheaf/run.hpp>
#include <sheaf/simulate.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "fault/served.hpp"
#include "store/checkpoint.hpp"
#include "unit/store/faulty_disk.hpp"

namespace sheaf::testing {
namespace {

constexpr int row_count = 12;
constexpr int exit_disk_full = 10;
constexpr int exit_other = 11;

enum class Fault { none, kill, power_failure, full_disk };

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::kill:
      return "kill";
    case Fault::power_failure:
      return "power";
    case Fault::full_disk:
      return "full";
    case Fault::none:
      break;
  }
  return "none";
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int run_here(const std::string& folder, const std::string& url) {
  const auto task =
      Task::load(folder + "/task.yaml", {.model = "openai/any", .base_url = url, .concurrency = 2});
  if (!task) return exit_other;
  RunOptions options;
  options.rows = folder + "/rows.jsonl";
  options.output = folder + "/out.jsonl";
  const auto summary = run_task(*task, options);
  const auto failure = !summary                       ? summary.error().message
                       : summary->stopped.has_value() ? summary->stopped->message
                                                      : std::string();
  if (failure.empty()) return summary->failed_rows == 0 ? 0 : exit_other;
  return failure.find("the disk is full") != std::string::npos ? exit_disk_full : exit_other;
}

/// What the tests below start in a process of its own.
TEST(CommitKillProcess, DISABLED_Runs) {
  const auto fault = variable("FAULT");
  const auto at = std::atoi(variable("AT").c_str());
  store::FaultyDisk disk;
  if (fault == "kill" || fault == "power") disk.die_at_sync(at);
  if (fault == "power") disk.lose_what_is_unsynced();
  if (fault == "full") disk.fill_after(at - 1);
  ::_exit(run_here(variable("FOLDER"), variable("URL")));
}

class CommitKill : public ::testing::TestWithParam<Fault> {
 protected:
  void SetUp() override {
    folder_.write("task.yaml", small_task);
    folder_.write("rows.jsonl", small_rows(row_count));
    const auto task = Task::load(folder_ / "task.yaml");
    ASSERT_TRUE(task) << task.error().message;
    auto server = SimulatedServer::start(
        *task, {.rows = folder_ / "rows.jsonl", .port = 0, .simulated = {{"accuracy", "1"}}});
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }

  /// The exit code of a run whose disk does this at its `at`-th sync or write; 137 when killed.
  int run(Fault fault, int at) const {
    const auto child = ::fork();
    if (child == 0) {
      ::setenv("FAULT", name_of(fault), 1);
      ::setenv("AT", std::to_string(at).c_str(), 1);
      ::setenv("FOLDER", (folder_ / ".").c_str(), 1);
      ::setenv("URL", server_->base_url().c_str(), 1);
      ::execl("/proc/self/exe", "commit_kill", "--gtest_filter=CommitKillProcess.*",
              "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
      ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::map<std::string, std::int64_t> asked() const {
    std::map<std::string, std::int64_t> counts;
    for (const auto& [id, served] : served_samples(server_->stats_json()))
      counts[id] = served.asked;
    return counts;
  }

  void forget() const {
    for (const auto* end : {"", ".partial", ".sheaf", ".sheaf-wal", ".sheaf-shm"}) {
      std::filesystem::remove(folder_ / (std::string("out.jsonl") + end));
    }
  }

  Folder folder_;
  std::optional<SimulatedServer> server_;
};

/// How the samples stand in a checkpoint.
struct Kept {
  std::set<std::string> settled;
  std::map<std::string, std::int64_t> asked;  ///< Attempts that each was part of.
};

Kept kept_in(const std::string& path) {
  Kept kept;
  auto store = store::open_sqlite(path, store::Access::read_only);
  if (!store) return kept;
  std::vector<std::string> ids{""};
  for (store::SampleNo number = 1; number <= (*store)->sample_count(); ++number) {
    const auto record = (*store)->read(number);
    EXPECT_TRUE(record) << record.error().message;
    if (!record) return kept;
    ids.push_back(record->first_id);
    if (record->state != store::SampleState::open) kept.settled.insert(record->first_id);
  }
  const auto read = (*store)->for_each_attempt([&](const store::Attempt& attempt) {
    for (const auto number : attempt.start.samples)
      ++kept.asked[ids.at(static_cast<size_t>(number))];
    return true;
  });
  EXPECT_TRUE(read) << read.error().message;
  return kept;
}

TEST_P(CommitKill, AtEveryPointLosesNothingThatWasKeptAndTheSameCommandEnds) {
  ASSERT_EQ(run(Fault::none, 0), 0);
  const auto undisturbed = results_in(folder_.read("out.jsonl"));
  ASSERT_EQ(undisturbed.size(), static_cast<std::size_t>(row_count));
  int points = 0;
  bool was_whole = false;
  std::size_t most_settled = 0;
  while (!was_whole && points < 500) {
    SCOPED_TRACE(++points);
    forget();
    const auto before = asked();
    const auto code = run(GetParam(), points);
    was_whole = code == 0;
    ASSERT_TRUE(was_whole || code == (GetParam() == Fault::full_disk ? exit_disk_full : 137))
        << code;
    const auto then = asked();
    const auto kept = kept_in(folder_ / "out.jsonl.sheaf");
    most_settled = was_whole ? most_settled : std::max(most_settled, kept.settled.size());
    for (const auto& [id, count] : then) {
      const auto sent = count - before.at(id);
      EXPECT_LE(sent, kept.asked.contains(id) ? kept.asked.at(id) : 0) << id << " was sent unkept";
    }
    ASSERT_EQ(run(Fault::none, 0), 0);
    const auto after = asked();
    for (const auto& id : kept.settled) EXPECT_EQ(after.at(id), then.at(id)) << id;
    const auto results = results_in(folder_.read("out.jsonl"));
    ASSERT_EQ(ids_of(results), ids_of(undisturbed));
    for (std::size_t i = 0; i < results.size(); ++i) {
      EXPECT_EQ(results[i].answer, undisturbed[i].answer);
    }
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_TRUE(was_whole);
  EXPECT_GT(most_settled, 0U) << "no fault came late enough to prove anything";
}

INSTANTIATE_TEST_SUITE_P(Faults, CommitKill,
                         ::testing::Values(Fault::kill, Fault::power_failure, Fault::full_disk),
                         [](const auto& given) { return std::string(name_of(given.param)); });

}  // namespace
}  // namespace sheaf::testing
