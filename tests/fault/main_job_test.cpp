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

class MainJob : public ::testing::TestWithParam<std::tuple<std::string, int>> {
 protected:
  std::string set_ = std::get<0>(GetParam());
  std::string rows_ = SHEAF_SHARED_DATA "/" + set_ + ".jsonl";
  std::string yaml_ = SHEAF_SOURCE_DIR "/examples/paper/" + set_ + ".yaml";
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

TEST_P(MainJob, EveryIdComesOutOnceWithAnAnswerThatWasMeantForIt) {
  if (!std::filesystem::exists(rows_)) GTEST_SKIP() << "no " << rows_;
  const Folder folder;
  const auto plain = Task::load(yaml_);
  ASSERT_TRUE(plain) << plain.error().message;
  auto server = SimulatedServer::start(*plain, {.rows = rows_, .port = 0, .simulated = faults});
  ASSERT_TRUE(server) << server.error().message;
  const auto task = Task::load(yaml_, {.model = {},
                                       .base_url = server->base_url(),
                                       .batch_size = std::get<1>(GetParam()),
                                       .concurrency = 32,
                                       .requests_per_minute = no_limit,
                                       .tokens_per_minute = no_limit});
  ASSERT_TRUE(task) << task.error().message;
  const auto summary = run_task(*task, options_for(rows_, folder / "out.jsonl"));
  ASSERT_TRUE(summary) << summary.error().message;
  ASSERT_FALSE(summary->stopped) << summary->stopped->message;

  const auto results = results_in(folder.read("out.jsonl"));
  EXPECT_EQ(ids_of(results), ids_in(rows_));
  const auto served = served_samples(server->stats_json());
  std::int64_t answered = 0;
  for (const auto& result : results) {
    if (result.status != "answered") continue;
    ++answered;
    ASSERT_TRUE(served.contains(result.id)) << result.id;
    EXPECT_TRUE(meant(served.at(result.id), result.answer)) << json::dump(result.line);
  }
  EXPECT_GE(answered * 100, std::ssize(results) * 99);
  RecordProperty("answered", static_cast<int>(answered));
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
