#include "store/sample_list.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::store {
namespace {

RC_GTEST_PROP(SampleList, GivesBackAnyNumbersInTheirOrder, (std::vector<std::int64_t> samples)) {
  RC_ASSERT(unpack(pack(samples)) == samples);
}

RC_GTEST_PROP(SampleList, TakesAnyBytesWithoutHarm, (const std::string& bytes)) {
  (void)unpack(bytes);
}

TEST(SampleList, GivesBackTheLargestSteps) {
  const std::vector<SampleNo> samples{std::numeric_limits<SampleNo>::max(),
                                      std::numeric_limits<SampleNo>::min(), 0, -1, 1};
  EXPECT_EQ(unpack(pack(samples)), samples);
}

TEST(SampleList, TakesOneByteForANeighbour) {
  EXPECT_EQ(pack(std::vector<SampleNo>{1, 2, 3, 2, 66}), "\x02\x02\x02\x01\x80\x01");
  EXPECT_EQ(pack({}), "");
}

TEST(SampleList, RefusesWhatIsCutOrTooLong) {
  EXPECT_FALSE(unpack("\x02\x80"));
  EXPECT_FALSE(unpack(std::string(11, '\x80') + "\x01"));
}

}  // namespace
}  // namespace sheaf::store
