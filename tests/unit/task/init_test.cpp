#include "task/init.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Strings = std::vector<std::string>;

struct Started {
  std::string yaml;
  Task task;
};

/// The starter for these rows, loaded; its first row must render.
Started start(const std::vector<std::string>& rows, const std::string& path = "rows.jsonl") {
  std::vector<json::Value> values;
  for (const auto& row : rows) values.push_back(object(row));
  Strings columns;
  for (const auto& [name, cell] : *values.front().object()) columns.push_back(name);
  auto yaml = starter_task(path, columns, values);
  auto task = loaded(yaml);
  for (const auto& row : values) {
    const auto rendered = render(task, row);
    EXPECT_TRUE(rendered) << rendered.error() << "\n" << yaml;
  }
  return {std::move(yaml), std::move(task)};
}

Strings templates(const Task& task) {
  Strings sources;
  for (const auto& field : task.sample) sources.push_back(field.text.source());
  return sources;
}

Strings messages(int count, const Strings& queues) {
  Strings rows;
  for (int i = 0; i < count; ++i) {
    const auto& queue = queues[static_cast<std::size_t>(i) % queues.size()];
    rows.push_back(R"({"id": "m)" + std::to_string(i) + R"(", "text": "the message number )" +
                   std::to_string(i) + R"(", "queue": ")" + queue + R"(", "channel": "app"})");
  }
  return rows;
}

TEST(StarterTask, GuessesIdTextAndChoicesOfATable) {
  const auto [yaml, task] = start(messages(12, {"bug", "how-to", "yes"}), "in/my messages.csv.gz");
  EXPECT_EQ(task.name, "my-messages");
  EXPECT_EQ(task.id_column, "id");
  EXPECT_EQ(task.gold_column, "queue");
  EXPECT_EQ(task.answer.type, AnswerType::choice);
  EXPECT_THAT(std::get<Strings>(task.answer.choices), ElementsAre("bug", "how-to", "yes"));
  EXPECT_THAT(templates(task), ElementsAre("{{text}}"));
  EXPECT_THAT(field_labels(task), ElementsAre("Text"));
  EXPECT_THAT(yaml, HasSubstr("#   sheaf run THIS_FILE my messages.csv.gz -o answers.jsonl\n"));
  EXPECT_THAT(yaml, HasSubstr("#   id, text, queue, channel\n"));
}

TEST(StarterTask, FindsALabelColumnByItsFewValues) {
  Strings rows;
  for (int i = 0; i < 9; ++i) {
    rows.push_back(R"({"body": "a long enough text, number )" + std::to_string(i) +
                   R"(", "mood": ")" + (i % 2 == 0 ? "glad" : "very sad") + R"("})");
  }
  const auto [yaml, task] = start(rows);
  EXPECT_EQ(task.id_column, std::nullopt);
  EXPECT_THAT(yaml, HasSubstr("# id: COLUMN"));
  EXPECT_EQ(task.gold_column, "mood");
  EXPECT_THAT(std::get<Strings>(task.answer.choices), ElementsAre("glad", "very sad"));
}

TEST(StarterTask, GuessesNumbersBooleansAndLetters) {
  const auto number =
      start({R"({"id": 1, "question": "What is 2 plus 2?", "rationale": "2 2s.", "answer": "4"})",
             R"({"id": 2, "question": "What is 3 plus 2?", "rationale": "2, 3.", "answer": 5.0})"});
  EXPECT_EQ(number.task.answer.type, AnswerType::number);
  EXPECT_EQ(number.task.gold_column, "answer");
  EXPECT_THAT(templates(number.task), ElementsAre("{{question}}"));

  const auto boolean = start(
      {R"({"idx": 1, "premise": "It rains a lot.", "hypothesis": "It is wet.", "label": true})",
       R"({"idx": 2, "premise": "It rains now.", "hypothesis": "It is dry.", "label": false})"});
  EXPECT_EQ(boolean.task.answer.type, AnswerType::boolean);
  EXPECT_EQ(boolean.task.id_column, "idx");
  EXPECT_THAT(field_labels(boolean.task), ElementsAre("Premise", "Hypothesis"));

  const auto letters = start(
      {R"({"id": "x", "question": "Where is it?", "choices": ["bay", "sea"], "answer": "a"})"});
  EXPECT_EQ(letters.task.answer.type, AnswerType::choice);
  EXPECT_EQ(std::get<ChoiceColumn>(letters.task.answer.choices).column, "choices");
  EXPECT_EQ(letters.task.gold_column, "answer");
  EXPECT_THAT(field_labels(letters.task), ElementsAre("Question", "Answer Choices"));
}

