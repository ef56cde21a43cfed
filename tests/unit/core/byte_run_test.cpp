#include "core/byte_run.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace sheaf {
namespace {

constexpr auto telling = [](auto byte) { return (byte < 0x20) | (byte == 0x5C) | (byte == 0xE2); };

TEST(ByteRun, EndsAtTheFirstTellingByteWhereverItStands) {
  Random random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random.below(80), 'x');
    for (char& byte : text) {
      if (random.below(24) == 0) byte = static_cast<char>(random.below(256));
    }
    const auto first = std::ranges::find_if(
        text, [](char byte) { return telling(static_cast<unsigned char>(byte)) != 0; });
    ASSERT_EQ(run_before(text, telling), static_cast<std::size_t>(first - text.begin()));
  }
}

}  // namespace
}  // namespace sheaf
