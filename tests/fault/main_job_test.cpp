// The main job on real test sets, through a real HTTP server, with every fault that a decoder can
// see and every transport fault: each id comes out once, and no answer is another's.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include <sheaf/run.hpp>
#include <sheaf/simulate.hpp>
#include <sheaf/task.hpp>

#include "answer/extract.hpp"
#include "cli/process.hpp"
#include "cli/results.hpp"
#include "fault/served.hpp"

namespace sheaf::testing {
namespace {

constexpr std::int64_t no_limit = 1'000'000'000'000;

const std::map<std::string, std::string> faults{
    {"content_faults", "0.03"}, {"transport_faults", "0.02"}, {"mislabel", "0"},
    {"nonce", "true"},          {"accuracy", "0.8"},          {"stall_ms", "1500"}};

/// One run of a task over rows through a server of its own.
struct Finished {
  Expected<RunSummary> summary;
  std::vector<Result> results;
  std::map<std::string, Served> served;
};

RunOptions options_for(const std::string& rows, const std::string& output) {
  RunOptions options;
  options.rows = rows;
  options.output = output;
  options.max_requests_per_sample = 8;
  options.max_retries = 20;
  options.timeouts.stall = std::chrono::milliseconds(500);
  return options;
}

Finished run_served(const std::string& yaml, const std::string& rows, int batch_size,
                    const std::map<std::string, std::string>& simulated) {
  const Folder folder;
  Finished finished;
  const auto served_task = Task::load(yaml);
  auto server =
      SimulatedServer::start(*served_task, {.rows = rows, .port = 0, .simulated = simulated});
  if (!server) {
    finished.summary = std::unexpected(server.error());
    return finished;
  }
  const auto task = Task::load(yaml, {.base_url = server->base_url(),
                                      .batch_size = batch_size,
                                      .concurrency = 32,
                                      .requests_per_minute = no_limit,
                                      .tokens_per_minute = no_limit});
  finished.summary = run_task(*task, options_for(rows, folder / "out.jsonl"));
  finished.results = results_in(folder.read("out.jsonl"));
  finished.served = served_samples(server->stats_json());
  return finished;
}

/// The rows' own ids, in order.
std::vector<std::string> ids_in(const std::string& rows) {
  std::vector<std::string> ids;
  for (const auto& line : lines_of(Folder::read_file(rows))) {
    const auto row = json::parse(line);
    ids.push_back(text_of(row->find("id")));
  }
  return ids;
}

bool meant(const Served& served, const json::Value& answer) {
  return std::ranges::any_of(
      served.meant, [&](const json::Value& one) { return answer::same_answer(one, answer); });
}

/// Every id once and in order; every answer one that was meant for its id, and with its id's word;
/// nearly all answered.
void expect_all_joined(const Finished& finished, const std::string& rows) {
  ASSERT_TRUE(finished.summary) << finished.summary.error().message;
  ASSERT_FALSE(finished.summary->stopped) << finished.summary->stopped->message;
  EXPECT_EQ(ids_of(finished.results), ids_in(rows));
  std::int64_t answered = 0;
  for (const auto& result : finished.results) {
    if (result.status != "answered") continue;
    ++answered;
    ASSERT_TRUE(finished.served.contains(result.id)) << result.id;
    const auto& served = finished.served.at(result.id);
    EXPECT_TRUE(meant(served, result.answer)) << json::dump(result.line);
    EXPECT_FALSE(served.nonce.empty());
    EXPECT_NE(text_of(result.line.find("text")).find(served.nonce), std::string::npos)
        << json::dump(result.line);
  }
  EXPECT_GE(answered * 100, std::ssize(finished.results) * 99);
}

class MainJob : public ::testing::TestWithParam<std::tuple<std::string, int>> {};

TEST_P(MainJob, EveryIdComesOutOnceWithAnAnswerThatWasMeantForIt) {
  const auto& [set, batch_size] = GetParam();
  const auto rows = SHEAF_SHARED_DATA "/" + set + ".jsonl";
  if (!std::filesystem::exists(rows)) GTEST_SKIP() << "no " << rows;
  const auto yaml = SHEAF_SOURCE_DIR "/examples/paper/" + set + ".yaml";
  expect_all_joined(run_served(yaml, rows, batch_size, faults), rows);
}

/// The words of real models, right and wrong, in place of generated ones.
TEST(RecordedVoices, EveryAnswerIsTheOneTheModelGaveForThatQuestion) {
  const std::string rows = SHEAF_SHARED_DATA "/gsm8k-recorded-solutions.jsonl";
  if (!std::filesystem::exists(rows)) GTEST_SKIP() << "no " << rows;
  auto with_voice = faults;
  with_voice["voice"] = "6b_verification.solution";
  expect_all_joined(run_served(SHEAF_SOURCE_DIR "/examples/paper/gsm8k.yaml", rows, 4, with_voice),
                    rows);
}

INSTANTIATE_TEST_SUITE_P(Sets, MainJob,
                         ::testing::Combine(::testing::Values("gsm8k", "commonsenseqa", "rte",
                                                              "sst5"),
                                            ::testing::Values(1, 2, 3, 4, 6, 12)),
                         [](const auto& given) {
                           return std::get<0>(given.param) + "_b" +
                                  std::to_string(std::get<1>(given.param));
                         });

}  // namespace
}  // namespace sheaf::testing
