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
  const std::string_view text = "**A[1]:** ```python\nx\n```\nQ[2]: x";
  const auto found = find_fences(text, scanner);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), "```python\nx\n```");
}

TEST(Fences, BeginInAReplyWhereOneMayBeMeantAndDoNotEnd) {
  const LabelScanner scanner({"Q"}, "A");
  for (const std::string stray :
       {"    ```", "\t```", "> ```py", "- ~~~", "so: ```py", "1. ```", "A[1]: so ```py",
        "a ```b``` ```c", "Q[1]: ```py", "\\A[1]: ```py"}) {
    const std::string reply = "x\n" + stray + "\ny\n```\nA[2]: z\n```";
    const auto found = find_fences(reply, scanner);
    ASSERT_EQ(found.size(), 1U) << reply;
    EXPECT_FALSE(found[0].closed) << reply;
    EXPECT_EQ(found[0].end, reply.size()) << reply;
    const auto escaped = find_fences(escape_stray_fences(stray), scanner);
    EXPECT_TRUE(escaped.empty()) << stray;
  }
  EXPECT_TRUE(find_fences("say ```x``` and ``y`` and ~~z~~ and so~~~\n\\```", scanner).empty());
}

TEST(Fences, AreWrittenLongerThanAnyInTheCode) {
  EXPECT_EQ(fenced("x"), "```python\nx\n```");
  EXPECT_EQ(fenced("s = '````'\n```\n"), "`````python\ns = '````'\n```\n\n`````");
}

TEST(Fences, AreTakenOutAndGivenBack) {
  const LabelScanner scanner({"Q"}, "A");
  const std::string text = "a\n```\nA[2]: x\n```\nb \xFF\n  ```\nopen";
  const FencesOut all(text, scanner);
  EXPECT_EQ(all.text().find("A[2]"), std::string::npos);
  EXPECT_EQ(all.restored(all.text()), text);
  const auto count = all.count(all.text(), scanner);
  EXPECT_EQ(count.closed, 1U);
  EXPECT_EQ(count.open, 1U);
  EXPECT_TRUE(count.holds_key);
  const FencesOut closed(text);
  EXPECT_EQ(closed.count(closed.text(), scanner).open, 0U);
  EXPECT_TRUE(closed.text().ends_with("  ```\nopen"));
}

TEST(Fences, HideTheEndOfAThoughtThatACodeSpeaksOf) {
  const LabelScanner scanner({"Q"}, "A");
  EXPECT_EQ(thought_line_end("so\n</think>\nA[1]: x", scanner), 11U);
  EXPECT_EQ(thought_line_end("</think>\nA[1]: x", scanner), 8U);
  EXPECT_EQ(thought_line_end("so\n```\n</think>\n```\nA[1]: x", scanner), 0U);
  EXPECT_EQ(thought_line_end("A[1]: ```\n</think>\n```", scanner), 0U);
  EXPECT_EQ(thought_line_end("so\n```\nx\n</think>\nA[1]: x", scanner), 17U) << "it is not closed";
  EXPECT_EQ(thought_line_end("so </think>\nA[1]: x", scanner), 0U);
  EXPECT_EQ(thought_line_end("so\n</think> A[1]: x", scanner), 0U);
  EXPECT_EQ(thought_line_end("<think>so\n</think>\nA[1]: x", scanner), 0U);
}

}  // namespace
}  // namespace sheaf::format
