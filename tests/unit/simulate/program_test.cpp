// The simulated model answers with programs where its task asks for them.
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::simulate {
namespace {

using ::testing::HasSubstr;

std::string program_yaml(const std::string& answer, const std::string& more = {}) {
  return "name: sums\ninstruction: Add up.\nsample: {Q: \"{{question}}\"}\n"
         "answer: {reasoning: program, " +
         answer + "}\nid: id\ngold: gold\nmodel: {name: simulated}\n" + more;
}

std::vector<std::string> rows_with(const std::vector<std::string>& golds) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < golds.size(); ++i) {
    const auto n = std::to_string(i);
    rows.push_back(R"({"id":"r)" + n + R"(","question":"What is )" + n + R"(?","options":["oak )" +
                   n + R"(","elm","ash"],"gold":")" + golds[i] + "\"}");
  }
  return rows;
}

struct Family {
  std::string answer;
  std::vector<std::string> golds;
};

const std::vector<Family> families{
    {"type: number", {"4", "-70", "1.5", "123456789012345678901234567890"}},
    {"type: boolean", {"true", "false", "yes", "no"}},
    {"type: choice, choices: [bug, \"how \\\"to\\\"\", billing]",
     {"bug", "billing", R"(how \"to\")", "bug"}},
    {"type: choice, choices: options", {"a", "b", "c", "b"}},
    {"type: text", {"Paris", "the \\\\ sea", "a\\nb", "\\u00e9"}},
};

std::optional<json::Value> gold(const Lab& lab, std::size_t row) {
  const auto value = lab.extractor.read_gold(*lab.rows[row].gold, lab.rows[row].choices);
  return value ? std::optional(*value) : std::nullopt;
}

TEST(SimulatedProgram, GivesTheGoldValueOfEveryType) {
  for (const auto& family : families) {
    Lab lab(parse_task(program_yaml(family.answer)), rows_with(family.golds));
    const auto reading = lab.ask(first_rows(4));
    EXPECT_THAT(reading.text, HasSubstr("A[1]:\n```python\n"));
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(reading.values[i], gold(lab, i)) << reading.text;
      EXPECT_EQ(lab.meant("r" + std::to_string(i)).at(0), reading.values[i]);
    }
  }
}

TEST(SimulatedProgram, AWrongOneGivesAnotherValueOfTheTask) {
  SimulateOptions options;
  options.accuracy = 0;
  for (const auto& family : families) {
    Lab lab(parse_task(program_yaml(family.answer)), rows_with(family.golds), options);
    const auto reading = lab.ask(first_rows(4));
    for (std::size_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(reading.values[i]) << reading.text;
      EXPECT_NE(reading.values[i], gold(lab, i)) << reading.text;
    }
  }
}

TEST(SimulatedProgram, CarriesItsNonceInAComment) {
  SimulateOptions options;
  options.nonce = true;
  Lab lab(parse_task(program_yaml("type: number")), number_rows(9), options);
  const auto reading = lab.ask(first_rows(6));
  EXPECT_THAT(reading.text, HasSubstr("```python\n# zq"));
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(reading.values[i], gold(lab, i));
}

TEST(SimulatedProgram, StandsBehindItsVoice) {
  SimulateOptions options;
  options.voice = "said";
  Lab lab(parse_task(program_yaml("type: number")),
          {R"({"id":"1","question":"?","gold":5,"said":"Two and two.\nA: 4"})"}, options);
  const auto reading = lab.ask({0});
  EXPECT_THAT(reading.text, HasSubstr("Two and two.\n```python\n"));
  EXPECT_EQ(reading.values[0], json::Value(4));
}

TEST(SimulatedProgram, BehindAVoiceWithAFenceOfItsOwnIsMeantAsTheDoubtItIs) {
  SimulateOptions options;
  options.voice = "said";
  Lab lab(parse_task(program_yaml("type: number")),
          {R"({"id":"1","question":"?","gold":5,"said":"```\nans = 3\n```\nA: 4"})"}, options);
  EXPECT_EQ(lab.ask({0}).values[0], std::nullopt);
  EXPECT_TRUE(lab.meant("1").at(0).is_null());
}

TEST(SimulatedProgram, WithoutOneTheValueIsASentenceThatOnlyTheTextOutsideCanGive) {
  SimulateOptions options;
  options.prose = 1;
  Lab doubted(parse_task(program_yaml("type: number")), number_rows(9), options);
  EXPECT_EQ(doubted.ask(first_rows(2)).values[0], std::nullopt);
  const auto yaml = program_yaml("type: number, program_failure: text");
  Lab read(parse_task(yaml), number_rows(9), options);
  EXPECT_EQ(read.ask(first_rows(2)).values[1], gold(read, 1));
}

class ProgramFault : public ::testing::TestWithParam<Api> {};

TEST_P(ProgramFault, NoneMakesAClientReadAWrongValue) {
  for (const std::string fault : {"drop", "swap", "duplicate", "conflict", "renumber", "preamble",
                                  "echo", "multi_line", "cut", "refuse", "prose"}) {
    SimulateOptions options;
    ASSERT_TRUE(set_simulate_option(options, fault, "1"));
    auto task = parse_task(program_yaml("type: number"));
    task.model.api = GetParam();
    Lab lab(std::move(task), number_rows(20), options);
    int read = 0;
    for (int time = 0; time < 25; ++time) {
      const auto reading = lab.ask(first_rows(6));
      for (std::size_t i = 0; i < 6; ++i) {
        if (!reading.values[i]) continue;
        ++read;
        EXPECT_EQ(reading.values[i], gold(lab, i)) << fault << "\n" << reading.text;
      }
      if (fault == "swap") {
        EXPECT_THAT(reading.text, HasSubstr("]:\n```python\n"));
      }
    }
    EXPECT_EQ(lab.count("faults." + fault), 25) << fault;
    const std::set<std::string> readable{"drop", "swap", "duplicate", "multi_line"};
    if (readable.contains(fault)) {
      EXPECT_GT(read, 50) << fault;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Apis, ProgramFault, ::testing::Values(Api::chat, Api::completions));

}  // namespace
}  // namespace sheaf::simulate
