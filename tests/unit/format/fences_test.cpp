// Fenced code: where a block begins and ends, what is none, and how a text is shown without it.
#include "format/fences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::format {
namespace {

using ::testing::ElementsAre;

/// The code of each fence; "... " before that of one that is not closed.
std::vector<std::string> codes(std::string_view text) {
  std::vector<std::string> out;
  for (const Fence& fence : find_fences(text)) {
    out.push_back((fence.closed ? "" : "... ") + std::string(fence.code));
  }
  return out;
}

TEST(Fences, OpenAndCloseAsCommonMarkHasThem) {
  EXPECT_THAT(codes("```\nx\n```"), ElementsAre("x\n"));
  EXPECT_THAT(codes("a\n~~~ python  x=1\nx\n\n  y\n~~~\nb"), ElementsAre("x\n\n  y\n"));
  EXPECT_THAT(codes("   ````py\n```\n````` \t\nb\n```\n```"), ElementsAre("```\n", ""));
  EXPECT_THAT(codes("~~~ `\nx\n~~~"), ElementsAre("x\n"));
}

TEST(Fences, CloseByTheirOwnCharacterAloneOnItsLine) {
  EXPECT_THAT(codes("```\n~~~\n``\n``` x\n    ```\n```"), ElementsAre("~~~\n``\n``` x\n    ```\n"));
}

TEST(Fences, GoOnToTheEndWhenNotClosed) {
  EXPECT_THAT(codes("```\nx\n```\n```py\ny\nz"), ElementsAre("x\n", "... y\nz"));
  EXPECT_THAT(codes("```"), ElementsAre("... "));
}

TEST(Fences, AreNotOpenedByInlineCodeNorDeepInALine) {
  EXPECT_THAT(codes("```x = 1```\n    ```\n> ```\n- ```\nso: ```\n``\n"), ElementsAre());
}

TEST(Fences, OpenBehindAnAnswerKeyToo) {
  const LabelScanner scanner({"Q"}, "A");
  const std::string_view text = "**A[1]:** ```python\nx\n```\nQ[2]: ```\nz";
  const auto found = find_fences(text, &scanner);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), "```python\nx\n```");
  EXPECT_TRUE(find_fences("so A[1]: it is ```python\nx\n", &scanner).empty());
}

TEST(Fences, WhatMayBeMeantAsOneIsStray) {
  for (const auto* text : {"    ```", "\t```", "> ```py", "- ~~~", "so: ```py", "1. ```"}) {
    EXPECT_TRUE(holds_stray_fence(text)) << text;
    EXPECT_FALSE(holds_stray_fence(escape_stray_fences(text))) << text;
  }
  EXPECT_FALSE(holds_stray_fence("say ```x``` and ``y`` and ~~z~~\n\\```"));
}

TEST(Fences, AreWrittenLongerThanAnyInTheCode) {
  EXPECT_EQ(fenced("x"), "```python\nx\n```");
  EXPECT_EQ(fenced("s = '````'\n```\n"), "`````python\ns = '````'\n```\n\n`````");
}

TEST(Fences, AreTakenOutAndGivenBack) {
  const std::string text = "a\n```\nA[2]: x\n```\nb \xFF\n  ```\nopen";
  const FencesOut all(text, nullptr, Fences::all);
  EXPECT_EQ(all.text().find("A[2]"), std::string::npos);
  EXPECT_EQ(all.restored(all.text()), "a\n```\nA[2]: x\n```\nb \uFFFD\n  ```\nopen");
  EXPECT_TRUE(all.holds_open_fence(all.text()));
  const FencesOut closed(text, nullptr, Fences::closed);
  EXPECT_FALSE(closed.holds_open_fence(closed.text()));
  EXPECT_TRUE(closed.text().ends_with("  ```\nopen"));
}

TEST(Fences, AreBlankedByteForByte) {
  EXPECT_EQ(blank_fences("a\n```\n</think>\n```\nb"), "a\n" + std::string(16, ' ') + "\nb");
  EXPECT_EQ(blank_fences("```\n</think>"), "```\n</think>");
}

}  // namespace
}  // namespace sheaf::format
