// What a run was planned to take, beside what it took.
#include <chrono>
#include <optional>

#include <gtest/gtest.h>

#include "store/checkpoint.hpp"
#include "support/virtual_run.hpp"

namespace sheaf::testing {
namespace {

VirtualRunSettings priced() {
  VirtualRunSettings settings;
  settings.priced = true;
  settings.more_yaml = "exemplars:\n";
  for (const auto* word : {"one", "two", "three", "four hundred"}) {
    settings.more_yaml += "  - {q: say " + std::string(word) + ", answer: " + word + "}\n";
  }
  return settings;
}

RunSummary run(int rows, const VirtualRunSettings& settings, store::Checkpoint& store) {
  return virtual_run(word_rows(rows), settings, store).summary;
}

TEST(CallPlan, IsOfTheFirstPromptsAlone) {
  auto settings = priced();
  const auto calm = store::make_memory();
  const auto planned = run(100, settings, *calm).planned.value();
  EXPECT_EQ(planned.requests, 17);
  EXPECT_FALSE(planned.input_is_counted);
  EXPECT_EQ(planned.lengths, "4 exemplars");
  EXPECT_LT(planned.output_tokens.low, planned.output_tokens.expected);
  EXPECT_LT(planned.output_tokens.expected, planned.output_tokens.high);
  EXPECT_EQ(planned.way.via, "live");
  ASSERT_TRUE(planned.cost_usd);
  EXPECT_LT(planned.cost_usd->low, planned.cost_usd->expected);

  settings.faults = {.content = 0.4, .transport = 0.2};
  const auto store = store::make_memory();
  const auto troubled = run(100, settings, *store);
  ASSERT_GT(troubled.repairs, 0);
  ASSERT_GT(troubled.retries, 0);
  EXPECT_EQ(troubled.planned->requests, planned.requests);
  EXPECT_EQ(troubled.planned->input_tokens, planned.input_tokens) << "no reply has a say";
  EXPECT_EQ(troubled.planned->cost_usd->expected, planned.cost_usd->expected);
}

TEST(CallPlan, IsOfWhatThisCallAsksByAnswersBoughtBefore) {
  auto settings = priced();
  const auto store = store::make_memory();
  const auto first = run(60, settings, *store).planned.value();
  const auto second = run(120, settings, *store).planned.value();
  EXPECT_EQ(first.requests, 10);
  EXPECT_EQ(second.requests, 10) << "the other sixty were answered before";
  EXPECT_EQ(first.lengths, "4 exemplars");
  EXPECT_EQ(second.lengths, "60 answers that were bought");
  EXPECT_NE(second.output_tokens.expected, first.output_tokens.expected);
}

TEST(CallPlan, IsToldOfNoRunThatStoppedAndOfNoneThatAsksNothing) {
  auto settings = priced();
  settings.interrupted_after = 3;
  const auto store = store::make_memory();
  const auto stopped = run(100, settings, *store);
  ASSERT_TRUE(stopped.stopped);
  EXPECT_FALSE(stopped.planned);
  settings.interrupted_after.reset();
  EXPECT_TRUE(run(100, settings, *store).planned);
  EXPECT_FALSE(run(100, settings, *store).planned);
}

TEST(CallPlan, HasTokensAloneWithoutAPrice) {
  auto settings = priced();
  settings.priced = false;
  const auto store = store::make_memory();
  const auto summary = run(100, settings, *store);
  ASSERT_TRUE(summary.planned);
  EXPECT_GT(summary.planned->input_tokens, 0);
  EXPECT_FALSE(summary.planned->cost_usd);
  EXPECT_FALSE(summary.cost_usd);
}

TEST(CallPlan, IsNotToldWhereTheRunsOwnAnswersDecideItsBatches) {
  auto settings = priced();
  settings.limits.output = 24;
  const auto store = store::make_memory();
  const auto summary = run(100, settings, *store);
  EXPECT_FALSE(summary.stopped);
  EXPECT_FALSE(summary.planned);
}

TEST(CallPlan, HoldsWhateverTheGrouping) {
  auto settings = priced();
  settings.grouping = "length";
  const auto store = store::make_memory();
  EXPECT_EQ(run(100, settings, *store).planned->requests, 17);
}

}  // namespace
}  // namespace sheaf::testing
