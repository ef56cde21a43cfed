#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "row_fixtures.hpp"
#include "rows/result.hpp"

namespace sheaf::rows {
namespace {

Shown read_shown(std::string bytes, Delimiter delimiter, std::size_t chunk = 1 << 20) {
  const auto source = read_delimited(input_of(std::move(bytes), chunk), delimiter);
  if (!source) return {"error: " + source.error().message};
  return all_shown(**source);
}

Shown csv(std::string bytes) { return read_shown(std::move(bytes), Delimiter::comma); }

std::vector<RowOrBad> csv_rows(std::string bytes, std::size_t chunk = 1 << 20,
                               std::size_t row_cap = most_row_bytes) {
  const auto source = read_delimited(input_of(std::move(bytes), chunk, row_cap), Delimiter::comma);
  return all_rows(**source);
}

TEST(Csv, GivesEveryColumnAsAStringInTheHeadersOrder) {
  const auto source = read_delimited(input_of("z,a\n1,2\n"), Delimiter::comma);
  EXPECT_EQ((*source)->columns(), (std::vector<std::string>{"z", "a"}));
  EXPECT_EQ(all_shown(**source), (Shown{R"(2 {"z":"1","a":"2"})"}));
}

TEST(Csv, ReadsQuotesLineBreaksAndSpacesAsTheyAre) {
  EXPECT_EQ(csv("a,b\r\n\"x,\"\"y\"\"\r\n\nz\", sp ace \r\n,\"\"\r\n\t,''\n"),
            (Shown{R"(2 {"a":"x,\"y\"\r\n\nz","b":" sp ace "})", R"(5 {"a":"","b":""})",
                   R"(6 {"a":"\t","b":"''"})"}));
}

TEST(Csv, EndsRecordsAtLfCrlfOrCr) {
  EXPECT_EQ(csv("a\n1\n2\r\n3\r4"),
            (Shown{R"(2 {"a":"1"})", R"(3 {"a":"2"})", R"(4 {"a":"3"})", R"(5 {"a":"4"})"}));
}

TEST(Csv, PassesOverEmptyLinesButCountsThem) {
  EXPECT_EQ(csv("\n\na,b\n\n1,2\r\n\r\n\r3,4\n\n"),
            (Shown{R"(5 {"a":"1","b":"2"})", R"(8 {"a":"3","b":"4"})"}));
  EXPECT_EQ(csv("a\n\"\"\n\n"), (Shown{R"(2 {"a":""})"})) << "a quoted empty cell is a row";
}

TEST(Csv, RefusesAWrongNumberOfFieldsWhereItShows) {
  EXPECT_EQ(csv("a,b\n1\n1,2,3\n\"x\ny\",2,3,4\n\"x\n\",2\n5,6\n"),
            (Shown{"2:2 1 field where the header has 2", "3:5 3 fields where the header has 2",
                   "5:6 4 fields where the header has 2", R"(6 {"a":"x\n","b":"2"})",
                   R"(8 {"a":"5","b":"6"})"}));
  EXPECT_EQ(csv("a,b\n\"a\"\",b\",2,3\n"), (Shown{"2:11 3 fields where the header has 2"}));
}

TEST(Csv, RefusesAStrayQuoteAndGoesOnAtTheNextLine) {
  EXPECT_EQ(csv("a,b\n1,2\"\n\"x\"y,2\n\"p\nq\" ,2\n3,4\n"),
            (Shown{"2:4 a quote inside a field that is not quoted",
                   "3:4 text behind a closing quote; a quote inside a quoted field is doubled",
                   "5:3 text behind a closing quote; a quote inside a quoted field is doubled",
                   R"(6 {"a":"3","b":"4"})"}));
}

TEST(Csv, NamesTheQuoteThatIsNeverClosed) {
  EXPECT_EQ(csv("a,b\n1,2\n\"x\n\"\"y\",\"q\n3,4\n"),
            (Shown{R"(2 {"a":"1","b":"2"})", "4:6 this quote is never closed"}));
  EXPECT_EQ(csv("a\n\""), (Shown{"2:1 this quote is never closed"}));
}

TEST(Csv, KeepsABadRowsBytesWithoutItsLineEnd) {
  for (const std::size_t chunk : {1U, 5U, 1U << 20}) {
    const auto rows = csv_rows("a,b\n1,2\"x,\"y\r\n1\r\n\"z\n", chunk);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(std::get<BadRow>(rows[0]).raw, "1,2\"x,\"y");
    EXPECT_EQ(std::get<BadRow>(rows[1]).raw, "1");
    EXPECT_EQ(std::get<BadRow>(rows[2]).raw, "\"z");
    EXPECT_EQ(std::get<BadRow>(rows[2]).number, 3);
  }
}

TEST(Csv, RefusesMalformedUtf8ByItsByteInTheLine) {
  EXPECT_EQ(csv("a,b\n\"x\n\u00e9\xff\",2\n3,\u00e9\n"),
            (Shown{"3:3 not valid UTF-8 at byte 3", "4 {\"a\":\"3\",\"b\":\"\u00e9\"}"}));
}

