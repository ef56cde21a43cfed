#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "row_fixtures.hpp"

namespace sheaf::rows {
namespace {

Shown jsonl(std::string bytes) { return all_shown(*read_jsonl(input_of(std::move(bytes)))); }

TEST(Jsonl, KeepsTheObjectsOwnBytesTrimmed) {
  const std::string object = "{ \"b\" : 1.50,\t\"a\":-0 , \"x\":{\"y\":\"\\u00e9\"} }";
  auto source = read_jsonl(input_of(" \t" + object + " \r\n"));
  const auto rows = all_rows(*source);
  ASSERT_EQ(rows.size(), 1U);
  const auto& row = std::get<Row>(rows[0]);
  EXPECT_EQ(row.raw, object);
  EXPECT_EQ(json::dump(row.fields), "{\"b\":1.50,\"a\":-0,\"x\":{\"y\":\"\u00e9\"}}");
}

TEST(Jsonl, CountsBlankLinesAsLinesButNotAsRows) {
  auto source = read_jsonl(input_of("\n\r\n{\"a\":1}\n  \t\n{\"a\":2}"));
  const auto rows = all_rows(*source);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(std::get<Row>(rows[0]).line, 3);
  EXPECT_EQ(std::get<Row>(rows[0]).number, 1);
  EXPECT_EQ(std::get<Row>(rows[1]).line, 5);
  EXPECT_EQ(std::get<Row>(rows[1]).number, 2);
}

TEST(Jsonl, EndsWithOrWithoutALineEnd) {
  EXPECT_EQ(jsonl(""), Shown{});
  EXPECT_EQ(jsonl("\n\n"), Shown{});
  EXPECT_EQ(jsonl("{}"), (Shown{"1 {}"}));
  EXPECT_EQ(jsonl("{}\r\n{}\r"), (Shown{"1 {}", "2 {}"}));
}

TEST(Jsonl, NamesTheByteOfEachFaultAndGoesOn) {
  EXPECT_EQ(jsonl("{\"a\": \"0123456\xff\"}\n"
                  "  [1]\n"
                  "hello\n"
                  "\xef\xbb\xbf{\"a\":1}\n"
                  "{\"a\":1,\"a\":2}\n"
                  "{\"n\":[{\"b\":\"\"},{\"b\":\"\",\"b\":0}]}\n"
                  "\n"
                  "{\"ok\":true}\n"),
            (Shown{"1:15 not valid UTF-8 at byte 15", "2:3 expected a JSON object",
                   "3:1 expected a JSON object", "4:1 expected a JSON object",
                   "5:8 not a JSON object: the key \"a\" stands twice",
                   "6:24 not a JSON object: the key \"b\" stands twice", "8 {\"ok\":true}"}));
}

TEST(Jsonl, TellsHowARowBreaksOff) {
  EXPECT_EQ(jsonl("{\"a\":1"),
            (Shown{"1:7 not a JSON object: syntax error while parsing object - unexpected end of "
                   "input; expected '}'"}));
  EXPECT_EQ(jsonl("  {\"a\":01}"),
            (Shown{"1:8 not a JSON object: a number is not written as in JSON"}));
  EXPECT_EQ(jsonl("{\"a\":" + std::string(200, '[')),
            (Shown{"1:133 not a JSON object: nested too deeply"}));
}

TEST(Jsonl, KeepsABadRowsBytesForTheRejectedFile) {
  auto source = read_jsonl(input_of("  {oops\xff \r\n"));
  const auto rows = all_rows(*source);
  const auto& bad = std::get<BadRow>(rows.at(0));
  EXPECT_EQ(bad.raw, "  {oops\xff ");
  EXPECT_EQ(bad.number, 1);
}

TEST(Jsonl, ReadsPastARowAboveTheCapInBoundedMemory) {
  const std::string longest = "{\"a\":\"" + std::string(92, 'x') + "\"}";  // 100 bytes, 101 with LF
  ASSERT_EQ(longest.size(), 100U);
  const std::string too_long = "{\"a\":\"" + std::string(300'000, 'y') + "\"}";
  for (const std::size_t chunk : {1U, 7U, 1U << 20}) {
    auto source = read_jsonl(input_of(longest + "\n" + too_long + "\n{\"b\":1}", chunk, 101));
    const auto rows = all_rows(*source);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(std::get<Row>(rows[0]).raw, longest);
    EXPECT_EQ(shown(rows[1]), "2:0 the line is longer than 101 bytes");
    EXPECT_LE(std::get<BadRow>(rows[1]).raw.size(), kept_of_long_row);
    EXPECT_TRUE(too_long.starts_with(std::get<BadRow>(rows[1]).raw));
    EXPECT_EQ(shown(rows[2]), "3 {\"b\":1}");
    EXPECT_EQ(std::get<Row>(rows[2]).number, 3);
  }
}

TEST(Jsonl, KeepsTheFrontOfARowAboveTheCap) {
  const std::string too_long = "{\"a\":\"" + std::string(300'000, 'y') + "\"}";
  for (const std::size_t chunk : {1U, 1U << 20}) {
    const auto rows = all_rows(*read_jsonl(input_of(too_long + "\n", chunk, 10'000)));
    EXPECT_EQ(std::get<BadRow>(rows.at(0)).raw, too_long.substr(0, kept_of_long_row));
  }
}

TEST(Jsonl, GivesTheWholeRowsBeforeAnErrorAndThenTheErrorEachTime) {
  Input input{PieceReader(std::make_unique<MemoryBytes>("{\"a\":1}\n{\"a\":2}\n{\"a\":3}", 5,
                                                        Error{ErrorCode::usage, "cut"})),
              "rows"};
  auto source = read_jsonl(std::move(input));
  EXPECT_EQ(all_shown(*source), (Shown{"1 {\"a\":1}", "2 {\"a\":2}", "error: cut"}));
  EXPECT_EQ(all_shown(*source), (Shown{"error: cut"}));
}

TEST(Jsonl, TellsTheShareOfWhatWasHandedOutNotOfWhatWasBuffered) {
  std::string bytes;
  for (int i = 0; i < 10; ++i) bytes += "{\"a\":1}\n";
  auto source = read_jsonl(input_of(bytes));
  ASSERT_TRUE(source->next());
  EXPECT_DOUBLE_EQ(source->fraction_read().value(), 0.1);
  all_rows(*source);
  EXPECT_DOUBLE_EQ(source->fraction_read().value(), 1.0);
}

RC_GTEST_PROP(Jsonl, DoesNotDependOnWhereChunksEnd, ()) {
  const std::vector<std::string> pieces{"{\"a\":\"\u00e9\"}", "\r\n", "\n",       " ", "{",   "\"",
                                        "{\"b\":[1,2]}",      "\xff", "\xe2\x82", "}", "null"};
  std::string bytes;
  for (const auto pick : *rc::gen::container<std::vector<std::size_t>>(
           rc::gen::inRange<std::size_t>(0, pieces.size()))) {
    bytes += pieces[pick];
  }
  const Shown whole = jsonl(bytes);
  for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
    RC_ASSERT(all_shown(*read_jsonl(input_of(bytes, chunk))) == whole);
  }
}

}  // namespace
}  // namespace sheaf::rows
