#include "core/hash.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sheaf {
namespace {

// The values stand in checkpoints: they must never change. Those of the empty input are published
// with the algorithm (xxHash, XXH3 of zero bytes, seed 0).
TEST(Hash, GivesThePublishedValues) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2ULL);
  EXPECT_EQ(to_hex(hash128("")), "99aa06d3014798d86001c324468d497f");
  EXPECT_NE(hash64("a", 1), hash64("a", 2));
}

TEST(Hasher, CountsTheBordersOfParts) {
  EXPECT_NE(Hasher().add("ab").add("c").finish(), Hasher().add("a").add("bc").finish());
  EXPECT_NE(Hasher().add("").finish(), Hasher().finish());
  EXPECT_NE(Hasher().add(std::int64_t{1}).finish(), Hasher().add("1").finish());
  EXPECT_NE(Hasher().add(std::int64_t{115}).add("").finish(), Hasher().add("s").add("").finish());
  EXPECT_EQ(Hasher().add("a").add(std::int64_t{-1}).finish(),
            Hasher().add("a").add(std::int64_t{-1}).finish());
}

TEST(Hasher, NeverChangesWhatStandsInFiles) {
  EXPECT_EQ(to_hex(Hasher().add("ab").add(std::int64_t{-2}).finish()),
            to_hex(hash128(std::string("s\x02\0\0\0\0\0\0\0ab", 11) +
                           std::string("n\xfe\xff\xff\xff\xff\xff\xff\xff", 9))));
}

RC_GTEST_PROP(StreamHash, DoesNotDependOnTheCuts, (const std::vector<std::string>& pieces)) {
  StreamHash64 stream;
  std::string whole;
  for (const std::string& piece : pieces) {
    stream.add(piece);
    whole += piece;
    RC_ASSERT(stream.value() == hash64(whole));
  }
  StreamHash64 moved = std::move(stream);
  RC_ASSERT(moved.value() == hash64(whole));
}

}  // namespace
}  // namespace sheaf
