// SIGKILL at random moments: nothing that stood in the checkpoint is asked again, and in the end
// the result is that of a run that nobody disturbed.
#include <chrono>
#include <csignal>
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

constexpr int kills = 20;

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
                  std::int64_t more_requests, std::chrono::milliseconds longer) {
  const auto enough = requests(server) + more_requests;
  Running run(command);
  run.wait_until([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
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

TEST(Kill, NothingCommittedIsAskedAgainAndTheResultIsThatOfAnUndisturbedRun) {
  const Folder folder;
  auto server = serve("50");
  ASSERT_TRUE(server) << server.error().message;
  Random random(4711);
  std::size_t bought_before_the_end = 0;
  for (int kill = 0; kill < kills; ++kill) {
    SCOPED_TRACE(kill);
    const auto bought = settled(folder / "out.jsonl.sheaf");
    const auto before = served_samples(server->stats_json());
    run_and_kill(*server, command(*server, folder / "out.jsonl", std::to_string(1 + kill % 5)),
                 4 + static_cast<std::int64_t>(random.below(8)),
                 std::chrono::milliseconds(random.below(60)));
    const auto after = served_samples(server->stats_json());
    for (const auto& id : bought) {
      ASSERT_TRUE(before.contains(id)) << id;
      EXPECT_EQ(before.at(id).asked, after.at(id).asked) << id;
    }
    if (bought.size() < triage_row_count) bought_before_the_end = bought.size();
  }
  EXPECT_GT(bought_before_the_end, 0u) << "every kill came too early to prove anything";
  const auto last = Running(command(*server, folder / "out.jsonl", "6")).wait();
  EXPECT_EQ(last.code, 0) << last.err;
  auto calm = serve("0");
  ASSERT_TRUE(calm) << calm.error().message;
  const auto undisturbed = Running(command(*calm, folder / "calm.jsonl", "6")).wait();
  EXPECT_EQ(undisturbed.code, 0) << undisturbed.err;
  const auto killed_results = results_in(folder.read("out.jsonl"));
  const auto calm_results = results_in(folder.read("calm.jsonl"));
  ASSERT_EQ(killed_results.size(), triage_row_count);
  ASSERT_EQ(calm_results.size(), triage_row_count);
  for (std::size_t i = 0; i < triage_row_count; ++i) {
    EXPECT_EQ(killed_results[i].id, calm_results[i].id);
    EXPECT_EQ(killed_results[i].status, calm_results[i].status)
        << json::dump(killed_results[i].line);
    EXPECT_EQ(killed_results[i].answer, calm_results[i].answer);
  }
}

}  // namespace
}  // namespace sheaf::testing
