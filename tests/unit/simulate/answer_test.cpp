// What the simulated model says about one sample.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "lab.hpp"
#include "simulate/answer_writer.hpp"

namespace sheaf::simulate {
namespace {

Asking asking(std::uint64_t sample, int size = 1, int position = 1, int time = 1) {
  return {.sample = {sample, ~sample}, .size = size, .position = position, .time = time};
}

/// A writer and what it keeps of one row of its task.
struct Desk {
  Desk(const std::string& yaml, const std::string& row, const SimulateOptions& options = {})
      : task(parse_task(yaml)), writer(task, options), extractor(task.answer) {
    const auto fields = *json::parse(row);
    rendered = *task::render(task, fields);
    record = writer.prepare(rendered, rendered.id, fields);
  }
  WrittenAnswer write(const Asking& when, Manner manner = Manner::plain) const {
    return writer.write(record.view(), when, manner);
  }
  std::string read(const std::string& text) const {
    const auto value = extractor.read(text, rendered.choices);
    return value ? json::dump(*value) : "null";
  }

  task::Task task;
  AnswerWriter writer;
  answer::Extractor extractor;
  task::RenderedRow rendered;
  RowRecord record;
};

const std::vector<std::pair<std::string, std::string>> rows{
    {number_yaml(), number_rows(9).back()},
    {letters_yaml(), letter_rows(9).back()},
    {pairs_yaml(), pair_rows(9).back()},
    {queues_yaml(), queue_rows(9).back()},
};

std::string gold_json(const Desk& desk) {
  return json::dump(*desk.extractor.read_gold(*desk.rendered.gold, desk.rendered.choices));
}

/// Positions among 1..n at which the answer is the gold one.
int right_of(const Desk& desk, int n, int size, int position) {
  int right = 0;
  for (int i = 0; i < n; ++i) {
    const auto answer = desk.write(asking(static_cast<std::uint64_t>(i), size, position));
    right += answer.meant == gold_json(desk) ? 1 : 0;
  }
  return right;
}

TEST(SimulatedAnswer, GivesTheGoldValueInAFormThatReadsAsIt) {
  for (const auto& [yaml, row] : rows) {
    const Desk desk(yaml, row);
    for (std::uint64_t i = 0; i < 50; ++i) {
      const auto answer = desk.write(asking(i));
      EXPECT_EQ(answer.meant, gold_json(desk));
      EXPECT_EQ(desk.read(answer.text), answer.meant) << answer.text;
      EXPECT_TRUE(answer.text.ends_with(answer.closing));
    }
  }
}

TEST(SimulatedAnswer, AWrongOneIsAnotherValueOfTheTaskAndReadsAsThatValue) {
  SimulateOptions options;
  options.accuracy = 0;
  for (const auto& [yaml, row] : rows) {
    const Desk desk(yaml, row, options);
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 200; ++i) {
      const auto answer = desk.write(asking(i));
      EXPECT_NE(answer.meant, gold_json(desk));
      EXPECT_EQ(desk.read(answer.text), answer.meant) << answer.text;
      seen.insert(answer.meant);
    }
    EXPECT_GE(seen.size(), desk.task.answer.type == task::AnswerType::boolean ? 1u : 2u);
  }
}

TEST(SimulatedAnswer, AContraryOneContradictsThePlainOne) {
  for (const auto& [yaml, row] : rows) {
    const Desk desk(yaml, row);
    for (std::uint64_t i = 0; i < 50; ++i) {
      const auto contrary = desk.write(asking(i), Manner::contrary);
      EXPECT_NE(contrary.meant, desk.write(asking(i)).meant);
      EXPECT_EQ(desk.read(contrary.text), contrary.meant);
    }
  }
}

TEST(SimulatedAnswer, ARefusalNamesNoValue) {
  for (const auto& [yaml, row] : rows) {
    const Desk desk(yaml, row);
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 50; ++i) {
      const auto refusal = desk.write(asking(i), Manner::refusal);
      EXPECT_EQ(refusal.meant, "null");
      EXPECT_EQ(desk.read(refusal.text), "null") << refusal.text;
      seen.insert(refusal.text);
    }
    EXPECT_GT(seen.size(), 2u);
  }
}

