#include "rows/piece_reader.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "row_fixtures.hpp"

namespace sheaf::rows {
namespace {

/// Gives each of `answers` once; an empty string is the end. Afterwards it has more bytes again, as
/// a terminal has after its end of input.
class Script : public ByteSource {
 public:
  explicit Script(std::vector<Expected<std::string>> answers) : answers_(std::move(answers)) {}
  Expected<std::size_t> read(std::span<char> room) override {
    if (next_ == answers_.size()) return std::string("more").copy(room.data(), room.size());
    const auto& answer = answers_[next_++];
    if (!answer) return std::unexpected(answer.error());
    return answer->copy(room.data(), room.size());
  }

 private:
  std::vector<Expected<std::string>> answers_;
  std::size_t next_ = 0;
};

PieceReader reader(std::vector<Expected<std::string>> answers) {
  return PieceReader(std::make_unique<Script>(std::move(answers)));
}

TEST(PieceReader, CutsBehindEachEndAndAtTheLast) {
  auto pieces = reader({"a\rb", "c\n\nd", ""});
  for (const std::string expected : {"a\r", "b", "c\n", "\n", "d", ""}) {
    EXPECT_EQ(pieces.next("\r\n"), expected);
  }
}

TEST(PieceReader, StaysAtTheEnd) {
  auto pieces = reader({"a", ""});
  EXPECT_EQ(pieces.peek(4), "a");
  EXPECT_EQ(pieces.next("\n"), "a");
  EXPECT_EQ(pieces.next("\n"), "");
  EXPECT_EQ(pieces.next("\n"), "");
}

TEST(PieceReader, GivesWhatItHasBeforeAnErrorAndThenOnlyTheError) {
  auto pieces = reader({"a\nb", fail(ErrorCode::usage, "broken")});
  EXPECT_EQ(pieces.next("\n"), "a\n");
  EXPECT_EQ(pieces.next("\n"), "b");
  EXPECT_EQ(pieces.next("\n").error().message, "broken");
  EXPECT_EQ(pieces.next("\n").error().message, "broken");
  EXPECT_EQ(pieces.peek(1).error().message, "broken");
}

TEST(PieceReader, PeeksWithoutTakingAcrossReads) {
  auto pieces = reader({"a", "b", "c", ""});
  EXPECT_EQ(pieces.peek(2), "ab");
  EXPECT_EQ(pieces.peek(9), "abc");
  EXPECT_EQ(pieces.next("\n"), "abc");
}

TEST(PieceReader, CutsPiecesThatDoNotFitItsBuffer) {
  const std::string bytes(PieceReader::capacity + 10, 'x');
  PieceReader pieces(std::make_unique<MemoryBytes>(bytes, bytes.size()));
  EXPECT_EQ(pieces.peek(PieceReader::capacity)->size(), PieceReader::capacity);
  EXPECT_EQ(pieces.next("\n")->size(), PieceReader::capacity);
  EXPECT_EQ(pieces.next("\n")->size(), 10U);
}

}  // namespace
}  // namespace sheaf::rows
