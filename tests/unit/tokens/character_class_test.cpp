#include "tokens/character_class.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::tokens {
namespace {

struct Characters {
  std::int64_t count = 0;
  std::int64_t sum = 0;  ///< Of their code points: none is taken for another.
  friend bool operator==(const Characters&, const Characters&) = default;
};

// The counts are those of UnicodeData.txt and PropList.txt, version 16.0.
TEST(CharacterClass, HasTheCharactersOfUnicode16) {
  std::array<Characters, 7> classes;
  for (char32_t point = 0; point < 0x110000; ++point) {
    auto& its = classes.at(static_cast<std::size_t>(class_of(point)));
    ++its.count;
    its.sum += point;
  }
  EXPECT_THAT(classes, testing::ElementsAre(Characters{968'647, 604'953'723'004},       // other
                                            Characters{1858 + 31, 87'144'871},          // Lu, Lt
                                            Characters{2258, 104'713'123},              // Ll
                                            Characters{404 + 136'477, 15'049'071'264},  // Lm, Lo
                                            Characters{2020 + 468 + 13, 316'771'473},   // M
                                            Characters{760 + 236 + 915, 110'651'895},   // N
                                            Characters{25, 141'586}));  // White_Space
}

TEST(CharacterClass, OfWhatIsNoCharacterIsOther) {
  EXPECT_EQ(class_of(0xD800), CharacterClass::other);
  EXPECT_EQ(class_of(0x110000), CharacterClass::other);
}

TEST(CharacterClass, OfAsciiIsTheSameWithoutTheTable) {
  for (unsigned char c = 0; c < 0x80; ++c) EXPECT_EQ(class_of_ascii(c), class_of(c)) << int{c};
}

}  // namespace
}  // namespace sheaf::tokens
