#include "prompt/prompt_builder.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/batch_format.hpp"

namespace sheaf::prompt {
namespace {

using format::Keys;
using format::SampleText;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

SampleText question(int number) { return {{{"Q", "question " + std::to_string(number) + "?"}}}; }

std::vector<SampleText> questions(int size) {
  std::vector<SampleText> out;
  for (int i = 0; i < size; ++i) out.push_back(question(100 + i));
  return out;
}

task::Task task_with(int exemplars, Api api) {
  task::Task task;
  task.instruction = "\nAnswer the questions.\n\n";
  task.answer.type = task::AnswerType::number;
  task.answer.max_tokens = 16;
  task.model.api = api;
  task.batch.size = 4;
  for (int i = 1; i <= exemplars; ++i) {
    task.exemplars.push_back({.sample = question(i),
                              .answer = std::to_string(i),
                              .value = std::to_string(i),
                              .reasoning = {}});
  }
  return task;
}

/// A builder with what it borrows.
struct Rig {
  explicit Rig(task::Task given) : task(std::move(given)) {}
  task::Task task;
  std::unique_ptr<format::BatchFormat> format = format::make_labelled({"Q"}, "A");
  PromptBuilder builder{task, *format};

  Prompt build(int size) { return builder.build(questions(size), 99); }
};

std::string all_text(const std::vector<Message>& messages) {
  std::string out;
  for (const Message& message : messages) out += message.text + "\x1F";
  return out;
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(PromptChat, IsSystemThenExemplarTurnsThenTheBatch) {
  Rig rig(task_with(4, Api::chat));
  const Prompt prompt = rig.build(2);
  ASSERT_EQ(prompt.messages.size(), 6U);
  EXPECT_EQ(prompt.messages[0].role, Role::system);
  EXPECT_THAT(prompt.messages[0].text, StartsWith("Answer the questions.\n\n"));
  EXPECT_EQ(prompt.messages[1].role, Role::user);
  EXPECT_EQ(prompt.messages[1].text, "Q[1]: question 1?\nQ[2]: question 2?");
  EXPECT_EQ(prompt.messages[2].role, Role::assistant);
  EXPECT_EQ(prompt.messages[2].text, "A[1]: 1\nA[2]: 2");
  EXPECT_EQ(prompt.messages[3].text, "Q[1]: question 3?\nQ[2]: question 4?");
  EXPECT_EQ(prompt.messages[5].role, Role::user);
  EXPECT_THAT(prompt.messages[5].text, StartsWith("Q[1]: question 100?\nQ[2]: question 101?\n\n"));
  EXPECT_EQ(prompt.primed, "");
  EXPECT_EQ(prompt.stop, "");
  EXPECT_EQ(prompt.max_output_tokens, 99);
}

TEST(PromptChat, CountAndKeysStandInTheLastLineOfTheLastTurnAndNowhereInThePrefix) {
  Rig rig(task_with(7, Api::chat));
  for (const int size : {2, 3, 5}) {
    const std::string closing = rig.format->closing_line(size);
    const Prompt prompt = rig.build(size);
    EXPECT_THAT(prompt.messages.back().text, EndsWith("\n" + closing));
    EXPECT_EQ(count(all_text(prompt.messages), closing), 1);
    EXPECT_EQ(count(prompt.messages.front().text, std::to_string(size)), 0);
  }
}

TEST(PromptChat, ASingleIsPlainAndHasNoClosingLine) {
  Rig rig(task_with(2, Api::chat));
  const Prompt prompt = rig.build(1);
  EXPECT_EQ(prompt.messages[1].text, "Q: question 1?");
  EXPECT_EQ(prompt.messages[2].text, "A: 1");
  EXPECT_EQ(prompt.messages.back().text, "Q: question 100?");
}

TEST(PromptChat, D11EverySizeHasTheInstructionInTheSystemMessageAndNoEmptyTurn) {
  for (const int size : {1, 2, 3, 4, 6}) {
    Rig rig(task_with(12, Api::chat));
    const Prompt prompt = rig.build(size);
    EXPECT_EQ(prompt.messages[0].role, Role::system);
    EXPECT_EQ(count(all_text(prompt.messages), "Answer the questions."), 1);
    EXPECT_THAT(prompt.messages[0].text, HasSubstr("number"));
    for (std::size_t i = 1; i < prompt.messages.size(); ++i) {
      EXPECT_EQ(prompt.messages[i].role, i % 2 == 1 ? Role::user : Role::assistant);
      EXPECT_NE(prompt.messages[i].text, "");
    }
  }
}

TEST(PromptChat, WithoutExemplarsTheBatchFollowsTheSystemMessage) {
  Rig rig(task_with(0, Api::chat));
  EXPECT_EQ(rig.build(3).messages.size(), 2U);
}

TEST(PromptCompletions, IsOneTextThatEndsWithThePrimedLabel) {
  Rig rig(task_with(3, Api::completions));
  const Prompt prompt = rig.build(2);
  ASSERT_EQ(prompt.messages.size(), 1U);
  EXPECT_EQ(prompt.messages[0].role, Role::user);
  EXPECT_EQ(prompt.messages[0].text,
            "Answer the questions.\n\n"
            "Q[1]: question 1?\nQ[2]: question 2?\nA[1]: 1\nA[2]: 2\n\n"
            "Q[1]: question 3?\nA[1]: 3\n\n"
            "Q[1]: question 100?\nQ[2]: question 101?\nA[1]:");
  EXPECT_EQ(prompt.primed, "A[1]:");
  EXPECT_EQ(prompt.stop, "\n\n");
}

TEST(PromptCompletions, ASingleIsWhatAPersonWouldWrite) {
  Rig rig(task_with(1, Api::completions));
  EXPECT_EQ(rig.build(1).messages[0].text,
            "Answer the questions.\n\nQ: question 1?\nA: 1\n\nQ: question 100?\nA:");
}

TEST(PromptCompletions, WithoutExemplarsTheContractSaysWhatTheyWouldHaveShown) {
  Rig rig(task_with(0, Api::completions));
  const Prompt prompt = rig.build(2);
  EXPECT_THAT(
      prompt.messages[0].text,
      StartsWith(system_text(rig.task, *rig.format, Keys::indexed) + "\n\nQ[1]: question 100?"));
}

TEST(PromptPrefix, IsTheSameBytesForEveryBatchOfThatSizeAndStartsItsPrompt) {
  for (const Api api : {Api::chat, Api::completions}) {
    Rig rig(task_with(5, api));
    const std::string prefix = all_text(rig.builder.prefix(3));
    const Prompt prompt = rig.build(3);
    const std::string whole = all_text(prompt.messages);
    EXPECT_THAT(whole, StartsWith(prefix.substr(0, prefix.size() - 1)));
    EXPECT_EQ(all_text(rig.builder.prefix(3)), prefix);
  }
}

/// What a cache may keep of a prompt: all that is not the samples' own.
std::string static_text(const Prompt& prompt) {
  std::string text;
  for (const Message& message : prompt.messages) text += message.text + "\x1F";
  return text.substr(0, text.size() - 1 - prompt.messages.back().text.size() + prompt.static_bytes);
}

TEST(PromptPrefix, EndsBehindTheFirstKeyOfTheLastMessage) {
  for (const Api api : {Api::chat, Api::messages, Api::completions}) {
    Rig rig(task_with(4, api));
    const Prompt batch = rig.build(2);
    EXPECT_THAT(static_text(batch), EndsWith("Q[1]:"));
    const Prompt other = rig.builder.build({{question(7), {{{"Q", ""}}}}}, 99);
    EXPECT_EQ(static_text(other), static_text(batch));
    EXPECT_THAT(static_text(rig.build(1)), EndsWith("Q:"));
    EXPECT_EQ(rig.builder.build_own(questions(2), 99).static_bytes, 5U);
  }
}

TEST(PromptPrefix, AStableOneEndsAlikeInABatchOfOne) {
  task::Task task = task_with(6, Api::chat);
  task.batch.exemplars = task::ExemplarLayout::stable_prefix;
  Rig rig(std::move(task));
  EXPECT_EQ(static_text(rig.build(1)), static_text(rig.build(4)));
}

TEST(PromptPrefix, D10ASmallerBatchGetsExemplarsInGroupsOfItsOwnSize) {
  Rig rig(task_with(4, Api::chat));
  EXPECT_EQ(rig.builder.group_size(4), 4);
  EXPECT_EQ(rig.builder.group_size(3), 3);
  EXPECT_EQ(rig.build(3).messages[1].text,
            "Q[1]: question 1?\nQ[2]: question 2?\nQ[3]: question 3?");
  EXPECT_EQ(rig.build(3).messages[3].text, "Q[1]: question 4?");
  EXPECT_EQ(rig.build(1).messages.size(), 10U);
}

TEST(PromptPrefix, AStablePrefixIsTheRunsOwnForEverySmallerBatch) {
  for (const Api api : {Api::chat, Api::completions}) {
    task::Task task = task_with(6, api);
    task.batch.exemplars = task::ExemplarLayout::stable_prefix;
    Rig rig(std::move(task));
    const std::string prefix = all_text(rig.builder.prefix(4));
    for (const int size : {1, 2, 3}) {
      EXPECT_EQ(rig.builder.group_size(size), 4);
      EXPECT_EQ(rig.builder.keys(size), Keys::indexed);
      EXPECT_EQ(all_text(rig.builder.prefix(size)), prefix);
    }
    EXPECT_EQ(rig.builder.group_size(6), 6);
    EXPECT_THAT(rig.build(1).messages.back().text, HasSubstr("Q[1]: question 100?"));
    EXPECT_EQ(rig.build(1).primed, api == Api::chat ? "" : "A[1]:");
  }
}

TEST(PromptPrefix, ARunOfSinglesIsPlainWithAStablePrefixToo) {
  task::Task task = task_with(3, Api::chat);
  task.batch = {.size = 1, .exemplars = task::ExemplarLayout::stable_prefix};
  Rig rig(std::move(task));
  EXPECT_EQ(rig.builder.keys(1), Keys::plain);
  EXPECT_EQ(rig.build(1).messages[1].text, "Q: question 1?");
}

TEST(PromptCap, IsTheTasksTokensAndTheFormatsOverheadForEachAnswer) {
  Rig rig(task_with(0, Api::chat));
  const std::int64_t one = 16 + rig.format->overhead_tokens_per_answer();
  EXPECT_EQ(rig.builder.output_cap(1), one);
  EXPECT_EQ(rig.builder.output_cap(6), 6 * one);
}

TEST(PromptBytes, DependOnNothingButTheSamplesAndTheTask) {
  Rig first(task_with(5, Api::chat));
  Rig second(task_with(5, Api::chat));
  first.build(4);
  first.build(1);
  EXPECT_EQ(all_text(first.build(3).messages), all_text(second.build(3).messages));
}

TEST(CompletionPrompt, StopsProgramsBeforeAFurtherSampleAndNotAtTheirBlankLines) {
  auto task = task_with(2, Api::completions);
  task.answer.reasoning = task::Reasoning::program;
  task.sample = {{"Q", {}}, {"Note", {}}};
  Rig rig(task);
  EXPECT_EQ(rig.build(3).stop, "\n\nQ[1]:");
  EXPECT_EQ(rig.build(1).stop, "\n\nQ:");
  EXPECT_EQ(Rig(task_with(2, Api::completions)).build(3).stop, "\n\n");
}

class Contract : public ::testing::Test {
 protected:
  std::string text(Keys keys) const { return system_text(task_, *format_, keys); }

  task::Task task_ = task_with(0, Api::chat);
  std::unique_ptr<format::BatchFormat> format_ = format::make_labelled({"Q"}, "A");
};

TEST_F(Contract, SaysForBatchesThatEveryKeyIsAnsweredAndForSinglesOnlyTheForm) {
  EXPECT_THAT(text(Keys::indexed), HasSubstr(format_->contract()));
  EXPECT_THAT(text(Keys::plain), Not(HasSubstr("[i]")));
  EXPECT_THAT(text(Keys::plain), HasSubstr("The answer is just a number"));
  EXPECT_THAT(text(Keys::indexed), HasSubstr("Each answer is just a number"));
}

TEST_F(Contract, NamesTheChoicesOrAsksForALetter) {
  task_.answer.type = task::AnswerType::choice;
  task_.answer.choices = std::vector<std::string>{"very good", "bad"};
  EXPECT_THAT(text(Keys::plain), HasSubstr("one of: very good, bad."));
  task_.answer.choices = std::vector<std::string>{"yes, please", "no"};
  EXPECT_THAT(text(Keys::plain), HasSubstr("one of: yes, please | no."));
  task_.answer.choices = task::ChoiceColumn{"choices"};
  EXPECT_THAT(text(Keys::plain), HasSubstr("the letter of"));
}

TEST_F(Contract, AsksForTheWordsThatTheExemplarsUse) {
  task_.answer.type = task::AnswerType::boolean;
  EXPECT_THAT(text(Keys::plain), HasSubstr("true or false"));
  task_.exemplars.push_back(
      {.sample = question(1), .answer = "No", .value = "No", .reasoning = {}});
  EXPECT_THAT(text(Keys::plain), HasSubstr("yes or no"));
}

TEST_F(Contract, WithReasoningEndsWithTheMarkerSentence) {
  task_.answer.reasoning = task::Reasoning::chain_of_thought;
  task_.answer.marker = "So the answer is";
  EXPECT_THAT(text(Keys::indexed),
              HasSubstr("ends with the sentence \"So the answer is <value>.\""));
  task_.answer.type = task::AnswerType::text;
  EXPECT_THAT(text(Keys::plain), HasSubstr("\"So the answer is <value>.\""));
}

TEST_F(Contract, AsksForProgramsInTheirFencesWithTheFormOfTheirValue) {
  task_.answer.reasoning = task::Reasoning::program;
  EXPECT_THAT(text(Keys::indexed), HasSubstr("Each answer is one Python program in a code block"));
  EXPECT_THAT(text(Keys::plain), HasSubstr("The answer is one Python program"));
  EXPECT_THAT(text(Keys::plain), EndsWith("to the variable ans: a number."));
  task_.answer.type = task::AnswerType::boolean;
  EXPECT_THAT(text(Keys::plain), EndsWith("to the variable ans: True or False."));
  task_.answer.type = task::AnswerType::choice;
  task_.answer.choices = std::vector<std::string>{"bug", "how-to"};
  EXPECT_THAT(text(Keys::plain), EndsWith("to the variable ans: a string, one of: bug, how-to."));
}

TEST_F(Contract, AsksForTextAlone) {
  task_.answer.type = task::AnswerType::text;
  EXPECT_THAT(text(Keys::plain), EndsWith("The answer is just the text asked for."));
}

TEST(PromptBuilder, StatesNoContractWhereTheTaskStatesNone) {
  auto task = task_with(4, Api::chat);
  task.prompt.contract = task::Contract::none;
  Rig rig(task);
  const auto prompt = rig.build(2);
  EXPECT_EQ(prompt.messages.front().role, Role::system);
  EXPECT_EQ(prompt.messages.front().text, "Answer the questions.");
  EXPECT_EQ(prompt.messages.back().text, "Q[1]: question 100?\nQ[2]: question 101?");
}

TEST(PromptBuilder, HasNoSystemMessageThatSaysNothing) {
  auto task = task_with(4, Api::chat);
  task.prompt.contract = task::Contract::none;
  task.instruction.clear();
  Rig rig(task);
  const auto prompt = rig.build(2);
  EXPECT_EQ(prompt.messages.size(), 5U);
  EXPECT_EQ(prompt.messages.front().role, Role::user);
}

TEST(PromptBuilder, PutsTheInstructionIntoTheModelsMouth) {
  auto task = task_with(4, Api::chat);
  task.prompt = {.contract = task::Contract::none,
                 .instruction = task::InstructionRole::assistant,
                 .choices_label = {}};
  const auto messages = Rig(task).build(2).messages;
  ASSERT_EQ(messages.size(), 7U);
  EXPECT_EQ(messages[0].role, Role::user);
  EXPECT_EQ(messages[0].text, "");
  EXPECT_EQ(messages[1].role, Role::assistant);
  EXPECT_EQ(messages[1].text, "Answer the questions.");
  EXPECT_EQ(messages[2].text, "Q[1]: question 1?\nQ[2]: question 2?");
  task.prompt.contract = task::Contract::stated;
  const auto stated = Rig(task).build(2).messages;
  EXPECT_EQ(stated[0].role, Role::system);
  EXPECT_THAT(stated[0].text, Not(HasSubstr("Answer the questions.")));
  EXPECT_EQ(stated[2].text, "Answer the questions.");
}

TEST(PromptBuilder, BeginsWithTheFirstExemplarWithoutAnInstruction) {
  auto task = task_with(4, Api::completions);
  task.instruction.clear();
  EXPECT_THAT(Rig(task).build(2).messages.front().text, StartsWith("Q[1]: question 1?\n"));
}

}  // namespace
}  // namespace sheaf::prompt