TEST(StarterTask, AsksForATextWhereNothingElseIsSeen) {
  const auto [yaml, task] = start({R"({"comment": "one"})"});
  EXPECT_EQ(task.answer.type, AnswerType::text);
  EXPECT_EQ(task.gold_column, std::nullopt);
  EXPECT_THAT(templates(task), ElementsAre("{{comment}}"));
}

TEST(StarterTask, TakesNoIdThatRepeats) {
  const auto [yaml, task] = start({R"({"id": 1, "text": "a"})", R"({"id": 1, "text": "b"})"});
  EXPECT_EQ(task.id_column, std::nullopt);
}

TEST(StarterTask, QuotesOddColumnNames) {
  const auto [yaml, task] = start(
      {R"({"null": "some words", "a \"b\": [c]": "other words", "x_id": "#1", "{{y": "z z"})"});
  EXPECT_THAT(templates(task), ElementsAre("{{null}}", "{{a \"b\": [c]}}"));
  EXPECT_THAT(field_labels(task), ElementsAre("Null", "A \"b\" c"));
  EXPECT_EQ(task.id_column, "x_id");
}

TEST(StarterTask, LoadsEvenWhenNoColumnCanBeNamed) {
  const Strings columns{"{{", " x", ""};
  const std::vector<json::Value> rows{object(R"({"{{": "words", " x": "words", "": "words"})")};
  const auto yaml = starter_task("-", columns, rows);
  EXPECT_THAT(yaml, HasSubstr("No column's name can stand between"));
  EXPECT_EQ(loaded(yaml).name, "task");
}

TEST(StarterTask, DescribesAWideTableBriefly) {
  json::Object row;
  Strings columns;
  for (int i = 0; i < 1000; ++i) {
    columns.push_back("column_" + std::to_string(i));
    row.emplace_back(columns.back(), "some words to show");
  }
  const std::vector<json::Value> rows{row};
  const auto yaml = starter_task("wide.csv", columns, rows);
  EXPECT_LT(yaml.size(), 4000U);
  EXPECT_EQ(loaded(yaml).sample.size(), 6U);
}

RC_GTEST_PROP(StarterTask, LoadsWhateverTheColumnsAreCalled,
              (std::vector<std::string> names, const std::string& path)) {
  for (auto& name : names) name = text::replace_invalid_utf8(name);
  std::vector<json::Value> rows;
  for (int i = 0; i < 4; ++i) {
    json::Object row;
    for (const auto& name : names) row.emplace_back(name, i % 2 == 0 ? "some value" : name);
    rows.emplace_back(std::move(row));
  }
  const auto task = parsed(starter_task(path, names, rows));
  RC_ASSERT(task.has_value());
}

RC_GTEST_PROP(StarterTask, ReachesItsColumnsWhateverTheyAreCalled, ()) {
  const auto name = *rc::gen::nonEmpty(rc::gen::container<std::string>(
      rc::gen::element('a', ' ', '\'', '"', ':', '#', '-', '[', ',', '\\', '%', '&', '*', '!', '\t',
                       '\n', '\x7F', '.', '~', '?', '|', '>', '@')));
  const std::vector<json::Value> rows{json::Object{{name, "some words to show"}}};
  const auto task = parsed(starter_task("rows.jsonl", {name}, rows));
  RC_ASSERT(task.has_value());
  if (task->sample.front().text.source() == "{{text}}") return;
  RC_ASSERT(render(*task, rows.front()).has_value());
}

}  // namespace
}  // namespace sheaf::task
