#include "core/json.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sheaf::json {
namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse(text);
  return value ? dump(*value) : "error: " + value.error().reason;
}

/// Where `text` stops being JSON; -1 when it is JSON.
std::int64_t fault_at(std::string_view text, ParseOptions options = {}) {
  const auto value = parse(text, options);
  return value ? -1 : static_cast<std::int64_t>(value.error().offset);
}

std::string reason(std::string_view text, ParseOptions options = {}) {
  const auto value = parse(text, options);
  return value ? "" : value.error().reason;
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(JsonParse, KeepsEveryNumberAsItsDigits) {
  for (const std::string text :
       {"0", "-0", "-0.0e-0", "1e400", "-1E-400", "1.0", "1.50", "18446744073709551616", "1E+2",
        "100000000000000000000000000000000000000001", "0.1000000000000000055511151231257827"}) {
    EXPECT_EQ(round_trip(text), text);
    const std::string inside = "[" + text + ",{\"1\":" + text + ",\"b\":\"" + text + "\"}]";
    EXPECT_EQ(round_trip(inside), inside);
  }
}

TEST(JsonParse, RefusesNumbersThatAreNotJson) {
  for (const std::string text : {"01", "-", "+1", "1.", ".5", "1e", "1e+", "-a", "00", "0x10",
                                 "1_0", "1.e3", "NaN", "Infinity", "-Infinity", "1 2"}) {
    EXPECT_NE(fault_at(text), -1) << text;
    EXPECT_NE(fault_at("[" + text + "]"), -1) << text;
  }
  EXPECT_EQ(fault_at(R"({"a": 01})"), 6);
}

TEST(JsonParse, KeepsMembersInTheirOrderAndDoubledOnesToo) {
  constexpr std::string_view text = R"({"z":1,"a":{"y":null,"b":true},"m":[],"z":2})";
  EXPECT_EQ(round_trip(text), text);
  EXPECT_EQ(dump(*parse(text)->find("z")), "2");
}

TEST(JsonParse, RefusesDoubledKeysWhereAsked) {
  const ParseOptions strict{.refuse_duplicate_keys = true};
  EXPECT_EQ(fault_at(R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]})", strict), -1);
  EXPECT_EQ(fault_at(R"({"a":1,"b":"x","a":2})", strict), 15);
  EXPECT_EQ(reason(R"({"a":1,"b":"x","a":2})", strict), "the key \"a\" stands twice");
  EXPECT_EQ(fault_at(R"({"q":[{"a":1,"\u0061":2}]})", strict), 13) << "an escape is no disguise";
}

