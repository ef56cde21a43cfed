// The words of real models (GSM8K's recorded solutions), read as answers.
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "answer/extract.hpp"
#include "core/json.hpp"
#include "read_value.hpp"

namespace sheaf::answer {
namespace {

constexpr std::array voices{"6b_finetuning", "6b_verification", "175b_finetuning",
                            "175b_verification"};

std::vector<json::Value> rows_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<json::Value> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(json::parse(line).value());
  return rows;
}

// The recorded number without its commas; one solution ends in a fraction.
std::string plain(std::string written) {
  if (written == "7/14") return "0.5";
  std::erase(written, ',');
  return written;
}

struct Tally {
  int read = 0;
  int broken_off = 0;
  int judged_otherwise = 0;
};

class RecordedSolutions : public testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path folder = SHEAF_SHARED_DATA;
    if (!std::filesystem::exists(folder / "gsm8k-recorded-solutions.jsonl")) {
      GTEST_SKIP() << "no shared data beside the checkout";
    }
    for (const auto& row : rows_of(folder / "gsm8k.jsonl")) {
      golds_[*row.find("id")->string()] = *row.find("answer")->string();
    }
    solutions_ = rows_of(folder / "gsm8k-recorded-solutions.jsonl");
  }

  void check(const json::Value& row, const char* voice, Tally& tally) const {
    const auto& id = *row.find("id")->string();
    const auto& solution = *row.find(voice)->find("solution")->string();
    const auto last_line = solution.rfind("\nA: ");
    if (last_line == std::string::npos || solution.find('\n', last_line + 1) != std::string::npos) {
      ++tally.broken_off;
      return;
    }
    const auto written = solution.substr(last_line + 4);
    const auto text = solution.substr(0, last_line) + "\nThe answer is " + written + ".";
    const auto value = extractor_.read(text, {});
    ASSERT_TRUE(value) << id << ' ' << voice << ": " << value.error().detail;
    EXPECT_TRUE(same_answer(*value, json::Number{plain(written)}))
        << id << ' ' << voice << ": " << written;
    ++tally.read;
    const auto gold = extractor_.read_gold(golds_.at(id), {});
    const bool correct = same_answer(*value, *gold);
    if (correct != *row.find(voice)->find("is_correct")->boolean()) ++tally.judged_otherwise;
  }

  std::vector<json::Value> solutions_;
  std::map<std::string, std::string> golds_;
  Extractor extractor_{rule_of(task::AnswerType::number)};
};

TEST_F(RecordedSolutions, read_as_the_number_they_announce_and_are_right_where_recorded_so) {
  Tally tally;
  for (const auto& row : solutions_) {
    for (const auto* voice : voices) check(row, voice, tally);
  }
  EXPECT_EQ(solutions_.size(), 660U);
  EXPECT_EQ(tally.read, 2632);
  EXPECT_EQ(tally.broken_off, 8);
  EXPECT_EQ(tally.judged_otherwise, 0);
}

TEST_F(RecordedSolutions, as_they_stand_score_what_their_flags_say) {
  int agreeing = 0;
  for (const auto& row : solutions_) {
    const auto gold = extractor_.read_gold(golds_.at(*row.find("id")->string()), {});
    for (const auto* voice : voices) {
      const auto value = extractor_.read(*row.find(voice)->find("solution")->string(), {});
      const bool correct = value && same_answer(*value, *gold);
      const bool flagged = *row.find(voice)->find("is_correct")->boolean();
      EXPECT_EQ(correct, flagged) << *row.find("id")->string() << ' ' << voice;
      agreeing += correct == flagged ? 1 : 0;
    }
  }
  EXPECT_EQ(agreeing, 2640);
}

}  // namespace
}  // namespace sheaf::answer
