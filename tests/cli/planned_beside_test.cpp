// The closing table's plan beside the bill, and beside what `sheaf plan` says of the same rows. The
// simulated model counts by code of its own.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "cli/process.hpp"
#include "core/json.hpp"
#include "tokens/embedded.hpp"

namespace sheaf::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PlannedBeside : public ::testing::Test {
 protected:
  PlannedBeside() {
    std::string rows;
    for (int i = 0; i < 70; ++i) {
      rows += "{\"q\":\"What is " + std::to_string(i * i * 37) + " + 1?\",\"gold\":\"" +
              std::to_string(i * i * 37 + 1) + "\"}\n";
    }
    folder_.write("rows.jsonl", rows);
  }

  std::string task(const std::string& more, const std::string& simulated) const {
    std::string yaml =
        "name: sums\ninstruction: Add.\nsample: {Q: \"{{q}}\"}\ngold: gold\n"
        "answer: {type: number, max_tokens: 40}\nmodel: {name: simulated}\nbatch: {size: 6}\n"
        "exemplars:\n";
    for (const auto* sum :
         {"2 + 2?\", answer: 4", "20 + 2?\", answer: 22", "3 + 2?\", answer: 5"}) {
      yaml += "  - {q: \"What is " + std::string(sum) + "}\n";
    }
    return folder_.write("task.yaml", yaml + more + "simulated: {" + simulated + "}\n");
  }
  RunOptions options() const {
    RunOptions options;
    options.rows = folder_ / "rows.jsonl";
    options.output = folder_ / "out.jsonl";
    return options;
  }

  const std::string price_ = "price: {input_per_million: 1, output_per_million: 4}\n";
  Folder folder_;
};

TEST_F(PlannedBeside, IsThePlansAndItsInputTokensAreTheBills) {
  if (tokens::embedded_table("o200k_base").empty()) GTEST_SKIP() << "no rank tables";
  const auto loaded =
      Task::load(task(price_, "tokens: o200k_base, content_faults: 0, accuracy: 1")).value();
  PlanOptions planning;
  planning.rows = options().rows;
  const auto plan = plan_task(loaded, planning).value();
  const auto run = run_task(loaded, options()).value();
  ASSERT_TRUE(run.planned);
  const auto& planned = *run.planned;
  EXPECT_EQ(planned.input_tokens, run.usage.input_tokens);
  EXPECT_EQ(planned.requests, run.requests);
  EXPECT_TRUE(planned.input_is_counted);
  EXPECT_NEAR(static_cast<double>(run.baseline.value().input_tokens) /
                  static_cast<double>(plan.lines.front().input_tokens),
              1, 0.03)
      << "one request per row";
  for (const auto& line : plan.lines) {
    if (line.batch_size != 6) continue;
    EXPECT_EQ(line.requests, planned.requests);
    EXPECT_EQ(line.input_tokens, planned.input_tokens);
    EXPECT_EQ(line.output_tokens.high, planned.output_tokens.high);
    EXPECT_EQ(line.costs.front().usd.low, planned.cost_usd->low);
    EXPECT_EQ(line.costs.front().usd.expected, planned.cost_usd->expected);
  }
  const auto inspected = sheaf({"inspect", run.checkpoint, "--json"});
  const auto told = json::parse(inspected.out).value();
  EXPECT_EQ(told.find_path("planned.input_tokens")->integer(), planned.input_tokens);
  EXPECT_EQ(told.find_path("planned.took.input_tokens")->integer(), run.usage.input_tokens);
  EXPECT_NEAR(told.find_path("planned.cost_usd.high")->real().value(), planned.cost_usd->high,
              1e-9);
}

TEST_F(PlannedBeside, StandsInTheTableOfARunThatAskedSomething) {
  const auto yaml = task(price_, "");
  const auto run = [&] {
    return sheaf({"run", yaml, folder_ / "rows.jsonl", "-o", folder_ / "out.jsonl"}).err;
  };
  EXPECT_THAT(run(), AllOf(HasSubstr("planned"), HasSubstr("planned from 3 exemplars, input from "
                                                           "bytes; with 90 % ")));
  EXPECT_THAT(run(), Not(HasSubstr("planned"))) << "all is answered";
  EXPECT_THAT(sheaf({"inspect", folder_ / "out.jsonl.sheaf"}).out,
              AllOf(HasSubstr("planned    12 requests, "), HasSubstr("; that run took ")));
}

TEST_F(PlannedBeside, HasNoMoneyWithoutPrices) {
  const auto yaml = task("", "");
  const auto told = sheaf({"run", yaml, folder_ / "rows.jsonl", "-o", folder_ / "out.jsonl"}).err;
  EXPECT_THAT(told, AllOf(HasSubstr("planned from"), Not(HasSubstr("$"))));
}

}  // namespace
}  // namespace sheaf::testing
