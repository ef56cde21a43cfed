// The plan's input tokens beside the bill of the run that follows. The simulated model counts by
// code of its own.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "cli/process.hpp"
#include "tokens/embedded.hpp"

namespace sheaf::testing {
namespace {

/// A task of the paper's, asked of the simulated model.
Task paper_task(const std::string& set, const std::string& encoding, int batch_size) {
  const auto path = std::string(SHEAF_SOURCE_DIR) + "/examples/paper/" + set + ".yaml";
  std::ifstream file(path);
  const std::string yaml{std::istreambuf_iterator<char>(file), {}};
  TaskOverrides overrides;
  overrides.model = "simulated";
  overrides.batch_size = batch_size;
  overrides.requests_per_minute = 1'000'000;
  overrides.tokens_per_minute = 1'000'000'000;
  return Task::parse(yaml + "\nsimulated: {cache: none, tokens: " + encoding + "}\n", path,
                     overrides)
      .value();
}

const PlanLine& line_of(const PlanReport& plan, int batch_size) {
  return *std::ranges::find(plan.lines, batch_size, &PlanLine::batch_size);
}

struct Case {
  std::string set;
  std::string encoding;
  int batch_size;
};

class PlannedTokens : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(OfThePapersSets, PlannedTokens,
                         ::testing::Values(Case{"gsm8k", "o200k_base", 4},
                                           Case{"commonsenseqa", "cl100k_base", 6},
                                           Case{"rte", "o200k_base", 1},
                                           Case{"sst5", "cl100k_base", 16}),
                         [](const auto& which) { return which.param.set; });

TEST_P(PlannedTokens, AreThoseBilled) {
  const auto& [set, encoding, batch_size] = GetParam();
  const auto rows = std::string(SHEAF_SHARED_DATA) + "/" + set + ".jsonl";
  if (!std::filesystem::exists(rows)) GTEST_SKIP() << "no data beside the checkout";
  if (tokens::embedded_table(encoding).empty()) GTEST_SKIP() << "no rank tables";
  const auto task = paper_task(set, encoding, batch_size);
  PlanOptions planned;
  planned.rows = rows;
  planned.limit = 101;
  const auto plan = plan_task(task, planned);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->tokenizer, encoding);

  const Folder folder;
  RunOptions options;
  options.rows = rows;
  options.limit = planned.limit;
  options.output = folder / "out.jsonl";
  const auto run = run_task(task, options);
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_FALSE(run->stopped) << run->stopped->message;
  EXPECT_EQ(run->repairs, 0);
  const auto& line = line_of(*plan, batch_size);
  EXPECT_EQ(line.requests, run->requests);
  EXPECT_EQ(line.input_tokens, run->usage.input_tokens);

  planned.answers = options.output;
  const auto afterwards = plan_task(task, planned);
  ASSERT_TRUE(afterwards) << afterwards.error().message;
  const auto& cost = line_of(*afterwards, batch_size).costs.front();
  EXPECT_NEAR(cost.usd.expected / run->cost_usd.value(), 1, 0.02) << "once lengths are known";
}

}  // namespace
}  // namespace sheaf::testing