TEST(SimulatedAnswer, ARefusalAvoidsTheWordsOfTheRowsOwnChoices) {
  const Desk desk(letters_yaml(),
                  R"({"id":"1","question":"?","options":["help","comply","answered"],"gold":"a"})");
  for (std::uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(desk.read(desk.write(asking(i), Manner::refusal).text), "null");
  }
}

TEST(SimulatedAnswer, ProseNamesTheValueWithoutTheMarker) {
  for (const auto& [yaml, row] : rows) {
    const Desk desk(yaml, row);
    for (std::uint64_t i = 0; i < 50; ++i) {
      const auto prose = desk.write(asking(i), Manner::prose);
      EXPECT_EQ(prose.text.find(desk.task.answer.marker), std::string::npos);
      EXPECT_EQ(desk.read(prose.text), gold_json(desk)) << prose.text;
    }
  }
}

TEST(SimulatedAnswer, WithoutGoldItIsDrawnOnceForASample) {
  for (const auto& [yaml, row] : rows) {
    auto fields = *json::parse(row);
    std::erase_if(*fields.object(), [](const json::Member& m) { return m.first == "gold"; });
    const Desk desk(yaml, json::dump(fields));
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 60; ++i) {
      const auto answer = desk.write(asking(i));
      EXPECT_NE(answer.meant, "null");
      EXPECT_EQ(desk.read(answer.text), answer.meant);
      EXPECT_EQ(desk.write(asking(i, 6, 4, 3)).meant, answer.meant);
      seen.insert(answer.meant);
    }
    EXPECT_GE(seen.size(), 2u);
  }
}

TEST(SimulatedAnswer, AccuracyHoldsBySizeAndPosition) {
  SimulateOptions options;
  options.accuracy = 0.9;
  options.accuracy_by_size = {{2, 0.8}, {6, 0.5}};
  options.accuracy_by_position = -0.1;
  const Desk desk(number_yaml(), number_rows(9).back(), options);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(1, 1), 0.9);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(2, 1), 0.8);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(5, 3), 0.6);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(6, 6), 0);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(12, 1), 0.5);
  constexpr int n = 4000;
  EXPECT_NEAR(right_of(desk, n, 1, 1), 0.9 * n, 0.03 * n);
  EXPECT_NEAR(right_of(desk, n, 6, 1), 0.5 * n, 0.03 * n);
  EXPECT_NEAR(right_of(desk, n, 6, 3), 0.3 * n, 0.03 * n);
}

TEST(SimulatedAnswer, AListOfPositionsMultipliesAndItsLastHoldsOn) {
  SimulateOptions options;
  options.accuracy = 0.5;
  options.accuracy_by_position = std::vector<double>{1, 0.5};
  const Desk desk(number_yaml(), number_rows(9).back(), options);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(9, 1), 0.5);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(9, 2), 0.25);
  EXPECT_DOUBLE_EQ(desk.writer.accuracy(9, 7), 0.25);
}

TEST(SimulatedAnswer, IsAFunctionOfSeedSampleSizePositionAndTimeAlone) {
  SimulateOptions options;
  options.accuracy = 0.5;
  const Desk one(number_yaml(), number_rows(9).back(), options);
  const Desk same(number_yaml(), number_rows(9).back(), options);
  options.seed = 1;
  const Desk other(number_yaml(), number_rows(9).back(), options);
  int differs = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto when = asking(i % 10, static_cast<int>(1 + i % 3), static_cast<int>(1 + i % 2));
    EXPECT_EQ(one.write(when).text, same.write(when).text);
    differs += one.write(when).text != other.write(when).text ? 1 : 0;
  }
  EXPECT_GT(differs, 20);
}

TEST(SimulatedAnswer, ANonceTellsEqualValuesApartAndChangesNoValue) {
  SimulateOptions options;
  options.nonce = true;
  for (const auto& [yaml, row] : rows) {
    const Desk desk(yaml, row, options);
    const auto word = desk.writer.nonce(desk.rendered.id);
    for (const auto manner : {Manner::plain, Manner::prose, Manner::contrary}) {
      const auto answer = desk.write(asking(3), manner);
      EXPECT_NE(answer.text.find(word), std::string::npos) << answer.text;
      EXPECT_EQ(desk.read(answer.text), answer.meant) << answer.text;
    }
    EXPECT_NE(word, desk.writer.nonce(desk.rendered.id + "x"));
  }
}

