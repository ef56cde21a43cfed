#include "core/gbnf.hpp"

#include <gtest/gtest.h>

namespace sheaf {
namespace {

TEST(Gbnf, KeepsALiteralWithinItsQuotes) {
  EXPECT_EQ(escaped_for_gbnf("how-to: grün"), "how-to: grün");
  EXPECT_EQ(escaped_for_gbnf(R"(say "yes" or \no)"), R"(say \"yes\" or \\no)");
  EXPECT_EQ(escaped_for_gbnf("a\nb\t"), R"(a\x0Ab\x09)");
}

}  // namespace
}  // namespace sheaf
