#include "rows/each_row.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "row_fixtures.hpp"

namespace sheaf::rows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* some_rows =
    "{\"a\":1}\n"
    "{\"a\":\n"
    "{\"a\":3}\n"
    "{\"a\":4}\n";

/// Reads `some_rows` and takes none from 4 on.
struct Reading {
  std::vector<std::string> taken;
  Expected<std::int64_t> ended;
};

Reading read(BadRows bad_rows) {
  Reading reading;
  const auto source = read_jsonl(input_of(some_rows));
  const auto take = [&](const Row& row) -> std::expected<void, std::string> {
    if (row.number >= 4) return std::unexpected("too\nlate");
    reading.taken.push_back(row.raw);
    return {};
  };
  reading.ended = for_each_row(*source, bad_rows, take);
  return reading;
}

TEST(EachRow, StopsAtTheFirstBadOneAndNamesItsPlace) {
  const auto reading = read(BadRows::refuse);
  EXPECT_THAT(reading.taken, ElementsAre(R"({"a":1})"));
  ASSERT_FALSE(reading.ended);
  EXPECT_EQ(reading.ended.error().code, ErrorCode::usage);
  EXPECT_THAT(reading.ended.error().message, StartsWith("rows:2:6: "));
}

TEST(EachRow, CountsTheBadOnesThatItPassesOver) {
  const auto reading = read(BadRows::skip);
  EXPECT_THAT(reading.taken, ElementsAre(R"({"a":1})", R"({"a":3})"));
  EXPECT_EQ(reading.ended, 2);
}

TEST(EachRow, NamesTheLineOfARowThatItsVisitorRefuses) {
  const auto source = read_jsonl(input_of("\n{}\n"));
  const auto done = for_each_row(*source, BadRows::refuse,
                                 [](const Row&) { return std::unexpected("too\nlate"); });
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("rows:2: too"));
  EXPECT_EQ(done.error().message.find('\n'), std::string::npos) << "safe for a terminal";
}

TEST(EachRow, PassesOnThatTheFileEndsInAFault) {
  Input input{PieceReader(std::make_unique<MemoryBytes>(
                  "{}\n", 10, Error{ErrorCode::usage, "the disk is gone"})),
              "rows"};
  const auto source = read_jsonl(std::move(input));
  const auto done = for_each_row(*source, BadRows::skip,
                                 [](const Row&) -> std::expected<void, std::string> { return {}; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the disk is gone");
}

}  // namespace
}  // namespace sheaf::rows
