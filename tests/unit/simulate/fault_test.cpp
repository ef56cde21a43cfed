// Each content fault has its shape, and a reply suffers at most one.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::simulate {
namespace {

constexpr std::size_t size = 6;

struct Setting {
  std::string yaml = number_yaml();
  Api api = Api::chat;
  std::size_t batch = size;
  std::uint64_t seed = 0;
};

/// A lab in which every reply has this fault.
Lab lab_with(const std::string& fault, const Setting& setting = {}) {
  SimulateOptions options;
  options.seed = setting.seed;
  EXPECT_TRUE(set_simulate_option(options, fault, "1"));
  auto task = parse_task(setting.yaml);
  task.model.api = setting.api;
  return Lab(std::move(task), number_rows(20), options);
}

/// The replies to one batch, asked again and again, each with the fault counted.
std::vector<Reading> replies(const std::string& fault, const Setting& setting = {},
                             int times = 40) {
  auto lab = lab_with(fault, setting);
  std::vector<Reading> readings;
  for (int i = 0; i < times; ++i) readings.push_back(lab.ask(first_rows(setting.batch)));
  EXPECT_EQ(lab.count("faults." + fault), times) << fault;
  return readings;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', at)) {
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  lines.push_back(text.substr(at));
  return lines;
}

/// The keys of the lines "A[i]: ...", in order.
std::vector<int> keys_of(const std::string& text) {
  std::vector<int> keys;
  for (const auto& line : lines_of(text)) {
    if (line.starts_with("A[")) keys.push_back(std::stoi(line.substr(2)));
  }
  return keys;
}

/// The text of a reply without any fault.
std::string clean_text() {
  Lab lab(parse_task(number_yaml()), number_rows(20));
  return lab.ask(first_rows(size)).text;
}

json::Value right(std::size_t row) { return static_cast<int>(2 * row); }

void expect_no_wrong_value(const Reading& reading) {
  for (std::size_t i = 0; i < reading.values.size(); ++i) {
    if (reading.values[i]) {
      EXPECT_EQ(*reading.values[i], right(i)) << reading.text;
    }
  }
}

std::size_t doubts(const Reading& reading) {
  return static_cast<std::size_t>(std::ranges::count(reading.values, std::optional<json::Value>()));
}

TEST(ContentFault, DropLeavesOneKeyOut) {
  std::set<std::size_t> missing;
  for (const auto& reading : replies("drop")) {
    EXPECT_EQ(keys_of(reading.text).size(), size - 1);
    EXPECT_EQ(doubts(reading), 1u);
    expect_no_wrong_value(reading);
    for (std::size_t i = 0; i < size; ++i) {
      if (!reading.values[i]) missing.insert(i);
    }
  }
  EXPECT_GT(missing.size(), 3u);
}

TEST(ContentFault, SwapExchangesTwoLinesWithTheirKeys) {
  for (const auto& reading : replies("swap")) {
    auto keys = keys_of(reading.text);
    EXPECT_FALSE(std::ranges::is_sorted(keys));
    int moved = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) moved += keys[i] != static_cast<int>(i + 1);
    EXPECT_EQ(moved, 2);
    EXPECT_EQ(doubts(reading), 0u);
    expect_no_wrong_value(reading);
  }
}

TEST(ContentFault, DuplicatePrintsALineTwice) {
  for (const auto& reading : replies("duplicate")) {
    auto lines = lines_of(reading.text);
    EXPECT_EQ(lines.size(), size + 1);
    EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), size);
    EXPECT_EQ(doubts(reading), 0u);
    expect_no_wrong_value(reading);
  }
}

TEST(ContentFault, ConflictPrintsAKeyTwiceWithDifferentValues) {
  std::set<bool> right_comes_first;
  for (const auto& reading : replies("conflict")) {
    const auto lines = lines_of(reading.text);
    EXPECT_EQ(lines.size(), size + 1);
    EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), size + 1);
    const auto keys = keys_of(reading.text);
    EXPECT_EQ(std::set<int>(keys.begin(), keys.end()).size(), size);
    EXPECT_EQ(doubts(reading), 1u);
    expect_no_wrong_value(reading);
    const auto doubled =
        std::ranges::find_if(keys, [&](int key) { return std::ranges::count(keys, key) == 2; });
    const auto& line = lines[static_cast<std::size_t>(doubled - keys.begin())];
    right_comes_first.insert(line.ends_with(" " + std::to_string(2 * (*doubled - 1)) + "."));
  }
  EXPECT_EQ(right_comes_first.size(), 2u);
}

