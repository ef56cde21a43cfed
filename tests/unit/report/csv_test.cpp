#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/report.hpp"

namespace sheaf::report {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

json::Value parsed(std::string_view text) {
  const auto value = json::parse(text);
  EXPECT_TRUE(value) << value.error().reason;
  return *value;
}

std::string file(const json::Value& report, std::string_view name) {
  for (const File& one : csv(report)) {
    if (one.name == name) return one.bytes;
  }
  return "no file";
}

/// The lines behind the header.
std::vector<std::string> lines(const json::Value& report, std::string_view name) {
  std::vector<std::string> out;
  std::string text = file(report, name);
  for (std::size_t end = text.find("\r\n"); end != text.npos; end = text.find("\r\n")) {
    out.push_back(text.substr(0, end));
    text.erase(0, end + 2);
  }
  EXPECT_EQ(text, "");
  if (!out.empty()) out.erase(out.begin());
  return out;
}

std::string failure(std::string_view reason) {
  std::string out = R"({"cells":[{"name":"b1","failures":[{"reason":)";
  json::append_string(out, reason);
  return out + R"(,"rows":2}]}]})";
}

std::string failure_line(std::string_view reason) {
  return lines(parsed(failure(reason)), "failures.csv").at(0);
}

TEST(ReportCsv, IsTheSameFilesWhateverIsKnown) {
  std::vector<std::string> names;
  for (const File& one : csv(json::Value())) {
    names.push_back(one.name);
    EXPECT_THAT(one.bytes, EndsWith("\r\n"));
    EXPECT_EQ(lines(json::Value(), one.name).size(), 0U) << one.name;
  }
  EXPECT_THAT(names,
              ElementsAre("recommendation.csv", "accuracy.csv", "differences.csv", "tokens.csv",
                          "cost.csv", "time.csv", "front.csv", "savings.csv", "runs.csv",
                          "rates.csv", "failures.csv", "positions.csv", "rounds.csv",
                          "confusion.csv", "classes.csv", "wrong-answers.csv"));
}

TEST(ReportCsv, QuotesWhatRfc4180WantsQuoted) {
  EXPECT_EQ(failure_line("plain"), "b1,plain,2");
  EXPECT_EQ(failure_line("a,b"), R"(b1,"a,b",2)");
  EXPECT_EQ(failure_line(R"(say "no")"), R"(b1,"say ""no""",2)");
  EXPECT_EQ(failure_line("two\nlines"), "b1,\"two\nlines\",2");
}

TEST(ReportCsv, EscapesWhatASpreadsheetWouldCompute) {
  EXPECT_EQ(failure_line("=1+1"), "b1,'=1+1,2");
  EXPECT_EQ(failure_line("@SUM(A1)"), "b1,'@SUM(A1),2");
  EXPECT_EQ(failure_line("+cmd|'/c calc'!A0"), "b1,'+cmd|'/c calc'!A0,2");
  EXPECT_EQ(failure_line("-5"), "b1,-5,2");
}

TEST(ReportCsv, LeavesUnknownCellsEmptyAndNumbersAsWritten) {
  const auto report = parsed(R"({"cells":[{"name":"b1","rates":{
      "missing":{"count":1,"n":8,"rate":0.1250},"failed":null}}]})");
  EXPECT_THAT(lines(report, "rates.csv"),
              ElementsAre("b1,missing,1,8,0.1250", "b1,doubtful,,,", "b1,repaired,,,",
                          "b1,truncated,,,", "b1,failed,,,"));
}

constexpr std::string_view two_sizes = R"({"cells":[
  {"name":"b1","batch_size":1,"rows":10,"noise":false,
   "bill":{"input":0.3,"cached_input":0.1,"output":0.1,"total":0.5}},
  {"name":"again","batch_size":1,"rows":10,"noise":true,"accuracy":{"final":{"rate":0.7}},
   "bill":{"input":0.5,"output":0.0,"total":0.5}},
  {"name":"b2","batch_size":2,"rows":10,"noise":false,"bill":null}],
 "variants":[{"name":"v","noise":{"difference":-0.1,"n":10},
  "recommended":{"batch_size":2,"sentence":"Two.","rows_needed":null},
  "sizes":[
   {"batch_size":1,"cells":["b1","again"],"usd_per_row":0.05,"tokens_per_row":90,
    "accuracy":{"final":{"rate":0.8,"low":0.7,"high":0.9}},"saving":{"tokens":1},"predicted":{}},
   {"batch_size":2,"cells":["b2"],"usd_per_row":0.02,"tokens_per_row":50,"recommended":true,
    "accuracy":{"final":{"rate":0.8,"low":0.6,"high":0.9}},"saving":{"tokens":1.8,"usd":2.5},
    "against_single":{"difference":0,"n":10,"loss_bound":0.01},"predicted":{"mark":"short"}}]}]})";

TEST(ReportCsv, SaysTheRecommendationWithWhatItCosts) {
  EXPECT_THAT(lines(parsed(two_sizes), "recommendation.csv"),
              ElementsAre("v,2,20,50,2.5,1.8,0.8,0.6,0.9,0.8,0.01,,Two."));
}

TEST(ReportCsv, TheKindsOfCostAddUpToTheCostOfARow) {
  EXPECT_THAT(lines(parsed(two_sizes), "cost.csv"),
              ElementsAre("v,1,40,5,5,0,0,0,50", "v,2,,,,,,,20"));
}

TEST(ReportCsv, TheSecondRunAtOneStandsApart) {
  EXPECT_THAT(lines(parsed(two_sizes), "accuracy.csv"),
              ElementsAre(HasSubstr("v,1,all,"), HasSubstr("v,2,all,"),
                          HasSubstr("v,1,second run at b = 1,,,0.7")));
  EXPECT_THAT(
      lines(parsed(two_sizes), "differences.csv"),
      ElementsAre(HasSubstr("v,1,second run at b = 1,10,-0.1"), HasSubstr("v,2,final,10,0")));
}

TEST(ReportCsv, TheFrontLeavesOutWhatIsDearerAndNoBetter) {
  EXPECT_THAT(lines(parsed(two_sizes), "front.csv"),
              ElementsAre("v,1,50,0.8,0.7,0.9,false,false", "v,2,20,0.8,0.6,0.9,true,true"));
}

TEST(ReportCsv, TheFrontIsOfTokensWhereAPriceIsMissing) {
  auto report = parsed(R"({"variants":[{"name":"v","sizes":[
    {"batch_size":1,"usd_per_row":0.05,"tokens_per_row":90,"accuracy":{"final":{"rate":0.5}}},
    {"batch_size":2,"usd_per_row":null,"tokens_per_row":50,"accuracy":{"final":{"rate":0.4}}}]}]})");
  EXPECT_THAT(file(report, "front.csv"), HasSubstr("variant,batch_size,tokens_per_row,"));
  EXPECT_THAT(lines(report, "front.csv"),
              ElementsAre("v,1,90,0.5,,,true,false", "v,2,50,0.4,,,true,false"));
}

TEST(ReportCsv, ARunWithoutVariantStandsAlone) {
  const auto report = parsed(R"({"cells":[{"name":"b4","batch_size":4,"rows":10,"requests":5,
    "tokens":{"input":100,"cached_input":40,"output":30,"reasoning":10},"tokens_per_row":13}]})");
  EXPECT_THAT(lines(report, "tokens.csv"), ElementsAre("b4,4,6,4,2,1,13"));
  EXPECT_THAT(lines(report, "time.csv"), ElementsAre("b4,4,,0.5"));
}

TEST(ReportCsv, NoRowsDivideByNothing) {
  const auto report = parsed(R"({"cells":[{"name":"b1","rows":0,"requests":0,
    "tokens":{"input":0,"output":0},"by_round":[{"round":1,"answered":0,"correct":0}],
    "bill":{"input":0,"total":0},"usd_per_row":0}]})");
  EXPECT_THAT(lines(report, "tokens.csv"), ElementsAre("b1,,,,,,"));
  EXPECT_THAT(lines(report, "rounds.csv"), ElementsAre("b1,1,0,0,"));
  EXPECT_THAT(lines(report, "cost.csv"), ElementsAre("b1,,0,0,0,0,0,0,0"));
}

TEST(ReportCsv, TheConfusionTableHoldsWhatOccurs) {
  const auto report = parsed(R"({"cells":[{"name":"b1","confusion":{"classes":["yes","no"],
    "counts":[[5,0,1,0],[2,7,0,3]]}}]})");
  EXPECT_THAT(lines(report, "confusion.csv"),
              ElementsAre("b1,yes,yes,5", "b1,yes,(no class),1", "b1,no,yes,2", "b1,no,no,7",
                          "b1,no,(failed),3"));
}

TEST(ReportCsv, AConfusionTableOfAnotherShapeIsReadAsFarAsItGoes) {
  const auto report = parsed(R"({"cells":[{"name":"b1","confusion":{"classes":["yes"],
    "counts":[[5],[1,2,3,4],7]}},{"name":"b2","confusion":3},4]})");
  EXPECT_THAT(lines(report, "confusion.csv"), ElementsAre("b1,yes,yes,5"));
}

}  // namespace
}  // namespace sheaf::report
