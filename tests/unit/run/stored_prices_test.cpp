#include "run/stored_prices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::run {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const PriceList flat{{.input = {150'000}, .cached_input = {75'000}, .output = {600'000}}};
const PriceList tiered{
    {.input = {1}, .cached_input = {2}, .output = {3}, .cache_write = {4}},
    {{200'000, {.input = {5}, .cached_input = {6}, .output = {7}, .cache_write = {8}}}}};

TEST(StoredPrices, AreReadAsTheyWereWrittenEachOnce) {
  auto stored = with_prices("", flat);
  stored = with_prices(stored, tiered);
  stored = with_prices(stored, flat);
  EXPECT_THAT(read_prices(stored), ElementsAre(flat, tiered));
}

TEST(StoredPrices, LeaveOutWhatIsNone) {
  EXPECT_THAT(read_prices(""), IsEmpty());
  EXPECT_THAT(read_prices("{}"), IsEmpty());
  EXPECT_THAT(read_prices("[1, {\"input\": 3}]"), IsEmpty());
  EXPECT_THAT(read_prices(with_prices("[{}]", flat)), ElementsAre(flat));
}

}  // namespace
}  // namespace sheaf::run
