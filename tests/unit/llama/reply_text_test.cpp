// A reply's text ends before its first stop sequence, however its tokens cut that.
#include "llama/reply_text.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace sheaf::llama {
namespace {

/// The text after pieces of `step` bytes, and how many bytes were given before it ended.
std::pair<std::string, std::size_t> read(std::string_view bytes, std::vector<std::string> stops,
                                         std::size_t step) {
  ReplyText text(std::move(stops));
  std::size_t given = 0;
  while (given < bytes.size()) {
    const auto piece = bytes.substr(given, step);
    given += piece.size();
    if (text.add(piece)) break;
  }
  return {text.text(), given};
}

TEST(ReplyText, EndsBeforeAStopThatPiecesCut) {
  for (std::size_t step = 1; step <= 12; ++step) {
    EXPECT_EQ(read("Answer[1]: bug\n\nMessage", {"\n\nMessage["}, step).first,
              "Answer[1]: bug\n\nMessage")
        << "not complete";
    const auto [text, given] = read("Answer[1]: bug\n\nMessage[2]: x", {"\n\nMessage["}, step);
    EXPECT_EQ(text, "Answer[1]: bug") << step;
    EXPECT_LE(given, 25 + step - 1);
  }
}

TEST(ReplyText, EndsBeforeTheFirstOfSeveral) {
  EXPECT_EQ(read("abcdef", {"ef", "cd", "cde"}, 6).first, "ab");
  EXPECT_EQ(read("abcdef", {"bcdx", "e"}, 1).first, "abcd");
}

TEST(ReplyText, GrowsWithoutStops) { EXPECT_EQ(read("abc", {}, 1).first, "abc"); }

}  // namespace
}  // namespace sheaf::llama
