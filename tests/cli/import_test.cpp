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

TEST(Import, OfAWholeSetTakesAllRowsAndSaysHowManyThePaperHas) {
  const Folder folder;
  std::string lines;
  for (int i = 0; i < 256; ++i)
    lines += R"({"question":"q","options":["1","2"],"correct":"A"})"
             "\n";
  const auto ended = sheaf({"import", "aqua", folder.write("dev.json", lines), "--paper"});
  EXPECT_EQ(lines_of(ended.out).size(), 256U);
  EXPECT_EQ(ended.err,
            "sheaf: 256 rows; the paper uses all 254 rows of validation, and these are 256\n");
}

TEST(Import, CountsNoBadRowAgainstItsLimit) {
  const Folder folder;
  const auto published = folder.write("test.jsonl", "{\"question\": \"?\"}\n" + solutions(5));
  const auto ended = sheaf({"import", "gsm8k", published, "--skip-bad-rows", "--limit", "2"});
  EXPECT_EQ(lines_of(ended.out).size(), 2U);
}

TEST(Import, LeavesNothingBehindWhereEveryRowIsBad) {
  const Folder folder;
  const auto published = folder.write("test.jsonl", "{\"question\": \"?\"}\n");
  const auto ended =
      sheaf({"import", "gsm8k", published, "--skip-bad-rows", "-o", folder / "rows.jsonl"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("no row of gsm8k is in it"));
  for (const auto* file :
       {"rows.jsonl", "rows.jsonl.partial", "rows.jsonl.rejected", "rows.jsonl.rejected.partial"}) {
    EXPECT_FALSE(folder.has(file)) << file;
  }
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

TEST(Import, NamesTheLineOfARowThatIsNoJson) {
  const Folder folder;
  const auto ended = sheaf({"import", "gsm8k", folder.write("a.jsonl", solutions(2) + "{oops\n")});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("a.jsonl:3: row 3: "));
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

TEST(Import, KeepsTheCellsOfABadLine) {
  const Folder folder;
  const auto published =
      folder.write("dev.tsv",
                   "index\tsentence1\tsentence2\tlabel\n4\tIt rained.\tIt was wet.\tmaybe\n"
                   "5\tIt rained.\tIt was wet.\tentailment\n");
  const auto ended =
      sheaf({"import", "rte", published, "--skip-bad-rows", "-o", folder / "rows.jsonl"});
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_THAT(folder.read("rows.jsonl.rejected"),
              AllOf(HasSubstr("It was wet."), HasSubstr("the label 'maybe' is none of")));
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

constexpr const char* upstream_config =
    "dataset: {dataset_name: gsm8k, dataset_split: test}\n"
    "method:\n"
    "  method_name: batch_inference\n"
    "  method_args: {prompt_file_path: here.txt, engine: some-model, extraction_regex: \".*The "
    "answer is (.*).\"}\n";

TEST(ImportUpstream, WritesATaskThatRunsAndListsWhatDiffers) {
  const Folder folder;
  folder.write("here.txt",
               "Q[1]: One and one?\nQ[2]: Two and two?\n"
               "A[1]: Count. The answer is 2.\nA[2]: Count. The answer is 4.\n");
  const auto config = folder.write("config.yaml", upstream_config);
  const auto task = folder / "task.yaml";
  const auto ended = sheaf({"import", "--upstream", config, "-o", task});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("\nsheaf: repaired: the pattern takes"),
                    HasSubstr("\nsheaf: not reproduced: the space"),
                    HasSubstr("task.exemplars.jsonl; its prompt begins with the bytes")));
  const auto rows = folder.write("rows.jsonl", solutions(4));
  const auto imported = sheaf({"import", "gsm8k", rows, "-o", folder / "gsm8k.jsonl"});
  EXPECT_EQ(imported.code, 0) << imported.err;
  const auto run = sheaf({"run", task, folder / "gsm8k.jsonl", "-o", folder / "answers.jsonl",
                          "--model", "simulated"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(lines_of(folder.read("answers.jsonl")).size(), 4U);
  EXPECT_THAT(sheaf({"import", "--upstream", config, "-o", task}).err,
              HasSubstr("is not replaced"));
  const auto taken = folder.write("taken.yaml", "mine\n");
  EXPECT_THAT(sheaf({"import", "--upstream", config, "-o", taken}).err,
              HasSubstr("taken.yaml exists and is not replaced"));
  EXPECT_FALSE(folder.has("taken.exemplars.jsonl"));
}

TEST(ImportUpstream, RefusesWhatIsMissingAtItsPlace) {
  const Folder folder;
  const auto config = folder.write("config.yaml", upstream_config);
  const auto ended = sheaf({"import", "--upstream", config, "-o", folder / "task.yaml"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("config.yaml:4:35: 'method.method_args.prompt_file_path'"));
  EXPECT_FALSE(folder.has("task.exemplars.jsonl"));
  EXPECT_EQ(sheaf({"import", "--upstream", config}).code, 2);
  EXPECT_EQ(sheaf({"import", "--as-is"}).code, 2);
  EXPECT_EQ(sheaf({"import", "gsm8k", "--upstream", config, "-o", "t"}).code, 2);
  EXPECT_THAT(sheaf({"import", "gsm8k"}).err, HasSubstr("FILE is missing"));
}

}  // namespace
}  // namespace sheaf::testing
