#include "requests/result_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::requests {
namespace {

rows::ResultRecord record_of(std::string text, int size, Usage usage) {
  rows::ResultRecord record;
  record.id = "a";
  record.text = std::move(text);
  record.usage = usage;
  record.batch = rows::ResultBatch{size, 1, 1};
  return record;
}

json::Value line_of(const rows::ResultRecord& record) {
  return json::parse(result_line(record, "m")).value();
}

std::string dumped(const json::Value& line, std::string_view path) {
  const auto* found = line.find_path(path);
  return found == nullptr ? "<absent>" : json::dump(*found);
}

constexpr std::string_view came =
    R"({"status_code":200,"request_id":"r","body":{ "x" : 1,)"
    R"("usage":{"prompt_tokens":5,"completion_tokens":2,"more":1} }})";

TEST(ResultLine, OfARequestAloneIsWhatCameByteForByte) {
  const auto line =
      result_line(record_of(std::string(came), 1, {.input_tokens = 5, .output_tokens = 2}), "m");
  EXPECT_THAT(
      line, ::testing::MatchesRegex(
                R"(\{"id":"batch_req_[0-9a-f]{32}","custom_id":"a","response":.*,"error":null\})"));
  EXPECT_NE(line.find(came), std::string::npos) << line;
}

TEST(ResultLine, TellsWhatARequestTookOverAllItsPrompts) {
  const auto line =
      line_of(record_of(std::string(came), 1, {.input_tokens = 15, .output_tokens = 4}));
  EXPECT_EQ(dumped(line, "response.body.x"), "1");
  EXPECT_EQ(dumped(line, "response.body.usage.prompt_tokens"), "15");
  EXPECT_EQ(dumped(line, "response.body.usage.total_tokens"), "19");
}

TEST(ResultLine, OfASharedPromptIsACompletionOfTheAnswer) {
  const auto line = line_of(record_of(
      "hi \"you\"", 3,
      {.input_tokens = 7, .cached_input_tokens = 2, .output_tokens = 3, .reasoning_tokens = 1}));
  EXPECT_EQ(dumped(line, "response.status_code"), "200");
  EXPECT_EQ(dumped(line, "response.body.object"), "\"chat.completion\"");
  EXPECT_EQ(dumped(line, "response.body.model"), "\"m\"");
  EXPECT_EQ(dumped(line, "response.body.choices.0.message"),
            R"({"role":"assistant","content":"hi \"you\"","refusal":null})");
  EXPECT_EQ(dumped(line, "response.body.choices.0.finish_reason"), "\"stop\"");
  EXPECT_EQ(dumped(line, "response.body.usage"),
            R"({"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,)"
            R"("prompt_tokens_details":{"cached_tokens":2},)"
            R"("completion_tokens_details":{"reasoning_tokens":1}})");
  EXPECT_EQ(dumped(line, "error"), "null");
}

TEST(ResultLine, AnAnswerThatLooksLikeAResponseIsNone) {
  const auto line = line_of(record_of(std::string(came), 2, {}));
  const auto* content = line.find_path("response.body.choices.0.message.content");
  ASSERT_NE(content, nullptr);
  EXPECT_EQ(*content->string(), came);
}

TEST(ResultLine, OfARefusedRequestIsTheRefusal) {
  auto record =
      record_of(R"({"status_code":400,"request_id":"","body":{"error":{"code":"c"}}})", 1, {});
  record.error = rows::ResultError{"rejected", "HTTP 400"};
  const auto line = line_of(record);
  EXPECT_EQ(dumped(line, "response.status_code"), "400");
  EXPECT_EQ(dumped(line, "response.body.error.code"), "\"c\"");
  EXPECT_EQ(dumped(line, "error"), "null");
}

TEST(ResultLine, WithoutAResponseSaysWhyAndWhatItTook) {
  auto record = record_of("", 1, {.input_tokens = 3});
  record.error = rows::ResultError{"server-error", "HTTP 500"};
  const auto line = line_of(record);
  EXPECT_EQ(dumped(line, "response"), "null");
  EXPECT_EQ(dumped(line, "error.code"), "\"server-error\"");
  EXPECT_EQ(dumped(line, "error.message"), "\"HTTP 500\"");
  EXPECT_EQ(dumped(line, "error.usage.prompt_tokens"), "3");
  record.usage = {};
  EXPECT_EQ(dumped(line_of(record), "error.usage"), "<absent>");
}

}  // namespace
}  // namespace sheaf::requests
