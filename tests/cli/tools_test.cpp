#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "cli/served_model.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Plan, ForecastsTheBatchSizesAndShowsAPrompt) {
  const auto ended = sheaf({"plan", triage_task, triage_rows, "--batch-size", "5"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("304 rows"), HasSubstr("least time"),
                               HasSubstr("token saving"), HasSubstr("The first prompt:\n")));
  for (const auto* size : {"1", "2", "3", "4", "5 <", "6", "8", "16", "32"}) {
    EXPECT_THAT(ended.out, HasSubstr("\n  " + std::string(size) + " "));
  }
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Message[5]: "), Not(HasSubstr("Message[6]: "))));
}

TEST(Plan, NeedsNoKeyAndLeavesNoFile) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows = folder.write("rows.jsonl", small_rows(10));
  EXPECT_EQ(sheaf({"plan", task, rows, "--model", "openai/gpt-4o-mini"}).code, 0);
  EXPECT_FALSE(folder.has("rows.jsonl.sheaf"));
}

TEST(Decode, ScoresStoredReplies) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto replies =
      folder.write("replies.jsonl",
                   "{\"id\": \"r1\", \"size\": 3, \"text\": \"A[1]: red\\nA[3]: no colour\"}\n"
                   "{\"id\": 2, \"size\": 2, \"text\": \"A[1]: blue\\nA[2]: red\", "
                   "\"finish_reason\": \"stop\"}\n");
  const auto ended = sheaf({"decode", task, "--replies", replies});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], R"({"id":"r1","answers":[{"index":1,"status":"ok","value":"red"},)"
                      R"({"index":2,"status":"missing","value":null},)"
                      R"({"index":3,"status":"unparsable","value":null}]})");
  EXPECT_EQ(lines[1], R"({"id":2,"answers":[{"index":1,"status":"ok","value":"blue"},)"
                      R"({"index":2,"status":"ok","value":"red"}]})");
  EXPECT_EQ(ended.err, "sheaf: 2 replies, 3 answers, 2 doubts\n");
}

TEST(Decode, ReadsNoAnswerFromAQuestionsLabelNorFromARefusedOrCutReply) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto replies = folder.write(
      "replies.jsonl",
      "{\"id\": 1, \"size\": 2, \"text\": \"Q[1]: paint it red\\nQ[2]: blue\"}\n"
      "{\"id\": 2, \"size\": 1, \"text\": \"A: red\", \"finish_reason\": \"SAFETY\"}\n"
      "{\"id\": 3, \"size\": 1, \"text\": \"A: red\", \"finish_reason\": \"max_tokens\"}\n");
  const auto ended = sheaf({"decode", task, "--replies", replies});
  const auto lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 3U) << ended.err;
  EXPECT_EQ(lines[0], R"({"id":1,"answers":[{"index":1,"status":"missing","value":null},)"
                      R"({"index":2,"status":"missing","value":null}]})");
  EXPECT_EQ(lines[1], R"({"id":2,"answers":[{"index":1,"status":"refused","value":null}]})");
  EXPECT_EQ(lines[2], R"({"id":3,"answers":[{"index":1,"status":"truncated","value":null}]})");
}

TEST(Decode, StopsAtALineItCannotRead) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto ended = sheaf({"decode", task, "--replies", "-"},
                           {.input = "{\"id\": 1, \"size\": 0, \"text\": \"A[1]: red\"}\n"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr("size"));
}

