#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "core/json.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

/// In words: of the instruction that prompts share, of each row, of each exemplar's answer.
struct Sizes {
  int instruction_words = 1;
  int row_words = 1;
  int answer_words = 1;
};

std::string words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += text.empty() ? "word" : " word";
  return text;
}

struct Planning {
  Folder folder;
  std::string task;
  std::string rows;

  explicit Planning(const Sizes& sizes, const std::string& model = "openai/gpt-4o-mini") {
    task = folder.write("task.yaml", "name: t\ninstruction: " + words(sizes.instruction_words) +
                                         "\nsample: {Q: \"{{q}}\"}\nanswer: {type: text, "
                                         "max_tokens: 1000}\nexemplars:\n  - {q: x, answer: " +
                                         words(sizes.answer_words) +
                                         "}\n  - {q: y, answer: " + words(sizes.answer_words) +
                                         "}\nmodel: {name: " + model + "}\n");
    std::string lines;
    for (int i = 0; i < 100; ++i) {
      lines += R"({"q": ")" + words(sizes.row_words) + ' ' + std::to_string(i) + "\"}\n";
    }
    rows = folder.write("rows.jsonl", lines);
  }

  PlanReport plan(PlanOptions options = {}, const TaskOverrides& overrides = {}) const {
    options.rows = rows;
    return plan_task(*Task::load(task, overrides), options).value();
  }
};

const PlanLine& line_of(const PlanReport& report, int size) {
  for (const auto& line : report.lines) {
    if (line.batch_size == size) return line;
  }
  throw std::runtime_error("no such size");
}

std::vector<std::string> ways(const PlanLine& line) {
  std::vector<std::string> names;
  for (const auto& cost : line.costs) names.push_back(cost.way.via + (cost.way.cached ? "+" : ""));
  return names;
}

auto left_out(const std::string& via, bool cached, const std::string& reason) {
  return AllOf(
      Field(&PlanExclusion::way, AllOf(Field(&PlanWay::via, via), Field(&PlanWay::cached, cached))),
      Field(&PlanExclusion::reason, reason));
}

TEST(PlanWays, AreAllThatTheModelHasAndTheOthersSayWhyNot) {
  const auto report = Planning({.instruction_words = 1100}).plan();
  EXPECT_THAT(ways(report.lines.front()), ElementsAre("live", "live+", "bulk"));
  EXPECT_THAT(report.left_out,
              Contains(left_out("flex", false, "openai/gpt-4o-mini has no flex price")));
  EXPECT_THAT(report.left_out,
              Contains(left_out("bulk", true, "there is no cache in this model's bulk jobs")));
  EXPECT_EQ(report.prices, "openai/gpt-4o-mini, seen 2026-11-21");
  const auto luna = Planning({.instruction_words = 3000}, "openai/gpt-6-luna").plan();
  EXPECT_THAT(ways(luna.lines.front()),
              ElementsAre("live", "live+", "flex", "flex+", "bulk", "bulk+"));
  EXPECT_THAT(luna.assumptions, Contains(HasSubstr("in bulk jobs 60 %")));
}

TEST(PlanWays, HaveNoCacheForAPrefixUnderTheMinimum) {
  const auto report = Planning({.instruction_words = 900}).plan();
  EXPECT_THAT(ways(report.lines.front()), ElementsAre("live", "bulk"));
  EXPECT_THAT(report.left_out,
              Contains(Field(&PlanExclusion::reason,
                             HasSubstr("the cache keeps no prefix under 1024 tokens"))));
  EXPECT_THAT(report.assumptions, Not(Contains(HasSubstr("read the cached prefix"))))
      << "nothing rests on it";
}

TEST(PlanWays, HaveNoMarkedCacheWhereTheWireFormatHasNoMark) {
  const Planning planning({.instruction_words = 3000}, "anthropic/claude-sonnet-5, api: chat");
  const auto report = planning.plan();
  EXPECT_THAT(ways(report.lines.front()), ElementsAre("live", "bulk"));
  EXPECT_THAT(
      report.left_out,
      Contains(left_out("live", true, "the task's model.api has no mark for this model's cache")));
  EXPECT_THAT(report.assumptions, Not(Contains(HasSubstr("prefix"))));
  const Planning marked({.instruction_words = 3000}, "anthropic/claude-sonnet-5");
  EXPECT_THAT(ways(marked.plan().lines.front()), ElementsAre("live", "live+", "bulk", "bulk+"));
}

