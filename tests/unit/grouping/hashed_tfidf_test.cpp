#include "grouping/hashed_tfidf.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "grouping/arrange.hpp"

namespace sheaf::grouping {
namespace {

double cosine(const Vectors& vectors, std::size_t one, std::size_t other) {
  double sum = 0;
  for (std::size_t i = 0; i < vectors.dimensions(); ++i) {
    sum += static_cast<double>(vectors[one][i]) * vectors[other][i];
  }
  return sum;
}

TEST(HashedTfidf, RowsAreOfUnitLengthAndZeroWithoutWords) {
  const std::vector<std::string> texts{"one two two", "", " . !? \u3002", "two"};
  const auto vectors = hashed_tfidf(texts);
  ASSERT_EQ(vectors.count(), 4U);
  EXPECT_EQ(vectors.dimensions(), 384U);
  EXPECT_NEAR(cosine(vectors, 0, 0), 1, 1e-5);
  EXPECT_EQ(cosine(vectors, 1, 1), 0);
  EXPECT_EQ(cosine(vectors, 2, 2), 0);
  EXPECT_NEAR(cosine(vectors, 3, 3), 1, 1e-5);
}

TEST(HashedTfidf, RareWordsTellMoreThanCommonOnes) {
  std::vector<std::string> texts(50, "the of and");
  texts.insert(texts.end(), {"the zebra", "the invoice", "a zebra"});
  const auto vectors = hashed_tfidf(texts);
  EXPECT_GT(cosine(vectors, 50, 52), cosine(vectors, 50, 51) + 0.2);
}

TEST(HashedTfidf, CaseWidthAndPunctuationTellNothing) {
  const std::vector<std::string> texts{"Der Ärger, \"ЩИ\" und ΣΟΦΙΑ: 42",
                                       "der ärger щи UND σοφια 42",
                                       "Ｄｅｒ ärger щи und σοφια ４２", "42"};
  const auto vectors = hashed_tfidf(texts);
  EXPECT_NEAR(cosine(vectors, 0, 1), 1, 1e-5);
  EXPECT_NEAR(cosine(vectors, 0, 2), 1, 1e-5);
  EXPECT_LT(cosine(vectors, 0, 3), 0.8);
}

TEST(HashedTfidf, ScriptsWithoutSpacesAreReadByCharacters) {
  const std::vector<std::string> texts{"我喜欢喝茶", "他喜欢喝茶", "明天下雨吗"};
  const auto vectors = hashed_tfidf(texts);
  EXPECT_GT(cosine(vectors, 0, 1), 0.4);
  EXPECT_LT(cosine(vectors, 0, 2), 0.25);
}

TEST(HashedTfidf, TheOrderOfWordsTellsALittle) {
  const std::vector<std::string> texts{"dog bites man", "man bites dog", "dog bites man"};
  const auto vectors = hashed_tfidf(texts);
  EXPECT_LT(cosine(vectors, 0, 1), 0.99);
  EXPECT_GT(cosine(vectors, 0, 1), 0.3);
  EXPECT_NEAR(cosine(vectors, 0, 2), 1, 1e-5);
}

TEST(HashedTfidf, BytesThatAreNoTextDoNoHarm) {
  const std::vector<std::string> texts{std::string("\xff\xfe\x80 a\0b", 7), "\xe4\xb8"};
  const auto vectors = hashed_tfidf(texts, 8);
  for (std::size_t row = 0; row < 2; ++row) {
    for (const float value : vectors[row]) EXPECT_TRUE(std::isfinite(value));
  }
}

struct SharedSet {
  const char* file;
  std::vector<const char*> columns;
};

std::vector<std::string> texts_of(const SharedSet& set) {
  std::vector<std::string> texts;
  std::ifstream file(std::filesystem::path(SHEAF_SHARED_DATA) / set.file);
  for (std::string line; std::getline(file, line);) {
    const auto row = json::parse(line);
    if (!row) continue;
    auto& text = texts.emplace_back();
    for (const char* column : set.columns) {
      if (const auto* value = row->find(column)) text += *value->string() + ' ';
    }
  }
  return texts;
}

// Of random groups the mean cosine scatters by less than 0.01 on these sets.
TEST(SharedSets, CosinesInsideBatchesAreAboveChanceBySimilarityAndBelowItByDiversity) {
  if (!std::filesystem::exists(SHEAF_SHARED_DATA)) GTEST_SKIP() << "no " SHEAF_SHARED_DATA;
  const std::vector<SharedSet> sets{
      {"addsub.jsonl", {"question"}},        {"aqua.jsonl", {"question"}},
      {"commonsenseqa.jsonl", {"question"}}, {"gsm8k.jsonl", {"question"}},
      {"multiarith.jsonl", {"question"}},    {"rte.jsonl", {"premise", "hypothesis"}},
      {"sst5.jsonl", {"sentence"}},          {"strategyqa.jsonl", {"question"}},
      {"svamp.jsonl", {"question"}}};
  for (const auto& set : sets) {
    const auto vectors = hashed_tfidf(texts_of(set));
    const auto count = vectors.count();
    const auto chance = mean_cosine(vectors, by_chance(count, 6, 1));
    const auto near = mean_cosine(vectors, by_similarity(vectors, 6, 1));
    const auto far = mean_cosine(vectors, by_diversity(vectors, 6, 1));
    ASSERT_GT(count, 100U) << set.file;
    EXPECT_GT(near, chance + 0.05) << set.file;
    EXPECT_LT(far, chance - 0.02) << set.file;
  }
}

}  // namespace
}  // namespace sheaf::grouping
