// What one wire format alone knows or refuses.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "spoken.hpp"

namespace sheaf::simulate {
namespace {

class WireRules : public testing::Test {
 protected:
  WireRules() { remake({}); }

  void remake(const SimulateOptions& options) {
    lab_ = std::make_unique<Lab>(parse_task(number_yaml()), number_rows(9), options);
  }
  json::Object body(const std::string& format, const std::vector<std::size_t>& batch = {0, 1}) {
    return body_in(format_named(format), *lab_, batch);
  }
  SimulatedReply send(const std::string& format, const json::Value& body,
                      const std::vector<Header>& headers) {
    auto request = http(format_named(format), body);
    request.headers = headers;
    return lab_->model->answer(request, lab_->now);
  }
  SimulatedReply send(const std::string& format, const json::Value& body) {
    return send(format, body, format_named(format).headers);
  }
  int status(const std::string& format, const json::Value& body) {
    return send(format, body).status;
  }
  std::string message(const std::string& format, const json::Value& body) {
    const auto reply = send(format, body);
    EXPECT_EQ(reply.status, 400) << reply.body;
    return text_at(body_of(reply), "error.message");
  }
  SimulatedReply at(const std::string& url, const json::Value& body) {
    return lab_->model->answer({"POST", url, {}, json::dump(body)}, lab_->now);
  }

