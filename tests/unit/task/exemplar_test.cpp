#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using format::Field;
using testing::ElementsAre;
using testing::HasSubstr;

std::string one(std::string_view answer, std::string_view exemplar) {
  return with("answer: " + std::string(answer)) + "exemplars:\n  - " + std::string(exemplar) + "\n";
}

Exemplar only(std::string_view answer, std::string_view exemplar) {
  return loaded(one(answer, exemplar)).exemplars.at(0);
}

TEST(Exemplars, AreRenderedLikeRows) {
  const auto task = loaded(with("sample: {P: '{{a.b}}', H: 'so {{h}}'}") +
                           "exemplars:\n  - {a: {b: 1.50}, h: null, answer: yes, id: 3}\n");
  ASSERT_EQ(task.exemplars.size(), 1U);
  EXPECT_THAT(task.exemplars[0].sample.fields, ElementsAre(Field{"P", "1.50"}, Field{"H", "so "}));
  EXPECT_EQ(task.exemplars[0].answer, "yes");
  EXPECT_EQ(task.exemplars[0].reasoning, "");
}

TEST(Exemplars, PrintTheValueAloneWithoutReasoning) {
  EXPECT_EQ(only("{type: number}", "{q: x, answer: 1.50}").answer, "1.50");
  EXPECT_EQ(only("{type: boolean}", "{q: x, answer: true}").answer, "true");
  EXPECT_EQ(only("{type: boolean}", "{q: x, answer: 'No'}").answer, "No");
  EXPECT_EQ(only("{type: text}", "{q: x, answer: \" a\\nb \"}").answer, "a\nb");
  EXPECT_EQ(only("{type: text}", "{q: x, answer: y, reasoning: unused}").answer, "y");
}

TEST(Exemplars, PrintReasoningMarkerAndValueAsOneParagraph) {
  const auto number = only("{type: number, reasoning: chain-of-thought}",
                           "{q: x, answer: 18, reasoning: \" 9 * 2 = 18. \\n\"}");
  EXPECT_EQ(number.answer, "9 * 2 = 18. The answer is 18.");
  EXPECT_EQ(number.value, "18");
  EXPECT_EQ(number.reasoning, "9 * 2 = 18.");
  const auto text = only("{type: text, reasoning: chain-of-thought, marker: ' So it is '}",
                         "{q: x, answer: Paris., reasoning: Known}");
  EXPECT_EQ(text.answer, "Known So it is Paris.");
  const auto letter = only("{type: choice, choices: c, reasoning: chain-of-thought}",
                           "{q: x, c: [u, v], answer: B, reasoning: r.}");
  EXPECT_EQ(letter.answer, "r. The answer is (b).");
}

TEST(Exemplars, MayStandInWordsAndUnderLabelsOfTheirOwn) {
  const auto exemplar =
      only("{type: number, reasoning: chain-of-thought}",
           "{q: x, answer: 18, printed: {fields: {Ask: ' x  y'}, answer: 'So it be 18 '}}");
  EXPECT_THAT(exemplar.sample.fields, ElementsAre(Field{"Ask", " x  y"}));
  EXPECT_EQ(exemplar.answer, "So it be 18 ");
  EXPECT_EQ(exemplar.value, "18");
  const auto fields_alone = only("{type: number}", "{q: x, answer: 18, printed: {fields: {Q: y}}}");
  EXPECT_EQ(fields_alone.answer, "18");
}

TEST(Exemplars, MayHaveAColumnThatIsCalledPrinted) {
  EXPECT_EQ(only("{type: text}", "{q: x, answer: y, printed: in 1931}").answer, "y");
}

TEST(Exemplars, AreRefusedWhereTheirOwnWordingCannotBeUsed) {
  const auto refused = [](const std::string& printed) {
    return refusal(one("{type: text}", "{q: x, answer: y, printed: " + printed + "}"));
  };
  EXPECT_THAT(refused("{fields: {Q: a, R: b}}"), HasSubstr("must hold 1 labels"));
  EXPECT_THAT(refused("{fields: {'Q:': a}}"), HasSubstr("label 'Q:' in 'printed.fields'"));
  EXPECT_THAT(refused("{fields: {Q: 3}}"), HasSubstr("'Q' in 'printed.fields' is no text"));
  EXPECT_THAT(refused("{text: z}"), HasSubstr("'text' in 'printed' is not understood"));
}

TEST(Exemplars, MakeAnInstructionUnneeded) {
  auto yaml = one("{type: text}", "{q: x, answer: y}");
  yaml.erase(yaml.find("instruction: i\n"), std::string_view("instruction: i\n").size());
  EXPECT_EQ(loaded(yaml).instruction, "");
}

