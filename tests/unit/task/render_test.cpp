#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "format/batch_format.hpp"
#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using format::Field;
using testing::ElementsAre;
using testing::IsEmpty;

std::string reason(const Task& task, std::string_view row) {
  const auto rendered = render(task, object(row));
  return rendered ? "" : rendered.error();
}

Task columns(std::string_view lines) {
  return loaded(with("sample: {Premise: '{{p.text}}', Hypothesis: 'so {{h}}'}") +
                std::string(lines));
}

TEST(Render, TakesFieldsIdGoldAndGroupFromTheRow) {
  const auto task = columns("id: key\ngold: g\nisolate: tenant.name\n");
  const auto row = render(task, object(R"({"key": 7.0, "p": {"text": "a\nb"}, "h": null, "g": 0.50,
                              "tenant": {"name": true}})"));
  ASSERT_TRUE(row);
  EXPECT_THAT(row->sample.fields,
              ElementsAre(Field{"Premise", "a\nb"}, Field{"Hypothesis", "so "}));
  EXPECT_EQ(row->id, "7.0");
  EXPECT_EQ(row->gold, "0.50");
  EXPECT_EQ(row->isolate, "true");
  EXPECT_THAT(row->choices, IsEmpty());
}

TEST(Render, LeavesIdGoldAndGroupEmptyWithoutTheirColumns) {
  const auto row = render(loaded(smallest()), object(R"({"q": "x", "id": 1, "gold": "y"})"));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->id, "");
  EXPECT_EQ(row->gold, std::nullopt);
  EXPECT_EQ(row->isolate, "");
}

TEST(Render, AnAbsentColumnIsNamedWithThoseThatExist) {
  const auto task = loaded(with("sample: {Q: '{{text}}'}"));
  EXPECT_EQ(reason(task, R"({"id": 1, "txt": 2})"),
            "no column 'text' (did you mean 'txt'?); the row has: id, txt");
  EXPECT_EQ(reason(task, R"({"a": 1})"), "no column 'text'; the row has: a");
  EXPECT_EQ(reason(task, "{}"), "no column 'text'; the row has no columns");
  EXPECT_EQ(reason(task, R"({"a\u001b[2J": 1})"), "no column 'text'; the row has: a\\u{1b}[2J");
}

TEST(Render, ALongListOfColumnsIsShortened) {
  json::Object row;
  for (int i = 0; i < 40; ++i) row.emplace_back(std::string(200, 'x') + std::to_string(i), i);
  const auto rendered = render(loaded(smallest()), row);
  ASSERT_FALSE(rendered);
  EXPECT_LT(rendered.error().size(), 900U);
  EXPECT_TRUE(rendered.error().ends_with(" and 28 more")) << rendered.error();
}

TEST(Render, AnAbsentGroupIsRefusedAndANullOneIsAGroup) {
  const auto task = columns("isolate: tenant\n");
  EXPECT_EQ(reason(task, R"({"p": {"text": 1}, "h": 2})"), "no column 'tenant'; the row has: p, h");
  const auto row = render(task, object(R"({"p": {"text": 1}, "h": 2, "tenant": null})"));
  EXPECT_EQ(row->isolate, "");
}

TEST(Render, ARowWithoutAnIdIsRefused) {
  const auto task = loaded(smallest() + "id: key\n");
  EXPECT_EQ(reason(task, R"({"q": 1})"), "no column 'key'; the row has: q");
  EXPECT_EQ(reason(task, R"({"q": 1, "key": null})"), "no id in column 'key'");
  EXPECT_EQ(reason(task, R"({"q": 1, "key": ""})"), "no id in column 'key'");
  EXPECT_EQ(reason(task, R"({"q": 1, "key": [1]})"), "the id in column 'key' is no text or number");
  EXPECT_EQ(render(task, object(R"({"q": 1, "key": 12345678901234567890})"))->id,
            "12345678901234567890");
}

TEST(Render, AGoldValueMayBeUnknown) {
  const auto task = loaded(smallest() + "gold: g\n");
  for (const auto* row : {R"({"q": 1})", R"({"q": 1, "g": null})", R"({"q": 1, "g": " "})"}) {
    EXPECT_EQ(render(task, object(row))->gold, std::nullopt) << row;
  }
  EXPECT_EQ(render(task, object(R"({"q": 1, "g": false})"))->gold, "false");
}

Task lettered_task() { return loaded(with("answer: {type: choice, choices: options}")); }

TEST(Render, ARowsOwnChoicesAreShownAsLettersInALastField) {
  for (const auto* options : {R"(["bank", 2.50, true])", R"("[\"bank\", 2.50, true]")"}) {
    const auto row =
        render(lettered_task(), object(R"({"q": "x", "options": )" + std::string(options) + "}"));
    ASSERT_TRUE(row) << options;
    EXPECT_THAT(row->choices, ElementsAre("bank", "2.50", "true"));
    EXPECT_THAT(
        row->sample.fields,
        ElementsAre(Field{"Q", "x"}, Field{"Answer Choices", "(a) bank (b) 2.50 (c) true"}));
  }
}

TEST(Render, AColumnThatHoldsNoChoicesIsRefused) {
  const auto refused = [](std::string_view options) {
    return reason(lettered_task(), R"({"q": "x", "options": )" + std::string(options) + "}");
  };
  const auto* no_list =
      "column 'options' is no list of choices; write a JSON list such as [\"red\", \"blue\"]";
  EXPECT_EQ(refused("5"), no_list);
  EXPECT_EQ(refused("null"), no_list);
  EXPECT_EQ(refused(R"("red, blue")"), no_list);
  EXPECT_EQ(refused(R"({"a": 1})"), no_list);
  EXPECT_EQ(refused("[]"), "column 'options' holds no choice");
  EXPECT_EQ(refused(R"(["a", null])"),
            "column 'options' holds a choice that is empty or no text (2 of 2)");
  EXPECT_EQ(refused(R"([["a"], "b"])"),
            "column 'options' holds a choice that is empty or no text (1 of 2)");
  std::string many = "[0";
  for (int i = 1; i < 26; ++i) many += ",1";
  EXPECT_EQ(refused(many + "]"), "");
  EXPECT_EQ(refused(many + ",1]"), "column 'options' holds 27 choices, more than the 26 letters");
  EXPECT_EQ(reason(lettered_task(), R"({"q": 1})"), "no column 'options'; the row has: q");
}

TEST(Render, LettersRunFromAToZ) {
  EXPECT_EQ(lettered({}), "");
  EXPECT_EQ(lettered({"bank", "library"}), "(a) bank (b) library");
  EXPECT_TRUE(lettered(std::vector<std::string>(26, "x")).ends_with("(z) x"));
}

TEST(Render, TheFormatIsMadeForTheTasksLabels) {
  const auto task = columns("");
  const auto row = render(task, object(R"({"p": {"text": "x"}, "h": "y"})"));
  const std::vector<format::SampleText> samples{row->sample, row->sample};
  const auto format = make_format(task);
  EXPECT_EQ(format->contexts(samples, format::Keys::indexed),
            "Premise[1]: x\nHypothesis[1]: so y\nPremise[2]: x\nHypothesis[2]: so y");
  EXPECT_EQ(format->primed(format::Keys::indexed), "A[1]:");
}

RC_GTEST_PROP(Render, AFieldIsShownByteForByte, (const std::string& text)) {
  const auto row = render(loaded(smallest()), json::Object{{"q", text}});
  RC_ASSERT(row.has_value());
  RC_ASSERT(row->sample.fields.front().text == text);
}

}  // namespace
}  // namespace sheaf::task