TEST(Init, WritesATaskThatRuns) {
  const Folder folder;
  const auto rows = folder.write("rows.jsonl", small_rows(6));
  const auto ended = sheaf({"init", rows, "-o", folder / "task.yaml"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  const auto run =
      sheaf({"run", folder / "task.yaml", rows, "-o", folder / "a.jsonl", "--model", "simulated"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(results_in(folder.read("a.jsonl")).size(), 6U);
}

TEST(Init, PrintsWithoutAFile) {
  const auto ended = sheaf({"init", triage_rows});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("instruction:"), HasSubstr("{{text}}")));
}

TEST(Init, ReplacesNoFile) {
  const Folder folder;
  const auto rows = folder.write("rows.jsonl", small_rows(6));
  folder.write("task.yaml", "mine\n");
  const auto ended = sheaf({"init", rows, "-o", folder / "task.yaml"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_EQ(folder.read("task.yaml"), "mine\n");
}

TEST(Inspect, TellsWhatARunDid) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl")).code, 0);
  const auto ended = sheaf({"inspect", folder / "a.jsonl.sheaf"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("support-triage"), HasSubstr("requests"),
                               HasSubstr("tokens"), HasSubstr("cost"), HasSubstr("slow")));
  const auto as_json = sheaf({"inspect", folder / "a.jsonl.sheaf", "--json"});
  EXPECT_TRUE(json::parse(as_json.out).has_value()) << as_json.out;
}

TEST(Inspect, ShowsThePromptsAndRepliesOfOneRow) {
  const Folder folder;
  ASSERT_EQ(sheaf(triage_run(folder / "a.jsonl")).code, 0);
  const auto ended = sheaf({"inspect", folder / "a.jsonl.sheaf", "--id", "msg-002"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("app asks for workspace code"), HasSubstr("Answer[")));
}

const std::vector<std::string> calm{"--first-token-ms", "0", "--tokens-per-second", "0",
                                    "--content-faults", "0", "--transport-faults",  "0"};

std::vector<std::string> with_key(const std::string& key) {
  auto flags = calm;
  flags.insert(flags.end(), {"--key", key});
  return flags;
}

Ended run_triage_at(const std::string& url, const std::string& output, const std::string& key) {
  return sheaf({"run", triage_task, triage_rows, "-o", output, "--base-url", url},
               {.environment = {{"OPENAI_API_KEY", key}}});
}

TEST(Run, IsComparedWithTheCheapestWayWithoutPacking) {
  const Folder folder;
  auto text = Folder::read_file(triage_task);
  const auto own_price = text.find("\nprice:");
  text.erase(own_price, text.find("\n\n", own_price) - own_price);
  const auto task = folder.write("task.yaml", text);
  folder.write("exemplars.jsonl",
               Folder::read_file(SHEAF_SOURCE_DIR "/examples/support-triage/exemplars.jsonl"));
  const ServedModel model(triage_task, triage_rows, calm);
  const auto ended =
      sheaf({"run", task, triage_rows, "-o", folder / "a.jsonl", "--limit", "12"},
            {.environment = {{"OPENAI_API_KEY", "any"}, {"OPENAI_BASE_URL", model.url()}}});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("  cheapest: bulk "));
}

TEST(Simulate, ServesARunUntilItIsInterrupted) {
  const Folder folder;
  ServedModel model(triage_task, triage_rows, calm);
  const auto line = model.server().out();
  EXPECT_EQ(lines_of(line).size(), 1U) << line;
  EXPECT_THAT(line, AllOf(HasSubstr("simulated"), HasSubstr("--base-url " + model.url())));
  const auto ended = run_triage_at(model.url(), folder / "a.jsonl", "any");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(results_in(folder.read("a.jsonl")).size(), triage_row_count);
  model.server().signal(SIGINT);
  EXPECT_EQ(model.server().wait().code, 0);
}

TEST(Simulate, RefusesAnotherKeyAndTheRunNeverPrintsIt) {
  const Folder folder;
  const ServedModel model(triage_task, triage_rows, with_key("the-right-one"));
  const auto ended = run_triage_at(model.url(), folder / "a.jsonl", "sk-the-wrong-one");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(lines_of(ended.err).back(), AllOf(StartsWith("sheaf: "), HasSubstr("401")));
  EXPECT_THAT(ended.err, Not(HasSubstr("sk-the-wrong-one")));
  EXPECT_THAT(folder.read("a.jsonl.sheaf"), Not(HasSubstr("sk-the-wrong-one")));

  const auto again = run_triage_at(model.url(), folder / "a.jsonl", "the-right-one");
  EXPECT_EQ(again.code, 0) << again.err;
}

TEST(Simulate, RefusesAnUnknownOptionAndABadValue) {
  const auto unknown = sheaf({"simulate", triage_task, triage_rows, "--acuracy", "1"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean --accuracy?"));
  const auto bad = sheaf({"simulate", triage_task, triage_rows, "--accuracy", "much"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_TRUE(is_one_line_error(bad.err));
}

}  // namespace
}  // namespace sheaf::testing
