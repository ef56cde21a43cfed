// Predictions beside the prompts that runs of each size would send.
#include "eval/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "answer/extract.hpp"
#include "tokens/encodings.hpp"

namespace sheaf::eval {
namespace {

/// With four exemplars, so that sizes 1, 2 and 4 divide them.
task::Task task_with(std::string_view more) {
  std::string yaml =
      "name: t\ninstruction: Add up what is asked for, and nothing else.\nsample: {Q: '{{q}}'}\n"
      "answer: {type: number, reasoning: chain-of-thought}\nexemplars:\n";
  for (int i = 0; i < 4; ++i) {
    yaml += fmt::format(
        "  - {{q: 'How many are {0} and one more?', reasoning: '{0} and 1.', "
        "answer: {1}}}\n",
        i, i + 1);
  }
  auto task = task::parse(yaml.append(more), "t.yaml", {answer::check_pattern});
  if (!task) throw std::runtime_error(task.error().message);
  return *std::move(task);
}

constexpr std::string_view chat = "model: {name: m}\n";
constexpr std::string_view completions = "model: {name: m, api: completions}\n";

std::vector<format::SampleText> samples(int count) {
  std::vector<format::SampleText> all;
  for (int i = 0; i < count; ++i) {
    all.push_back({{{"Q", fmt::format("How many are {} and {} together?", i + 10, i + 20)}}});
  }
  return all;
}

/// Of all prompts of a run at this size: bytes, or tokens where the counter counts them.
double measured(task::Task task, const std::vector<format::SampleText>& all, int size,
                const tokens::Counter& counter = {}) {
  task.batch.size = size;
  const auto format = task::make_format(task);
  prompt::PromptBuilder builder(task, *format);
  std::int64_t total = 0;
  const auto step = static_cast<std::size_t>(size);
  for (std::size_t first = 0; first < all.size(); first += step) {
    const auto count = std::min(step, all.size() - first);
    const auto prompt = builder.build(std::span(all).subspan(first, count), 100);
    tokens::PromptSize found;
    for (const auto& message : prompt.messages) found += counter.message(message.text);
    total += counter.counts() ? counter.expected_input_tokens(found) : found.bytes;
  }
  return static_cast<double>(total);
}

/// A run at b = 1 in which a byte is a token, with answers of 30.
SingleUsage single_usage(const task::Task& task, const std::vector<format::SampleText>& all) {
  const auto count = static_cast<double>(all.size());
  return {.input_tokens = measured(task, all, 1) / count, .output_tokens = 30, .cached_tokens = 0};
}

Prediction predicted(const task::Task& task, const std::vector<format::SampleText>& all, int size,
                     const SingleUsage& single, double cached_tokens = 0,
                     tokens::Counter counter = {}) {
  Predictor predictor(task, std::move(counter));
  for (const auto& sample : all) predictor.add(sample);
  return predictor.at(size, single, cached_tokens);
}

TEST(Prediction, OfTokensIsWithinAPercentOfThePromptsThemselves) {
  constexpr double key = 4;  // "[1]", and the line's end.
  const auto all = samples(12);
  for (const auto* prompts : {"batch: {size: 6}\n", "batch: {size: 6, exemplars: stable-prefix}\n",
                              "batch: {size: 6}\nprompt: {contract: none}\n"}) {
    for (const auto api : {chat, completions}) {
      const auto task = task_with(std::string(prompts).append(api));
      const auto single = single_usage(task, all);
      const double alone = measured(task, all, 1) + 30 * 12;
      for (const int size : {1, 2, 3, 4, 6}) {
        const double here = measured(task, all, size) + (size == 1 ? 30 : 30 + key) * 12;
        EXPECT_NEAR(predicted(task, all, size, single).token_saving / (alone / here), 1, 0.01)
            << prompts << api << "b = " << size;
      }
    }
  }
}

/// Answers and keys of digits and brackets take more tokens a byte than a prompt's words do.
TEST(Prediction, CountsTokensWhereTheTokenizerIsKnown) {
  const auto all = samples(12);
  const tokens::Counter counter(*tokens::encoding("o200k_base"), tokens::chat_frame);
  const auto task = task_with(std::string("batch: {size: 6}\n").append(chat));
  const SingleUsage single{measured(task, all, 1, counter) / 12, 3, 0};
  const double alone = measured(task, all, 1, counter) + 3 * 12;
  for (const int size : {2, 4}) {
    // "A[1]:" is two tokens more than "A:", and its line ends with one.
    const double truth = alone / (measured(task, all, size, counter) + (3 + 3) * 12);
    const auto counted = predicted(task, all, size, single, 0, counter).token_saving;
    const auto by_bytes = predicted(task, all, size, single).token_saving;
    EXPECT_NEAR(counted / truth, 1, 0.01) << "b = " << size;
    EXPECT_LT(std::abs(counted - truth), std::abs(by_bytes - truth)) << "b = " << size;
  }
}

TEST(Prediction, PaysTheLastSmallerBatchAsAWholeCall) {
  const auto task = task_with(chat);
  const auto five = predicted(task, samples(5), 4, single_usage(task, samples(5)));
  const auto eight = predicted(task, samples(8), 4, single_usage(task, samples(8)));
  EXPECT_LT(five.token_saving, 0.8 * eight.token_saving) << "two calls for 5 as for 8";
}

TEST(Prediction, OfMoneyIsThatOfTokensWithoutACacheAndWithOneOfSamplesAndAnswersAlone) {
  auto task = task_with(chat);
  const auto all = samples(12);
  auto single = single_usage(task, all);
  EXPECT_FALSE(predicted(task, all, 4, single).usd_saving) << "no price";
  task.price = PriceList{{Money{1000}, Money{0}, Money{1000}}};
  const auto plain = predicted(task, all, 4, single);
  EXPECT_NEAR(plain.usd_saving.value(), plain.token_saving, 1e-9);
  single.cached_tokens = single.input_tokens;
  EXPECT_NEAR(predicted(task, all, 4, single, single.input_tokens / 2).usd_saving.value(), 0.9, 0.1)
      << "exemplars cost nothing";
  EXPECT_LT(predicted(task, all, 1, single).usd_saving.value(), 0.5)
      << "what was cached at b = 1 is not cached here";
}

TEST(Prediction, MarksSizesThatTheFormulasDoNotFit) {
  auto task = task_with(chat);
  const auto mark = [&](int size) { return predicted(task, {}, size, {}).mark; };
  EXPECT_EQ(mark(1), "");
  EXPECT_EQ(mark(2), "");
  EXPECT_EQ(mark(3), "last exemplar group is shorter");
  EXPECT_EQ(mark(5), "no exemplar group shows so many answers");
  task.isolate_column = "team";
  EXPECT_EQ(mark(1), "");
  EXPECT_EQ(mark(2), "isolation groups make more calls");
  EXPECT_EQ(mark(3), "last exemplar group is shorter");
}

}  // namespace
}  // namespace sheaf::eval
