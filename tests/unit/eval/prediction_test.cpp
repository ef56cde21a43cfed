#include "eval/prediction.hpp"

#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "format/batch_format.hpp"

namespace sheaf::eval {
namespace {

constexpr int sample_count = 24;
/// Line breaks between the shared part and the samples, which are not predicted.
constexpr std::int64_t breaks = 3;

format::SampleText question(int number) {
  return {{{"Q", "How much is " + std::to_string(100 + number) + " and 1?"}}};
}

class RenderedPrompts
    : public ::testing::TestWithParam<std::tuple<Api, task::Contract, task::InstructionRole>> {
 protected:
  RenderedPrompts() {
    task_.instruction = "Add up.";
    task_.sample.push_back({"Q", {}});
    task_.answer.type = task::AnswerType::number;
    std::tie(task_.model.api, task_.prompt.contract, task_.prompt.instruction) = GetParam();
    for (int i = 0; i < 12; ++i) {
      task_.exemplars.push_back({.sample = question(i),
                                 .answer = std::to_string(101 + i),
                                 .value = std::to_string(101 + i),
                                 .reasoning = {}});
    }
  }

  /// Bytes of the prompts of all samples.
  std::int64_t built(int batch_size) const {
    const auto format = task::make_format(task_);
    prompt::PromptBuilder builder(task_, *format);
    std::int64_t bytes = 0;
    for (int first = 0; first < sample_count; first += batch_size) {
      std::vector<format::SampleText> samples;
      for (int i = first; i < first + batch_size; ++i) samples.push_back(question(i));
      for (const auto& message : builder.build(samples, 16).messages) {
        bytes += std::ssize(message.text);
      }
      bytes -= std::ssize(builder.build(samples, 16).primed);
    }
    return bytes;
  }

  task::Task task_;
};

TEST_P(RenderedPrompts, AreAsLongAsPredicted) {
  Predictor predictor(task_);
  for (int i = 0; i < sample_count; ++i) predictor.add(question(i));
  for (const int batch_size : {1, 2, 3, 4, 6, 8}) {
    const auto calls = sample_count / batch_size;
    EXPECT_NEAR(static_cast<double>(predictor.input_bytes(batch_size)),
                static_cast<double>(built(batch_size)), static_cast<double>(calls * breaks))
        << batch_size;
  }
}

INSTANTIATE_TEST_SUITE_P(OfAnyTask, RenderedPrompts,
                         ::testing::Combine(::testing::Values(Api::chat, Api::completions),
                                            ::testing::Values(task::Contract::stated,
                                                              task::Contract::none),
                                            ::testing::Values(task::InstructionRole::system,
                                                              task::InstructionRole::assistant)));

}  // namespace
}  // namespace sheaf::eval