  std::unique_ptr<Lab> lab_;
};

const std::vector<Header> newer{{"anthropic-version", "2026-10-21"}};

TEST_F(WireRules, AnthropicWantsAVersionThatItKnows) {
  EXPECT_EQ(send("messages", body("messages"), {}).status, 400);
  EXPECT_EQ(send("messages", body("messages"), {{"anthropic-version", "2023-01-01"}}).status, 400);
  EXPECT_EQ(send("messages", body("messages"), newer).status, 200);
  EXPECT_EQ(send("messages", body("messages"), {{"Anthropic-Version", "2023-06-01"}}).status, 200);
}

TEST_F(WireRules, AnthropicsNewerVersionKnowsNoSampling) {
  for (const std::string name : {"temperature", "top_p", "top_k"}) {
    const auto sampled = with(body("messages"), name, 1);
    EXPECT_EQ(send("messages", sampled, newer).status, 400) << name;
    EXPECT_EQ(status("messages", sampled), 200) << name;
  }
}

TEST_F(WireRules, AnthropicWantsACapAndRefusesStrangers) {
  auto without = body("messages");
  std::erase_if(without, [](const auto& member) { return member.first == "max_tokens"; });
  EXPECT_EQ(message("messages", without), "simulated model: max_tokens: Field required");
  for (const std::string name : {"seed", "stop", "n", "max_completion_tokens"}) {
    EXPECT_EQ(message("messages", with(body("messages"), name, 1)),
              "simulated model: " + name + ": Extra inputs are not permitted");
  }
}

TEST_F(WireRules, AnthropicRefusesPrefillAndAFirstMessageThatIsNotTheUsers) {
  auto messages = *json::Value(body("messages")).find("messages")->array();
  auto prefilled = messages;
  prefilled.emplace_back(json::Object{{"role", "assistant"}, {"content", "A[1]:"}});
  EXPECT_NE(message("messages", with(body("messages"), "messages", prefilled)).find("prefill"),
            std::string::npos);
  messages.erase(messages.begin());
  EXPECT_NE(message("messages", with(body("messages"), "messages", messages)).find("first message"),
            std::string::npos);
}

TEST_F(WireRules, AnthropicsThinkingMustFitIntoTheCap) {
  const auto thinking = [&](std::int64_t budget, std::int64_t cap) {
    const json::Object enabled{{"type", "enabled"}, {"budget_tokens", budget}};
    return status("messages", with(with(body("messages"), "thinking", enabled), "max_tokens", cap));
  };
  EXPECT_EQ(thinking(1024, 2000), 200);
  EXPECT_EQ(thinking(1023, 2000), 400);
  EXPECT_EQ(thinking(2000, 2000), 400);
  EXPECT_EQ(
      status("messages", with(body("messages"), "thinking", json::Object{{"type", "disabled"}})),
      200);
}

TEST_F(WireRules, AnthropicsCapOfNothingSaysNothing) {
  const auto reply = body_of(send("messages", with(body("messages"), "max_tokens", 0)));
  EXPECT_TRUE(reply.find("content")->array()->empty());
  EXPECT_EQ(text_at(reply, "stop_reason"), "max_tokens");
  EXPECT_GT(number_at(reply, "usage.input_tokens"), 0);
  EXPECT_EQ(number_at(reply, "usage.output_tokens"), 0);
  EXPECT_EQ(lab_->count("asked"), 0);
}

TEST_F(WireRules, AReplyOfAnthropicMayFillTheContext) {
  const auto prompt = lab_->ask({0, 1}).completion().usage->input_tokens;
  SimulateOptions options;
  options.context_tokens = prompt + 12;
  remake(options);
  const auto reply = body_of(send("messages", body("messages")));
  EXPECT_EQ(text_at(reply, "stop_reason"), "model_context_window_exceeded");
  EXPECT_EQ(number_at(reply, "usage.output_tokens"), 12);
  const auto smaller = body_of(send("messages", with(body("messages"), "max_tokens", 12)));
  EXPECT_EQ(text_at(smaller, "stop_reason"), "max_tokens");
}

TEST_F(WireRules, AThoughtOfAnthropicStandsBeforeTheText) {
  SimulateOptions options;
  options.reasoning_tokens = 10;
  remake(options);
  const auto reply = body_of(send("messages", body("messages")));
  EXPECT_EQ(text_at(reply, "content.0.type"), "thinking");
  EXPECT_EQ(text_at(reply, "content.1.type"), "text");
  const auto items = body_of(send("responses", body("responses")));
  EXPECT_EQ(text_at(items, "output.0.type"), "reasoning");
  EXPECT_EQ(text_at(items, "output.1.type"), "message");
}

TEST_F(WireRules, ResponsesRefuseWhatOnlyChatKnows) {
  for (const std::string name : {"stop", "seed", "n", "max_tokens", "messages"}) {
    const auto refused = body_of(send("responses", with(body("responses"), name, 1)));
    EXPECT_EQ(text_at(refused, "error.code"), "unknown_parameter") << name;
    EXPECT_EQ(text_at(refused, "error.param"), name);
  }
  EXPECT_EQ(status("responses", with(body("responses"), "store", false)), 200);
  EXPECT_EQ(status("responses", with(body("responses"), "background", true)), 400);
}

TEST_F(WireRules, ResponsesTakeAPlainTextAsInput) {
  const json::Object plain{{"model", "m"}, {"input", "Q: What is 4 and 4?"}};
  const auto reply = body_of(send("responses", plain));
  EXPECT_NE(text_at(reply, "output.0.content.0.text").find("The answer is 8."), std::string::npos);
  EXPECT_EQ(text_at(reply, "status"), "completed");
  EXPECT_EQ(text_at(reply, "incomplete_details"), "");
}

TEST_F(WireRules, GeminiRefusesNamesItDoesNotKnowAndLeavesOutCountsOfNothing) {
  EXPECT_NE(message("gemini", with(body("gemini"), "max_tokens", 5)).find("Unknown name"),
            std::string::npos);
  EXPECT_NE(message("gemini", with(body("gemini"), "generationConfig",
                                   json::Object{{"max_output_tokens_", 5}}))
                .find("'generation_config'"),
            std::string::npos);
  const json::Object sampled{{"temperature", 0}, {"seed", 3}, {"topP", 1}};
  const auto reply = body_of(send("gemini", with(body("gemini"), "generationConfig", sampled)));
  EXPECT_EQ(reply.find_path("usageMetadata.cachedContentTokenCount"), nullptr);
  EXPECT_EQ(reply.find_path("usageMetadata.thoughtsTokenCount"), nullptr);
  EXPECT_EQ(number_at(reply, "usageMetadata.totalTokenCount"),
            number_at(reply, "usageMetadata.promptTokenCount") +
                number_at(reply, "usageMetadata.candidatesTokenCount"));
  const json::Object both{{"thinkingBudget", 0}, {"thinkingLevel", "LOW"}};
  EXPECT_EQ(status("gemini", with(body("gemini"), "generationConfig",
                                  json::Object{{"thinkingConfig", both}})),
            400);
}

TEST_F(WireRules, AContentMayBeAListOfTextsThatAreReadAsOne) {
  auto messages = *json::Value(body("chat")).find("messages")->array();
  const auto last = text_at(messages.back(), "content");
  const auto part = [](const std::string& text) {
    return json::Object{{"type", "text"}, {"text", text}};
  };
  messages.back() = json::Object{
      {"role", "user"}, {"content", json::Array{part(last.substr(0, 5)), part(last.substr(5))}}};
  const auto joined = body_of(send("chat", with(body("chat"), "messages", messages)));
  EXPECT_NE(text_at(joined, "choices.0.message.content").find("A[2]"), std::string::npos);
  messages.back() =
      json::Object{{"role", "user"}, {"content", json::Array{json::Object{{"type", "image_url"}}}}};
  EXPECT_EQ(status("chat", with(body("chat"), "messages", messages)), 400);
}

TEST_F(WireRules, AzureAddressesAreAnsweredToo) {
  auto without = body("chat");
  std::erase_if(without, [](const auto& member) { return member.first == "model"; });
  EXPECT_EQ(at("/openai/deployments/d/chat/completions?api-version=2024-10-21", without).status,
            200);
  EXPECT_EQ(at("/openai/v1/chat/completions", body("chat")).status, 200);
  EXPECT_EQ(at("/openai/v1/responses", body("responses")).status, 200);
  EXPECT_EQ(at("/v1/models/m:generateContent", body("gemini")).status, 200);
  EXPECT_EQ(at("/openai/v1/nothing", body("chat")).status, 404);
  EXPECT_EQ(at("/chat/completions", body("chat")).status, 404);
  EXPECT_EQ(at("/v2/responses", body("responses")).status, 404);
}

TEST_F(WireRules, AReasoningModelRefusesSamplingEverywhereButGemini) {
  SimulateOptions options;
  options.reasoning_model = true;
  remake(options);
  const auto refused = body_of(send("chat", body("chat")));
  EXPECT_EQ(text_at(refused, "error.code"), "unsupported_parameter");
  EXPECT_EQ(text_at(refused, "error.param"), "max_tokens");
  auto chat = with(body("chat"), "max_completion_tokens", 100);
  std::erase_if(chat, [](const auto& member) { return member.first == "max_tokens"; });
  EXPECT_EQ(status("chat", chat), 200);
  EXPECT_EQ(status("chat", with(chat, "temperature", 1)), 200);
  EXPECT_EQ(status("chat", with(chat, "stop", "x")), 400);
  const auto sampled = body_of(send("chat", with(chat, "temperature", 0)));
  EXPECT_EQ(text_at(sampled, "error.code"), "unsupported_value");
  EXPECT_EQ(text_at(sampled, "error.param"), "temperature");
  EXPECT_EQ(status("responses", with(body("responses"), "temperature", 0)), 400);
  EXPECT_EQ(status("messages", with(body("messages"), "temperature", 0)), 400);
  EXPECT_EQ(
      status("gemini", with(body("gemini"), "generationConfig", json::Object{{"temperature", 0}})),
      200);
}

class Mistral : public WireRules {
 protected:
  Mistral() { remake(options()); }
  static SimulateOptions options() {
    SimulateOptions options;
    options.dialect = SimulatedDialect::mistral;
    return options;
  }
};

TEST_F(Mistral, RefusesOpenAisOwnParametersWith422) {
  EXPECT_EQ(status("chat", with(body("chat"), "random_seed", 1)), 200);
  for (const std::string name : {"seed", "max_completion_tokens", "store"}) {
    const auto reply = send("chat", with(body("chat"), name, 1));
    EXPECT_EQ(reply.status, 422) << name;
    EXPECT_EQ(text_at(body_of(reply), "detail.0.loc.1"), name);
  }
  auto strange = body("chat");
  std::erase_if(strange, [](const auto& member) { return member.first == "messages"; });
  EXPECT_EQ(text_at(body_of(send("chat", strange)), "object"), "error");
}

TEST_F(Mistral, EndsAReplyAtTheContextsEndWithItsOwnWord) {
  const auto prompt = lab_->ask({0, 1}).completion().usage->input_tokens;
  auto narrow = options();
  narrow.context_tokens = prompt + 12;
  remake(narrow);
  const auto reply = body_of(send("chat", body("chat")));
  EXPECT_EQ(text_at(reply, "choices.0.finish_reason"), "model_length");
  EXPECT_EQ(number_at(reply, "usage.completion_tokens"), 12);
}

}  // namespace
}  // namespace sheaf::simulate
