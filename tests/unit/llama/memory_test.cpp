#include "llama/memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::llama {
namespace {

using ::testing::Optional;

TEST(Memory, OfTheMachineIsWhatIsAvailable) {
  EXPECT_THAT(machine_room("MemTotal:       24 kB\nMemAvailable:   1000 kB\n"),
              Optional(1'024'000U));
}

TEST(Memory, OfTheMachineIsUnknownWhereItIsNotTold) {
  EXPECT_EQ(machine_room(""), std::nullopt);
  EXPECT_EQ(machine_room("MemAvailable:\n"), std::nullopt);
}

TEST(Memory, OfAGroupIsWhatIsNotTaken) {
  EXPECT_THAT(group_room("1000\n", "400\n", ""), Optional(600U));
  EXPECT_THAT(group_room("1000\n", "1400\n", ""), Optional(0U));
}

TEST(Memory, OfAGroupCountsCachedFilesAsFree) {
  EXPECT_THAT(group_room("1000", "400", "anon 5\ninactive_file 200\nactive_file 100\nslab 9\n"),
              Optional(900U));
}

TEST(Memory, OfAGroupHasNoLimitWhereNoneIsSet) {
  EXPECT_EQ(group_room("max\n", "400\n", ""), std::nullopt);
  EXPECT_EQ(group_room("", "", ""), std::nullopt);
}

TEST(Memory, IsToldForThisProcess) { EXPECT_GT(memory_room().bytes, 0U); }

TEST(Memory, IsEnoughOrRefusedInOneLine) {
  const MemoryRoom room{.bytes = 2'000'000, .of = "of this machine are free"};
  EXPECT_TRUE(check_room("a.gguf", 2'000'000, room).has_value());
  const auto refused = check_room("a.gguf", 2'100'000, room);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(refused.error().message,
            "a.gguf takes 2.1 MB of memory, and 2.0 MB of this machine are free; take a smaller "
            "model, one of fewer bits a weight, or a machine with more");
}

}  // namespace
}  // namespace sheaf::llama
