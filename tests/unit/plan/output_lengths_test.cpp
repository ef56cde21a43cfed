#include "plan/output_lengths.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "core/random.hpp"

namespace sheaf::plan {
namespace {

using Draw = std::function<std::int64_t(Random&)>;

/// The most answers of which the estimate says that they stay within the cap.
int most_answers(const OutputLengths& lengths, std::int64_t cap) {
  int most = 0;
  while (most < 2'000 && (most + 1) * lengths.expected(0) <= lengths.room(most + 1, cap)) ++most;
  return most;
}

/// The share of sums beyond the cap, over many estimates from so many lengths each.
double exceeded(const Draw& draw, int seen, std::int64_t cap) {
  constexpr int estimates = 400;
  constexpr int sums = 50;
  Random random(static_cast<std::uint64_t>(seen));
  int beyond = 0;
  for (int i = 0; i < estimates; ++i) {
    OutputLengths lengths;
    for (int j = 0; j < seen; ++j) lengths.add(draw(random), 0);
    const int most = most_answers(lengths, cap);
    for (int j = 0; j < sums; ++j) {
      std::int64_t sum = 0;
      for (int k = 0; k < most; ++k) sum += draw(random);
      beyond += sum > cap ? 1 : 0;
    }
  }
  return static_cast<double>(beyond) / (estimates * sums);
}

double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

/// Of models that wrote solutions; a token is four bytes.
std::map<std::string, std::vector<std::int64_t>> recorded_lengths() {
  std::map<std::string, std::vector<std::int64_t>> all;
  std::ifstream file(SHEAF_SHARED_DATA "/gsm8k-recorded-solutions.jsonl");
  for (std::string line; std::getline(file, line);) {
    const auto row = json::parse(line);
    for (const auto* model :
         {"6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"}) {
      const auto* solution = row->find_path(std::string(model) + ".solution");
      all[model].push_back(1 + std::ssize(*solution->string()) / 4);
    }
  }
  return all;
}

TEST(OutputLengths, SumsOfRecordedSolutionsExceedTheCapInUnderOnePercent) {
  const auto all = recorded_lengths();
  if (all.empty()) GTEST_SKIP() << "no shared data";
  for (const auto& [model, lengths] : all) {
    const auto draw = [&](Random& random) { return lengths[random.below(lengths.size())]; };
    for (const std::int64_t cap : {1'024, 4'096}) {
      SCOPED_TRACE(model + " " + std::to_string(cap));
      EXPECT_LT(exceeded(draw, 8, cap), 0.01) << "from as many exemplars";
      EXPECT_LT(exceeded(draw, 64, cap), 0.01);
      EXPECT_LT(exceeded(draw, 512, cap), 0.01);
    }
  }
}

TEST(OutputLengths, ALongTailIsAllowedFor) {
  const Draw lognormal = [](Random& random) {
    return static_cast<std::int64_t>(std::ceil(std::exp(4.5 + 0.6 * normal(random))));
  };
  EXPECT_LT(exceeded(lognormal, 16, 4'096), 0.01);
  EXPECT_LT(exceeded(lognormal, 64, 4'096), 0.01);
  EXPECT_LT(exceeded(lognormal, 512, 4'096), 0.01);
}

TEST(OutputLengths, ManyLengthsUseTheCapUp) {
  OutputLengths lengths;
  for (int i = 0; i < 10'000; ++i) lengths.add(90 + i % 21, 0);
  EXPECT_GE(most_answers(lengths, 10'000), 97);
  EXPECT_LE(most_answers(lengths, 10'000), 99);
}

TEST(OutputLengths, FewSayNothing) {
  OutputLengths lengths;
  EXPECT_EQ(lengths.expected(100), 0);
  for (int i = 0; i < least_lengths; ++i) {
    EXPECT_LT(lengths.room(1, 1'000'000), 0) << i;
    lengths.add(10, 100);
  }
  EXPECT_GT(lengths.room(1, 1'000'000), 0);
  EXPECT_EQ(lengths.expected(100), 10);
}

TEST(OutputLengths, TheSpreadIsMoreUncertainTheFewerWereSeen) {
  std::int64_t before = 0;
  for (const int seen : {8, 16, 64, 512}) {
    OutputLengths lengths;
    for (int i = 0; i < seen; ++i) lengths.add(80 + 40 * (i % 2), 0);
    const auto room = lengths.room(30, 4'096);
    EXPECT_GT(room, before) << seen;
    before = room;
  }
}

TEST(OutputLengths, LongerSamplesHaveLongerAnswersWhereTheyDid) {
  OutputLengths lengths;
  for (int i = 0; i < 200; ++i) lengths.add(5 + i, 10 * i);
  EXPECT_EQ(lengths.expected(0), 5);
  EXPECT_NEAR(static_cast<double>(lengths.expected(4'000)), 405, 1);
  EXPECT_GT(lengths.room(30, 4'096), 4'090) << "the line tells them all";
}

TEST(OutputLengths, AreNotToldByTheSampleWhereTheyWereNot) {
  OutputLengths lengths;
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    lengths.add(static_cast<std::int64_t>(random.below(100)), static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(lengths.expected(0), lengths.expected(1'000'000));
}

TEST(OutputLengths, TheOrderIsOfNoAccount) {
  OutputLengths forth;
  OutputLengths back;
  OutputLengths half;
  OutputLengths other_half;
  for (int i = 0; i < 100; ++i) {
    forth.add(i * i, i);
    back.add((99 - i) * (99 - i), 99 - i);
    (i % 2 == 0 ? half : other_half).add(i * i, i);
  }
  half.add(other_half);
  for (const auto* lengths : {&back, &half}) {
    EXPECT_EQ(lengths->expected(7), forth.expected(7));
    EXPECT_EQ(lengths->room(9, 100'000), forth.room(9, 100'000));
    EXPECT_EQ(lengths->count(), 100);
  }
}

}  // namespace
}  // namespace sheaf::plan
