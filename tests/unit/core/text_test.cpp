#include "core/text.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sheaf::text {
namespace {

using Lines = std::vector<std::string_view>;

TEST(Utf8, FindsTheFirstMalformedByte) {
  EXPECT_EQ(find_invalid_utf8(""), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("plain ascii, longer than eight bytes"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("\u00e9\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"),
            std::nullopt);
  EXPECT_EQ(find_invalid_utf8("0123456789\x80"), 10U) << "a continuation byte alone";
  EXPECT_EQ(find_invalid_utf8("ab\xc1\x81"), 2U) << "overlong, two bytes";
  EXPECT_EQ(find_invalid_utf8("\xe0\x9f\xbf"), 0U) << "overlong, three bytes";
  EXPECT_EQ(find_invalid_utf8("\xf0\x8f\xbf\xbf"), 0U) << "overlong, four bytes";
  EXPECT_EQ(find_invalid_utf8("\xed\xa0\x80"), 0U) << "a surrogate";
  EXPECT_EQ(find_invalid_utf8("\xf4\x90\x80\x80"), 0U) << "above U+10FFFF";
  EXPECT_EQ(find_invalid_utf8("\xf5\x80\x80\x80"), 0U);
  EXPECT_EQ(find_invalid_utf8("x\u00e9\xe2\x82"), 3U) << "cut at the end";
}

TEST(Utf8, ReplacesEachMaximalPartOnce) {
  EXPECT_EQ(replace_invalid_utf8("a\xe2\x82z"), "a\ufffdz");
  EXPECT_EQ(replace_invalid_utf8("\xf0\x90\x80"), "\ufffd");
  EXPECT_EQ(replace_invalid_utf8("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");
  EXPECT_EQ(replace_invalid_utf8("\xc0\xaf\xff"), "\ufffd\ufffd\ufffd");
  EXPECT_EQ(replace_invalid_utf8("\u00e9\U0001F600"), "\u00e9\U0001F600");
}

RC_GTEST_PROP(Utf8, ReplacementAlwaysGivesValidTextAndKeepsValidText, (const std::string& bytes)) {
  const std::string replaced = replace_invalid_utf8(bytes);
  RC_ASSERT(find_invalid_utf8(replaced) == std::nullopt);
  if (!find_invalid_utf8(bytes)) RC_ASSERT(replaced == bytes);
  const auto bad = find_invalid_utf8(bytes);
  if (bad) RC_ASSERT(replaced.starts_with(bytes.substr(0, *bad) + "\ufffd"));
}

RC_GTEST_PROP(Utf8, EveryCodePointIsReadAsItWasWritten, ()) {
  const auto value = static_cast<char32_t>(*rc::gen::suchThat(
      rc::gen::inRange(0, 0x110000), [](int c) { return c < 0xD800 || c > 0xDFFF; }));
  std::string bytes;
  append_utf8(bytes, value);
  RC_ASSERT(find_invalid_utf8(bytes) == std::nullopt);
  const CodePoint point = decode_front(bytes + "tail");
  RC_ASSERT(point.value == value);
  RC_ASSERT(point.length == bytes.size());
}

TEST(Utf8, DecodesMalformedBytesOneByOne) {
  EXPECT_EQ(decode_front("").length, 0U);
  EXPECT_EQ(decode_front("\xe2\x82").length, 1U);
  EXPECT_EQ(decode_front("\xe2\x82").value, 0xFFFDU);
}

TEST(Trim, TakesEverySpaceThatIsSpaceAndNothingElse) {
  EXPECT_EQ(trim(" \t\r\n\f\v\u00a0\u2003\u2028\u202f\u205f\u3000\ufeffx y\ufeff\u00a0 \n"), "x y");
  EXPECT_EQ(trim("  \u3000 "), "");
  EXPECT_EQ(trim("\u200bx"), "\u200bx") << "a zero-width space is no space";
  EXPECT_EQ(trim("x\x80"), "x\x80");
  EXPECT_EQ(trim("\x80 \xa0"), "\x80 \xa0") << "a byte of NBSP alone is not NBSP";
  EXPECT_EQ(trim_right("  a \u2009"), "  a");
}

TEST(Fold, ChangesAsciiLettersAlone) {
  EXPECT_EQ(fold_ascii("AZaz[\u00c9"), "azaz[\u00c9");
  EXPECT_TRUE(equals_fold_ascii("Retry-After", "rETRY-aFTER"));
  EXPECT_FALSE(equals_fold_ascii("Retry-After", "Retry-Afte"));
  EXPECT_FALSE(equals_fold_ascii("[", "{"));
}

TEST(Narrow, TurnsFullWidthFormsToAscii) {
  EXPECT_EQ(narrow(U'\uff11'), U'1');
  EXPECT_EQ(narrow(U'\uff01'), U'!');
  EXPECT_EQ(narrow(U'\uff5e'), U'~');
  EXPECT_EQ(narrow(U'\uff5f'), U'\uff5f');
  EXPECT_EQ(narrow(U'\uff00'), U'\uff00');
  EXPECT_EQ(narrow(U'a'), U'a');
}

TEST(SplitLines, EndsLinesAtLfAndDropsTheCrBeforeIt) {
  EXPECT_EQ(lines(""), Lines{});
  EXPECT_EQ(lines("a\n"), Lines{"a"});
  EXPECT_EQ(lines("a\r\n\r\nb"), (Lines{"a", "", "b"}));
  EXPECT_EQ(lines("\n\n"), (Lines{"", ""}));
  EXPECT_EQ(lines("a\rb\r"), Lines{"a\rb\r"}) << "a lone CR is text";
}

TEST(DisplaySafe, ShowsControlAndBidiCharactersAsEscapes) {
  EXPECT_EQ(display_safe("a\x1b[31m\n\u009b\u2028\u202e\u2066\u200f\x7f"),
            "a\\u{1b}[31m\\u{a}\\u{9b}\\u{2028}\\u{202e}\\u{2066}\\u{200f}\\u{7f}");
  EXPECT_EQ(display_safe("caf\u00e9 \xff!"), "caf\u00e9 \ufffd!");
}

TEST(DisplaySafe, CutsAtACharacterWithinTheBound) {
  EXPECT_EQ(display_safe("abcdef", 6), "abcdef");
  EXPECT_EQ(display_safe("abcdefg", 6), "abc\u2026");
  EXPECT_EQ(display_safe("\u00e9\u00e9\u00e9\u00e9", 6), "\u00e9\u2026");
  EXPECT_EQ(display_safe("ab\ncdefgh", 9), "ab\u2026") << "an escape is kept whole or not at all";
  EXPECT_EQ(display_safe("abc", 2), "");
}

RC_GTEST_PROP(DisplaySafe, HoldsNoControlCharacterAndKeepsItsBound, (const std::string& bytes)) {
  const auto bound = *rc::gen::inRange<std::size_t>(0, 64);
  const std::string shown = display_safe(bytes, bound);
  RC_ASSERT(shown.size() <= bound);
  RC_ASSERT(!find_invalid_utf8(shown));
  for (const char c : shown) RC_ASSERT((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}

TEST(Nearest, ProposesWhatIsCloseAndNothingElse) {
  const std::vector<std::string> keys{"name", "model", "max_tokens", "exemplars", "id"};
  EXPECT_EQ(nearest("nmae", keys), "name") << "two exchanged letters are one slip";
  EXPECT_EQ(nearest("Model", keys), "model");
  EXPECT_EQ(nearest("max-tokens", keys), "max_tokens");
  EXPECT_EQ(nearest("examplars", keys), "exemplars");
  EXPECT_EQ(nearest("ID", keys), "id");
  EXPECT_EQ(nearest("nane", {"nape", "name"}), "nape") << "of equals, the first";
  EXPECT_EQ(nearest("abcdef", {"abcdxy"}), "abcdxy");
  EXPECT_EQ(nearest("abcde", {"abcxy"}), std::nullopt) << "more than a third differs";
  EXPECT_EQ(nearest("xy", keys), std::nullopt);
  EXPECT_EQ(nearest("temperature", keys), std::nullopt);
  EXPECT_EQ(nearest("", keys), std::nullopt);
  EXPECT_EQ(nearest("name", {}), std::nullopt);
}

TEST(Beginning, EndsBetweenTwoCharacters) {
  const std::string text = "ab\xC3\xA9z";
  EXPECT_EQ(beginning(text, 5), text);
  EXPECT_EQ(beginning(text, 4), "ab\xC3\xA9");
  EXPECT_EQ(beginning(text, 3), "ab");
}

}  // namespace
}  // namespace sheaf::text