TEST(PromptSettings, NameTheLabelOfTheChoices) {
  const auto task = loaded(with("prompt: {choices_label: Answer choices}",
                                one("{type: choice, choices: c}", "{q: x, c: [u, v], answer: b}")));
  EXPECT_THAT(field_labels(task), ElementsAre("Q", "Answer choices"));
  EXPECT_EQ(task.exemplars[0].sample.fields[1].label, "Answer choices");
  EXPECT_THAT(refusal(with("prompt: {choices_label: q}",
                           one("{type: choice, choices: c}", "{q: x, c: [u, v], answer: b}"))),
              HasSubstr("sample label 'Q'"));
  EXPECT_THAT(refusal(with("prompt: {choices_label: 'a:'}")), HasSubstr("'prompt.choices_label'"));
}

TEST(Exemplars, TakeAChoiceInTheTasksSpelling) {
  const auto exemplar =
      only("{type: choice, choices: [Very Good, bad]}", "{q: x, answer: very good}");
  EXPECT_EQ(exemplar.value, "Very Good");
  EXPECT_EQ(exemplar.answer, "Very Good");
}

TEST(Exemplars, TakeALetterOfTheirOwnChoices) {
  for (const auto* answer : {"b", "B", "(b)", "'(B)'", "' b '"}) {
    const auto exemplar = only("{type: choice, choices: c}",
                               "{q: x, c: [u, v], answer: " + std::string(answer) + "}");
    EXPECT_EQ(exemplar.value, "b") << answer;
    EXPECT_EQ(exemplar.answer, "(b)") << answer;
    EXPECT_EQ(exemplar.sample.fields.back(), (Field{"Answer Choices", "(a) u (b) v"}));
  }
}

struct Wrong {
  std::string answer;
  std::string exemplar;
  std::string message;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.exemplar; }

class ExemplarErrors : public testing::TestWithParam<Wrong> {};

TEST_P(ExemplarErrors, AreRefusedWithPlaceReasonAndRemedy) {
  EXPECT_EQ(refusal(one(GetParam().answer, GetParam().exemplar)),
            "task.yaml:7:5: " + GetParam().message);
}

constexpr const char* reasoned = "{type: number, reasoning: chain-of-thought}";
constexpr const char* letters = "{type: choice, choices: c}";

INSTANTIATE_TEST_SUITE_P(
    All, ExemplarErrors,
    testing::Values(
        Wrong{"{type: text}", "text",
              "exemplar 1 must hold columns and an answer, not text; write them as keys"},
        Wrong{"{type: text}", "{r: x, answer: y}",
              "exemplar 1: no column 'q'; the row has: r, answer"},
        Wrong{"{type: text}", "{q: x}",
              "exemplar 1: no 'answer'; write the right answer under that name"},
        Wrong{"{type: text}", "{q: x, answer: null}",
              "exemplar 1: no 'answer'; write the right answer under that name"},
        Wrong{"{type: text}", "{q: x, answer: ' '}",
              "exemplar 1: 'answer' is empty; write the right answer"},
        Wrong{"{type: text}", "{q: x, answer: [y]}",
              "exemplar 1: 'answer' is no text, number or boolean; write one value"},
        Wrong{"{type: boolean}", "{q: x, answer: maybe}",
              "exemplar 1: answer 'maybe' is no boolean; write true, false, yes or no"},
        Wrong{"{type: number}", "{q: x, answer: ten}",
              "exemplar 1: answer 'ten' is no number; write it in digits"},
        Wrong{"{type: choice, choices: [bug, billing]}", "{q: x, answer: bugs}",
              "exemplar 1: answer 'bugs' is no choice of the task; write bug or billing"},
        Wrong{letters, "{q: x, answer: a}", "exemplar 1: no column 'c'; the row has: q, answer"},
        Wrong{letters, "{q: x, c: [u, v], answer: c}",
              "exemplar 1: answer 'c' is no letter of its choices; write one from a to b"},
        Wrong{letters, "{q: x, c: [u, v], answer: u}",
              "exemplar 1: answer 'u' is no letter of its choices; write one from a to b"},
        Wrong{letters, "{q: x, c: [u, v], answer: '(a'}",
              "exemplar 1: answer '(a' is no letter of its choices; write one from a to b"},
        Wrong{
            reasoned, "{q: x, answer: 1}",
            "exemplar 1: no 'reasoning', which answer.reasoning: chain-of-thought needs; write how "
            "the answer is found, without the closing sentence"},
        Wrong{
            reasoned, "{q: x, answer: 1, reasoning: ' '}",
            "exemplar 1: no 'reasoning', which answer.reasoning: chain-of-thought needs; write how "
            "the answer is found, without the closing sentence"}));