TEST(JsonParse, AcceptsSurroundingWhitespaceAndNothingElse) {
  EXPECT_EQ(round_trip(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n"), R"({"a":[1,2]})");
  EXPECT_EQ(fault_at("{} {}"), 3);
  EXPECT_NE(fault_at(""), -1);
  EXPECT_NE(fault_at("  "), -1);
  EXPECT_NE(fault_at("{\"a\":1,}"), -1);
  EXPECT_NE(fault_at("[1,]"), -1);
  EXPECT_NE(fault_at("{'a':1}"), -1);
  EXPECT_NE(fault_at("[1] // note"), -1);
}

TEST(JsonParse, DoesNotTakeANulByteForTheEnd) {
  EXPECT_EQ(fault_at(std::string_view("{}\0{", 4)), 2);
  EXPECT_EQ(fault_at(std::string_view("{}\0", 3)), 2);
  EXPECT_NE(fault_at(std::string_view("[\"a\0b\"]", 7)), -1);
}

TEST(JsonParse, CapsNestingBeforeAnyRecursion) {
  EXPECT_EQ(fault_at(nested(128)), -1);
  EXPECT_EQ(fault_at(nested(129)), 128);
  EXPECT_EQ(reason(nested(129)), "nested too deeply");
  EXPECT_EQ(fault_at(nested(3), {.max_depth = 2}), 2);
  EXPECT_EQ(fault_at(std::string(10'000'000, '[')), 128);
  EXPECT_EQ(fault_at("[[1],[2],[3]]", {.max_depth = 2}), -1) << "siblings do not add up";
  EXPECT_EQ(fault_at("\"" + nested(500) + "\""), -1) << "brackets in a string are text";
  EXPECT_EQ(fault_at(R"(["\"[[[[", "\\"])", {.max_depth = 1}), -1);
}

TEST(JsonParse, ReadsEscapesAndPairsOfSurrogates) {
  EXPECT_EQ(*parse(R"("\u00e9\ud83d\ude00\n\/\u0000")")->string(),
            std::string("\u00e9\U0001F600\n/") + '\0');
}

TEST(JsonParse, RefusesLoneSurrogatesAndMalformedUtf8) {
  for (const std::string text :
       {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")"}) {
    EXPECT_NE(fault_at(text), -1) << text;
  }
  EXPECT_EQ(fault_at("[\"ab\xff\"]"), 4);
  EXPECT_EQ(reason("[\"ab\xff\"]"), "not valid UTF-8");
  EXPECT_EQ(fault_at("\"\xed\xa0\x80\""), 1) << "a surrogate in UTF-8";
  EXPECT_EQ(fault_at("\"\xc0\xaf\""), 1) << "an overlong form";
}

TEST(JsonParse, SaysWhyWithoutQuotingTheText) {
  const std::string secret = "sk-123456";
  const std::string why = reason("{\"a\": \"" + secret + "\x01\"}");
  EXPECT_NE(why.find("control character"), std::string::npos) << why;
  EXPECT_EQ(why.find(secret), std::string::npos) << why;
  EXPECT_EQ(why.find("exception"), std::string::npos) << why;
  EXPECT_EQ(why.find("line 1"), std::string::npos) << why;
  EXPECT_EQ(reason("{\"a\":1"),
            "syntax error while parsing object - unexpected end of input; "
            "expected '}'");
}

TEST(JsonValue, FindsMembersAlongDottedPaths) {
  const auto value =
      parse(R"({"a":{"b":{"c":1}},"a.b":{"c":2,"d":3},"list":[{"x":4},[5]],"a.":6})");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find_path("a.b.c")->integer(), 2) << "a name that holds the dots comes first";
  EXPECT_EQ(value->find_path("a.b.d")->integer(), 3);
  EXPECT_EQ(value->find_path("list.0.x")->integer(), 4);
  EXPECT_EQ(value->find_path("list.1.0")->integer(), 5);
  EXPECT_EQ(value->find_path("a.")->integer(), 6);
  for (const std::string path : {"", ".", "list.2", "list.-1", "list.x", "list.00x", "a.b.e", "b",
                                 "list.99999999999999999999", "a.b.c.d", "..a"}) {
    EXPECT_EQ(value->find_path(path), nullptr) << path;
  }
}

TEST(JsonValue, FallsBackToAShorterNameWhenALongerOneLeadsNowhere) {
  const auto value = parse(R"({"a.b":{"x":1},"a":{"b":{"c":2}}})");
  EXPECT_EQ(value->find_path("a.b.c")->integer(), 2);
}

TEST(JsonValue, ReadsWholeNumbersExactlyOrNotAtAll) {
  const auto whole = [](const std::string& digits) { return Value(Number{digits}).integer(); };
  EXPECT_EQ(whole("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(whole("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(whole("9223372036854775808"), std::nullopt);
  EXPECT_EQ(whole("12.0"), 12);
  EXPECT_EQ(whole("1.2e1"), 12);
  EXPECT_EQ(whole("-0"), 0);
  EXPECT_EQ(whole("12.5"), std::nullopt);
  EXPECT_EQ(whole("9007199254740993.0"), std::nullopt)
      << "a double cannot tell it from its neighbour";
  EXPECT_EQ(whole("1e400"), std::nullopt);
  EXPECT_EQ(whole("007x"), std::nullopt);
  EXPECT_EQ(Value("12").integer(), std::nullopt);
}

TEST(JsonValue, ReadsDoublesAndTellsTooLargeFromTooSmall) {
  const auto real = [](const std::string& digits) { return Value(Number{digits}).real(); };
  EXPECT_EQ(real("0.1"), 0.1);
  EXPECT_EQ(real("1e308"), 1e308);
  EXPECT_EQ(real("1e400"), std::nullopt);
  EXPECT_EQ(real("-1e400"), std::nullopt);
  EXPECT_EQ(real("1e99999999999999999999"), std::nullopt);
  EXPECT_EQ(real("1e-99999999999999999999"), 0.0);
  EXPECT_EQ(real("1e-400"), 0.0);
  EXPECT_EQ(real("0e999"), 0.0);
  EXPECT_EQ(real("0e99999999999999999999"), 0.0);
  EXPECT_EQ(real("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(real("1" + std::string(400, '0')), std::nullopt);
  EXPECT_EQ(real("1" + std::string(700, '0') + "e-300"), std::nullopt);
  EXPECT_EQ(real("0." + std::string(700, '0') + "1e+300"), 0.0);
  EXPECT_EQ(real("1.5x"), std::nullopt);
}

TEST(JsonWrite, EscapesQuoteBackslashAndControlsOnly) {
  std::string out;
  append_string(out, std::string("\"\\/\b\f\n\r\t\x01\x1f\x7f") + '\0' + " \u00e9\u2028\U0001F600");
  EXPECT_EQ(out, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000 \u00e9\u2028\U0001F600\"");
}

std::string any_text() {
  constexpr std::string_view pieces[] = {"a",    "\"",   "\\",     "\n",     "\r",
                                         "{",    "]",    "\u00e9", "\u2028", "\U0001F600",
                                         "\x1b", "\x7f", " ",      "0",      "\\u0041"};
  std::string text;
  const auto picks = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, std::size(pieces)));
  for (const std::size_t pick : picks) text += pieces[pick];
  return text;
}

Value any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0:
      return {};
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return Number{std::to_string(*rc::gen::arbitrary<std::int64_t>()) + "e-7"};
    case 3:
      return any_text();
    case 4: {
      Array array;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) array.push_back(any_value(depth - 1));
      return array;
    }
    default:
      break;
  }
  Object object;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    object.emplace_back(any_text(), any_value(depth - 1));
  }
  return object;
}

RC_GTEST_PROP(JsonWrite, WhatIsWrittenIsReadBackEqual, ()) {
  const Value value = any_value(3);
  const auto read = parse(dump(value));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == value);
}

RC_GTEST_PROP(JsonParse, NoBytesBreakIt, ()) {
  std::string text = dump(any_value(3));
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  const auto read = parse(text);
  if (read) {
    RC_ASSERT((parse(dump(*read)) == *read));
  } else {
    RC_ASSERT(read.error().offset <= text.size());
    RC_ASSERT(!read.error().reason.empty());
  }
}

}  // namespace
}  // namespace sheaf::json
