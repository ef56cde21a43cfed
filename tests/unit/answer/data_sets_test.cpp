// Real choices and our own exemplars, printed as a model would print them.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "read_value.hpp"

namespace sheaf::answer {
namespace {

std::vector<json::Value> rows_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<json::Value> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(json::parse(line).value());
  return rows;
}

Choices choices_of(const json::Value& row) {
  Choices choices;
  for (const auto& choice : *row.find("choices")->array()) choices.push_back(*choice.string());
  return choices;
}

// The choices whose text no other choice of the row has.
bool is_unique(const Choices& choices, std::size_t index) {
  return std::ranges::count(choices, text::fold_ascii(choices[index]),
                            [](const auto& choice) { return text::fold_ascii(choice); }) == 1;
}

class DataSet : public testing::TestWithParam<const char*> {};

TEST_P(DataSet, has_choices_that_read_back_in_every_form) {
  const auto path = std::filesystem::path(SHEAF_SHARED_DATA) / GetParam();
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no shared data beside the checkout";
  const Extractor extractor(letters_rule());
  for (const auto& row : rows_of(path)) {
    const auto choices = choices_of(row);
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const std::string letter(1, static_cast<char>('a' + i));
      const auto& choice = choices[i];
      std::vector<std::string> forms{letter,
                                     "(" + letter + ")",
                                     "(" + letter + ") " + choice,
                                     letter + ". " + choice + ".",
                                     "**" + letter + ")** " + choice,
                                     "Think. The answer is (" + letter + ") " + choice + ".",
                                     "Think. The answer is " + letter + "."};
      if (is_unique(choices, i)) {
        forms.push_back(choice);
        forms.push_back("The answer is **" + choice + "**.");
      }
      for (const auto& form : forms) {
        const auto value = extractor.read(form, choices);
        ASSERT_TRUE(value) << form << ": " << value.error().detail;
        ASSERT_EQ(*value, json::Value(letter)) << form;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(choices, DataSet, testing::Values("commonsenseqa.jsonl", "aqua.jsonl"));

struct Example {
  const char* file;
  task::AnswerType type;
  const char* marker;
};

void PrintTo(const Example& example, std::ostream* out) { *out << example.file; }

class Exemplars : public testing::TestWithParam<Example> {};

TEST_P(Exemplars, read_back_from_their_own_reasoning) {
  auto rule = rule_of(GetParam().type);
  rule.marker = GetParam().marker;
  const auto rows =
      rows_of(std::filesystem::path(SHEAF_SOURCE_DIR) / "examples/paper" / GetParam().file);
  ASSERT_FALSE(rows.empty());
  const bool letters = rows.front().find("choices") != nullptr;
  if (letters) rule.choices = task::ChoiceColumn{"choices"};
  if (!letters && rule.type == task::AnswerType::choice) {
    std::set<std::string> labels;
    for (const auto& row : rows) labels.insert(*row.find("answer")->string());
    rule.choices = Choices(labels.begin(), labels.end());
  }
  for (const auto& row : rows) {
    const auto& answer = *row.find("answer");
    const auto value = answer.string() != nullptr ? *answer.string() : json::dump(answer);
    const auto printed = *row.find("reasoning")->string() + " " + rule.marker + " " + value + ".";
    const auto choices = letters ? choices_of(row) : Choices{};
    EXPECT_EQ(read(rule, printed, choices), read_gold(rule, value, choices)) << printed;
    EXPECT_FALSE(read_gold(rule, value, choices).starts_with("refused")) << value;
  }
}

TEST(ExemplarPrograms, give_their_answers) {
  auto rule = rule_of(task::AnswerType::number);
  rule.reasoning = task::Reasoning::program;
  const auto rows = rows_of(SHEAF_SOURCE_DIR "/examples/paper/arithmetic.exemplars.jsonl");
  for (const auto& row : rows) {
    const auto& program = *row.find("program")->string();
    EXPECT_EQ(read(rule, "```python\n" + program + "\n```"),
              read_gold(rule_of(task::AnswerType::number), *row.find("answer")->string()))
        << program;
  }
}

using task::AnswerType;
INSTANTIATE_TEST_SUITE_P(
    paper, Exemplars,
    testing::Values(Example{"arithmetic.exemplars.jsonl", AnswerType::number, "The answer is"},
                    Example{"aqua.exemplars.jsonl", AnswerType::choice, "The answer is"},
                    Example{"commonsenseqa.exemplars.jsonl", AnswerType::choice,
                            "So the answer is"},
                    Example{"rte.exemplars.jsonl", AnswerType::boolean, "So the answer is"},
                    Example{"mnli.exemplars.jsonl", AnswerType::choice, "The answer is"},
                    Example{"strategyqa.exemplars.jsonl", AnswerType::boolean, "So the answer is"},
                    Example{"sst5.exemplars.jsonl", AnswerType::choice, "The tone is"}));

}  // namespace
}  // namespace sheaf::answer