TEST(PlanWays, AreSaidToBeWithoutSendingWhereTheyAre) {
  const auto gemini = Planning({.instruction_words = 3000}, "gemini/gemini-2.5-flash").plan();
  EXPECT_THAT(gemini.assumptions, Contains(HasSubstr("sheaf does not send it to this provider")));
  const auto claude = Planning({.instruction_words = 3000}, "anthropic/claude-sonnet-5").plan();
  EXPECT_THAT(claude.assumptions, Not(Contains(HasSubstr("does not send"))));
}

TEST(PlanCosts, SayWhatKeysAndCacheWritesAddToTheFormula) {
  const Planning planning({.instruction_words = 3000}, "anthropic/claude-sonnet-5");
  const auto report = planning.plan();
  const auto& plain = line_of(report, 1);
  const auto& keyed = line_of(report, 4);
  EXPECT_GT(keyed.sample_tokens, plain.sample_tokens) << "a key";
  EXPECT_NEAR(static_cast<double>(plain.shared_tokens) + plain.sample_tokens,
              static_cast<double>(plain.input_tokens) / 100, 1e-9);
  EXPECT_THAT(report.assumptions,
              Contains("a token written to the cache costs 1.25 of an uncached one, and one read "
                       "from it 0.10"));
  const auto text = sheaf({"plan", planning.task, planning.rows}).out;
  EXPECT_THAT(text, HasSubstr("prompts: at batch size 1 "));
  EXPECT_THAT(text, HasSubstr("; at 64 with keys "));
  const auto unpaid = Planning({.instruction_words = 1100}).plan();
  EXPECT_THAT(unpaid.assumptions, Not(Contains(HasSubstr("written to the cache costs"))));
}

TEST(PlanWays, AreNoneOfAModelWithoutAPrice) {
  const auto report = Planning({}, "openai/gpt-4-turbo").plan();
  EXPECT_TRUE(report.lines.front().costs.empty());
  EXPECT_EQ(report.tokenizer, "cl100k_base") << "its tokens are counted all the same";
  EXPECT_FALSE(report.advice);
  const Planning unknown({}, "openai/unheard-of");
  EXPECT_THAT(sheaf({"plan", unknown.task, unknown.rows}).out,
              HasSubstr("no price of openai/unheard-of is known"));
}

TEST(PlanCosts, LieBetweenTheirEnds) {
  const auto report = Planning({.instruction_words = 1100, .answer_words = 5}).plan();
  for (const auto& line : report.lines) {
    for (const auto& cost : line.costs) {
      EXPECT_LE(cost.usd.low, cost.usd.expected);
      EXPECT_LE(cost.usd.expected, cost.usd.high);
    }
  }
  const auto& costs = line_of(report, 4).costs;
  EXPECT_NEAR(costs[2].usd.expected, costs[0].usd.expected / 2, 1e-9) << "bulk is half of live";
  EXPECT_LT(costs[1].usd.expected, costs[0].usd.expected);
}

TEST(PlanAdvice, TakesTheSmallestSizeWhoseDoublingSavesLittle) {
  const auto report = Planning({.instruction_words = 100, .row_words = 300}).plan();
  ASSERT_TRUE(report.advice);
  EXPECT_TRUE(report.advice->batch);
  EXPECT_EQ(report.advice->batch_size, 6) << report.advice->reason;
  EXPECT_THAT(report.advice->reason, HasSubstr("accuracy was not measured"));
}

TEST(PlanAdvice, IsNoneWhereNothingCosts) {
  const Planning planning({.instruction_words = 900});
  const auto catalog = planning.folder.write("mine.json", R"([{"model": "openai/m",
      "prices": [{"live": [{"input": 0, "output": 0}]}]}])");
  EXPECT_FALSE(planning.plan({}, {.model = "openai/m", .models = catalog}).advice);
}

TEST(PlanAdvice, StopsAtEightUnlessASweepPassedMore) {
  const Planning planning({.instruction_words = 900});
  EXPECT_EQ(planning.plan().advice->batch_size, 8);
  const auto with = [&planning](const std::string& passed) {
    PlanOptions options;
    options.sweep =
        planning.folder.write("report.json",
                              R"({"variants": [{"model": "openai/gpt-4o-mini", "format": "labelled",
            "grouping": "sequential", "recommended": {"largest_passed": )" +
                                  passed + "}}]}");
    return planning.plan(options).advice.value();
  };
  EXPECT_EQ(with("32").batch_size, 32);
  EXPECT_EQ(with("2").batch_size, 2);
  EXPECT_THAT(with("2").reason, HasSubstr("a sweep passed sizes up to 2"));
}

TEST(PlanAdvice, SaysNotToBatchWherePromptsShareLittle) {
  const auto report = Planning({.instruction_words = 5, .row_words = 2000}).plan();
  ASSERT_TRUE(report.advice);
  EXPECT_FALSE(report.advice->batch);
  EXPECT_EQ(report.advice->batch_size, 1);
  EXPECT_THAT(report.advice->reason, HasSubstr("prompts share "));
}

