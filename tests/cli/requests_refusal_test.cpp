// Files of requests that `sheaf run` refuses, and flags that are not for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "support/request_file.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Where nobody answers.
constexpr const char* nowhere = "http://127.0.0.1:9/v1";

Ended run_file(const Folder& folder, const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{
      "run", folder / "requests.jsonl", "-o", folder / "out.jsonl", "--base-url", nowhere};
  all.insert(all.end(), more.begin(), more.end());
  return sheaf(std::move(all));
}

struct BadFile {
  std::string lines;
  std::string why;
};

class BadRequests : public ::testing::TestWithParam<BadFile> {};
INSTANTIATE_TEST_SUITE_P(
    Files, BadRequests,
    ::testing::Values(
        BadFile{request_line("a", colour_body(1)) + request_line("a", colour_body(2)),
                "requests.jsonl:2: the custom_id \"a\" stood on an earlier line"},
        BadFile{request_line("a", colour_body(1)) + "{not json\n",
                "requests.jsonl:2:3: not a JSON object"},
        BadFile{"[1]\n", "requests.jsonl:1:1: expected a JSON object"},
        BadFile{"{\"text\":\"a row\"}\n",
                "requests.jsonl:1: no member \"custom_id\"; a request has custom_id, method, url "
                "and body, and rows need a task before them"},
        BadFile{"{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\"}\n",
                "requests.jsonl:1: \"body\" is no object"},
        BadFile{request_line("a", colour_body(1)) + request_line("b", R"({"model":"other"})"),
                "requests.jsonl:2: its model is \"other\", and that of line 1 is \"gpt-4o-mini\""},
        BadFile{"", "requests.jsonl holds no request"}));

TEST_P(BadRequests, AreRefusedBeforeAnythingIsSent) {
  const Folder folder;
  folder.write("requests.jsonl", GetParam().lines);
  const auto ended = run_file(folder);
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr(GetParam().why));
  EXPECT_FALSE(folder.has("out.jsonl.sheaf"));
}

TEST(BadRequest, IsSkippedWhereThatIsAsked) {
  const Folder folder;
  const auto server = serve_colours(folder.write("rows.jsonl", colour_rows(6)));
  auto lines = colour_requests(6);
  lines.insert(0, "{broken\n");
  folder.write("requests.jsonl", lines + request_line("r-1", colour_body(1)));
  const auto ended = sheaf({"run", folder / "requests.jsonl", "-o", folder / "out.jsonl",
                            "--base-url", server.base_url(), "--skip-bad-rows"});
  EXPECT_EQ(ended.code, 3) << ended.err;
  expect_colours(bulk_results_in(folder.read("out.jsonl")), 6);
  EXPECT_EQ(lines_of(folder.read("out.jsonl.rejected")).size(), 2U);
}

struct BadCall {
  std::vector<std::string> flags;
  std::string why;
};

class RequestsCall : public ::testing::TestWithParam<BadCall> {};
INSTANTIATE_TEST_SUITE_P(
    Flags, RequestsCall,
    ::testing::Values(BadCall{{"--model", "openai/gpt-4o"}, "--model is not for requests"},
                      BadCall{{"--grouping", "random"}, "--grouping is not for requests"},
                      BadCall{{"-o", "out.csv"}, "results of requests are JSONL"},
                      BadCall{{"--via", "bulk"}, "--via is not for requests"},
                      BadCall{{"--via", "flex"}, "--via is not for requests"},
                      BadCall{{"--no-wait"}, "flags of bulk jobs are not for requests"},
                      BadCall{{"--repairs", "live"}, "flags of bulk jobs are not for"},
                      BadCall{{"--bulk-tokens", "9"}, "flags of bulk jobs are not for"}));

TEST_P(RequestsCall, IsRefused) {
  const Folder folder;
  folder.write("requests.jsonl", colour_requests(2));
  const auto ended = run_file(folder, GetParam().flags);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr(GetParam().why));
}

TEST(RequestsCost, IsBoundedOnlyWhereItCanBe) {
  const auto why = [](const std::string& body) {
    const Folder folder;
    folder.write("requests.jsonl", request_line("a", body));
    const auto ended = run_file(folder, {"--max-cost", "1"});
    EXPECT_EQ(ended.code, 2) << ended.err;
    return ended.err;
  };
  EXPECT_THAT(why(R"({"model":"my-own","messages":[]})"),
              HasSubstr("--max-cost could not hold: no prices are known of openai/my-own"));
  EXPECT_THAT(why(R"({"model":"gpt-4o-mini","messages":[],"web_search_options":{}})"),
              HasSubstr("the request of line 1 holds \"web_search_options\""));
}

TEST(RunWithoutRows, IsForRequestsAlone) {
  const Folder folder;
  const auto task = folder.write("task.yaml", colour_task);
  const auto ended = sheaf({"run", task, "-o", folder / "out.jsonl"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr("ROWS is required behind a task"));
}

TEST(RunWithoutRows, NamesAFileThatIsNotThere) {
  const Folder folder;
  const auto ended = run_file(folder);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("requests.jsonl"));
}

}  // namespace
}  // namespace sheaf::testing
