// Answers that are programs: the value that each type takes, and what is asked again.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answer/program_reader.hpp"
#include "answer/settle.hpp"
#include "read_value.hpp"

namespace sheaf::answer {
namespace {

using task::AnswerType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

task::AnswerRule programs(task::AnswerRule rule,
                          task::ProgramFailure failure = task::ProgramFailure::repair) {
  rule.reasoning = task::Reasoning::program;
  rule.program_failure = failure;
  return rule;
}

task::AnswerRule or_text(task::AnswerRule rule) {
  return programs(std::move(rule), task::ProgramFailure::text);
}

std::string fence(std::string_view code) { return fmt::format("```python\n{}\n```", code); }

std::string number_of(std::string_view code) {
  return read(programs(rule_of(AnswerType::number)), fence(code));
}

std::string boolean_of(std::string_view code) {
  return read(programs(rule_of(AnswerType::boolean)), fence(code));
}

TEST(ProgramValue, IsANumberWithAllItsDigits) {
  EXPECT_EQ(number_of("boxes = 4\nans = boxes * 6"), "24");
  EXPECT_EQ(number_of("ans = 7 / 2"), "3.5");
  EXPECT_EQ(number_of("ans = 0.1 + 0.2"), "0.30000000000000004");
  EXPECT_EQ(number_of("ans = 123456789012345678901234567890 * 10"),
            "\"1234567890123456789012345678900\"");
}

TEST(ProgramValue, IsNoNumberWhereItIsABooleanATextOrInfinite) {
  EXPECT_EQ(number_of("ans = True"), "refused: has a program whose value is no number: \"True\"");
  EXPECT_EQ(number_of("ans = '24'"), "refused: has a program whose value is no number: \"24\"");
  EXPECT_THAT(number_of("ans = 1e308 * 10"),
              StartsWith("refused: has a program whose value is no"));
}

TEST(ProgramValue, IsABooleanOrItsWords) {
  EXPECT_EQ(boolean_of("ans = True"), "true");
  EXPECT_EQ(boolean_of("ans = 'No'"), "false");
  EXPECT_EQ(boolean_of("ans = ' yes '"), "true");
  EXPECT_EQ(boolean_of("ans = 1"), "refused: has a program whose value is no boolean: \"1\"");
  EXPECT_THAT(boolean_of("ans = 'not true'"), HasSubstr("no boolean"));
}

TEST(ProgramValue, IsOneOfTheChoicesByItsWholeText) {
  const auto rule = programs(labels_of({"bug", "How-To", "12"}));
  EXPECT_EQ(read(rule, fence("ans = 'how-to'")), "\"How-To\"");
  EXPECT_EQ(read(rule, fence("ans = 6 + 6")), "\"12\"");
  EXPECT_THAT(read(rule, fence("ans = 'a bug'")), HasSubstr("no choice: \"a bug\""));
}

TEST(ProgramValue, IsALetterOrTheTextBehindIt) {
  const auto rule = programs(letters_rule());
  const Choices choices{"12", "b", "a"};
  EXPECT_EQ(read(rule, fence("ans = '(c)'"), choices), "\"c\"");
  EXPECT_EQ(read(rule, fence("ans = 3 * 4"), choices), "\"a\"");
  EXPECT_THAT(read(rule, fence("ans = 'b'"), choices), "\"b\"");
  EXPECT_THAT(read(rule, fence("ans = 'a'"), choices), HasSubstr("names two choices: \"a\""));
  EXPECT_THAT(read(rule, fence("ans = 'd'"), choices), HasSubstr("no choice: \"d\""));
  const Choices words{"elm", "a", "Oak "};
  EXPECT_EQ(read(rule, fence("ans = 'oak'"), words), "\"c\"");
  EXPECT_THAT(read(rule, fence("ans = 'a'"), words), HasSubstr("names two choices"));
}

TEST(ProgramValue, IsAText) {
  const auto rule = programs(rule_of(AnswerType::text));
  EXPECT_EQ(read(rule, fence("ans = ' Paris '")), "\"Paris\"");
  EXPECT_EQ(read(rule, fence("ans = 3")), "\"3\"");
  EXPECT_THAT(read(rule, fence("ans = ' '")), HasSubstr("an empty text"));
}

TEST(ProgramValue, IsReadFromItsFenceWhateverStandsAround) {
  const auto rule = programs(rule_of(AnswerType::number));
  EXPECT_EQ(read(rule, "He has 3. The answer is 5.\n~~~\n  x = 4\n  ans = x\n~~~\nNot 7."), "4");
  EXPECT_EQ(read(rule, "```\n  x = 4\n\n  ans = x\n```"), "4") << "a blank line is not indented";
  EXPECT_EQ(read(rule, "ans = 3"), "refused: has no program in a code fence");
  EXPECT_THAT(read(rule, fence("ans = 3") + "\n" + fence("ans = 3")), HasSubstr("several"));
  EXPECT_THAT(read(rule, "```\nans = 3"), HasSubstr("not closed"));
}

TEST(ProgramFailure, IsADoubtThatSaysWhy) {
  EXPECT_THAT(number_of("x = 1\nans = x / 0"), HasSubstr("division by zero"));
  EXPECT_THAT(number_of("A[2]:"), StartsWith("refused: has a program that fails: "));
  EXPECT_THAT(number_of("x = 1"), StartsWith("refused: has a program that fails: "));
  auto rule = programs(rule_of(AnswerType::number));
  rule.program_steps = 1;
  EXPECT_THAT(read(rule, fence("x = 1\nans = x")), HasSubstr("step"));
}

TEST(ProgramFailure, LetsTheTextOutsideBeReadWhereTheTaskWantsIt) {
  const auto rule = or_text(rule_of(AnswerType::number));
  EXPECT_EQ(read(rule, "It is 5.\n" + fence("ans = 4")), "4");
  EXPECT_EQ(read(rule, "It is 5.\n" + fence("ans = 4 / 0")), "5");
  EXPECT_EQ(read(rule, fence("ans = True") + "\nThe answer is 6. Or 7?"), "7");
  EXPECT_EQ(read(rule, "The answer is 6."), "6");
  EXPECT_THAT(read(rule, "None.\n" + fence("ans = 1 / 0")),
              AllOf(HasSubstr("division by zero"), HasSubstr("and outside its fence")));
  EXPECT_THAT(read(rule, "5\n" + fence("x") + "\n" + fence("y")), HasSubstr("several"));
  EXPECT_THAT(read(rule, "5\n```\nans = 3"), HasSubstr("not closed"));
}

/// The value of each of `size` answers as JSON, or the reason why it is asked again.
std::vector<std::string> settled(const task::AnswerRule& rule, int size, std::string_view reply) {
  const auto format = format::make_labelled({"Q"}, "A", format::AnswerForm::program);
  const format::SampleText sample{{{"Q", "What is asked here?"}}};
  SentBatch sent;
  for (int i = 0; i < size; ++i) sent.members.push_back({&sample, {}, {1, 16}});
  const auto settlement = settle(sent, Completion{std::string(reply), FinishReason::stop, {}},
                                 *format, Extractor(rule), {});
  std::vector<std::string> out;
  for (const auto& outcome : settlement.outcomes) {
    const auto* answered = std::get_if<Answered>(&outcome);
    out.push_back(answered != nullptr ? json::dump(answered->value) + " from " + answered->text
                                      : std::get<AskAgain>(outcome).reason + " " +
                                            std::get<AskAgain>(outcome).text);
  }
  return out;
}

TEST(SettlePrograms, KeepsTheAnswerAsItWasWrittenSoThatItCanBeReadAgain) {
  const auto rule = programs(rule_of(AnswerType::number));
  EXPECT_THAT(settled(rule, 2, "A[1]: So:\n" + fence("ans = 1") + "\nA[2]:\n" + fence("ans = x")),
              ElementsAre("1 from So:\n" + fence("ans = 1"), "unparsable " + fence("ans = x")));
}

TEST(SettlePrograms, TakesAProgramWhateverItsTailSays) {
  const auto rule = programs(rule_of(AnswerType::number));
  const std::string reply = "A[1]:\n" + fence("ans = 1") + "\nA[2]:\n" + fence("ans = 2");
  EXPECT_THAT(settled(rule, 2, reply + "\n\nThe answer is 14."),
              ElementsAre("1 from " + fence("ans = 1"), "2 from " + fence("ans = 2")));
  EXPECT_THAT(settled(rule, 2, reply + "\n\nOr:\n\n" + fence("ans = 3")),
              ElementsAre("1 from " + fence("ans = 1"), "unparsable "));
  EXPECT_THAT(
      settled(rule, 2,
              "A[1]:\n" + fence("ans = 1") + "\nA[2]: Wait.\n\nSo:\nWell.\n" + fence("ans = 2")),
      ElementsAre("1 from " + fence("ans = 1"), "2 from Wait.\n\nSo:\nWell.\n" + fence("ans = 2")));
}

TEST(SettlePrograms, DoubtsTwoProgramsInOneWhereAKeyIsMissing) {
  const auto rule = programs(rule_of(AnswerType::number));
  const std::string twice = "A[1]:\n" + fence("ans = 1\nans = 2");
  EXPECT_THAT(settled(rule, 2, twice), ElementsAre("unparsable ", "missing "));
  EXPECT_THAT(settled(rule, 2, twice + "\nA[2]:\n" + fence("ans = 3")),
              ElementsAre("2 from " + fence("ans = 1\nans = 2"), "3 from " + fence("ans = 3")));
  EXPECT_THAT(settled(rule, 2, "A[1]:\n" + fence("ans = 1\nans == 2")),
              ElementsAre("1 from " + fence("ans = 1\nans == 2"), "missing "));
  const std::string solvers = "def solver(): return 1\ndef solver(): return 2";
  EXPECT_THAT(settled(rule, 2, "A[1]:\n" + fence(solvers)), ElementsAre("unparsable ", "missing "));
  EXPECT_THAT(settled(rule, 2, "A[1]:\n" + fence("ans = 1")),
              ElementsAre("1 from " + fence("ans = 1"), "missing "));
}

TEST(SettlePrograms, HoldsTheTextOutsideToTheRulesOfTexts) {
  const auto rule = or_text(rule_of(AnswerType::number));
  const std::string failing = "A[1]:\n" + fence("ans = 1") + "\nA[2]:\n" + fence("ans = x");
  EXPECT_THAT(settled(rule, 2, failing + "\nIt is 5.\n\nThe answer is 7."),
              ElementsAre("1 from " + fence("ans = 1"),
                          "7 from " + fence("ans = x") + "\nIt is 5.\n\nThe answer is 7."));
  EXPECT_THAT(settled(rule, 2, failing + "\n    It is 5.\n\nIn all 14."),
              ElementsAre("1 from " + fence("ans = 1"), "unparsable "));
  EXPECT_THAT(settled(rule, 3, failing + "\n    It is 5, 9."),
              ElementsAre("1 from " + fence("ans = 1"),
                          "unparsable " + fence("ans = x") + "\nIt is 5, 9.", "missing "));
  const std::string behind = "It is 5.\n\nSo:\nWell.\n" + fence("ans = 9 / 0");
  EXPECT_THAT(settled(rule, 2, "A[1]:\n" + fence("ans = 1") + "\nA[2]: " + behind),
              ElementsAre("1 from " + fence("ans = 1"), "5 from It is 5."))
      << "the code of a tail is no text";
}

TEST(SettlePrograms, AnotherRuleReadsThemAgain) {
  const auto text = "It is 5.\n" + fence("ans = '4'");
  EXPECT_THAT(read(programs(rule_of(AnswerType::number)), text), StartsWith("refused"));
  EXPECT_EQ(read(or_text(rule_of(AnswerType::number)), text), "5");
  EXPECT_EQ(read(programs(rule_of(AnswerType::text)), text), "\"4\"");
}

}  // namespace
}  // namespace sheaf::answer
