// What is planned where the model takes no full batches, beside what the run then sends.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "cli/process.hpp"
#include "core/random.hpp"
#include "tokens/embedded.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int size = 12;

class PlannedPacking : public ::testing::Test {
 protected:
  /// Questions from a few words to a good part of the context, of three isolation groups, and some
  /// that are asked again.
  PlannedPacking() {
    Random random(7);
    std::string rows;
    for (int i = 0; i < 300; ++i) {
      const auto number = i % 10 == 9 ? i - 9 : i;
      Random own(static_cast<std::uint64_t>(number));
      std::string text = "What is " + std::to_string(number) + " + 1?";
      for (auto words = own.below(10) == 0 ? own.below(500) : own.below(60); words > 0; --words) {
        text += " really";
      }
      rows += "{\"q\":\"" + text + "\",\"gold\":\"" + std::to_string(number + 1) +
              "\",\"group\":\"" + std::to_string(number % 3) + "\"}\n";
    }
    folder_.write("rows.jsonl", rows);
  }

  Task task(const std::string& limits, const std::string& tokens, int batch_size = size) const {
    const auto yaml =
        "name: sums\ninstruction: Add.\nsample: {Q: \"{{q}}\"}\ngold: gold\nisolate: group\n"
        "answer: {type: number, max_tokens: 20}\nmodel: {name: simulated, " +
        limits + "}\nbatch: {size: " + std::to_string(batch_size) +
        "}\nexemplars:\n  - {q: 2 + 2, answer: 4}\n  - {q: 9 + 2, answer: 11}\n"
        "limits: {requests_per_minute: 1000000, tokens_per_minute: 100000000}\n"
        "price: {input_per_million: 1, output_per_million: 4}\n"
        "simulated: {content_faults: 0, accuracy: 1, tokens: " +
        tokens + "}\n";
    return Task::parse(yaml, "sums.yaml").value();
  }
  PlanReport plan(const Task& task, const std::string& answers = "") const {
    PlanOptions options;
    options.rows = folder_ / "rows.jsonl";
    options.answers = answers;
    return plan_task(task, options).value();
  }
  static PlanLine line_of(const PlanReport& report, int batch_size) {
    return *std::ranges::find(report.lines, batch_size, &PlanLine::batch_size);
  }
  RunSummary run(const Task& task) const {
    RunOptions options;
    options.rows = folder_ / "rows.jsonl";
    options.output = folder_ / "out.jsonl";
    options.overwrite = true;
    options.fresh = true;
    return run_task(task, options).value();
  }

  Folder folder_;
};

TEST_F(PlannedPacking, SendsWhatARunOfASmallContextSends) {
  for (const std::string tokens : {"bytes", "o200k_base"}) {
    SCOPED_TRACE(tokens);
    if (tokens != "bytes" && tokens::embedded_table(tokens).empty()) continue;
    const auto small = task("context_tokens: 900", tokens);
    const auto report = plan(small);
    const auto sent = run(small);
    ASSERT_TRUE(sent.planned);
    EXPECT_EQ(sent.failed_rows, 0);
    EXPECT_GT(sent.requests, 270 / size + 3) << "which full batches would be";
    const auto line = line_of(report, size);
    EXPECT_EQ(line.requests, sent.requests);
    EXPECT_EQ(line.requests, sent.planned->requests);
    EXPECT_EQ(line.input_tokens, sent.planned->input_tokens);
    if (tokens != "bytes") {
      EXPECT_EQ(line.input_tokens, sent.usage.input_tokens);
    }
    EXPECT_THAT(report.assumptions, Contains(AllOf(HasSubstr("12, 16, 32, 64 are not all full"),
                                                   Not(HasSubstr("lengths of answers")))));
  }
}

TEST_F(PlannedPacking, KnowsEverySizeAsIfItWereTheTasks) {
  const auto report = plan(task("context_tokens: 900", "bytes"));
  for (const int other : {1, 4, 32}) {
    const auto sent = run(task("context_tokens: 900", "bytes", other));
    EXPECT_EQ(line_of(report, other).requests, sent.requests) << other;
    EXPECT_EQ(line_of(report, other).input_tokens, sent.planned->input_tokens) << other;
  }
}

TEST_F(PlannedPacking, FillsBatchesWhereTheModelTakesThem) {
  const auto report = plan(task("context_tokens: 1000000", "bytes"));
  EXPECT_EQ(line_of(report, size).requests, run(task("context_tokens: 1000000", "bytes")).requests);
  EXPECT_EQ(line_of(report, 64).requests, 6) << "90 samples a group";
  EXPECT_THAT(report.assumptions, Each(Not(HasSubstr("not all full"))));
}

TEST_F(PlannedPacking, LearnsTheLengthsOfAnswersAsARunDoes) {
  const auto small = task("max_output_tokens: 100", "bytes");
  const auto report = plan(small);
  const auto planned = line_of(report, size).requests;
  EXPECT_GT(planned, 270 / size) << "more caps than four do not fit at first";
  EXPECT_LT(planned, 270 / 4) << "but the answers are short";
  EXPECT_THAT(report.assumptions,
              Contains(HasSubstr("are not all full: they hold what the model takes, if answers are "
                                 "as long as planned")));
  const auto sent = run(small);
  ASSERT_FALSE(sent.stopped);
  EXPECT_LT(sent.requests, 270 / 4);
  const auto known = line_of(plan(small, folder_ / "out.jsonl"), size).requests;
  EXPECT_LE(known, sent.requests) << "known from the first sample on";
  EXPECT_GE(known, 270 / size);
}

}  // namespace
}  // namespace sheaf::testing
