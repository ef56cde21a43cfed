// A streamed reply is the whole reply in pieces, by OpenAI's wire rules.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "lab.hpp"
#include "simulate/byte_counter.hpp"
#include "simulate/wire_openai.hpp"

namespace sheaf::simulate {
namespace {

std::vector<json::Value> chunks_of(const std::vector<std::string>& events) {
  std::vector<json::Value> chunks;
  for (std::string_view event : events) {
    if (event == "data: [DONE]\n\n") continue;
    EXPECT_TRUE(event.starts_with("data: {") && event.ends_with("}\n\n")) << event;
    event.remove_prefix(6);
    const auto parsed = json::parse(event);
    EXPECT_TRUE(parsed) << event;
    if (parsed) chunks.push_back(*parsed);
  }
  return chunks;
}

const json::Value& choice_of(const json::Value& chunk) {
  return chunk.find("choices")->array()->front();
}

std::string streamed_text(const std::vector<json::Value>& chunks, const std::string& path) {
  std::string text;
  for (const auto& chunk : chunks) {
    if (chunk.find("choices")->array()->empty()) continue;
    const auto* piece = choice_of(chunk).find_path(path);
    if (piece != nullptr && piece->string() != nullptr) text += *piece->string();
  }
  return text;
}

std::vector<std::string> events_of(const ModelReply& completion, bool include_usage = false) {
  return ChatWire().events(completion, ByteCounter().pieces(completion.text), include_usage);
}

constexpr std::string_view hostile =
    "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xF0\x9F\x98\x80 \"\n\xCC\x81z";

TEST(SimulatedStream, ChatSaysItsRoleThenItsTextThenWhyItEnded) {
  const auto events = events_of({.text = hostile, .ended = Ended::at_cap, .usage = {}});
  EXPECT_EQ(events.back(), "data: [DONE]\n\n");
  const auto chunks = chunks_of(events);
  ASSERT_GT(chunks.size(), 4u);
  EXPECT_EQ(*choice_of(chunks.front()).find_path("delta.role"), json::Value("assistant"));
  EXPECT_EQ(streamed_text(chunks, "delta.content"), hostile);
  for (std::size_t i = 0; i + 1 < chunks.size(); ++i) {
    EXPECT_TRUE(choice_of(chunks[i]).find("finish_reason")->is_null());
  }
  EXPECT_EQ(*choice_of(chunks.back()).find("finish_reason"), json::Value("length"));
  EXPECT_TRUE(choice_of(chunks.back()).find("delta")->object()->empty());
}

TEST(SimulatedStream, UsageComesLastWithoutChoicesAndOnlyWhenAsked) {
  const ModelReply completion{.text = "A: 8", .usage = {.input_tokens = 5, .output_tokens = 2}};
  const auto chunks = chunks_of(events_of(completion, true));
  EXPECT_TRUE(chunks.back().find("choices")->array()->empty());
  EXPECT_EQ(chunks.back().find_path("usage.total_tokens")->integer(), 7);
  for (const auto& chunk : chunks_of(events_of(completion))) {
    EXPECT_EQ(chunk.find("usage"), nullptr);
  }
}

TEST(SimulatedStream, CompletionsStreamTextsWithoutARole) {
  const auto chunks = chunks_of(events_of({.api = Api::completions, .text = hostile, .usage = {}}));
  EXPECT_EQ(streamed_text(chunks, "text"), hostile);
  EXPECT_EQ(choice_of(chunks.front()).find("delta"), nullptr);
  EXPECT_EQ(*choice_of(chunks.back()).find("finish_reason"), json::Value("stop"));
}

TEST(SimulatedStream, CarriesTheSameReplyAndCountsTheSame) {
  SimulateOptions options;
  options.first_token_ms = 100;
  options.tokens_per_second = 1000;
  Lab whole(parse_task(number_yaml()), number_rows(9), options);
  Lab streamed(parse_task(number_yaml()), number_rows(9), options);
  auto request = streamed.request({2, 3});
  request.body.insert(1, R"("stream":true,"stream_options":{"include_usage":true},)");
  const auto reply = streamed.model->answer(request, Time(0));
  EXPECT_TRUE(reply.body.empty());
  EXPECT_EQ(reply.first, Millis(100));
  const auto reading = whole.ask({2, 3});
  EXPECT_EQ(reply.delay, reading.raw.delay);
  EXPECT_EQ(streamed_text(chunks_of(reply.events), "delta.content"), reading.completion().text);
  EXPECT_EQ(streamed.count("tokens.output"), whole.count("tokens.output"));
  EXPECT_EQ(streamed.count("asked"), 2);
}

TEST(SimulatedStream, HalfJsonBreaksOffInTheMiddleOfAnEvent) {
  SimulateOptions options;
  options.half_json = 1;
  Lab lab(parse_task(number_yaml()), number_rows(9), options);
  auto request = lab.request({2, 3});
  request.body.insert(1, R"("stream":true,)");
  const auto reply = lab.model->answer(request, Time(0));
  ASSERT_GT(reply.events.size(), 2u);
  EXPECT_FALSE(reply.events.back().ends_with("\n\n"));
}

}  // namespace
}  // namespace sheaf::simulate
