#include "prompt/answer_grammar.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "prompt/prompt_builder.hpp"

namespace sheaf::prompt {
namespace {

using format::SampleText;
using Type = task::AnswerType;

task::Task constrained(Type type, Api api = Api::completions) {
  task::Task task;
  task.instruction = "Answer.";
  task.answer.type = type;
  task.model.api = api;
  task.batch.constrain = true;
  return task;
}

std::string grammar_of(const task::Task& task,
                       const std::vector<SampleText>& samples = {{{{"Q", "x"}}}, {{{"Q", "y"}}}}) {
  const auto format = format::make_labelled({"Q"}, "A");
  return PromptBuilder(task, *format).build(samples, 99).grammar;
}

/// What a reply may end with.
const std::string end = " (\"\\n\" \"\\n\"?)?\n";

/// The rule of an answer in a grammar whose answers are all alike.
std::string rule_of(const task::Task& task) {
  const auto grammar = grammar_of(task);
  const std::string root = "root ::= \" \" answer1 \"\\nA[2]: \" answer1" + end + "answer1 ::= ";
  EXPECT_EQ(grammar.substr(0, root.size()), root);
  EXPECT_EQ(grammar.back(), '\n');
  return grammar.substr(root.size(), grammar.size() - root.size() - 1);
}

TEST(AnswerGrammar, IsThereWhereTheTaskAsksForIt) {
  auto task = constrained(Type::number, Api::chat);
  const std::string root = "root ::= \"A[1]: \" answer1 \"\\nA[2]: \" answer1" + end;
  EXPECT_EQ(grammar_of(task).substr(0, root.size()), root);
  task.batch.constrain = false;
  EXPECT_EQ(grammar_of(task), "");
}

TEST(AnswerGrammar, AdmitsWhatTheContractAsksFor) {
  EXPECT_EQ(rule_of(constrained(Type::number)), R"("-"? [0-9]{1,15} ("." [0-9]{1,9})?)");
  EXPECT_EQ(rule_of(constrained(Type::text)), R"([^ \t\r\n] [^\r\n]*)");
  auto boolean = constrained(Type::boolean);
  EXPECT_EQ(rule_of(boolean), R"(("true" | "false"))");
  boolean.exemplars.push_back({.sample = {}, .answer = "No", .value = "No", .reasoning = {}});
  EXPECT_EQ(rule_of(boolean), R"(("yes" | "no"))");
  auto choice = constrained(Type::choice);
  choice.answer.choices = std::vector<std::string>{"a", "b \"c\""};
  EXPECT_EQ(rule_of(choice), R"x(("a" | "b \"c\""))x");
}

TEST(AnswerGrammar, LetsReasoningStandBeforeTheMarker) {
  auto task = constrained(Type::boolean);
  task.answer.reasoning = task::Reasoning::chain_of_thought;
  EXPECT_EQ(rule_of(task),
            R"x(([^ \t\r\n] [^\r\n]* " ")? "The answer is " (("true" | "false")) ".")x");
}

TEST(AnswerGrammar, AdmitsTheLettersOfARowsOwnChoices) {
  auto task = constrained(Type::choice);
  task.answer.choices = task::ChoiceColumn{"own"};
  const auto with_choices = [](const std::vector<std::string>& choices) {
    return SampleText{{{"Q", "x"}, {"Answer Choices", task::lettered(choices)}}};
  };
  EXPECT_EQ(
      grammar_of(task, {with_choices({"x", "y (b)"}), with_choices({"x", "y", "z"}),
                        with_choices({"only"}), with_choices({"p", "q"})}),
      "root ::= \" \" answer1 \"\\nA[2]: \" answer2 \"\\nA[3]: \" answer3 \"\\nA[4]: \" answer1" +
          end +
          "answer3 ::= \"(\" [a-a] \")\"\n"
          "answer1 ::= \"(\" [a-b] \")\"\n"
          "answer2 ::= \"(\" [a-c] \")\"\n");
}

}  // namespace
}  // namespace sheaf::prompt
