#include "task/template.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using Columns = std::vector<std::string>;

std::string expand(std::string_view source, std::string_view row) {
  const auto parsed = Template::parse(source);
  if (!parsed) return "refused: " + parsed.error().reason;
  const auto text = parsed->expand(object(row));
  return text ? *text : "absent: " + text.error();
}

TEST(Template, ExpandsColumnsBetweenText) {
  EXPECT_EQ(expand("Ticket {{id}}: {{ text }}!", R"({"id": 7, "text": "hello"})"),
            "Ticket 7: hello!");
  EXPECT_EQ(expand("", "{}"), "");
  EXPECT_EQ(expand("{{a}}{{a}}{{b}}", R"({"a": "x", "b": "y"})"), "xxy");
}

TEST(Template, NeverExpandsWhatAFieldContains) {
  EXPECT_EQ(expand("{{a}} {{b}}", R"({"a": "{{b}}", "b": "{{a}} {{{{"})"), "{{b}} {{a}} {{{{");
  EXPECT_EQ(expand("{{a}}b}}", R"({"a": "{{", "b": "secret"})"), "{{b}}");
}

TEST(Template, ShowsEachKindOfCellAsItWasWritten) {
  EXPECT_EQ(expand("{{n}}", R"({"n": 1.50e400})"), "1.50e400");
  EXPECT_EQ(expand("{{n}}", R"({"n": 12345678901234567890123})"), "12345678901234567890123");
  EXPECT_EQ(expand("{{t}}/{{f}}", R"({"t": true, "f": false})"), "true/false");
  EXPECT_EQ(expand("[{{x}}]", R"({"x": null})"), "[]");
  EXPECT_EQ(expand("{{x}}", R"({"x": {"b": [1, "é"], "a": null}})"), R"({"b":[1,"é"],"a":null})");
}

TEST(Template, ReachesNestedColumnsByDots) {
  const auto* row = R"({"a": {"b": {"c": "deep"}}, "list": ["x", "y"], "a.x": "flat"})";
  EXPECT_EQ(expand("{{a.b.c}}", row), "deep");
  EXPECT_EQ(expand("{{list.1}}", row), "y");
  EXPECT_EQ(expand("{{a.x}}", row), "flat");
}

TEST(Template, NamesTheAbsentColumn) {
  EXPECT_EQ(expand("{{a}} {{b.c}}", R"({"a": 1, "b": {}})"), "absent: b.c");
}

TEST(Template, WritesLiteralBraces) {
  EXPECT_EQ(expand("{{{{a}}", R"({"a": 1})"), "{{a}}");
  EXPECT_EQ(expand(R"({"v": {{a}}})", R"({"a": 1})"), R"({"v": 1})");
  EXPECT_EQ(expand("{a} }}", "{}"), "{a} }}");
}

TEST(Template, RefusesWhatNamesNoColumn) {
  EXPECT_EQ(expand("x {{a", "{}"), "refused: has '{{' without '}}'");
  EXPECT_EQ(expand("{{}}", "{}"), "refused: names no column between '{{' and '}}'");
  EXPECT_EQ(expand("{{  }}", "{}"), "refused: names no column between '{{' and '}}'");
  EXPECT_EQ(expand("{{{a}}}", "{}"), "refused: has a brace or a line break in a column's name");
  EXPECT_EQ(expand("{{a\n}} {{b}}", "{}"), "absent: a");
  EXPECT_EQ(expand("{{a\nb}}", "{}"), "refused: has a brace or a line break in a column's name");
  EXPECT_EQ(Template::parse("ab {{x}} {{").error().offset, 9U);
}

TEST(Template, ListsItsColumnsOnceInOrderOfFirstUse) {
  EXPECT_EQ(Template::parse("{{b}} {{ a.c }} {{b}} {{{{d}}")->columns(), (Columns{"b", "a.c"}));
  EXPECT_EQ(Template::parse("{{b}} x")->source(), "{{b}} x");
}

RC_GTEST_PROP(Template, ExpandsOnceWhateverTheFieldHolds, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "{{a}}", "{{b}}", "{{ b }}", "{{", "}}", "{", "}", "a", "b", "\\", "{{x}}", "\n"));
  std::string field;
  for (const auto& piece : pieces) field += piece;
  const json::Object row{{"a", field}, {"b", "{{a}}"}};
  const auto text = Template::parse("<{{a}}|{{b}}>")->expand(row);
  RC_ASSERT(text.has_value());
  RC_ASSERT(*text == "<" + field + "|{{a}}>");
}

}  // namespace
}  // namespace sheaf::task
