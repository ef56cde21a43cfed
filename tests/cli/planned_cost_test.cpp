// The planned bill beside the real one of the simulated model, which bills by code of its own.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "core/json.hpp"
#include "core/random.hpp"
#include "tokens/embedded.hpp"

namespace sheaf::testing {
namespace {

constexpr int exemplars = 12;
constexpr int rows = 60;

/// Recorded solutions of GSM8K: a question, and how a model went about it.
std::vector<json::Value> recorded() {
  std::vector<json::Value> all;
  const auto path = std::string(SHEAF_SHARED_DATA) + "/gsm8k-recorded-solutions.jsonl";
  for (const auto& line : lines_of(Folder::read_file(path))) {
    auto row = *json::parse(line);
    const auto& solution = *row.find_path("175b_verification.solution")->string();
    if (solution.find("\nA: ") != std::string::npos) all.push_back(std::move(row));
  }
  return all;
}

/// A task whose exemplars are `chosen`'s first rows, and whose rows are the others.
std::string write_task(const Folder& folder, const std::vector<const json::Value*>& chosen,
                       double faults) {
  std::string examples;
  std::string asked;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto& row = *chosen[i];
    const auto solution = *row.find_path("175b_verification.solution")->string();
    const auto end = solution.rfind("\nA: ");
    json::Object object{{"q", *row.find("question")}};
    if (std::cmp_less(i, exemplars)) {
      object.emplace_back("reasoning", solution.substr(0, end));
      object.emplace_back("answer", solution.substr(end + 4));
      examples += json::dump(object) + '\n';
    } else {
      object.emplace_back("solution", solution);
      asked += json::dump(object) + '\n';
    }
  }
  folder.write("exemplars.jsonl", examples);
  folder.write("rows.jsonl", asked);
  return folder.write("task.yaml",
                      "name: t\ninstruction: Solve each problem.\nsample: {Q: \"{{q}}\"}\n"
                      "answer: {type: number, reasoning: chain-of-thought, max_tokens: 400}\n"
                      "exemplars: exemplars.jsonl\nmodel: {name: simulated}\nbatch: {size: 6}\n"
                      "limits: {requests_per_minute: 1000000, tokens_per_minute: 100000000}\n"
                      "price: {input_per_million: 1, output_per_million: 4}\n"
                      "simulated: {tokens: o200k_base, voice: solution, content_faults: 0, drop: " +
                          std::to_string(faults) + "}\n");
}

struct Bills {
  PlanRange planned;
  double billed = 0;
  PlanRange planned_afterwards;  ///< With the lengths of the answers that were bought.
};

/// At the task's batch size.
PlanRange cost_in(const PlanReport& plan) {
  for (const auto& line : plan.lines) {
    if (line.batch_size == 6) return line.costs.front().usd;
  }
  throw std::runtime_error("no such size");
}

Bills bills(const std::vector<const json::Value*>& chosen, double faults) {
  const Folder folder;
  const auto task = Task::load(write_task(folder, chosen, faults)).value();
  PlanOptions planned;
  planned.rows = folder / "rows.jsonl";
  Bills all;
  all.planned = cost_in(plan_task(task, planned).value());
  RunOptions options;
  options.rows = planned.rows;
  options.output = folder / "out.jsonl";
  all.billed = run_task(task, options).value().cost_usd.value();
  planned.answers = options.output;
  all.planned_afterwards = cost_in(plan_task(task, planned).value());
  return all;
}

std::vector<const json::Value*> drawn(const std::vector<json::Value>& all, std::uint64_t seed,
                                      std::size_t count) {
  Random random(seed);
  std::vector<const json::Value*> chosen;
  for (const auto& row : all) chosen.push_back(&row);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(chosen[i], chosen[i + random.below(chosen.size() - i)]);
  }
  chosen.resize(count);
  return chosen;
}

int inside(double faults) {
  const auto all = recorded();
  int count = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto both = bills(drawn(all, seed, exemplars + rows), faults);
    if (both.planned.low <= both.billed && both.billed <= both.planned.high) ++count;
  }
  return count;
}

bool can_be_measured() {
  return std::filesystem::exists(std::string(SHEAF_SHARED_DATA) +
                                 "/gsm8k-recorded-solutions.jsonl") &&
         !tokens::embedded_table("o200k_base").empty();
}

TEST(PlannedCost, HoldsTheBillInNineOfTenDrawsOfExemplars) {
  if (!can_be_measured()) GTEST_SKIP() << "no data beside the checkout, or no rank tables";
  for (const double faults : {0.0, 0.03}) {
    const int count = inside(faults);
    EXPECT_GE(count, 172) << faults;
    EXPECT_LE(count, 188) << faults;
  }
}

TEST(PlannedCost, IsWithinTwoPercentOnceTheLengthsAreKnown) {
  if (!can_be_measured()) GTEST_SKIP() << "no data beside the checkout, or no rank tables";
  const auto all = recorded();
  for (const double faults : {0.0, 0.03}) {
    const auto both = bills(drawn(all, 1, all.size()), faults);
    EXPECT_NEAR(both.planned_afterwards.expected / both.billed, 1, 0.02) << faults;
  }
}

TEST(PlannedCost, IsWithinTwoPercentAfterThePilotThatThePlanAsksFor) {
  if (!can_be_measured()) GTEST_SKIP() << "no data beside the checkout, or no rank tables";
  const auto all = recorded();
  int within = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Folder folder;
    const auto task = Task::load(write_task(folder, drawn(all, seed, all.size()), 0)).value();
    PlanOptions planned;
    planned.rows = folder / "rows.jsonl";
    const auto needed = plan_task(task, planned).value().pilot.value();
    RunOptions options;
    options.rows = planned.rows;
    options.output = folder / "pilot.jsonl";
    options.checkpoint = folder / "out.jsonl.sheaf";
    options.sample = needed;
    options.seed = seed;
    ASSERT_TRUE(run_task(task, options));
    planned.answers = folder / "out.jsonl";
    const auto known = cost_in(plan_task(task, planned).value()).expected;
    options.sample.reset();
    options.output = planned.answers;
    const auto billed = run_task(task, options).value().total_cost_usd.value();
    if (std::abs(known / billed - 1) <= 0.02) ++within;
  }
  EXPECT_GE(within, 17) << "19 of 20 are expected";
}

}  // namespace
}  // namespace sheaf::testing
