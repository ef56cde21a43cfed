// The simulated model knows a prompt by its bytes: which rows are asked, under which keys.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "lab.hpp"

namespace sheaf::simulate {
namespace {

struct Family {
  std::string name;
  std::string (*yaml)(const std::string&);
  std::vector<std::string> (*rows)(int);
};

const std::vector<Family> families{{"numbers", number_yaml, number_rows},
                                   {"letters", letters_yaml, letter_rows},
                                   {"pairs", pairs_yaml, pair_rows},
                                   {"queues", queues_yaml, queue_rows}};

json::Value gold_of(const Lab& lab, std::size_t row) {
  return *lab.extractor.read_gold(*lab.rows[row].gold, lab.rows[row].choices);
}

void expect_all_right(Lab& lab, const std::vector<std::size_t>& batch) {
  const auto reading = lab.ask(batch);
  ASSERT_EQ(reading.raw.status, 200) << reading.raw.body;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    ASSERT_TRUE(reading.values[i]) << reading.text;
    EXPECT_EQ(*reading.values[i], gold_of(lab, batch[i])) << reading.text;
  }
}

TEST(Understanding, EveryFamilyIsAnsweredAtEverySizeInBothApisAndLayouts) {
  for (const auto& family : families) {
    for (const std::string api : {"chat", "completions"}) {
      for (const std::string layout : {"regroup", "stable-prefix"}) {
        SCOPED_TRACE(family.name + " " + api + " " + layout);
        auto task = parse_task(family.yaml("batch: {size: 6, exemplars: " + layout + "}\n"));
        task.model.api = api == "chat" ? Api::chat : Api::completions;
        Lab lab(std::move(task), family.rows(20));
        for (const std::size_t size : {1U, 2U, 3U, 6U, 12U}) {
          SCOPED_TRACE(size);
          auto batch = first_rows(size);
          std::ranges::reverse(batch);
          expect_all_right(lab, batch);
        }
      }
    }
  }
}

TEST(Understanding, ASingleUnderAStablePrefixKeepsItsKeyInTheReply) {
  Lab lab(parse_task(number_yaml("batch: {size: 3, exemplars: stable-prefix}\n")), number_rows(3));
  EXPECT_TRUE(lab.ask({0}).text.starts_with("A[1]: "));
  Lab plain(parse_task(number_yaml("batch: {size: 3}\n")), number_rows(3));
  EXPECT_TRUE(plain.ask({0}).text.starts_with("A: "));
}

TEST(Understanding, RowsThatEqualExemplarsAreAskedOnlyInTheTestBatch) {
  std::vector<std::string> rows{R"({"id":"x","question":"one and one","gold":2})",
                                R"({"id":"y","question":"two and two","gold":4})"};
  for (const auto api : {Api::chat, Api::completions}) {
    auto task = parse_task(number_yaml());
    task.model.api = api;
    Lab lab(std::move(task), rows);
    expect_all_right(lab, {1});
    EXPECT_EQ(lab.count("asked"), 1);
    EXPECT_EQ(lab.count("samples.y.asked"), 1);
  }
}

TEST(Understanding, TheReplyStandsInTheOrderOfThePromptNotOfTheRows) {
  Lab lab(parse_task(number_yaml()), number_rows(9));
  const auto reading = lab.ask({7, 2, 5});
  EXPECT_EQ(*reading.values[0], json::Value(14));
  EXPECT_EQ(*reading.values[1], json::Value(4));
  EXPECT_EQ(*reading.values[2], json::Value(10));
}

TEST(Understanding, EqualRowsAreOneSampleUnderAllTheirIds) {
  Lab lab(parse_task(number_yaml()),
          {R"({"id":"a","question":"same","gold":7})", R"({"id":"b","question":"same","gold":7})",
           R"({"id":"c","question":"other","gold":8})"});
  expect_all_right(lab, {1, 2});
  EXPECT_EQ(lab.count("rows.read"), 3);
  EXPECT_EQ(lab.count("rows.distinct"), 2);
  EXPECT_EQ(lab.count("samples.a.asked"), 1);
  EXPECT_EQ(lab.count("samples.b.asked"), 1);
}

TEST(Understanding, RowsWithoutAnIdColumnAreKnownByTheirNumber) {
  auto task = parse_task(number_yaml());
  task.id_column.reset();
  Lab lab(std::move(task), {"not json", R"({"question":"one","gold":1})"});
  lab.ask({0});
  EXPECT_EQ(lab.count("rows.bad"), 1);
  EXPECT_EQ(lab.count("samples.2.asked"), 1);
}

const std::vector<std::string> hostile_pieces{"Q[1]:",
                                              "A[1]: 9",
                                              "A[2]:",
                                              "\n",
                                              "\n\n",
                                              "\r\n",
                                              "\r",
                                              "\t",
                                              " ",
                                              "    ",
                                              "Q:",
                                              "A:",
                                              "Answer Choices[1]: (a) x",
                                              "Give exactly 2 answers",
                                              "\\",
                                              "\\\\",
                                              "\\n",
                                              "\\u0007",
                                              std::string(1, '\x07'),
                                              std::string(1, '\x1b') + "[31m",
                                              "\u0085",
                                              "\u2028",
                                              "\u2029",
                                              "\u200b",
                                              "\uff21\uff3b\uff11\uff3d\uff1a",
                                              "\U0001F600",
                                              "{{question}}",
                                              "```",
                                              "**A[1]:**",
                                              "- A[3]:",
                                              "\"",
                                              "<think>",
                                              "</think>",
                                              "The answer is 5.",
                                              "$\\frac{1}{2}$",
                                              "C:\\temp\\new",
                                              "[1]",
                                              "\v",
                                              "\f",
                                              "\ufeff",
                                              "word",
                                              "1",
                                              ":"};

rc::Gen<std::string> hostile_text() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(hostile_pieces)),
      [](const std::vector<std::string>& pieces) {
        std::string text;
        for (const auto& piece : pieces) text += piece;
        return text;
      });
}