TEST(PlanAdvice, SaysThatACachedPrefixTakesTheSaving) {
  const Planning planning({.instruction_words = 1100, .row_words = 20, .answer_words = 400},
                          "mine/m");
  const auto catalog = planning.folder.write("mine.json", R"([{"model": "openai/m",
      "prices": [{"live": [{"input": 1, "cached_input": 0.01, "output": 4}]}],
      "cache": {"kind": "automatic", "minimum_tokens": 1024}}])");
  const auto report = planning.plan({}, {.model = "openai/m", .models = catalog});
  ASSERT_TRUE(report.advice);
  EXPECT_FALSE(report.advice->batch) << report.advice->reason;
  EXPECT_TRUE(report.advice->way.cached);
  EXPECT_THAT(report.advice->reason, HasSubstr("the cached prefix takes the saving: uncached"));
}

TEST(PlanOfWhatIsKnown, PilotBuysAnswersForTheRunThatFollows) {
  const Folder folder;
  const auto task = folder.write("task.yaml", std::string(small_task) +
                                                  "price: {input_per_million: 1, "
                                                  "output_per_million: 2}\n");
  const auto rows = folder.write("rows.jsonl", small_rows(60));
  const auto out = folder / "out.jsonl";
  const auto pilot =
      sheaf({"plan", task, rows, "--model", "simulated", "--pilot", "24", "-o", out});
  EXPECT_EQ(pilot.code, 0) << pilot.err;
  EXPECT_THAT(pilot.out, HasSubstr("lengths of answers: 24 answers that were bought"));
  EXPECT_EQ(lines_of(folder.read("out.jsonl.pilot.jsonl")).size(), 24U);
  EXPECT_FALSE(folder.has("out.jsonl"));
  const auto run = sheaf({"run", task, rows, "-o", out, "--model", "simulated"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(lines_of(folder.read("out.jsonl")).size(), 60U);
  EXPECT_THAT(run.err, HasSubstr("24"));
  EXPECT_EQ(sheaf({"plan", task, rows, "--model", "simulated", "--pilot", "5", "-o", out}).code, 0)
      << "again, over what it wrote";
  EXPECT_EQ(lines_of(folder.read("out.jsonl")).size(), 60U) << "the run's own output stays";
  const auto other = sheaf({"plan", task, rows, "--model", "openai/gpt-4o-mini", "-o", out});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("holds answers of another task or model"));
}

TEST(PlanOfWhatIsKnown, NeedsMoreAnswersWhereReasoningIsUnknown) {
  const Sizes equal_answers{.instruction_words = 1100, .answer_words = 5};
  EXPECT_EQ(Planning(equal_answers).plan().pilot, 1);
  EXPECT_EQ(Planning(equal_answers, "openai/gpt-5").plan().pilot, 100) << "all there are";
}

TEST(PlanOfWhatIsKnown, RefusesWhatIsNot) {
  const Planning planning({});
  const auto refused = [&planning](std::vector<std::string> flags) {
    std::vector<std::string> command{"plan", planning.task, planning.rows};
    command.insert(command.end(), flags.begin(), flags.end());
    const auto ended = sheaf(command);
    EXPECT_EQ(ended.code, 2) << ended.out;
    return ended.err;
  };
  EXPECT_THAT(refused({"--pilot", "5"}), HasSubstr("give -o OUT"));
  EXPECT_THAT(refused({"-o", planning.folder / "none.jsonl"}), HasSubstr("none.jsonl.sheaf"));
  EXPECT_THAT(refused({"--sweep", planning.task}), HasSubstr("no report of a sweep"));
  const auto other = planning.folder.write("other.json", R"({"variants": []})");
  EXPECT_THAT(refused({"--sweep", other}),
              HasSubstr("it measured no openai/gpt-4o-mini with grouping sequential"));
}

TEST(PlanJson, HoldsEveryFigure) {
  const Planning planning({.instruction_words = 1100});
  const auto ended = sheaf({"plan", planning.task, planning.rows, "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto parsed = json::parse(ended.out);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed->find_path("sizes.0.costs.1.cached")->boolean(), true);
  ASSERT_NE(parsed->find_path("sizes.0.costs.1.usd.low"), nullptr);
  EXPECT_TRUE(parsed->find_path("sizes.0.costs.1.usd.low")->real());
  EXPECT_EQ(*parsed->find_path("advice.via")->string(), "bulk");
  EXPECT_THAT(*parsed->find_path("advice.reason")->string(),
              HasSubstr("--via bulk answers within a day, and live it costs "));
}

}  // namespace
}  // namespace sheaf::testing
