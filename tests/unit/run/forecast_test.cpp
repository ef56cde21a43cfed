#include "run/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "prompt/prompt_builder.hpp"
#include "run/answer_lengths.hpp"
#include "tokens/encodings.hpp"

namespace sheaf::run {
namespace {

using format::SampleText;

const std::vector<int> sizes{1, 2, 3, 4, 12, 110};

std::string hostile_text() {
  static const std::vector<std::string> pieces{"word", " words", "Q[1]: x", "\nQ[2]: y", "A[1]: z",
                                               "\n",   "\r\n",   "  ",      " ",         ".",
                                               "...",  "1234",   "can't",   "/",         "//",
                                               "#",    "\u4E2D", "\u0301",  "CamelCase", "\t"};
  std::string text;
  const auto count = *rc::gen::inRange<std::size_t>(1, 8);
  for (std::size_t i = 0; i < count; ++i) text += *rc::gen::elementOf(pieces);
  return text;
}

SampleText hostile_sample() { return {{{"Q", hostile_text()}, {"Context", hostile_text()}}}; }

task::Task hostile_task() {
  task::Task task;
  task.instruction = "Answer the questions.";
  task.sample = {{"Q", {}}, {"Context", {}}};
  task.answer.max_tokens = 16;
  task.model.api = *rc::gen::element(Api::chat, Api::completions);
  task.prompt.contract = *rc::gen::element(task::Contract::stated, task::Contract::none);
  task.batch.exemplars =
      *rc::gen::element(task::ExemplarLayout::regroup, task::ExemplarLayout::stable_prefix);
  task.batch.size = *rc::gen::elementOf(sizes);
  const auto exemplars = *rc::gen::inRange(0, 4);
  for (int i = 0; i < exemplars; ++i) {
    const auto answer = hostile_text();
    task.exemplars.push_back(
        {.sample = hostile_sample(), .answer = answer, .value = answer, .reasoning = {}});
  }
  return task;
}

struct Rows {
  std::vector<Arrival> arrivals;
  std::map<std::string, std::vector<SampleText>> by_group;
};

Rows hostile_rows() {
  Rows rows;
  const auto count = *rc::gen::inRange(1, 130);
  for (int i = 0; i < count; ++i) {
    Arrival arrival;
    arrival.row.sample = hostile_sample();
    arrival.row.isolate = *rc::gen::element<std::string>("", "", "", "apart");
    rows.by_group[arrival.row.isolate].push_back(arrival.row.sample);
    rows.arrivals.push_back(std::move(arrival));
  }
  return rows;
}

class ForecastOfTokens : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!tokens::encoding("o200k_base")) GTEST_SKIP() << "this build holds no rank tables";
  }
};

// The task's own size is among them: a stable prefix shows groups of that size.
RC_GTEST_FIXTURE_PROP(ForecastOfTokens, IsWhatTheRenderedPromptsHold, ()) {
  const std::string encoding =
      *rc::gen::element<std::string>("o200k_base", "cl100k_base", "estimated");
  const auto task = hostile_task();
  const auto rows = hostile_rows();
  const auto format = format::make_labelled({"Q", "Context"}, "A");
  const auto frame = task.model.api == Api::chat ? tokens::chat_frame : tokens::Frame{};
  const auto counter = encoding == "estimated"
                           ? tokens::Counter()
                           : tokens::Counter(*tokens::encoding(encoding), frame);
  Forecast forecast(task, *format, counter, sizes, /*dedup=*/false, {});
  for (const auto& arrival : rows.arrivals) forecast.add(arrival);
  prompt::PromptBuilder builder(task, *format);
  for (const auto size : sizes) {
    std::int64_t counted = 0;
    tokens::PromptSize all;
    std::int64_t requests = 0;
    for (const auto& [group, samples] : rows.by_group) {
      const auto step = static_cast<std::size_t>(size);
      for (std::size_t at = 0; at < samples.size(); at += step) {
        const auto batch = std::span(samples).subspan(at, std::min(step, samples.size() - at));
        tokens::PromptSize prompt;
        for (const auto& message : builder.build(batch, 1).messages) {
          prompt += counter.message(message.text);
        }
        counted += counter.expected_input_tokens(prompt);
        all += prompt;
        ++requests;
      }
    }
    const auto line = forecast.traffic(size);
    RC_ASSERT(line.requests == requests);
    RC_ASSERT(line.input_tokens ==
              (counter.counts() ? counted : counter.expected_input_tokens(all)));
  }
}

task::Task task_with_exemplars(int count) {
  task::Task task;
  task.instruction = "Answer.";
  task.sample = {{"Q", {}}};
  task.answer.max_tokens = 40;
  for (int i = 0; i < count; ++i) {
    task.exemplars.push_back(
        {.sample = {{{"Q", "2 + 2?"}}}, .answer = "four", .value = "four", .reasoning = {}});
  }
  return task;
}

/// Tokens of an answer as the format prints it in a batch of `size`.
double printed_answer(const task::Task& task, int size) {
  const auto format = format::make_labelled({"Q"}, "A");
  const auto encoding = tokens::encoding("o200k_base");
  const tokens::Counter counter(*encoding, tokens::chat_frame);
  const Forecast forecast(task, *format, counter, {size}, /*dedup=*/false, {});
  return lengths_of_examples(task, counter).mean + forecast.envelope(size);
}

TEST_F(ForecastOfTokens, TakesAnswersAsTheExemplarsOfThatGroupSizePrintThem) {
  const auto task = task_with_exemplars(4);
  const auto count = [](std::string_view text) {
    return (*tokens::encoding("o200k_base"))->count(text);
  };
  EXPECT_DOUBLE_EQ(printed_answer(task, 1), static_cast<double>(count("A: four")));
  EXPECT_DOUBLE_EQ(2 * printed_answer(task, 2),
                   static_cast<double>(count("A[1]: four\nA[2]: four")));
  EXPECT_DOUBLE_EQ(6 * printed_answer(task, 6),
                   static_cast<double>(count("A[1]: four\nA[2]: four\nA[3]: four\nA[4]: four\n"
                                             "A[5]: four\nA[6]: four")))
      << "also where there are fewer exemplars";
}

TEST_F(ForecastOfTokens, TakesTheChoicesOrHalfTheCapWithoutExemplars) {
  auto task = task_with_exemplars(0);
  const tokens::Counter counter(*tokens::encoding("o200k_base"), tokens::chat_frame);
  const auto guessed = lengths_of_examples(task, counter);
  EXPECT_EQ(guessed.count, 0);
  EXPECT_EQ(guessed.mean, 20);
  task.answer.choices = std::vector<std::string>{"red", "a deep dark blue"};
  const auto chosen = lengths_of_examples(task, counter);
  EXPECT_EQ(chosen.count, 2);
  EXPECT_EQ(chosen.mean, 2.5);
  EXPECT_NEAR(chosen.deviation, 1.5 * std::sqrt(2), 1e-12);
}

}  // namespace
}  // namespace sheaf::run