TEST(Csv, RefusesAHeaderThatCannotNameColumns) {
  EXPECT_EQ(csv(""), (Shown{"error: rows: no header line: the file is empty"}));
  EXPECT_EQ(csv("\n\r\n"), (Shown{"error: rows: no header line: the file is empty"}));
  EXPECT_EQ(csv("a,,b\n"),
            (Shown{"error: rows:1:3: the header cannot be used: column 2 has no name"}));
  EXPECT_EQ(csv("\n\"a\nb\",c,c\n"),
            (Shown{"error: rows:3:6: the header cannot be used: the column name \"c\" stands "
                   "twice"}));
  EXPECT_EQ(csv("a\"b\n"), (Shown{"error: rows:1:2: the header cannot be used: a quote inside a "
                                  "field that is not quoted"}));
  EXPECT_EQ(csv("a,\xff\n"),
            (Shown{"error: rows:1:3: the header cannot be used: not valid UTF-8 at byte 3"}));
  EXPECT_EQ(csv("a,\"b"),
            (Shown{"error: rows:1:3: the header cannot be used: this quote is never closed"}));
  EXPECT_EQ(csv("a,b\n"), Shown{}) << "a header alone is a table without rows";
}

TEST(Csv, ReadsPastARowAboveTheCapInBoundedMemory) {
  const std::string long_line(300'000, 'x');
  for (const std::size_t chunk : {1U, 7U, 1U << 20}) {
    const auto rows = csv_rows(
        "a\n123456789\n" + long_line + ",\"\n\"q" + long_line + "\nplain\n\"t\n", chunk, 10);
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(shown(rows[0]), R"(2 {"a":"123456789"})");
    EXPECT_EQ(shown(rows[1]), "3:0 the row is longer than 10 bytes");
    EXPECT_LE(std::get<BadRow>(rows[1]).raw.size(), kept_of_long_row);
    EXPECT_EQ(shown(rows[2]), "4:0 the row is longer than 10 bytes");
    EXPECT_EQ(shown(rows[3]), R"(5 {"a":"plain"})");
    EXPECT_EQ(shown(rows[4]), "6:1 this quote is never closed");
  }
}

TEST(Tsv, HasTheSameRulesWithTabs) {
  EXPECT_EQ(read_shown("a\tb\n1,5\t\"x\ty\n\"\"z\"\n1\n2\t\"\n", Delimiter::tab),
            (Shown{R"(2 {"a":"1,5","b":"x\ty\n\"z"})", "4:2 1 field where the header has 2",
                   "5:3 this quote is never closed"}));
}

std::string hostile_cell() {
  const std::vector<std::string> pieces{",",  "\"", "\"\"", "\n",    "\r\n",   "\r",     "\t",
                                        " ",  "",   "x",    "=1+1",  "\u00e9", "'",      "{",
                                        "\\", ";",  "a",    "\"a\"", "\u2028", "\ufeff", "A[2]:"};
  std::string cell;
  for (const auto pick : *rc::gen::container<std::vector<std::size_t>>(
           rc::gen::inRange<std::size_t>(0, pieces.size()))) {
    cell += pieces[pick];
  }
  return cell;
}

RC_GTEST_PROP(Csv, HostileCellsComeBackThroughWriterAndReader, ()) {
  const auto width = *rc::gen::inRange<std::size_t>(1, 5);
  std::vector<std::string> header;
  for (std::size_t i = 0; i < width; ++i) header.push_back(hostile_cell() + std::to_string(i));
  std::string file;
  append_csv_record(file, header);
  std::vector<std::vector<std::string>> table;
  for (auto rows = *rc::gen::inRange(0, 5); rows > 0; --rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < width; ++i) cells.push_back(hostile_cell());
    file += *rc::gen::element<std::string>("\n", "\r\n", "\r");
    append_csv_record(file, cells);
    table.push_back(std::move(cells));
  }
  const auto chunk = *rc::gen::inRange<std::size_t>(1, file.size() + 2);
  const auto source = read_delimited(input_of(file, chunk), Delimiter::comma);
  RC_ASSERT(source.has_value());
  RC_ASSERT((*source)->columns() == header);
  const auto rows = all_rows(**source);
  RC_ASSERT(rows.size() == table.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = std::get<Row>(rows[i]);
    RC_ASSERT(json::parse(row.raw).has_value());
    RC_ASSERT((*json::parse(row.raw) == row.fields));
    for (std::size_t c = 0; c < width; ++c) {
      RC_ASSERT(*(*row.fields.object())[c].second.string() == table[i][c]);
    }
  }
}

RC_GTEST_PROP(Csv, DoesNotDependOnWhereChunksEnd, ()) {
  std::string bytes = "a,b\n";
  for (auto cells = *rc::gen::inRange(0, 12); cells > 0; --cells) {
    bytes += hostile_cell() + *rc::gen::element<std::string>(",", "\n", "\r\n", "\r", "\"\n");
  }
  const Shown whole = csv(bytes);
  for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
    RC_ASSERT(read_shown(bytes, Delimiter::comma, chunk) == whole);
  }
}

RC_GTEST_PROP(Csv, EveryByteOfEveryLineIsARowABadRowOrEmpty, ()) {
  std::string bytes = "a,b\n";
  for (auto cells = *rc::gen::inRange(0, 12); cells > 0; --cells) {
    bytes += hostile_cell() + *rc::gen::element<std::string>(",", "\n", "\"\n");
  }
  const auto rows = csv_rows(bytes);
  std::int64_t number = 0;
  std::int64_t line = 1;
  for (const auto& either : rows) {
    const auto* bad = std::get_if<BadRow>(&either);
    const std::int64_t at = bad != nullptr ? bad->number : std::get<Row>(either).number;
    RC_ASSERT(at == ++number);
    const std::int64_t on = bad != nullptr ? bad->line : std::get<Row>(either).line;
    RC_ASSERT(on > line);
    line = on;
    if (bad != nullptr) RC_ASSERT(bytes.find(bad->raw) != std::string::npos);
  }
}

}  // namespace
}  // namespace sheaf::rows
