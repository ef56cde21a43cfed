#include "format/escape.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sheaf::format {
namespace {

const LabelScanner& scanner() {
  static const LabelScanner labels({"Q", "Answer Choices"}, "A");
  return labels;
}

std::string field(std::string_view text) { return escape_field(text, scanner()); }
std::string answer(std::string_view text) { return escape_answer(text, scanner()); }

TEST(EscapeField, OrdinaryTextIsShownByteForByte) {
  for (const char* text :
       {"", "plain", R"(\frac{1}{2} C:\dir\name \n \u00e9 \\server)", "tab\there", "  spaces  ",
        "A [see] Q?", "a line with A[2]: in its middle", "Antwort: 3", "Q", "A.", "[1]: x", "A1: x",
        "\xF0\x9F\x98\x80 \xE2\x80\x8B \xE2\x80\xAE", "bad \xFF\xC2 bytes", "{{template}}",
        "**bold** `code`"}) {
    EXPECT_EQ(field(text), text);
  }
}

TEST(EscapeField, FurtherLinesAreIndentedBlankOnesIncluded) {
  EXPECT_EQ(field("a\nb\n\n  c\n"), "a\n    b\n    \n      c\n    ");
}

TEST(EscapeField, EveryLineEndBecomesTheSame) {
  EXPECT_EQ(field("a\r\nb\rc\nd"), "a\n    b\n    c\n    d");
}

TEST(EscapeField, ALabelThatStartsALineGetsOneBackslashMore) {
  EXPECT_EQ(field("A: x"), "\\A: x");
  EXPECT_EQ(field("a[2]: x"), "\\a[2]: x");
  EXPECT_EQ(field("x\nQ: y"), "x\n    \\Q: y");
  EXPECT_EQ(field("  - **answer choices [ 07 ]**: y"), "  - **\\answer choices [ 07 ]**: y");
  EXPECT_EQ(field("\\A: x"), "\\\\A: x");
  EXPECT_EQ(field("> \\\\\\Q[1]: x"), "> \\\\\\\\Q[1]: x");
  EXPECT_EQ(field("\xEF\xBC\xA1\xEF\xBC\xBB\xEF\xBC\x92\xEF\xBC\xBD\xEF\xBC\x9A"),
            "\\\xEF\xBC\xA1\xEF\xBC\xBB\xEF\xBC\x92\xEF\xBC\xBD\xEF\xBC\x9A");
  EXPECT_EQ(field("\xE2\x80\x8B"
                  "A\xE2\x80\x8B[1]: x"),
            "\xE2\x80\x8B\\A\xE2\x80\x8B[1]: x");
  EXPECT_EQ(field("1. A[1-3]: x"), "1. \\A[1-3]: x");
}

TEST(EscapeField, ControlCharactersBecomeTextAndThatTextStaysApart) {
  EXPECT_EQ(field(std::string_view("\0\x07\x1B\x7F", 4)), "\\u0000\\u0007\\u001B\\u007F");
  EXPECT_EQ(field("\xC2\x85\xC2\x9F\xE2\x80\xA8\xE2\x80\xA9\x0B\x0C"),
            "\\u0085\\u009F\\u2028\\u2029\\u000B\\u000C");
  EXPECT_EQ(field("\\u0007"), "\\\\u0007");
  EXPECT_EQ(field("\\\\u0007"), "\\\\\\\\u0007");
  EXPECT_EQ(field("\\\x07"), "\\\\\\u0007");
  EXPECT_EQ(field("\\u00e9 \\u000A \\u0009 \\u12"), "\\u00e9 \\u000A \\u0009 \\u12");
}

TEST(EscapeField, ALabelBehindALineSeparatorStartsNoLine) {
  EXPECT_EQ(field("x\xE2\x80\xA8"
                  "A[2]: y"),
            "x\\u2028A[2]: y");
}

TEST(EscapeAnswer, KeysInMidLineGetABackslashToo) {
  EXPECT_EQ(answer("see A[2]: x, A[3] and Q[1]: y"), "see \\A[2]: x, \\A[3] and \\Q[1]: y");
  EXPECT_EQ(answer("A[1], A[2]: x"), "\\A[1], \\A[2]: x");
  EXPECT_EQ(answer("xA[2]: y"), "x\\A[2]: y");
  EXPECT_EQ(answer("data[2] and A: b"), "data[2] and A: b");
}

TEST(EscapeAnswer, AFullWidthBackslashIsNoEscape) {
  const LabelScanner scanner({"Q"}, "A");
  EXPECT_EQ(unescape_answer("see \uFF3CA[2]: x \\A[3]: y", scanner), "see \uFF3CA[2]: x A[3]: y");
}

TEST(EscapeAnswer, AThoughtThatStartsTheTextGetsABackslash) {
  EXPECT_EQ(answer(" <think>x"), " \\<think>x");
  EXPECT_EQ(answer("\\<THINK>x"), "\\\\<THINK>x");
  EXPECT_EQ(answer("x <think> y"), "x <think> y");
  EXPECT_EQ(field("<think>x"), "<think>x");
}

RC_GTEST_PROP(EscapeControls, AreUndoneExactly, ()) {
  const std::string text = *rc::gen::container<std::string>(rc::gen::element(
      '\\', '\\', 'u', '0', '0', '7', '\x07', '\x7F', 'x', '2', '8', '\xC2', '\x85'));
  RC_ASSERT(unescape_controls(escape_controls(text)) == text);
}

/// Short texts over the characters that matter, so that neighbours meet often.
std::string arbitrary_text() {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "\\", "A", "Q", "[1]", "[", "]", "2", ":", " ", "\n", "\x07", "u0007", "a", "-", ",", "*",
      "answer", "choices", "\xE2\x80\x8B", "\xE2\x80\xA8", "_", "and", "1.", "<think>",
      "\xEF\xBC\xA1"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  return text;
}

std::string without_indentation(std::string text) {
  for (std::size_t at = text.find("\n    "); at != text.npos; at = text.find("\n    ", at + 1)) {
    text.erase(at + 1, continuation.size());
  }
  return text;
}

RC_GTEST_PROP(EscapeAnswer, IsUndoneExactly, ()) {
  const std::string text = arbitrary_text();
  RC_LOG() << answer(text) << "\n";
  RC_ASSERT(unescape_answer(without_indentation(answer(text)), scanner()) == text);
}

/// A field has no inverse in the product; that one exists shows that two fields never look alike.
RC_GTEST_PROP(EscapeField, CanBeUndone, ()) {
  const std::string shown = without_indentation(field(arbitrary_text()));
  std::string undone = shown;
  const auto marks = scanner().scan(shown);
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
    const bool structure = mark->place == Place::line_start && is_structure(*mark);
    RC_ASSERT(!structure || mark->escaped);
    if (structure) undone.erase(mark->slash, 1);
  }
  RC_ASSERT(without_indentation(field(unescape_controls(undone))) == shown);
}

}  // namespace
}  // namespace sheaf::format
