#include "rows/result.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "row_fixtures.hpp"

namespace sheaf::rows {
namespace {

ResultRecord answered() {
  ResultRecord record;
  record.id = "r-1";
  record.answer = json::Number{"0.5"};
  record.text = "1/2";
  record.requests = 2;
  record.usage = {120, 100, 9, 3};
  record.cost = Money{123'000'000};
  record.batch = ResultBatch{6, 3, 1};
  record.input = R"({ "q" : "1/2?",  "n":1.50})";
  return record;
}

ResultRecord failed() {
  ResultRecord record;
  record.id = "r\"2";
  record.answer = "left over";
  record.error = ResultError{"unparsable", "names two choices: bug, billing"};
  record.input = R"({"q":"a,b","n":null})";
  return record;
}

TEST(ResultLine, HasEveryMemberInTheDocumentedOrder) {
  EXPECT_EQ(to_json_line(answered()),
            R"({"id":"r-1","answer":0.5,"status":"answered","text":"1/2","error":null,)"
            R"("requests":2,"usage":{"input_tokens":120,"cached_input_tokens":100,)"
            R"("output_tokens":9,"reasoning_tokens":3},"cost_usd":0.000123,)"
            R"("batch":{"size":6,"position":3,"round":1},"input":{ "q" : "1/2?",  "n":1.50}})");
}

TEST(ResultLine, NamesWhatWasWrittenToTheCacheWhereSomethingWas) {
  auto record = answered();
  record.usage.cache_write_tokens = 15;
  EXPECT_THAT(to_json_line(record),
              testing::HasSubstr(R"("reasoning_tokens":3,"cache_write_tokens":15},"cost_usd")"));
}

TEST(ResultLine, GivesAFailedRowItsReasonAndNoAnswer) {
  EXPECT_EQ(to_json_line(failed()),
            R"({"id":"r\"2","answer":null,"status":"failed","text":"",)"
            R"("error":{"reason":"unparsable","detail":"names two choices: bug, billing"},)"
            R"("requests":0,"usage":{"input_tokens":0,"cached_input_tokens":0,)"
            R"("output_tokens":0,"reasoning_tokens":0},"cost_usd":null,"batch":null,)"
            R"("input":{"q":"a,b","n":null}})");
}

RC_GTEST_PROP(ResultLine, IsOneLineOfJsonAndKeepsTheInputsBytes, ()) {
  ResultRecord record = answered();
  record.id = text::replace_invalid_utf8(*rc::gen::arbitrary<std::string>());
  record.text = text::replace_invalid_utf8(*rc::gen::arbitrary<std::string>()) + "\n";
  std::string input = "{\"x\":" + *rc::gen::element<std::string>(" 1e400", "-0 ", "[ ]");
  json::append_string(input += ",\"y\" : ", record.id);
  record.input = input += "\t}";
  const std::string line = to_json_line(record);
  RC_ASSERT(line.find('\n') == std::string::npos);
  RC_ASSERT(line.ends_with(",\"input\":" + input + "}"));
  const auto value = json::parse(line, {.refuse_duplicate_keys = true});
  RC_ASSERT(value.has_value());
  RC_ASSERT(*value->find("id")->string() == record.id);
  RC_ASSERT(*value->find("text")->string() == record.text);
}

TEST(CsvResult, FlattensMembersAndNamesInputColumns) {
  const CsvResults csv({{"q", "n"}, true});
  EXPECT_EQ(csv.header(),
            "id,answer,status,text,error_reason,error_detail,requests,usage_input_tokens,"
            "usage_cached_input_tokens,usage_output_tokens,usage_reasoning_tokens,cost_usd,"
            "batch_size,batch_position,batch_round,input.q,input.n");
  EXPECT_EQ(csv.line(answered()), "r-1,0.5,answered,1/2,,,2,120,100,9,3,0.000123,6,3,1,1/2?,1.50");
  EXPECT_EQ(csv.line(failed()),
            "\"r\"\"2\",,failed,,unparsable,\"names two choices: bug, billing\",0,0,0,0,0,,,,,"
            "\"a,b\",");
}

TEST(CsvResult, WritesAnswersAsPlainTextAndNestedInputsAsJson) {
  ResultRecord record;
  record.input = R"({"list" : [1, {"x":"y"}],"yes":true,"big":1e400,"s":"=1+1"})";
  const CsvResults csv({{"list", "yes", "big", "s"}, true});
  record.answer = "=SUM(A1)";
  EXPECT_EQ(csv.line(record),
            ",=SUM(A1),answered,,,,0,0,0,0,0,,,,,\"[1,{\"\"x\"\":\"\"y\"\"}]\",true,1e400,=1+1");
  record.answer = true;
  EXPECT_TRUE(csv.line(record).starts_with(",true,answered,"));
}

TEST(CsvResult, EscapesFormulasWhereAskedAndLeavesNumbersAlone) {
  const CsvResults csv({{"a", "b", "c", "d", "e"}, true}, Formulas::escape);
  EXPECT_TRUE(
      csv.header().ends_with(",batch_round,escaped,input.a,input.b,input.c,input.d,input.e"));
  ResultRecord record;
  record.id = "@id";
  record.text = "-2+3";
  record.answer = "=SUM(A1)";
  record.input = R"({"a":"+1","b":"-1.5","c":-2,"d":"\tx","e":"a=b"})";
  EXPECT_EQ(csv.line(record),
            "'@id,'=SUM(A1),answered,'-2+3,,,0,0,0,0,0,,,,,5,'+1,-1.5,-2,'\tx,a=b");
  record.id = "''@id";
  record.text = "'-2";
  record.answer = "'";
  record.input = R"({"a":"'\nx","e":"'a=b"})";
  EXPECT_EQ(csv.line(record), "'''@id,',answered,'-2,,,0,0,0,0,0,,,,,2,\"''\nx\",,,,'a=b");
}

RC_GTEST_PROP(EscapeFormula, LeavesNoFormulaAndIsUndoneExactly, ()) {
  const auto text =
      *rc::gen::container<std::string>(rc::gen::element('\'', '=', '-', '1', '\t', 'a'));
  auto escaped = text;
  const bool changed = escape_formula(escaped);
  RC_ASSERT(changed == (escaped != text));
  RC_ASSERT(!is_formula(escaped));
  unescape_formula(escaped);
  RC_ASSERT(escaped == text);
}

TEST(EscapeFormula, IsNotUndoneWhereNoApostropheStands) {
  std::string text = "=1+1";
  unescape_formula(text);
  EXPECT_EQ(text, "=1+1");
}

TEST(CsvResult, KeepsColumnsThatTheFirstRowLackedInOneLastColumn) {
  const CsvResults csv({{"a", "b"}, false});
  EXPECT_TRUE(csv.header().ends_with(",input.a,input.b,input_more"));
  ResultRecord record;
  record.input = R"({"b":2,"c":3,"a":1,"d":[4]})";
  EXPECT_TRUE(csv.line(record).ends_with(R"(,1,2,"{""c"":3,""d"":[4]}")")) << csv.line(record);
  record.input = R"({"a":1})";
  EXPECT_TRUE(csv.line(record).ends_with(",,1,,")) << csv.line(record);
}

TEST(CsvRecord, IsNeverAnEmptyLine) {
  std::string out;
  append_csv_record(out, {""});
  EXPECT_EQ(out, "\"\"");
  append_csv_record(out = {}, {"", ""});
  EXPECT_EQ(out, ",");
}

RC_GTEST_PROP(CsvResult, IsReadBackCellByCell, ()) {
  const CsvResults csv({{"q\n", "n"}, false});
  ResultRecord record = answered();
  record.text = text::replace_invalid_utf8(*rc::gen::arbitrary<std::string>());
  record.answer = *rc::gen::element<std::string>("a\r\nb", "\"", ",", "", " x ");
  const auto source =
      read_delimited(input_of(csv.header() + "\n" + csv.line(record) + "\n"), Delimiter::comma);
  RC_ASSERT(source.has_value());
  const auto rows = all_rows(**source);
  RC_ASSERT(rows.size() == 1U);
  const auto& fields = std::get<Row>(rows[0]).fields;
  RC_ASSERT(*fields.find("text")->string() == record.text);
  RC_ASSERT(*fields.find("answer")->string() == *record.answer.string());
  RC_ASSERT(*fields.find("input.n")->string() == "1.50");
  RC_ASSERT(*fields.find("input_more")->string() == R"({"q":"1/2?"})");
}

TEST(TableColumns, AreTheHeaderWhereThereIsOne) {
  auto source = read_delimited(input_of("b,a\n1,2\n"), Delimiter::comma);
  const auto columns = table_columns(*source);
  EXPECT_EQ(columns->names, (std::vector<std::string>{"b", "a"}));
  EXPECT_TRUE(columns->fixed);
  EXPECT_EQ(all_shown(**source).size(), 1U);
}

TEST(TableColumns, AreTheFirstGoodRowsMembersAndNoRowIsLost) {
  constexpr std::string_view bytes = "oops\n{\"b\":1,\"a\":2}\n{\"c\":3}\n";
  auto source = read_jsonl(input_of(std::string(bytes)));
  const Shown expected = all_shown(*read_jsonl(input_of(std::string(bytes))));
  const auto columns = table_columns(source);
  EXPECT_EQ(columns->names, (std::vector<std::string>{"b", "a"}));
  EXPECT_FALSE(columns->fixed);
  EXPECT_EQ(source->name(), "rows");
  EXPECT_TRUE(source->columns().empty());
  EXPECT_EQ(all_shown(*source), expected);
}

TEST(TableColumns, AreNoneWithoutAGoodRowAndStillNoRowIsLost) {
  std::string bytes;
  for (int i = 0; i < 1500; ++i) bytes += "oops\n";
  auto source = read_jsonl(input_of(bytes + "{\"a\":1}\n"));
  EXPECT_TRUE(table_columns(source)->names.empty());
  EXPECT_EQ(all_rows(*source).size(), 1501U);
  auto empty = read_jsonl(input_of(""));
  EXPECT_TRUE(table_columns(empty)->names.empty());
  EXPECT_EQ(all_shown(*empty), Shown{});
}

TEST(TableColumns, PassOnAnErrorOfTheSource) {
  auto source = read_jsonl(
      {PieceReader(std::make_unique<MemoryBytes>("", 1, Error{ErrorCode::usage, "cut"})), "rows"});
  EXPECT_EQ(table_columns(source).error().message, "cut");
}

}  // namespace
}  // namespace sheaf::rows
