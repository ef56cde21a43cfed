#include "tokens/encodings.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokens/embedded.hpp"
#include "tokens/read_ranks.hpp"

namespace sheaf::tokens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<TokenId> tokens_of(std::string_view name, std::string_view text) {
  const auto loaded = encoding(name);
  EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  std::vector<TokenId> tokens;
  if (loaded) (*loaded)->encode(text, tokens);
  return tokens;
}

class Encodings : public ::testing::Test {
 protected:
  void SetUp() override {
    if (embedded_table("o200k_base").empty()) GTEST_SKIP() << "this build holds no rank tables";
  }
};

// What tiktoken 0.14 gives.
TEST_F(Encodings, AreTiktokens) {
  EXPECT_THAT(tokens_of("o200k_base", "hello world"), ElementsAre(24912, 2375));
  EXPECT_THAT(tokens_of("cl100k_base", "hello world"), ElementsAre(15339, 1917));
}

TEST_F(Encodings, TakeSpecialTokensForText) {
  EXPECT_GT(tokens_of("o200k_base", "<|endoftext|>").size(), 1U);
}

TEST_F(Encodings, AreUnpackedOnce) {
  EXPECT_EQ(encoding("cl100k_base")->get(), encoding("cl100k_base")->get());
}

TEST_F(Encodings, TakeALongLetterRunQuickly) {
  const std::string run(1'000'000, 'a');
  EXPECT_EQ((*encoding("o200k_base"))->count(run), 125'000);
}

TEST(Encoding, OfAnUnknownNameIsRefused) {
  const auto loaded = encoding("p50k_base");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(loaded.error().message, HasSubstr("p50k_base: no encoding that sheaf knows"));
}

/// A `.tiktoken` file of the bytes alone.
std::string bytes_alone() {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string file;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    file += letters[byte >> 2U];
    file += letters[(byte & 3U) << 4U];
    file += "== " + std::to_string(byte) + "\n";
  }
  return file;
}

TEST(ReadTokenizer, SaysWhatIsNoTable) {
  const auto message = [](std::string_view text) {
    const auto read = read_tokenizer(text, "my.json");
    return read ? std::string("read") : read.error().message;
  };
  EXPECT_THAT(message("{"), HasSubstr("my.json: byte 1: "));
  EXPECT_THAT(message("{}"), HasSubstr("my.json: no tokenizer"));
  EXPECT_THAT(message("IQ== 0\nIg== 1\n"), HasSubstr("the byte 0 alone has no rank"));
  EXPECT_THAT(message(bytes_alone()), HasSubstr("a table of 256 ranks is no encoding"));
  EXPECT_THAT(message("IQ== 0\nIg==\n"), HasSubstr("line 2 is not a token in base64 and its rank"));
  EXPECT_THAT(message("IQ== 0\n?? 1\n"), HasSubstr("the token of rank 1 is no base64"));
  EXPECT_THAT(message("IQ== 99999999\n"), HasSubstr("rank 99999999"));
}

TEST(ReadRankLines, CountsOnFromTheFirstRankOfEachLine) {
  const auto entries = read_rank_lines("! 0 IQ== Ig==\n! 7 Iw==\n");
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ((*entries)[1].bytes, "\"");
  EXPECT_EQ((*entries)[1].rank, 1U);
  EXPECT_EQ((*entries)[2].bytes, "#");
  EXPECT_EQ((*entries)[2].rank, 7U);
}

TEST(UnpackZstd, RefusesWhatIsCut) {
  const auto packed = embedded_table("cl100k_base");
  EXPECT_EQ(unpack_zstd("no frame"), std::nullopt);
  EXPECT_EQ(unpack_zstd(packed.substr(0, packed.size() / 2)), std::nullopt);
}

}  // namespace
}  // namespace sheaf::tokens