TEST(Exemplars, MustNotShareAColumnNameWithTheirAnswer) {
  EXPECT_EQ(refusal(with("sample: {Q: '{{answer}}'}") + "exemplars: [{answer: x}]\n"),
            "task.yaml:3:9: 'sample' shows the column 'answer', where each exemplar has its own "
            "answer; rename that column in rows and exemplars");
  EXPECT_EQ(refusal(with("sample: {Q: '{{answer}}'}")), "");
}

class ExemplarFiles : public testing::Test {
 protected:
  ExemplarFiles() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(testing::TempDir()) / ("exemplars-" + std::string(test->name()));
    std::filesystem::create_directories(folder_);
  }
  ~ExemplarFiles() override { std::filesystem::remove_all(folder_); }

  Expected<Task> load_with(std::string_view lines, const std::string& name = "e.jsonl") {
    std::ofstream(folder_ / name) << lines;
    std::ofstream(folder_ / "task.yaml") << smallest() << "exemplars: " << name << "\n";
    return load((folder_ / "task.yaml").string(), {check_one_group});
  }

  std::string message(std::string_view lines, const std::string& name = "e.jsonl") {
    const auto task = load_with(lines, name);
    if (task) return "";
    auto text = task.error().message;
    const auto folder = folder_.string() + "/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }

  std::filesystem::path folder_;
};

TEST_F(ExemplarFiles, AreReadBesideTheTaskFileLineByLine) {
  const auto task = load_with(
      "\xEF\xBB\xBF{\"q\": \"é\", \"answer\": 1}\r\n\n  \n"
      "{\"answer\": \"b\", \"q\": 2}");
  ASSERT_TRUE(task) << task.error().message;
  ASSERT_EQ(task->exemplars.size(), 2U);
  EXPECT_THAT(task->exemplars[0].sample.fields, ElementsAre(Field{"Q", "é"}));
  EXPECT_EQ(task->exemplars[1].answer, "b");
}

TEST_F(ExemplarFiles, RefuseABadLineWithFileAndLine) {
  const std::string good = "{\"q\": 1, \"answer\": 2}\n\n";
  EXPECT_EQ(message(good + "{\"q\": 1}"),
            "e.jsonl:3: no 'answer'; write the right answer under that name");
  EXPECT_EQ(message(good + "[1]"),
            "e.jsonl:3: an exemplar is a JSON object; write its columns and its answer in {}");
  EXPECT_EQ(message("{\"r\": 1, \"answer\": 2}"),
            "e.jsonl:1: no column 'q'; the row has: r, answer");
  const auto broken = message(good + "{\"q\": 1 \"answer\": 2}");
  EXPECT_TRUE(broken.starts_with("e.jsonl:3:16: not valid JSON: ")) << broken;
  EXPECT_TRUE(broken.ends_with("; write one JSON object on each line")) << broken;
  EXPECT_EQ(message("\xEF\xBB\xBF{]"), message("{]")) << "the byte-order mark counts as text";
  const auto doubled = message("{\"q\": 1, \"answer\": 2, \"q\": 3}");
  EXPECT_TRUE(doubled.starts_with("e.jsonl:1:23: not valid JSON: ")) << doubled;
}

TEST_F(ExemplarFiles, AreReadUpToSixteenMebibytes) {
  const auto refused = message(std::string((16UL << 20) + 1, ' '));
  EXPECT_THAT(refused, HasSubstr("e.jsonl is larger than 16 MiB"));
}

TEST_F(ExemplarFiles, MustExistAndHoldSomething) {
  EXPECT_EQ(message(""),
            "task.yaml:6:12: 'exemplars' e.jsonl holds no exemplar; write some, or remove the key");
  EXPECT_EQ(message("{}", "e.json"),
            "task.yaml:6:12: 'exemplars' is 'e.json'; name a .jsonl file or write a list");
  std::filesystem::create_directory(folder_ / "d.jsonl");
  EXPECT_EQ(message("", "d.jsonl"),
            "task.yaml:6:12: 'exemplars' d.jsonl is a folder; paths start at the task file's "
            "folder");
  EXPECT_EQ(refusal(smallest() + "exemplars: /nowhere/e.jsonl\n"),
            "task.yaml:6:12: 'exemplars' /nowhere/e.jsonl cannot be read: No such file or "
            "directory; paths start at the task file's folder");
}

}  // namespace
}  // namespace sheaf::task