TEST(SimulatedAnswer, OfATextTheNonceIsPart) {
  SimulateOptions options;
  options.nonce = true;
  const Desk desk(
      "name: t\ninstruction: i\nsample: {Q: \"{{q}}\"}\nanswer: {type: text}\n"
      "gold: gold\nid: id\nmodel: {name: simulated}\n",
      R"({"id":"7","q":"?","gold":"two\r\nlines"})", options);
  const auto answer = desk.write(asking(1));
  EXPECT_EQ(answer.text, desk.writer.nonce("7") + " two\nlines");
  EXPECT_EQ(answer.meant, json::dump(answer.text));
}

TEST(SimulatedAnswer, ATextIsContradictedByAnotherText) {
  SimulateOptions options;
  options.accuracy = 0;
  const Desk desk(
      "name: t\ninstruction: i\nsample: {Q: \"{{q}}\"}\nanswer: {type: text}\n"
      "gold: gold\nid: id\nmodel: {name: simulated}\n",
      R"({"id":"7","q":"?","gold":"Paris"})", options);
  EXPECT_NE(desk.write(asking(1)).meant, "\"Paris\"");
  EXPECT_NE(desk.write(asking(1), Manner::contrary).text, desk.write(asking(1)).text);
}

TEST(SimulatedAnswer, NumbersTooLongForADoubleStayWhatTheyAre) {
  const Desk desk(number_yaml(),
                  R"({"id":"1","question":"?","gold":123456789012345678901234567890})");
  EXPECT_EQ(desk.write(asking(1)).meant, "\"123456789012345678901234567890\"");
  const auto contrary = desk.write(asking(1), Manner::contrary);
  EXPECT_EQ(desk.read(contrary.text), contrary.meant);
}

std::string voiced_row(const std::string& voice) {
  return json::dump(json::Object{
      {"id", "1"}, {"question", "?"}, {"gold", 5}, {"said", json::Object{{"text", voice}}}});
}

Desk voiced(const std::string& voice, double accuracy = 1) {
  SimulateOptions options;
  options.voice = "said.text";
  options.accuracy = accuracy;
  return Desk(number_yaml(), voiced_row(voice), options);
}

TEST(SimulatedAnswer, AVoicesLastLineBecomesTheMarkerSentence) {
  const auto desk = voiced("There are 9 - 2 = 7.\r\nSo be it.\r\nA: 1,007");
  const auto answer = desk.write(asking(1));
  EXPECT_EQ(answer.text, "There are 9 - 2 = 7.\nSo be it.\nThe answer is 1007.");
  EXPECT_EQ(answer.meant, "1007");
}

TEST(SimulatedAnswer, AVoiceHasLineFeedsForEveryLineBreak) {
  EXPECT_EQ(voiced("One.\rTwo.\r\nA: 3").write(asking(1)).text, "One.\nTwo.\nThe answer is 3.");
}

TEST(SimulatedAnswer, AVoicesLastLineStaysInProse) {
  const auto desk = voiced("There are 9 - 2 = 7.\nA: 7");
  EXPECT_EQ(desk.write(asking(1), Manner::prose).text, "There are 9 - 2 = 7.\nA: 7");
}

TEST(SimulatedAnswer, AVoiceThatBreaksOffMeansWhatCanBeReadFromIt) {
  const auto desk = voiced("It costs 12 and then");
  EXPECT_EQ(desk.write(asking(1)).text, "It costs 12 and then");
  EXPECT_EQ(desk.write(asking(1)).meant, "12");
  EXPECT_EQ(voiced("No number at all").write(asking(1)).meant, "null");
}

TEST(SimulatedAnswer, AccuracySpoilsAVoicesValueToo) {
  const auto desk = voiced("Seven.\nA: 7", 0);
  const auto answer = desk.write(asking(1));
  EXPECT_NE(answer.meant, "7");
  EXPECT_EQ(desk.read(answer.text), answer.meant);
}

TEST(SimulatedAnswer, ARowWithoutAVoiceIsAnsweredInOwnWords) {
  SimulateOptions options;
  options.voice = "said.text";
  const Desk desk(number_yaml(), number_rows(9).back(), options);
  EXPECT_EQ(desk.write(asking(1)).meant, "16");
}

}  // namespace
}  // namespace sheaf::simulate
