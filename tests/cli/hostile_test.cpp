#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "support/fault_server.hpp"

namespace sheaf::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

/// C0, the one-character CSI of C1, and a bidirectional override.
const std::string escapes =
    "\x1b[31m\xc2\x9b"
    "31m\xe2\x80\xae";

void expect_no_escape(const std::string& text) {
  for (const auto* part : {"\x1b", "\xc2\x9b", "\xe2\x80\xae"}) {
    EXPECT_THAT(text, Not(HasSubstr(part)));
  }
}

TEST(Terminal, GetsNoEscapeFromANameInAnError) {
  const Folder folder;
  const auto ended = sheaf({"run", folder / ("task" + escapes + ".yaml"), "x.csv", "-o", "a.csv"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err));
  expect_no_escape(ended.err);
}

TEST(Terminal, GetsNoEscapeFromANameOfRowsInANotice) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows = folder.write("rows" + escapes + ".jsonl", small_rows(3) + "{broken\n");
  const auto ended = sheaf({"run", task, rows, "-o", folder / "a.jsonl", "--skip-bad-rows", "-v"});
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("skipped"));
  expect_no_escape(ended.err);
}

TEST(Terminal, GetsNoEscapeFromARowThatPlanOrInspectShows) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows =
      folder.write("rows.csv", "id,text,gold\nx" + escapes + ",a " + escapes + " b,red\n");
  const auto plan = sheaf({"plan", task, rows});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("\nText: a "));
  EXPECT_THAT(plan.out, EndsWith("\n"));
  EXPECT_THAT(plan.out, Not(EndsWith("\n\n")));
  expect_no_escape(plan.out + plan.err);
  ASSERT_EQ(sheaf({"run", task, rows, "-o", folder / "a.jsonl"}).code, 0);
  const auto shown = sheaf({"inspect", folder / "a.jsonl.sheaf", "--id", "x" + escapes});
  EXPECT_THAT(shown.out, HasSubstr("\\u{1b}[31m"));
  expect_no_escape(shown.out + shown.err);
}

TEST(Terminal, GetsNoEscapeOrMalformedByteFromTheNameOfACheckpoint) {
  const Folder folder;
  const auto checkpoint = folder / ("c" + escapes + "\x9b\xe9");
  std::filesystem::create_directory(checkpoint);
  const auto ended = sheaf({"inspect", checkpoint});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err)) << ended.err;
  expect_no_escape(ended.err);
  EXPECT_THAT(ended.err, Not(HasSubstr("\x9b")));
}

TEST(Output, APipeInItsPlaceIsRefusedAndNotReadFrom) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows = folder.write("rows.jsonl", small_rows(3));
  const std::vector<std::string> run{"run", task, rows, "-o", folder / "a.jsonl"};
  ASSERT_EQ(sheaf(run).code, 0);
  std::filesystem::remove(folder / "a.jsonl");
  ASSERT_EQ(::mkfifo((folder / "a.jsonl").c_str(), 0600), 0);
  const auto ended = sheaf(run);
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err)) << ended.err;
}

TEST(Formulas, AreEscapedInCsvWhereAsked) {
  const Folder folder;
  const auto task = folder.write("task.yaml", small_task);
  const auto rows = folder.write("rows.csv", "id,text,gold\n1,=1+1,red\n2,-2,red\n");
  std::vector<std::string> run{"run", task, rows, "-o", folder / "a.csv"};
  ASSERT_EQ(sheaf(run).code, 0);
  EXPECT_THAT(folder.read("a.csv"), HasSubstr(",=1+1,red"));
  run.emplace_back("--escape-formulas");
  ASSERT_EQ(sheaf(run).code, 0);
  EXPECT_THAT(folder.read("a.csv"), HasSubstr(",'=1+1,red"));
  EXPECT_THAT(folder.read("a.csv"), HasSubstr(",-2,red"));
}

/// The key is none by its looks: it is hidden because it was sent.
TEST(Key, ThatTheServerEchoesReachesNeitherTerminalNorFile) {
  static const std::string key = "hunter-two";
  for (const std::string status : {"302", "400", "401", "429", "500"}) {
    SCOPED_TRACE(status);
    const Folder folder;
    const auto task = folder.write("task.yaml", small_task);
    const auto rows = folder.write("rows.jsonl", small_rows(3));
    FaultServer server(0, [&](FaultExchange& exchange) {
      const std::string body =
          R"({"error":{"message":"who is )" + key + R"(?","code":")" + key + R"("}})";
      exchange.write_raw("HTTP/1.1 " + status + " No\r\nLocation: https://other/?key=" + key +
                         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
      return true;
    });
    const auto ended =
        sheaf({"run", task, rows, "-o", folder / "a.jsonl", "--model", "openai/any", "--base-url",
               server.base_url(), "--max-retries", "1", "--timeout", "1s", "-v", "-v"},
              {.environment = {{"OPENAI_API_KEY", key}}});
    EXPECT_EQ(ended.code, 1) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("***"));
    EXPECT_THAT(ended.err + ended.out, Not(HasSubstr(key)));
    const auto shown = sheaf({"inspect", folder / "a.jsonl.sheaf"});
    EXPECT_THAT(shown.out + shown.err, Not(HasSubstr(key)));
    int files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder / ".")) {
      ++files;
      EXPECT_THAT(Folder::read_file(file.path()), Not(HasSubstr(key))) << file.path();
    }
    EXPECT_GE(files, 4) << "task, rows, OUT.partial and the checkpoint";
  }
}

TEST(CoreDumps, AreForbiddenWhileARunHoldsItsKey) {
  rlimit image{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &image), 0);
  const Folder folder;
  Running run(
      triage_run(folder / "a.jsonl", {"--concurrency", "1", "--simulated", "first-token-ms=250"}),
      {.streams = Streams::terminal});
  ASSERT_TRUE(run.wait_for(" in flight")) << run.err();
  const auto limits = Folder::read_file("/proc/" + std::to_string(run.id()) + "/limits");
  EXPECT_THAT(limits, ContainsRegex(image.rlim_max == 0 ? "Max core file size +0 +"
                                                        : "Max core file size +1 +"));
}

}  // namespace
}  // namespace sheaf::testing
