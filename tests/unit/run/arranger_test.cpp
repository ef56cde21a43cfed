#include "run/arranger.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::run {
namespace {

using ::testing::UnorderedElementsAre;
using Batch = std::vector<plan::SampleHandle>;

const std::vector<format::SampleText> no_texts(20);

std::vector<Arranged> samples(std::size_t count) {
  std::vector<Arranged> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back({static_cast<plan::SampleHandle>(100 + i), &no_texts.at(i), 0});
  }
  return all;
}

Batch handles(plan::SampleHandle first, plan::SampleHandle end) {
  Batch all;
  for (auto handle = first; handle < end; ++handle) all.push_back(handle);
  return all;
}

/// Of the first four texts two and two point one way, of all others every second.
Expected<grouping::Vectors> two_ways(std::span<const std::string> texts) {
  std::vector<float> values;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool first_way = i < 4 ? i < 2 : i % 2 == 0;
    values.push_back(first_way ? 1.0F : 0.0F);
    values.push_back(first_way ? 0.0F : 1.0F);
  }
  return grouping::Vectors(2, std::move(values));
}

TEST(Arranger, GivesEachIsolationGroupItsOwnVectors) {
  auto arranger = Arranger::make({.kind = grouping::Kind::similarity, .batch_size = 2, .seed = 1},
                                 samples(8), two_ways);
  ASSERT_TRUE(arranger);
  EXPECT_EQ(arranger->vector_bytes(), 8U * 2 * sizeof(float));
  EXPECT_THAT(arranger->arrange(handles(100, 104)),
              UnorderedElementsAre(UnorderedElementsAre(100, 101), UnorderedElementsAre(102, 103)));
  EXPECT_THAT(arranger->arrange(handles(104, 108)),
              UnorderedElementsAre(UnorderedElementsAre(104, 106), UnorderedElementsAre(105, 107)));
}

TEST(Arranger, AsksForNoVectorsThatItDoesNotNeed) {
  const auto never = [](auto) -> Expected<grouping::Vectors> {
    return fail(ErrorCode::stopped, "asked");
  };
  for (const auto kind : {grouping::Kind::random, grouping::Kind::length}) {
    auto arranger = Arranger::make({.kind = kind, .batch_size = 3, .seed = 1}, samples(8), never);
    ASSERT_TRUE(arranger);
    EXPECT_EQ(arranger->vector_bytes(), 0U);
    EXPECT_EQ(arranger->arrange(handles(100, 108)).size(), 3U);
  }
  EXPECT_TRUE(Arranger::make({.kind = grouping::Kind::diversity}, {}, never)) << "no samples";
  auto alone =
      Arranger::make({.kind = grouping::Kind::diversity, .batch_size = 1}, samples(8), never);
  ASSERT_TRUE(alone) << "nothing to compare";
  EXPECT_EQ(alone->arrange(handles(100, 108)).size(), 8U);
}

TEST(Arranger, VectorsThatCannotBeHadAreItsError) {
  const auto arranger =
      Arranger::make({.kind = grouping::Kind::diversity, .batch_size = 3}, samples(8),
                     [](auto) { return fail(ErrorCode::stopped, "the endpoint is down"); });
  ASSERT_FALSE(arranger);
  EXPECT_EQ(arranger.error().message, "the endpoint is down");
}

TEST(Arranger, AnotherIsolationGroupIsDrawnInAnotherWay) {
  auto arranger = Arranger::make({.kind = grouping::Kind::random, .batch_size = 10, .seed = 1},
                                 samples(20), two_ways);
  auto first = arranger->arrange(handles(100, 110)).front();
  const auto second = arranger->arrange(handles(110, 120)).front();
  for (auto& handle : first) handle += 10;
  EXPECT_NE(first, second);
}

TEST(Arranger, ComparesTheFieldsWithoutTheirLabels) {
  const format::SampleText text{{{"Premise", "It rains."}, {"Claim", "It is wet."}}};
  EXPECT_EQ(text_to_compare(text), "It rains.\nIt is wet.\n");
}

}  // namespace
}  // namespace sheaf::run