TEST(ContentFault, RenumberStartsAtZeroOrTwoOrPrintsOneKeyForAnother) {
  std::set<std::string> shapes;
  for (const auto& reading : replies("renumber")) {
    const auto keys = keys_of(reading.text);
    ASSERT_EQ(keys.size(), size);
    if (keys == std::vector<int>{0, 1, 2, 3, 4, 5}) {
      shapes.insert("zero");
    } else if (keys == std::vector<int>{2, 3, 4, 5, 6, 7}) {
      shapes.insert("two");
    } else {
      EXPECT_EQ(std::set<int>(keys.begin(), keys.end()).size(), size - 1);
      shapes.insert("doubled");
    }
    EXPECT_GE(doubts(reading), 1u);
    expect_no_wrong_value(reading);
  }
  EXPECT_EQ(shapes.size(), 3u);
}

TEST(ContentFault, PreambleStandsBeforeTheFirstKeyInFourShapes) {
  std::set<std::string> shapes;
  for (const auto& reading : replies("preamble")) {
    EXPECT_FALSE(reading.text.starts_with("A[1]"));
    if (reading.text.starts_with("<think>")) shapes.insert("thought");
    if (reading.text.ends_with("```")) shapes.insert("fence");
    if (reading.text.find("\n\nA[1]") != std::string::npos) shapes.insert("blank line");
    if (reading.text.find("\nA[1]") != std::string::npos) shapes.insert("sentence");
    EXPECT_EQ(doubts(reading), 0u) << reading.text;
    expect_no_wrong_value(reading);
  }
  EXPECT_EQ(shapes.size(), 4u);
}

TEST(ContentFault, EchoRepeatsTheQuestions) {
  for (const auto& reading : replies("echo")) {
    EXPECT_TRUE(reading.text.starts_with("Q[1]: What is 0 and 0?\nQ[2]: What is 1 and 1?\n"));
    EXPECT_EQ(doubts(reading), 0u) << reading.text;
    expect_no_wrong_value(reading);
  }
}

TEST(ContentFault, MultiLineBreaksAnswersAndChangesNoValue) {
  std::set<std::string> shapes;
  for (const auto& reading : replies("multi_line")) {
    EXPECT_GT(lines_of(reading.text).size(), size);
    const auto lines = lines_of(reading.text);
    shapes.insert(std::string(lines[0] == "A[1]:" ? "below" : "sentences") +
                  (lines[1].starts_with("    ") ? " indented" : ""));
    expect_no_wrong_value(reading);
  }
  EXPECT_EQ(shapes.size(), 4u);
}

TEST(ContentFault, CutEndsAnywhereWithFinishReasonLength) {
  const auto clean = clean_text();
  std::set<std::size_t> sizes;
  for (const auto& reading : replies("cut")) {
    EXPECT_EQ(reading.completion().finish, FinishReason::length);
    EXPECT_LT(reading.text.size(), 2 * clean.size());
    sizes.insert(reading.text.size());
    expect_no_wrong_value(reading);
  }
  EXPECT_GT(sizes.size(), 20u);
}

TEST(ContentFault, RefuseIsOneAnswerWithoutAValueAndMeansNone) {
  auto lab = lab_with("refuse");
  for (int i = 0; i < 20; ++i) {
    const auto reading = lab.ask(first_rows(size));
    EXPECT_EQ(doubts(reading), 1u);
    expect_no_wrong_value(reading);
    for (std::size_t row = 0; row < size; ++row) {
      EXPECT_EQ(lab.meant("n" + std::to_string(row)).back().is_null(), !reading.values[row]);
    }
  }
}

TEST(ContentFault, ProseLeavesTheMarkerOut) {
  for (const auto& reading : replies("prose")) {
    EXPECT_EQ(reading.text.find("The answer is"), std::string::npos);
    EXPECT_EQ(doubts(reading), 0u);
    expect_no_wrong_value(reading);
  }
}

TEST(ContentFault, MislabelIsSeenByNoDecoder) {
  std::set<std::string> shapes;
  for (const auto& reading : replies("mislabel")) {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < size; ++i) {
      wrong += reading.values[i] && *reading.values[i] != right(i) ? 1 : 0;
    }
    const bool exchanged = doubts(reading) == 0;
    EXPECT_TRUE(exchanged ? wrong == 2 : wrong >= 1 && doubts(reading) == 1) << reading.text;
    shapes.insert(exchanged ? "exchanged" : "skipped");
  }
  EXPECT_EQ(shapes.size(), 2u);
}

TEST(ContentFault, WhatNeedsTwoAnswersOrAKeyDoesNotBefallASinglePlainOne) {
  for (const std::string fault : {"swap", "renumber", "mislabel"}) {
    auto lab = lab_with(fault);
    EXPECT_EQ(*lab.ask({3}).values[0], right(3));
    EXPECT_EQ(lab.count("faults." + fault), 0) << fault;
  }
}

