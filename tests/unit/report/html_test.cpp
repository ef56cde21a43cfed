#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "report/report.hpp"

namespace sheaf::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view data_begins = R"(<script type="application/json" id="data">)";
constexpr std::string_view script_ends = "</script>";

json::Value titled(std::string_view title) { return json::Object{{"title", json::Value(title)}}; }

/// What a browser takes for the data: up to the first end of a script.
std::string_view data_of(std::string_view page) {
  const std::size_t begin = page.find(data_begins) + data_begins.size();
  return page.substr(begin, page.find(script_ends, begin) - begin);
}

std::string title_in(std::string_view page) {
  const auto data = json::parse(data_of(page));
  if (!data) return "no JSON: " + data.error().reason;
  const json::Value* title = data->find_path("report.title");
  return title == nullptr || title->string() == nullptr ? "no title" : *title->string();
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(ReportPage, TextThatWouldEndItsElementStaysText) {
  for (const std::string_view hostile :
       {"</script><script>alert(1)</script>", "<!--<script>", "</SCRIPT\t>", "]]>", "&lt;/script>",
        "a\u2028b\u2029c", "\\u003c", "\"}</script>"}) {
    const std::string page = html(titled(hostile));
    EXPECT_EQ(title_in(page), hostile);
    const std::string_view data = data_of(page);
    EXPECT_EQ(data.find_first_of("<>&"), data.npos) << hostile;
    EXPECT_THAT(std::string(data), Not(HasSubstr("\u2028"))) << hostile;
    EXPECT_THAT(std::string(data), Not(HasSubstr("\u2029"))) << hostile;
    EXPECT_EQ(count(page, "<script"), count(html(titled("")), "<script")) << hostile;
  }
}

RC_GTEST_PROP(ReportPage, AnyTextComesBackFromThePage, (const std::vector<std::string>& pieces)) {
  static constexpr std::string_view marks[] = {"</script>", "<!--", "\u2028", "&",
                                               "\\",        "\"",   "\n"};
  std::string text;
  for (const std::string& piece : pieces) {
    for (const char c : piece) text.push_back(static_cast<char>(c & 0x7f));
    text += marks[piece.size() % std::size(marks)];
  }
  RC_ASSERT(title_in(html(titled(text))) == text);
}

TEST(ReportPage, MalformedTextBecomesAReplacementCharacter) {
  EXPECT_EQ(title_in(html(titled("a\xff"
                                 "b"))),
            "a\uFFFDb");
}

TEST(ReportPage, TheSameReportGivesTheSameBytes) {
  const json::Value report = titled("again");
  EXPECT_EQ(html(report), html(report));
}

TEST(ReportPage, NamesNoAddressThatCouldBeLoaded) {
  const std::string page = html(titled("x"));
  for (const std::string_view door :
       {"src=", "@import", "url(", "<iframe", "<link rel=\"stylesheet", "XMLHttpRequest", "fetch(",
        "WebSocket", "importScripts", "sendBeacon", "innerHTML", "sourceMappingURL"}) {
    EXPECT_THAT(page, Not(HasSubstr(std::string(door))));
  }
  // The chart library names its home twice, in comments that its licence wants kept.
  EXPECT_EQ(count(page, "https://"), 2U);
  EXPECT_EQ(count(page, "http://"), 0U);
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none';"));
  EXPECT_THAT(page, HasSubstr("script-src 'sha256-"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-")));
}

TEST(ReportPage, HoldsTheLicenceOfItsCharts) {
  const std::string page = html(titled("x"));
  EXPECT_THAT(page, HasSubstr("Chart.js Contributors"));
  EXPECT_THAT(page, HasSubstr("Permission is hereby granted, free of charge"));
}

TEST(ReportPage, StaysSmall) { EXPECT_LT(html(titled("x")).size(), 350'000U); }

}  // namespace
}  // namespace sheaf::report
