#include "tokens/byte_letters.hpp"

#include <gtest/gtest.h>

namespace sheaf::tokens {
namespace {

TEST(BytesOfLetters, AreTheirOwnWherePrintable) {
  EXPECT_EQ(bytes_of_letters("!~\u00A1\u00AC\u00AE\u00FF"), "!~\xA1\xAC\xAE\xFF");
}

TEST(BytesOfLetters, CountTheOthersFromU0100On) {
  EXPECT_EQ(bytes_of_letters("\u0120\u010A\u0121\u0142\u0143"), " \n\x7F\xA0\xAD");
}

TEST(BytesOfLetters, AreNotThereForOtherCharacters) {
  EXPECT_EQ(bytes_of_letters("a b"), std::nullopt);
  EXPECT_EQ(bytes_of_letters("\u00AD"), std::nullopt);
  EXPECT_EQ(bytes_of_letters("\u0144"), std::nullopt);
  EXPECT_EQ(bytes_of_letters("\u2581"), std::nullopt);
}

}  // namespace
}  // namespace sheaf::tokens
