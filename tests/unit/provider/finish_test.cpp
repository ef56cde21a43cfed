// What each provider calls an end, and what is made of it.
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "provider/anthropic.hpp"
#include "provider/gemini.hpp"
#include "provider/responses.hpp"

namespace sheaf::provider {
namespace {

using Words = std::vector<std::string>;

FinishReason generated(const std::string& word) {
  const auto read = read_generated(fmt::format(
      R"({{"candidates":[{{"content":{{"parts":[{{"text":"x"}}]}},"finishReason":{}}}]}})", word));
  return read ? read->finish : FinishReason::other;
}

FinishReason message(const std::string& word) {
  const auto read = read_message(
      fmt::format(R"({{"content":[{{"type":"text","text":"x"}}],"stop_reason":{}}})", word));
  return read ? read->finish : FinishReason::other;
}

FinishReason response(const std::string& status, const std::string& reason) {
  const auto read = read_response(fmt::format(
      R"({{"status":{},"incomplete_details":{{"reason":{}}},"output":[{{"type":"message",)"
      R"("content":[{{"type":"output_text","text":"x"}}]}}]}})",
      status, reason));
  return read ? read->finish : FinishReason::other;
}

TEST(Finish, OfGemini) {
  EXPECT_EQ(generated(R"("STOP")"), FinishReason::stop);
  EXPECT_EQ(generated(R"("stop")"), FinishReason::stop);
  EXPECT_EQ(generated(R"("MAX_TOKENS")"), FinishReason::length);
  for (const auto& word : Words{"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII",
                                "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"}) {
    EXPECT_EQ(generated('"' + word + '"'), FinishReason::refused) << word;
  }
  for (const auto& word :
       Words{R"("LANGUAGE")", R"("OTHER")", R"("MALFORMED_RESPONSE")", R"("NEW")", "null", "1"}) {
    EXPECT_EQ(generated(word), FinishReason::other) << word;
  }
}

TEST(Finish, OfAnthropic) {
  for (const auto& word : Words{"end_turn", "stop_sequence"}) {
    EXPECT_EQ(message('"' + word + '"'), FinishReason::stop) << word;
  }
  for (const auto& word : Words{"max_tokens", "model_context_window_exceeded"}) {
    EXPECT_EQ(message('"' + word + '"'), FinishReason::length) << word;
  }
  EXPECT_EQ(message(R"("refusal")"), FinishReason::refused);
  for (const auto& word : Words{R"("tool_use")", R"("pause_turn")", R"("new")", "null", "{}"}) {
    EXPECT_EQ(message(word), FinishReason::other) << word;
  }
}

TEST(Finish, OfResponses) {
  EXPECT_EQ(response(R"("completed")", "null"), FinishReason::stop);
  EXPECT_EQ(response(R"("incomplete")", R"("max_output_tokens")"), FinishReason::length);
  EXPECT_EQ(response(R"("incomplete")", R"("content_filter")"), FinishReason::refused);
  for (const auto& word : Words{R"("max_messages")", R"("steered")", R"("completed")", "null"}) {
    EXPECT_EQ(response(R"("incomplete")", word), FinishReason::other) << word;
  }
}

TEST(Finish, OfAResponseThatDidNotEndIsNone) {
  for (const auto& status : Words{"failed", "in_progress", "cancelled", "queued", "new"}) {
    const auto read =
        read_response(R"({"status":")" + status + R"(","output":[{"type":"message",)" +
                      R"("content":[{"type":"output_text","text":"x"}]}]})");
    EXPECT_FALSE(read) << status;
  }
}

}  // namespace
}  // namespace sheaf::provider
