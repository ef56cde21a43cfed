// What holds in every wire format alike: the same model stands behind all of them.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "spoken.hpp"

namespace sheaf::simulate {
namespace {

using std::chrono::seconds;

class EveryWire : public testing::TestWithParam<std::string> {
 protected:
  const Spoken& format() const { return format_named(GetParam()); }
  static Lab lab(const SimulateOptions& options = {}, int rows = 9) {
    return {parse_task(number_yaml()), number_rows(rows), options};
  }
  static SimulateOptions with_option(const std::string& name, const std::string& value) {
    SimulateOptions options;
    const auto set = set_simulate_option(options, name, value);
    EXPECT_TRUE(set) << set.error().message;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Formats, EveryWire,
                         testing::Values("chat", "responses", "messages", "gemini"),
                         [](const auto& which) { return which.param; });

TEST_P(EveryWire, CarriesTheSameReplyAndBillsTheSame) {
  for (const std::string tokens : {"bytes", "o200k_base"}) {
    auto chat = lab(with_option("tokens", tokens));
    auto own = lab(with_option("tokens", tokens));
    const auto expected = chat.ask({2, 3, 5});
    const auto reply = ask_in(format(), own, {2, 3, 5});
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto body = body_of(reply);
    EXPECT_EQ(text_at(body, format().text_path), expected.text);
    EXPECT_EQ(number_at(body, format().input_path), expected.completion().usage->input_tokens);
    EXPECT_EQ(number_at(body, format().output_path), expected.completion().usage->output_tokens);
    EXPECT_EQ(own.stats(), chat.stats());
    EXPECT_NE(reply.body.find("\"simulated\""), std::string::npos);
  }
}

TEST_P(EveryWire, MeetsTheSameContentFaults) {
  SimulateOptions options;
  options.content_faults = 0.08;
  options.block = 0.05;
  auto chat = lab(options, 200);
  auto own = lab(options, 200);
  for (std::size_t row = 0; row + 3 <= 200; row += 3) {
    ask_in(formats().front(), chat, {row, row + 1, row + 2});
    ask_in(format(), own, {row, row + 1, row + 2});
  }
  EXPECT_EQ(own.stats(), chat.stats());
  EXPECT_GT(own.count("faults.block"), 0);
}

TEST_P(EveryWire, ACapCutsTheReplyAndIsSaid) {
  auto own = lab();
  const auto body = body_of(ask_in(format(), own, {0, 1, 2}, 20));
  const std::map<std::string, std::string> words{{"chat", "length"},
                                                 {"responses", "incomplete"},
                                                 {"messages", "max_tokens"},
                                                 {"gemini", "MAX_TOKENS"}};
  EXPECT_EQ(text_at(body, format().finish_path), words.at(GetParam()));
  EXPECT_EQ(number_at(body, format().output_path), 20);
  if (GetParam() == "responses") {
    EXPECT_EQ(text_at(body, "incomplete_details.reason"), "max_output_tokens");
    EXPECT_EQ(text_at(body, "output.0.status"), "incomplete");
  }
}

TEST_P(EveryWire, ReasoningThatFillsTheCapLeavesNoRoomForWords) {
  auto own = lab(with_option("reasoning_tokens", "40"));
  const auto full = body_of(ask_in(format(), own, {0}, 30));
  EXPECT_EQ(text_at(full, format().text_path), "");
  EXPECT_EQ(own.count("tokens.reasoning"), 30);
  EXPECT_EQ(own.count("tokens.output"), 30);
  const auto body = body_of(ask_in(format(), own, {1}, 1000));
  EXPECT_EQ(own.count("tokens.reasoning"), 70);
  const std::map<std::string, std::string> counts{
      {"chat", "usage.completion_tokens_details.reasoning_tokens"},
      {"responses", "usage.output_tokens_details.reasoning_tokens"},
      {"messages", "usage.output_tokens_details.thinking_tokens"},
      {"gemini", "usageMetadata.thoughtsTokenCount"}};
  EXPECT_EQ(number_at(body, counts.at(GetParam())), 40);
  const auto said = GetParam() == "gemini" ? 0 : 40;
  EXPECT_EQ(number_at(body, format().output_path), own.count("tokens.output") - 30 - 40 + said);
}

TEST_P(EveryWire, ReasoningStandsInsideTheCap) {
  auto own = lab(with_option("reasoning_tokens", "40"));
  ask_in(format(), own, {0, 1, 2}, 60);
  EXPECT_EQ(own.count("tokens.output"), 60);
}

TEST_P(EveryWire, ABlockedReplySaysSoInItsOwnWords) {
  auto own = lab(with_option("block", "1"));
  const auto reply = ask_in(format(), own, {0, 1});
  EXPECT_EQ(reply.status, 200);
  const auto body = body_of(reply);
  const std::map<std::string, std::pair<std::string, std::string>> words{
      {"chat", {"choices.0.finish_reason", "content_filter"}},
      {"responses", {"output.0.content.0.type", "refusal"}},
      {"messages", {"stop_reason", "refusal"}},
      {"gemini", {"promptFeedback.blockReason", "PROHIBITED_CONTENT"}}};
  const auto& [path, word] = words.at(GetParam());
  EXPECT_EQ(text_at(body, path), word);
  EXPECT_EQ(text_at(body, format().text_path), "");
  EXPECT_EQ(own.meant("n0"), json::Array{json::Value()});
  if (GetParam() == "messages") {
    EXPECT_EQ(text_at(body, "stop_details.type"), "refusal");
  }
  if (GetParam() == "gemini") {
    EXPECT_EQ(body.find("candidates"), nullptr);
  }
}

TEST_P(EveryWire, AsksForItsKeyInItsOwnHeader) {
  const std::map<std::string, std::vector<Header>> rights{
      {"chat", {{"Authorization", "Bearer right"}, {"api-key", "right"}}},
      {"responses", {{"Authorization", "Bearer right"}, {"api-key", "right"}}},
      {"messages", {{"x-api-key", "right"}, {"authorization", "Bearer right"}}},
      {"gemini", {{"x-goog-api-key", "right"}}}};
  auto own = lab(with_option("key", "right"));
  const auto ask = [&](const std::vector<Header>& headers) {
    auto request = http(format(), body_in(format(), own, {0}));
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    return own.model->answer(request, own.now);
  };
  for (const auto& header : rights.at(GetParam())) {
    EXPECT_EQ(ask({header}).status, 200) << header.name;
    auto wrong = header;
    wrong.value += "-not";
    const auto refused = ask({wrong});
    EXPECT_EQ(refused.status, GetParam() == "gemini" ? 400 : 401);
    EXPECT_EQ(refused.body.find("right-not"), std::string::npos);
  }
  const auto body = body_of(ask({}));
  const std::map<std::string, std::pair<std::string, std::string>> words{
      {"chat", {"error.code", "invalid_api_key"}},
      {"responses", {"error.code", "invalid_api_key"}},
      {"messages", {"error.type", "authentication_error"}},
      {"gemini", {"error.details.0.reason", "API_KEY_INVALID"}}};
  const auto& [path, word] = words.at(GetParam());
  EXPECT_EQ(text_at(body, path), word);
}

TEST_P(EveryWire, ALimitIsToldInItsOwnHeaders) {
  auto options = with_option("requests_per_minute", "1");
  options.tokens_per_minute = 100'000;
  auto own = lab(options);
  own.model->set_start(CalendarTime(seconds(1'000'000'000)));
  own.now = seconds(7);
  const auto first = ask_in(format(), own, {0});
  EXPECT_EQ(first.status, 200);
  const bool anthropic = GetParam() == "messages";
  if (anthropic) {
    EXPECT_EQ(header_of(first, "anthropic-ratelimit-requests-limit"), "1");
    EXPECT_EQ(header_of(first, "anthropic-ratelimit-requests-remaining"), "0");
    EXPECT_EQ(header_of(first, "anthropic-ratelimit-requests-reset"), "2001-09-09T01:47:47Z");
    EXPECT_EQ(header_of(first, "anthropic-ratelimit-tokens-limit"), "100000");
  }
  const bool openai = GetParam() == "chat" || GetParam() == "responses";
  EXPECT_EQ(header_of(first, "x-ratelimit-limit-requests"), openai ? "1" : "");
  EXPECT_EQ(header_of(first, anthropic ? "request-id" : "x-request-id"), "simulated-request-1");
  own.now = seconds(46);
  const auto refused = ask_in(format(), own, {1});
  EXPECT_EQ(refused.status, 429);
  const auto body = body_of(refused);
  const std::map<std::string, std::pair<std::string, std::string>> words{
      {"chat", {"error.code", "rate_limit_exceeded"}},
      {"responses", {"error.code", "rate_limit_exceeded"}},
      {"messages", {"error.type", "rate_limit_error"}},
      {"gemini", {"error.status", "RESOURCE_EXHAUSTED"}}};
  const auto& [path, word] = words.at(GetParam());
  EXPECT_EQ(text_at(body, path), word);
  EXPECT_EQ(header_of(refused, "Retry-After"), GetParam() == "gemini" ? "" : "21");
  if (GetParam() == "gemini") {
    EXPECT_EQ(text_at(body, "error.details.0.@type"), "type.googleapis.com/google.rpc.RetryInfo");
    EXPECT_EQ(text_at(body, "error.details.0.retryDelay"), "20.5s");
    EXPECT_EQ(number_at(body, "error.code"), 429);
  }
  if (anthropic) {
    EXPECT_EQ(text_at(body, "request_id"), header_of(refused, "request-id"));
    EXPECT_EQ(text_at(body, "type"), "error");
  }
}

TEST_P(EveryWire, AnOverloadedServerSaysSoInItsOwnWords) {
  auto own = lab(with_option("http_503", "1"));
  const auto reply = ask_in(format(), own, {0});
  EXPECT_EQ(reply.status, GetParam() == "messages" ? 529 : 503);
  const std::map<std::string, std::pair<std::string, std::string>> words{
      {"chat", {"error.type", "server_error"}},
      {"responses", {"error.type", "server_error"}},
      {"messages", {"error.type", "overloaded_error"}},
      {"gemini", {"error.status", "UNAVAILABLE"}}};
  const auto& [path, word] = words.at(GetParam());
  EXPECT_EQ(text_at(body_of(reply), path), word);
}

TEST_P(EveryWire, TransportFaultsHaveTheirShapes) {
  for (const std::string fault : {"http_429", "http_500", "stall", "reset", "html", "half_json"}) {
    SCOPED_TRACE(fault);
    auto own = lab(with_option(fault, "1"));
    const auto reply = ask_in(format(), own, {0});
    EXPECT_EQ(own.count("faults." + fault), 1);
    EXPECT_EQ(reply.delivery == Delivery::stall, fault == "stall");
    EXPECT_EQ(reply.delivery == Delivery::reset, fault == "reset");
    if (fault == "http_500") {
      EXPECT_EQ(reply.status, 500);
    }
    if (fault == "half_json") {
      EXPECT_FALSE(json::parse(reply.body));
    }
  }
}

TEST_P(EveryWire, WhatDoesNotFitTheContextIsRefusedInItsOwnWords) {
  auto options = with_option("context_tokens", "100");
  options.max_output_tokens = 5000;
  auto own = lab(options);
  const auto refused = ask_in(format(), own, {0, 1}, 10);
  EXPECT_EQ(refused.status, 400);
  const std::map<std::string, std::string> words{
      {"chat", "maximum context length is 100 tokens"},
      {"responses", "exceeds the context window"},
      {"messages", "prompt is too long: "},
      {"gemini", "exceeds the maximum number of tokens allowed (100)"}};
  EXPECT_NE(refused.body.find(words.at(GetParam())), std::string::npos) << refused.body;
  auto roomy = lab(with_option("max_output_tokens", "500"));
  EXPECT_EQ(ask_in(format(), roomy, {0}, 501).status, 400);
  EXPECT_EQ(ask_in(format(), roomy, {0}, 500).status, 200);
}

TEST_P(EveryWire, StreamsOnlyOpenAisChatAndSaysSo) {
  auto own = lab();
  auto request = http(format(), with(body_in(format(), own, {0}), "stream", true));
  if (GetParam() == "gemini") {
    request = http(format(), body_in(format(), own, {0}));
    request.url = "/v1beta/models/m:streamGenerateContent";
  }
  const auto reply = own.model->answer(request, own.now);
  EXPECT_EQ(reply.status, GetParam() == "chat" ? 200 : 400);
  if (GetParam() != "chat") {
    EXPECT_NE(reply.body.find("stream"), std::string::npos);
  }
}

TEST_P(EveryWire, WhatIsNoRequestIsRefusedInItsOwnShape) {
  auto own = lab();
  const bool typed = GetParam() != "gemini";
  const std::string path = typed ? "error.type" : "error.status";
  const std::string word = typed ? "invalid_request_error" : "INVALID_ARGUMENT";
  const auto expect_refused = [&](const json::Value& body) {
    const auto reply = own.model->answer(http(format(), body), own.now);
    EXPECT_EQ(reply.status, 400) << json::dump(body);
    EXPECT_EQ(text_at(body_of(reply), path), word) << reply.body;
  };
  const auto good = body_in(format(), own, {0});
  for (const auto& member : good) {
    const bool optional = member.first == "system" || member.first == "instructions" ||
                          member.first == "systemInstruction" ||
                          member.first == "generationConfig" ||
                          (member.first.starts_with("max_") && GetParam() != "messages");
    if (!optional) expect_refused(with(good, member.first, json::Value()));
    expect_refused(with(good, member.first, json::Value(true)));
  }
  expect_refused(json::Array{});
  EXPECT_EQ(own.count("asked"), 0);
}

TEST_P(EveryWire, AStopSequenceEndsTheReplyWhereTheFormatKnowsAny) {
  const std::map<std::string, std::string> names{{"chat", "stop"}, {"messages", "stop_sequences"}};
  auto own = lab();
  if (GetParam() == "responses") {
    const auto refused = with(body_in(format(), own, {0}), "stop", "A[2]");
    EXPECT_EQ(own.model->answer(http(format(), refused), own.now).status, 400);
    return;
  }
  auto body = body_in(format(), own, {0, 1, 2});
  const json::Array stops{"A[3]", "A[2]"};
  if (GetParam() == "gemini") {
    body = with(body, "generationConfig", json::Object{{"stopSequences", stops}});
  } else {
    body = with(body, names.at(GetParam()), stops);
  }
  const auto reply = body_of(own.model->answer(http(format(), body), own.now));
  const auto text = text_at(reply, format().text_path);
  EXPECT_NE(text.find("A[1]"), std::string::npos);
  EXPECT_EQ(text.find("A[2]"), std::string::npos);
  if (GetParam() == "messages") {
    EXPECT_EQ(text_at(reply, "stop_reason"), "stop_sequence");
    EXPECT_EQ(text_at(reply, "stop_sequence"), "A[2]");
  }
}

}  // namespace
}  // namespace sheaf::simulate
