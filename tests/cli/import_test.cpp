// Published data sets through the command, as its users have them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// `count` rows of GSM8K as published.
std::string solutions(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    lines += "{\"question\": \"What is " + std::to_string(i) +
             " + 1?\", \"answer\": \"One more.\\n#### " + std::to_string(i + 1) + "\"}\n";
  }
  return lines;
}

TEST(Import, WritesRowsThatItsTaskCanPlan) {
  const Folder folder;
  const auto published = folder.write("test.jsonl", solutions(5));
  const auto ended = sheaf({"import", "gsm8k", published, "-o", folder / "rows.jsonl"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err, "sheaf: 5 rows\n");
  const auto lines = lines_of(folder.read("rows.jsonl"));
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[4], R"({"id":"gsm8k-4","question":"What is 4 + 1?","answer":"5",)"
                      R"("rationale":"One more."})");
  const auto planned =
      sheaf({"plan", SHEAF_SOURCE_DIR "/examples/paper/gsm8k.yaml", folder / "rows.jsonl"});
  EXPECT_EQ(planned.code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("5 rows"));
}

TEST(Import, TakesThePapersRowsAndSaysWhereThereAreFewer) {
  const Folder folder;
  const auto many = folder.write("test.jsonl", solutions(310));
  const auto cut = sheaf({"import", "gsm8k", many, "--paper"});
  EXPECT_EQ(lines_of(cut.out).size(), 300U);
  EXPECT_EQ(cut.err, "sheaf: 300 rows\n");
  const auto few = sheaf({"import", "gsm8k", folder.write("few.jsonl", solutions(4)), "--paper"});
  EXPECT_EQ(lines_of(few.out).size(), 4U);
  EXPECT_EQ(few.err, "sheaf: 4 rows; the paper uses the first 300 rows of test, and these are 4\n");
  EXPECT_EQ(lines_of(sheaf({"import", "gsm8k", many, "--limit", "7"}).out).size(), 7U);
  EXPECT_EQ(sheaf({"import", "gsm8k", many, "--limit", "7", "--paper"}).code, 2);
}

TEST(Import, StopsAtABadRowAndLeavesNothingBehind) {
  const Folder folder;
  const auto published =
      folder.write("test.jsonl", solutions(2) + "{\"question\": \"And this?\"}\n");
  const auto ended = sheaf({"import", "gsm8k", published, "-o", folder / "rows.jsonl"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, AllOf(StartsWith("sheaf: "), HasSubstr("test.jsonl:3: row 3: no answer"),
                               HasSubstr("the row has: question"), HasSubstr("--skip-bad-rows")));
  EXPECT_FALSE(folder.has("rows.jsonl"));
  EXPECT_FALSE(folder.has("rows.jsonl.partial"));
}

TEST(Import, KeepsBadRowsApartWhereItIsTold) {
  const Folder folder;
  const auto published =
      folder.write("test.jsonl", "{\"question\": \"And this?\"}\n" + solutions(2));
  const auto ended =
      sheaf({"import", "gsm8k", published, "--skip-bad-rows", "-o", folder / "rows.jsonl"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.err, "sheaf: 2 rows, 1 bad row left out\n");
  EXPECT_THAT(folder.read("rows.jsonl"), StartsWith("{\"id\":\"gsm8k-1\""));
  EXPECT_THAT(folder.read("rows.jsonl.rejected"),
              AllOf(HasSubstr("\"row\":1"), HasSubstr("And this?"), HasSubstr("no answer")));
}

TEST(Import, ReplacesNoFileAndKnowsItsSets) {
  const Folder folder;
  const auto published = folder.write("test.jsonl", solutions(1));
  EXPECT_THAT(sheaf({"import", "gsm8k", published, "-o", published}).err,
              HasSubstr("is not replaced"));
  const auto unknown = sheaf({"import", "gsm8", published});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'gsm8k'?"));
  EXPECT_THAT(sheaf({"import", "gsm8k", folder / "none.jsonl"}).err, HasSubstr("none.jsonl"));
}

}  // namespace
}  // namespace sheaf::testing
