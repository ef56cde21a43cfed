#include "llama/processor.hpp"

#include <array>

#include <gtest/gtest.h>

namespace sheaf::llama {
namespace {

TEST(Processor, RunsWhatWasCompiledForIt) { EXPECT_TRUE(check_processor().has_value()); }

TEST(Processor, MayLackWhatIsNotUsed) {
  const std::array sets{InstructionSet{.name = "AVX", .compiled = false, .here = false},
                        InstructionSet{.name = "AVX2", .compiled = true, .here = true}};
  EXPECT_TRUE(check_instructions(sets).has_value());
}

TEST(Processor, IsRefusedWhereItLacksWhatIsUsed) {
  const std::array sets{InstructionSet{.name = "AVX2", .compiled = true, .here = true},
                        InstructionSet{.name = "AVX-512", .compiled = true, .here = false}};
  const auto checked = check_instructions(sets);
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().code, ErrorCode::unavailable);
  EXPECT_EQ(checked.error().message,
            "this build of sheaf runs GGUF files by AVX-512 instructions, which this processor "
            "lacks; build it on this machine, or with -DGGML_NATIVE=OFF");
}

}  // namespace
}  // namespace sheaf::llama
