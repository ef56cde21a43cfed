// Runs on a model of this process: of random weights, which a grammar keeps to answers.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "support/tiny_gguf.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int rows = 12;

class LocalModel : public ::testing::TestWithParam<std::string> {
 protected:
  LocalModel() {
    TinyGguf model;
    model.chat_template = GetParam();
    model.context = 1024;
    folder_.write("tiny.gguf", model.bytes());
    std::string lines;
    for (int i = 0; i < rows; ++i) lines += R"({"q": "row )" + std::to_string(i) + "\"}\n";
    rows_ = folder_.write("rows.jsonl", lines);
    task_ = folder_.write("task.yaml", task("tiny.gguf"));
  }

  void SetUp() override {
    const auto loaded = Task::load(task_);
    if (!loaded && loaded.error().message.contains("no GGUF support")) GTEST_SKIP();
  }

  /// Pairs of answers, in chat both with their keys, else the first without.
  std::string task(const std::string& model) const {
    const std::string first = GetParam().empty() ? "" : "A[1]:";
    return "name: t\ninstruction: Say yes or no.\nsample: {Q: \"{{q}}\"}\nanswer: {label: A, type: "
           "boolean, max_tokens: 16}\nbatch: {size: 2}\nmodel:\n  name: gguf/" +
           model + "\n  parameters:\n    grammar: 'root ::= \"" + first +
           " \" (\"yes\" | \"no\") \"\\nA[2]: \" (\"yes\" | \"no\")'\nlimits: {concurrency: 3}\n";
  }

  Ended run(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"run", task_, rows_, "-o", output()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return sheaf(arguments);
  }
  std::string output() const { return folder_ / "out.jsonl"; }

  Folder folder_;
  std::string rows_;
  std::string task_;
};

INSTANTIATE_TEST_SUITE_P(
    OfBothKinds, LocalModel,
    ::testing::Values("",
                      "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content "
                      "}}<|im_end|>\n{% endfor %}"),
    [](const auto& which) { return which.param.empty() ? "completions" : "chat"; });

TEST_P(LocalModel, AnswersEveryRowWithoutKeyOrNetwork) {
  const auto ended = run();
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("gguf/tiny.gguf"));
  EXPECT_THAT(ended.err, Not(HasSubstr("planned  from"))) << "no cost of what costs nothing";
  const auto lines = lines_of(Folder::read_file(output()));
  ASSERT_EQ(lines.size(), rows);
  for (const auto& line : lines) {
    EXPECT_THAT(line, AnyOf(HasSubstr(R"("answer":true)"), HasSubstr(R"("answer":false)")));
  }
}

TEST_P(LocalModel, IsBilledInItsOwnTokensOfWhichMostAreComputedOnce) {
  RunOptions options;
  options.rows = rows_;
  options.output = output();
  const auto task = Task::load(task_).value();
  PlanOptions planning;
  planning.rows = rows_;
  const auto planned = plan_task(task, planning).value();
  const auto summary = run_task(task, options).value();
  EXPECT_EQ(summary.requests, rows / 2);
  EXPECT_EQ(summary.answered, rows);
  for (const auto& line : planned.lines) {
    if (line.batch_size != 2 || !GetParam().empty()) continue;
    EXPECT_EQ(summary.usage.input_tokens, line.input_tokens);
  }
  EXPECT_GT(summary.usage.cached_input_tokens, summary.usage.input_tokens / 2);
  EXPECT_FALSE(summary.cost_usd);
}

TEST_P(LocalModel, KeptToKeyedAnswersNeedsNoRepairWhateverItWouldSay) {
  std::string lines;
  for (int i = 0; i < rows; ++i) {
    lines += R"({"own": ["x", "y"], "q": ")" + std::to_string(i) + "\"}\n";
  }
  folder_.write("rows.jsonl", lines);
  for (const char* answer : {"type: choice, choices: [billing, how-to, 'say \"so\"']",
                             "type: choice, choices: own", "type: number", "type: boolean"}) {
    folder_.write(
        "task.yaml",
        "name: t\nsample: {Q: \"{{q}}\"}\ninstruction: Answer.\nanswer: {max_tokens: 60, " +
            std::string(answer) +
            "}\nbatch: {size: 4, constrain: true}\nmodel: {name: gguf/tiny.gguf}\n");
    RunOptions options;
    options.rows = rows_;
    options.output = output();
    options.fresh = true;
    const auto task = Task::load(task_);
    ASSERT_TRUE(task) << task.error().message;
    const auto summary = run_task(*task, options);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->requests, rows / 4) << answer;
  }
}

