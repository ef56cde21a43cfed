#include "run/model_counter.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/encodings.hpp"

namespace sheaf::run {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

task::Task task_of(const std::string& tokenizer = {}) {
  task::Task task;
  task.tokenizer = tokenizer;
  task.path = std::string(SHEAF_SOURCE_DIR) + "/task.yaml";
  return task;
}

class ModelCounters : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!tokens::encoding("o200k_base")) GTEST_SKIP() << "this build holds no rank tables";
  }
};

TEST_F(ModelCounters, AreOfTheModelsOwnEncoding) {
  EXPECT_EQ(model_counter(task_of(), "o200k_base")->tokenizer, "o200k_base");
  EXPECT_EQ(model_counter(task_of(), "cl100k_base")->tokenizer, "cl100k_base");
  EXPECT_TRUE(model_counter(task_of(), "cl100k_base")->counter.counts());
}

TEST_F(ModelCounters, TakeTheTasksTokenizerBeforeTheModels) {
  const auto model = model_counter(task_of("o200k_base"), "cl100k_base");
  EXPECT_EQ(model->tokenizer, "o200k_base");
  const std::string text = "\u4F60\u597D\uFF0C\u4E16\u754C";
  EXPECT_EQ(model->counter.text_tokens(text), (*tokens::encoding("o200k_base"))->count(text));
}

TEST_F(ModelCounters, ExpectNoFrameOfACompletionsPrompt) {
  auto task = task_of();
  task.model.api = Api::completions;
  EXPECT_EQ(model_counter(task, "o200k_base")->counter.frame_tokens(1), 0);
  EXPECT_EQ(model_counter(task_of(), "o200k_base")->counter.frame_tokens(1), 7);
}

TEST(ModelCounter, EstimatesForAModelWhoseEncodingIsNotKnown) {
  const auto model = model_counter(task_of(), "");
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(model->tokenizer, "");
  EXPECT_FALSE(model->counter.counts());
}

TEST(ModelCounter, SaysWhichFileOfTheTaskCannotBeRead) {
  const auto model = model_counter(task_of("nowhere/tokenizer.json"), "");
  ASSERT_FALSE(model.has_value());
  EXPECT_EQ(model.error().code, ErrorCode::usage);
  EXPECT_THAT(model.error().message,
              AllOf(StartsWith(SHEAF_SOURCE_DIR "/task.yaml: model.tokenizer: " SHEAF_SOURCE_DIR
                                                "/nowhere/tokenizer.json cannot be read"),
                    HasSubstr("name an encoding (o200k_base, cl100k_base) or a tokenizer's file")));
}

TEST(ModelCounter, SaysWhichFileOfTheTaskIsNoTokenizer) {
  const auto model = model_counter(task_of("README.md"), "");
  ASSERT_FALSE(model.has_value());
  EXPECT_THAT(model.error().message,
              AllOf(StartsWith(SHEAF_SOURCE_DIR "/task.yaml: model.tokenizer: " SHEAF_SOURCE_DIR
                                                "/README.md: line 1 is not a token"),
                    HasSubstr("; name an encoding (")));
}

}  // namespace
}  // namespace sheaf::run
