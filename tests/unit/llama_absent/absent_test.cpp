#include <gtest/gtest.h>

#include "llama/local_model.hpp"

namespace sheaf::llama {
namespace {

TEST(AbsentModel, SaysHowToBuildIt) {
  EXPECT_FALSE(available());
  const auto expect_absent = [](const auto& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::usage);
    EXPECT_EQ(result.error().message,
              "this build of sheaf has no GGUF support; build with -DSHEAF_LLAMA=ON");
  };
  expect_absent(look_at("any.gguf"));
  expect_absent(read_tokenizer("any.gguf"));
  expect_absent(open_local("any.gguf", {}));
}

}  // namespace
}  // namespace sheaf::llama