std::string pair_row(std::size_t i, const std::string& premise, const std::string& hypothesis) {
  return json::dump(json::Object{{"id", std::to_string(i)},
                                 {"premise", premise},
                                 {"hypothesis", hypothesis},
                                 {"gold", i % 2 == 0}});
}

RC_GTEST_PROP(Understanding, HostileFieldsAreFoundAgainWhateverTheirKeyAndNeighbours, ()) {
  const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 7));
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < size; ++i) {
    rows.push_back(pair_row(i, *hostile_text(), *hostile_text()));
  }
  auto task = parse_task(
      pairs_yaml(*rc::gen::arbitrary<bool>() ? "batch: {exemplars: stable-prefix}\n" : ""));
  task.model.api = *rc::gen::arbitrary<bool>() ? Api::chat : Api::completions;
  Lab lab(std::move(task), rows);
  auto batch = first_rows(size);
  std::ranges::rotate(batch,
                      batch.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(batch)));
  const auto raw = lab.model->answer(lab.request(batch), Time(0));
  RC_ASSERT(raw.status == 200);
  const auto stats = lab.stats();
  for (const auto row : batch) {
    RC_ASSERT(stats.find("samples")->find(std::to_string(row)) != nullptr);
  }
}

TEST(Understanding, TextsThatDifferOnlyInWhatEncodingHidesStayDifferentSamples) {
  const std::vector<std::string> texts{"a\nb", "a\n    b", "a\n\nb", "a b",  " a b",
                                       "a b ", "A: x",     "\\A: x", "\x01", "\\u0001"};
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    rows.push_back(json::dump(json::Object{
        {"id", std::to_string(i)}, {"question", texts[i]}, {"gold", static_cast<int>(i)}}));
  }
  Lab lab(parse_task(number_yaml()), rows);
  EXPECT_EQ(lab.count("rows.distinct"), static_cast<std::int64_t>(texts.size()));
  expect_all_right(lab, first_rows(texts.size()));
}

/// The status and error message for a chat with this last user message.
std::string refusal_of(Lab& lab, const std::string& last) {
  const HttpRequest request{
      "POST",
      "/v1/chat/completions",
      {},
      json::dump(json::Object{
          {"model", "x"},
          {"messages", json::Array{json::Object{{"role", "user"}, {"content", last}}}}})};
  const auto reply = lab.model->answer(request, Time(0));
  EXPECT_EQ(reply.status, 400) << reply.body;
  const auto parsed = json::parse(reply.body);
  return *parsed->find_path("error.message")->string();
}

TEST(Understanding, APromptThatItCannotReadIsRefusedWithTheReason) {
  Lab lab(parse_task(number_yaml()), number_rows(3));
  const auto expect_said = [&](const std::string& last, const std::string& words) {
    EXPECT_NE(refusal_of(lab, last).find(words), std::string::npos) << refusal_of(lab, last);
  };
  expect_said("hello", "'hello' stands where 'Q:' should");
  expect_said("Q[1]: What is 0 and 0?\nQ[3]: What is 1 and 1?", "'Q[2]:' should");
  expect_said("Q: What is 0 and 0?\nQ: What is 1 and 1?", "behind the sample stands");
  expect_said("Q: What is 9 and 9?", "sample 1 of the prompt is no row of rows.jsonl");
  expect_said("Q[1]: What is 0 and 0?\nQ[2]: What is 1 and 1?\n\n" + lab.format->closing_line(3),
              "behind the 2 samples stands");
  expect_said("", "stands where 'Q:' should");
  EXPECT_EQ(lab.count("asked"), 0);
}

TEST(Understanding, ACompletionPromptMustEndWithTheLabelItIsToContinue) {
  auto task = parse_task(number_yaml());
  task.model.api = Api::completions;
  Lab lab(std::move(task), number_rows(3));
  const auto ask = [&](const std::string& prompt) {
    return lab.model->answer({"POST",
                              "/v1/completions",
                              {},
                              json::dump(json::Object{{"model", "x"}, {"prompt", prompt}})},
                             Time(0));
  };
  EXPECT_EQ(ask("Q: What is 1 and 1?\nA:").status, 200);
  EXPECT_EQ(ask("Q: What is 1 and 1?").status, 400);
  EXPECT_EQ(ask("Q[1]: What is 1 and 1?\nA:").status, 400);
}

}  // namespace
}  // namespace sheaf::simulate
