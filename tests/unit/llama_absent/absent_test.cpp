#include <gtest/gtest.h>

#include "llama/model.hpp"

namespace sheaf::llama {
namespace {

TEST(AbsentModel, SaysHowToBuildIt) {
  EXPECT_FALSE(available());
  const auto model = Model::load("any.gguf");
  ASSERT_FALSE(model.has_value());
  EXPECT_EQ(model.error().code, ErrorCode::usage);
  EXPECT_EQ(model.error().message,
            "this build of sheaf has no GGUF support; build with -DSHEAF_LLAMA=ON");
}

}  // namespace
}  // namespace sheaf::llama
