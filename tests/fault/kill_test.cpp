// SIGKILL at random moments: nothing that stood in the checkpoint is asked again, and in the end
// the result is that of a run that nobody disturbed.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <sheaf/simulate.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "core/random.hpp"
#include "fault/served.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::testing {
namespace {

/// `make soak-kill` asks for more.
int kills() {
  const char* const wanted = std::getenv("SHEAF_KILLS");
  return wanted == nullptr ? 40 : std::atoi(wanted);
}

/// So many of them fall on one run, which then is let to its end.
constexpr int kills_of_a_run = 14;

std::vector<std::string> command(const SimulatedServer& server, const std::string& output,
                                 const std::string& batch_size) {
  return {"run",
          triage_task,
          triage_rows,
          "-o",
          output,
          "--base-url",
          server.base_url(),
          "--batch-size",
          batch_size,
          "--concurrency",
          "4",
          "--max-requests-per-minute",
          "1000000",
          "--max-tokens-per-minute",
          "1000000000",
          "--max-requests-per-sample",  // A third of the replies is spoilt: 4 in a row befall a row
          "8",                          // now and then, and the undisturbed run met none of them.
          "-q"};
}

/// The ids whose outcome stands in the checkpoint; none while there is no checkpoint.
std::set<std::string> settled(const std::string& path) {
  std::set<std::string> ids;
  if (!std::filesystem::exists(path)) return ids;
  auto store = store::open_sqlite(path, store::Access::read_only);
  if (!store) return ids;
  for (store::SampleNo number = 1; number <= (*store)->sample_count(); ++number) {
    const auto record = (*store)->read(number);
    if (record && record->state != store::SampleState::open) ids.insert(record->first_id);
  }
  return ids;
}

/// Requests that reached the server so far.
std::int64_t requests(const SimulatedServer& server) {
  const auto stats = json::parse(server.stats_json());
  const auto* count = stats ? stats->find("requests") : nullptr;
  return count == nullptr ? 0 : count->integer().value_or(0);
}

/// Runs until so many more requests arrived, and a random moment longer; then SIGKILL.
void run_and_kill(const SimulatedServer& server, const std::vector<std::string>& command,
                  std::int64_t more_requests, std::chrono::microseconds longer) {
  const auto enough = requests(server) + more_requests;
  Running run(command);
  run.wait_until([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return requests(server) >= enough;
  });
  std::this_thread::sleep_for(longer);
  run.signal(SIGKILL);
  run.wait();
}

Expected<SimulatedServer> serve(const std::string& first_token_ms) {
  const auto task = Task::load(triage_task);
  if (!task) return std::unexpected(task.error());
  return SimulatedServer::start(
      *task, {.rows = triage_rows,
              .port = 0,
              .simulated = {{"first_token_ms", first_token_ms}, {"accuracy", "1"}}});
}

class Kill : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = serve("10");
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
    auto calm = serve("0");
    ASSERT_TRUE(calm) << calm.error().message;
    const Folder folder;
    const auto undisturbed = Running(command(*calm, folder / "calm.jsonl", "6")).wait();
    ASSERT_EQ(undisturbed.code, 0) << undisturbed.err;
    calm_ = results_in(folder.read("calm.jsonl"));
    ASSERT_EQ(calm_.size(), triage_row_count);
  }

  /// Kills a run at one random moment, and sees that it asked nothing of what it had; how much that
  /// was.
  std::size_t kill_once(const Folder& folder) {
    const auto bought = settled(folder / "out.jsonl.sheaf");
    const auto before = served_samples(server_->stats_json());
    run_and_kill(*server_,
                 command(*server_, folder / "out.jsonl", std::to_string(1 + random_.below(5))),
                 static_cast<std::int64_t>(random_.below(12)),
                 std::chrono::microseconds(random_.below(20'000)));
    const auto after = served_samples(server_->stats_json());
    for (const auto& id : bought) {
      EXPECT_TRUE(before.contains(id)) << id;
      EXPECT_EQ(before.at(id).asked, after.at(id).asked) << id;
    }
    return bought.size();
  }

  void expect_the_undisturbed_result(const Folder& folder) const {
    const auto last = Running(command(*server_, folder / "out.jsonl", "6")).wait();
    const auto text = folder.read("out.jsonl");
    ASSERT_EQ(last.code, 0) << last.err << text;
    const auto results = results_in(text);
    ASSERT_EQ(results.size(), triage_row_count);
    for (std::size_t i = 0; i < triage_row_count; ++i) {
      EXPECT_EQ(results[i].id, calm_[i].id);
      EXPECT_EQ(results[i].status, calm_[i].status) << json::dump(results[i].line);
      EXPECT_EQ(results[i].answer, calm_[i].answer);
    }
  }

  std::optional<SimulatedServer> server_;
  std::vector<Result> calm_;
  Random random_{4711};
};

TEST_F(Kill, NothingCommittedIsAskedAgainAndTheResultIsThatOfAnUndisturbedRun) {
  int partly_bought = 0;
  for (int kill = 0; kill < kills();) {
    const Folder folder;
    for (int i = 0; i < kills_of_a_run && kill < kills(); ++i, ++kill) {
      SCOPED_TRACE(kill);
      const auto bought = kill_once(folder);
      if (bought > 0 && bought < triage_row_count) ++partly_bought;
      ASSERT_FALSE(HasFailure());
    }
    expect_the_undisturbed_result(folder);
    ASSERT_FALSE(HasFailure()) << "after kill " << kill;
  }
  EXPECT_GT(partly_bought, kills() / 2) << "most kills came too early or too late";
}

}  // namespace
}  // namespace sheaf::testing
