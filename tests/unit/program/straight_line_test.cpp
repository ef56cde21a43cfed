#include <gtest/gtest.h>

#include "program/program.hpp"

namespace sheaf::program {
namespace {

TEST(StraightLine, GivesTheValueOfAns) {
  const auto result = run("eggs = 16 - 3\nsold = eggs - 4\nans = sold * 2\n");
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_EQ(*result, (Result{Kind::integer, "18"}));
}

}  // namespace
}  // namespace sheaf::program