TEST_P(LocalModel, KeptToKeyedAnswersMayAlsoReason) {
  folder_.write("task.yaml",
                "name: t\nsample: {Q: \"{{q}}\"}\ninstruction: Answer.\nanswer: {type: number, "
                "max_tokens: 24, "
                "reasoning: chain-of-thought}\nbatch: {size: 2, constrain: true}\nmodel: {name: "
                "gguf/tiny.gguf}\n");
  const auto ended = run();
  EXPECT_THAT(ended.err, Not(HasSubstr("grammar"))) << "what was sent is one";
}

TEST_P(LocalModel, IsNotAskedTwice) {
  ASSERT_EQ(run({"--max-requests", "2"}).code, 4);
  const auto second = run();
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("requests              4 ")) << second.err;
}

TEST_P(LocalModel, RepeatsItselfOneRequestAtATime) {
  ASSERT_EQ(run({"--concurrency", "1"}).code, 0);
  const auto first = Folder::read_file(output());
  ASSERT_EQ(run({"--concurrency", "1", "--fresh"}).code, 0);
  EXPECT_EQ(Folder::read_file(output()), first);
}

TEST_P(LocalModel, IsNamedByItsPathOnTheCommandLineToo) {
  const auto path = folder_ / "moved.gguf";
  std::filesystem::rename(folder_ / "tiny.gguf", path);
  const auto ended = run({"--model", path});
  ASSERT_EQ(ended.code, 0) << ended.err;
}

TEST_P(LocalModel, ThatIsNoneIsOneLine) {
  folder_.write("tiny.gguf", "GGUF and no more");
  const auto damaged = run();
  EXPECT_EQ(damaged.code, 2);
  EXPECT_THAT(damaged.err, HasSubstr("task.yaml:7:9: 'model.name' names no model: "));
  EXPECT_THAT(damaged.err, HasSubstr("tiny.gguf is cut short or damaged"));
  EXPECT_EQ(std::ranges::count(damaged.err, '\n'), 1) << damaged.err;
  const auto missing = run({"--model", "nowhere.gguf"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("--model: cannot read nowhere.gguf: No such file"));
  const auto addressed = run({"--model", "nowhere.gguf", "--base-url", "http://127.0.0.1:9/v1"});
  EXPECT_EQ(addressed.code, 2);
}

TEST_P(LocalModel, TakesNothingThatIsForServers) {
  for (const auto& [line, refusal] : std::map<std::string, std::string>{
           {"tokenizer: o200k_base", "7:14: 'model.tokenizer' is not asked: a model's file has"},
           {"headers: {X-Team: a}", "7:12: 'model.headers' would be sent to no server"}}) {
    auto yaml = task("tiny.gguf");
    yaml.replace(yaml.find("model:\n"), 7, "model:\n  " + line + "\n");
    folder_.write("task.yaml", yaml);
    const auto refused = run();
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr(refusal));
    const auto other = run({"--model", folder_ / "tiny.gguf"});
    EXPECT_EQ(other.code, 0) << "what a task says is for the model that it names\n" << other.err;
  }
}

TEST_P(LocalModel, HasNoLongerContextThanItWasMadeFor) {
  auto yaml = task("tiny.gguf");
  yaml.replace(yaml.find("model:\n"), 7, "model:\n  context_tokens: 1025\n");
  folder_.write("task.yaml", yaml);
  EXPECT_THAT(run().err, HasSubstr("'model.context_tokens' is more than the 1024 tokens"));
}

TEST_P(LocalModel, HasNoBulkJobs) {
  EXPECT_EQ(run({"--via", "bulk"}).code, 2);
  EXPECT_EQ(run({"--via", "flex"}).code, 2);
}

}  // namespace
}  // namespace sheaf::testing