TEST(ContentFault, ARightCompletionGoesOnAfterThePrimedLabel) {
  auto task = parse_task(number_yaml());
  task.model.api = Api::completions;
  Lab lab(std::move(task), number_rows(20));
  const auto reading = lab.ask(first_rows(size));
  EXPECT_TRUE(reading.completion().text.starts_with(" "));
  EXPECT_EQ(keys_of(reading.text), (std::vector<int>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(lab.ask({0}).completion().text.starts_with(" "));
}

TEST(ContentFault, ASpoiledCompletionThatStartsOtherwiseStartsOnANewLine) {
  for (const std::string fault : {"preamble", "echo"}) {
    for (const auto& reading : replies(fault, {.api = Api::completions})) {
      EXPECT_TRUE(reading.completion().text.starts_with("\n"));
      EXPECT_NE(reading.text.find("\nA[1]: "), std::string::npos);
    }
  }
}

TEST(ContentFault, NoneMakesAClientOfCompletionsReadAWrongValue) {
  for (const std::string fault : {"drop", "swap", "duplicate", "conflict", "renumber", "preamble",
                                  "echo", "multi_line", "cut", "refuse", "prose"}) {
    SCOPED_TRACE(fault);
    for (const auto& reading : replies(fault, {.api = Api::completions})) {
      EXPECT_EQ(reading.text.find("A[1]: A[1]"), std::string::npos) << reading.text;
      EXPECT_EQ(reading.text.find("\n\n"), std::string::npos) << reading.text;
      expect_no_wrong_value(reading);
    }
  }
}

TEST(ContentFault, ASingleUnderAStablePrefixSuffersThemToo) {
  const auto stable = number_yaml("batch: {size: 3, exemplars: stable-prefix}\n");
  for (const std::string fault : {"drop", "duplicate", "conflict", "renumber", "preamble", "echo",
                                  "multi_line", "cut", "refuse", "prose"}) {
    SCOPED_TRACE(fault);
    for (const auto& reading : replies(fault, {.yaml = stable, .batch = 1})) {
      if (reading.values[0]) {
        EXPECT_EQ(*reading.values[0], right(0)) << reading.text;
      }
    }
  }
}

TEST(ContentFault, NoneBefallsAReplyThatItsCapCutsAnyway) {
  for (const auto& kind : content_faults) {
    auto lab = lab_with(std::string(kind.name));
    const auto reading = lab.ask(first_rows(size), 10);
    EXPECT_EQ(reading.completion().finish, FinishReason::length);
    EXPECT_EQ(reading.completion().text.size(), 40u);
    EXPECT_TRUE(clean_text().starts_with(reading.completion().text));
    EXPECT_EQ(lab.count("faults." + std::string(kind.name)), 0) << kind.name;
  }
}

TEST(ContentFault, NoneSavesAReplyFromItsCap) {
  auto lab = lab_with("drop");
  const auto cap = static_cast<std::int64_t>((clean_text().size() + 3) / 4);
  EXPECT_EQ(lab.ask(first_rows(size), cap - 1).completion().finish, FinishReason::length);
  EXPECT_EQ(lab.count("faults.drop"), 0);
}

TEST(ContentFault, NoneMakesAReplyMeetItsCap) {
  auto lab = lab_with("echo");
  const auto cap = static_cast<std::int64_t>((clean_text().size() + 3) / 4);
  const auto reading = lab.ask(first_rows(size), cap);
  EXPECT_EQ(reading.text, clean_text());
  EXPECT_EQ(reading.completion().finish, FinishReason::stop);
}

TEST(ContentFault, AtMostOneBefallsAReplyAndEachAtItsRate) {
  SimulateOptions options;
  options.content_faults = 0.05;
  options.mislabel = 0.05;
  options.block = 0.05;
  Lab lab(parse_task(number_yaml()), number_rows(20), options);
  constexpr int requests = 4000;
  for (int i = 0; i < requests; ++i) {
    lab.model->answer(lab.request(first_rows(2 + static_cast<std::size_t>(i) % 5)), lab.now);
  }
  std::int64_t sum = 0;
  for (const auto& kind : content_faults) {
    const auto count = lab.count("faults." + std::string(kind.name));
    EXPECT_NEAR(static_cast<double>(count), 0.05 * requests, 0.02 * requests) << kind.name;
    sum += count;
  }
  EXPECT_NEAR(static_cast<double>(sum), 0.65 * requests, 0.05 * requests);
}

}  // namespace
}  // namespace sheaf::simulate
