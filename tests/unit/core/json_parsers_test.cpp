// The quick parser may leave a text to the thorough one, but never says anything else of it.
#include "core/json_parsers.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "core/text.hpp"

namespace sheaf::json {
namespace {

using namespace std::string_view_literals;

constexpr std::array pieces{
    "{"sv,       "}"sv,       "["sv,       "]"sv,     ","sv,      ":"sv,      "\"a\""sv, "\"b\""sv,
    "\"\""sv,    "1"sv,       "-0.50"sv,   "1e400"sv, "007"sv,    "1."sv,     "-"sv,     "true"sv,
    "false"sv,   "null"sv,    "nul"sv,     " "sv,     "\n"sv,     "\t"sv,     "\""sv,    "\\"sv,
    "\\u00e9"sv, "\\ud83d"sv, "\\ude00"sv, "\\n"sv,   "\u00e9"sv, "\u2028"sv, "/**/"sv,  "NaN"sv,
    "\0"sv,      "\x01"sv,    "\uFEFF"sv,  "'"sv,     "x"sv};

/// A value, or something near one.
std::string text_of(Random& random, int depth) {
  std::string out;
  switch (random.below(depth > 3 ? 3 : 6)) {
    case 0:
      return "\"" + std::string(1, static_cast<char>('a' + random.below(26))) + "\"";
    case 1:
      return std::to_string(random.below(1000)) + ".25";
    case 2:
      return std::string(pieces[random.below(pieces.size())]);
    case 3: {
      for (auto count = random.below(4); count > 0; --count) {
        out += (out.empty() ? "" : ", ") + text_of(random, depth + 1);
      }
      return "[" + out + "]";
    }
    default: {
      for (auto count = random.below(4); count > 0; --count) {
        const char key = static_cast<char>('a' + random.below(5));
        out += (out.empty() ? "\"" : ", \"") + std::string(1, key) + "\": ";
        out += text_of(random, depth + 1);
      }
      return "{" + out + "}";
    }
  }
}

TEST(JsonParsers, TheQuickOneAgreesWithTheThoroughOne) {
  Random random(1);
  int read = 0;
  int left = 0;
  for (int round = 0; round < 30'000; ++round) {
    std::string text = text_of(random, 0);
    for (auto edits = random.below(3); edits > 0; --edits) {
      const auto at = random.below(text.size() + 1);
      text.replace(at, random.below(3), pieces[random.below(pieces.size())]);
    }
    if (text::find_invalid_utf8(text)) continue;
    const ParseOptions options{.max_depth = 3, .refuse_duplicate_keys = random.below(2) == 0};
    const auto quick = parse_quickly(text, options);
    const auto thorough = parse_thoroughly(text, options);
    if (quick) {
      ASSERT_TRUE(thorough) << text << "\n" << thorough.error().reason;
      ASSERT_EQ(*quick, *thorough) << text;
    }
    ++(quick ? read : left);
    ASSERT_TRUE(quick || !thorough || !text.starts_with("{")) << "left without need: " << text;
  }
  EXPECT_GT(read, 3'000);
  EXPECT_GT(left, 3'000);
}

TEST(JsonParsers, ALargeTextIsReadAsASmallOneIs) {
  std::string text = R"({"a": ")" + std::string(3u << 20, 'x') + R"(", "n": 1.10})";
  const auto quick = parse_quickly(text, {});
  ASSERT_TRUE(quick);
  EXPECT_EQ(*quick, *parse_thoroughly(text, {}));
  EXPECT_EQ(quick->find("n")->number()->digits, "1.10");
}

}  // namespace
}  // namespace sheaf::json
