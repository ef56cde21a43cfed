// A run of requests that is killed at random moments: in the end every request has its one answer,
// and nothing that was bought was bought again.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "core/random.hpp"
#include "fault/served.hpp"
#include "store/checkpoint.hpp"
#include "support/request_file.hpp"

namespace sheaf::testing {
namespace {

constexpr int request_count = 120;

std::int64_t served(const SimulatedServer& server) {
  return integer_at(json::parse(server.stats_json()).value(), "requests");
}

/// The requests whose outcome stands in the checkpoint.
std::set<std::string> settled(const std::string& path) {
  std::set<std::string> ids;
  if (!std::filesystem::exists(path)) return ids;
  const auto store = store::open_sqlite(path, store::Access::read_only);
  if (!store) return ids;
  for (store::SampleNo number = 1; number <= (*store)->sample_count(); ++number) {
    const auto record = (*store)->read(number);
    if (record && record->state != store::SampleState::open) ids.insert(record->first_id);
  }
  return ids;
}

/// How often the thing of each request was asked of, alone or in a shared prompt.
std::map<std::string, std::int64_t> asked(const SimulatedServer& server) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [id, sample] : served_samples(server.stats_json())) {
    counts["r-" + id.substr(0, id.find('s'))] += sample.asked;
  }
  return counts;
}

void run_and_kill(const std::vector<std::string>& command, const SimulatedServer& server,
                  Random& random) {
  const auto enough = served(server) + static_cast<std::int64_t>(random.below(8));
  Running run(command);
  run.wait_until([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return served(server) >= enough;
  });
  std::this_thread::sleep_for(std::chrono::microseconds(random.below(15'000)));
  run.signal(SIGKILL);
  run.wait();
}

TEST(RequestsKill, BuysNothingTwiceAndLosesNothing) {
  const Folder folder;
  folder.write("requests.jsonl", colour_requests(request_count));
  const auto server =
      serve_colours(folder.write("rows.jsonl", colour_rows(request_count)),
                    {{"first_token_ms", "10"}, {"renumber", "0.2"}, {"http_500", "0.1"}});
  const std::vector<std::string> command{
      "run", folder / "requests.jsonl", "-o", folder / "out.jsonl", "--base-url", server.base_url(),
      "-q",  "--concurrency",           "2"};
  Random random(7);
  std::size_t kept = 0;
  for (int kill = 0; kill < 12; ++kill) {
    const auto bought = settled(folder / "out.jsonl.sheaf");
    const auto before = asked(server);
    run_and_kill(command, server, random);
    const auto after = asked(server);
    for (const auto& id : bought) EXPECT_EQ(after.at(id), before.at(id)) << id;
    kept = std::max(kept, bought.size());
  }
  EXPECT_GT(kept, 0U);
  const auto ended = sheaf(command);
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_colours(bulk_results_in(folder.read("out.jsonl")), request_count);
  const auto again = served(server);
  EXPECT_EQ(sheaf(command).code, 0);
  EXPECT_EQ(served(server), again);
}

}  // namespace
}  // namespace sheaf::testing
