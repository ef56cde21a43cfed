#include "task/yaml_tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "task/yaml_value.hpp"

namespace sheaf::task {
namespace {

/// The tree as JSON, or "LINE:COLUMN: reason".
std::string read(std::string_view yaml) {
  const auto told = [](const YamlProblem& problem) {
    return fmt::format("{}:{}: {}", problem.at.line, problem.at.column, problem.reason);
  };
  const auto tree = parse_yaml(yaml);
  if (!tree) return told(tree.error());
  const auto value = to_json(*tree);
  return value ? json::dump(*value) : told(value.error());
}

TEST(YamlTree, KeepsOrderAndNesting) {
  EXPECT_EQ(read("b: {z: 1, a: [x, y]}\na:\n  - 1\n  - k: v\n"),
            R"({"b":{"z":1,"a":["x","y"]},"a":[1,{"k":"v"}]})");
}

TEST(YamlTree, TypesScalarsByTheCoreSchemaAlone) {
  EXPECT_EQ(read("[yes, no, on, off, y, n]"), R"(["yes","no","on","off","y","n"])");
  EXPECT_EQ(read("[true, False, TRUE, tRue]"), R"([true,false,true,"tRue"])");
  EXPECT_EQ(read("[~, null, Null, '', \"null\"]"), R"([null,null,null,"","null"])");
  EXPECT_EQ(read("[2024-01-01, 12:30:45, 1_000]"), R"(["2024-01-01","12:30:45","1_000"])");
}

TEST(YamlTree, KeepsNumbersByTheirDigits) {
  EXPECT_EQ(read("[1.0, 1.50, 12345678901234567890, -0, 1e400]"),
            "[1.0,1.50,12345678901234567890,-0,1e400]");
  EXPECT_EQ(read("[.5, -.5, 5., +7, 007, 1.E+3, 0x1F, 0o17]"), "[0.5,-0.5,5,7,7,1e+3,31,15]");
  EXPECT_EQ(read("[., e5, 1e, 0x, 0xZZ, '1', \"2\", 1.2.3, '']"),
            R"([".","e5","1e","0x","0xZZ","1","2","1.2.3",""])");
  EXPECT_EQ(read("[1, .inf]"), "1:5: JSON has no such number; write a finite one");
  EXPECT_EQ(read("a: -.Inf"), "1:4: JSON has no such number; write a finite one");
}

TEST(YamlTree, KeepsATextThatIsTaggedOne) {
  EXPECT_EQ(read("[!!str 5, !!str yes]"), R"(["5","yes"])");
}

TEST(YamlTree, RefusesRepeatedKeysAtEveryLevel) {
  EXPECT_EQ(read("a: 1\nb: 2\na: 3\n"), "3:1: repeated key 'a', first on line 1; keep one of them");
  EXPECT_EQ(read("a:\n  b: [{c: 1, 'c': 2}]\n"),
            "2:14: repeated key 'c', first on line 2; keep one of them");
  EXPECT_EQ(read("\u202ea: 1\n\u202ea: 2\n"),
            "2:1: repeated key '\\u{202e}a', first on line 1; keep one of them");
  EXPECT_EQ(read("1: a\n\"1\": b\n"), "2:1: repeated key '1', first on line 1; keep one of them");
}

TEST(YamlTree, RefusesAQuoteThatNothingCloses) {
  EXPECT_EQ(read("a: \"x\nb: 2\n"), "1:4: this quote is never closed; close it");
  EXPECT_EQ(read("a: 'it''s\nb: 2\n"), "1:4: this quote is never closed; close it");
  EXPECT_EQ(read("a: \"x\\\"\nb: 2\n"), "1:4: this quote is never closed; close it");
  EXPECT_EQ(read("a: &x !!str \"x\nb: 2\n"), "1:4: this quote is never closed; close it");
  EXPECT_EQ(read("a: 'it''s'\nb: \"\\\"\"\n"), R"({"a":"it's","b":"\""})");
}

TEST(YamlTree, RefusesBytesThatAreNoText) {
  EXPECT_EQ(read("a: 1\nb: \xff\n"), "2:4: not UTF-8 here; save the file as UTF-8");
  EXPECT_EQ(read("a: x\x04y\nb: 2\n"), "1:5: a control character stands here; remove it");
  EXPECT_EQ(read(std::string_view("a: x\0y", 6)),
            "1:5: a control character stands here; remove it");
  EXPECT_EQ(read("\xff\xfe"), "1:1: not UTF-8 here; save the file as UTF-8");
}

TEST(YamlTree, RefusesSyntaxErrorsWithTheirPlaceAndARemedy) {
  EXPECT_EQ(
      read("a: b: c\n"),
      "1:5: not valid YAML: illegal map value; put a value that holds ': ' in quotes, or mend "
      "the indentation");
  EXPECT_EQ(read("a: 1\n\tb: 2\n"),
            "2:1: not valid YAML: illegal tab when looking for indentation; indent with spaces");
  EXPECT_EQ(read("a: @x\n"),
            "1:4: not valid YAML: unknown token; put a value that begins with this character in "
            "quotes");
  EXPECT_EQ(read("a: *x\n"),
            "1:4: not valid YAML: the referenced anchor is not defined; put a value that begins "
            "with '*' in quotes");
  EXPECT_EQ(read("a: [1, 2\n"),
            "2:1: not valid YAML: end of sequence flow not found; close the list with ']'");
  EXPECT_EQ(read("a: {b: 1\n"),
            "2:1: not valid YAML: end of map flow not found; check the indentation, quotes and "
            "brackets here");
}

TEST(YamlTree, RefusesKeysThatAreNoText) {
  EXPECT_EQ(read("a: {{text}}\n"),
            "1:5: a key must be text, not a mapping; put a value that begins with '{' or '[' in "
            "quotes");
  EXPECT_EQ(read("? [1]\n: 2\n"),
            "1:3: a key must be text, not a list; put a value that begins with '{' or '[' in "
            "quotes");
}

TEST(YamlTree, RefusesASecondDocument) {
  EXPECT_EQ(read("a: 1\n---\nb: 2\n"), "2:1: a second document begins here; a task file holds one");
  EXPECT_EQ(read("---\na: 1\n...\n"), R"({"a":1})");
}

TEST(YamlTree, ReadsAliasesAndRefusesThoseThatGrow) {
  EXPECT_EQ(read("a: &x {k: [1]}\nb: *x\n"), R"({"a":{"k":[1]},"b":{"k":[1]}})");
  EXPECT_EQ(read("a: &x {b: *x}\n"),
            "1:11: this alias stands inside what it names; write the value out");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_NE(read(bomb).find("the aliases of this file grow too large"), std::string::npos);
  std::string wide = "a: &a [x";
  for (int i = 0; i < 1'000; ++i) wide += ", x";
  wide += "]\nb: [*a";
  for (int i = 0; i < 100; ++i) wide += ", *a";
  EXPECT_NE(read(wide + "]\n").find("the aliases of this file grow too large"), std::string::npos);
}

/// What an anchor names is kept a second time, and anchors stand inside each other.
TEST(YamlTree, RefusesAnchorsThatGrow) {
  std::string bomb = "a: ";
  for (int i = 0; i < 40; ++i) bomb += fmt::format("&a{} [", i);
  for (int i = 0; i < 5'000; ++i) bomb += "x, ";
  bomb += std::string(40, ']');
  EXPECT_NE(read(bomb).find("the aliases of this file grow too large"), std::string::npos);
}

TEST(YamlTree, RefusesMoreThanAHundredThousandNodes) {
  std::string many = "[";
  for (int i = 0; i < 99'998; ++i) many += "x,";
  EXPECT_EQ(read(many + "x]").front(), '[');
  EXPECT_EQ(read(many + "x, x]"), "1:1: this file is too large; a task file is short");
}

TEST(YamlTree, RefusesMergeKeysAndTags) {
  EXPECT_EQ(read("a: {<<: {b: 1}}\n"),
            "1:5: merge keys ('<<') are not read here; write the keys out");
  EXPECT_EQ(read("a: {'<<': 1}\n"), R"({"a":{"<<":1}})");
  EXPECT_EQ(read("a: !!int '5'\n"), "1:4: a tag such as '!!int' has no meaning here; remove it");
  EXPECT_EQ(read("a: !own {}\n"), "1:4: a tag such as '!!int' has no meaning here; remove it");
}

TEST(YamlTree, RefusesDeepNestingWithoutRecursion) {
  const std::string deep(5000, '[');
  EXPECT_THAT(read(deep), testing::EndsWith(": nested too deeply; a task file needs few levels"));
  EXPECT_EQ(read("a: " + std::string(64, '[') + std::string(64, ']')),
            "1:67: nested too deeply; a task file needs few levels");
  EXPECT_EQ(read("a: " + std::string(63, '[') + std::string(63, ']')).front(), '{');
}

TEST(YamlTree, ReadsAnEmptyTextAsNull) {
  EXPECT_EQ(read(""), "null");
  EXPECT_EQ(read("# only a comment\n"), "null");
}

}  // namespace
}  // namespace sheaf::task
