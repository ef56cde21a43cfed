// Requests to a model of this process, and its replies, in OpenAI's form.
#include "llama/wire.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.hpp"
#include "provider/provider.hpp"

namespace sheaf::llama {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

HttpRequest chat(std::string members) {
  return {"POST",
          "file:/chat/completions",
          {},
          R"({"messages":[{"role":"user","content":"Q[1]: a"}])" + std::move(members) + "}"};
}

ModelSpec model_of(Api api) {
  ModelSpec model;
  model.name = "m";
  model.api = api;
  return model;
}

std::string refused(const HttpRequest& request, int status = 400) {
  const auto read = read_request(request);
  if (read) return "it was taken";
  EXPECT_EQ(read.error().status, status);
  const auto body = json::parse(read.error().body).value();
  return *body.find_path("error.message")->string();
}

TEST(Wire, ReadsWhatProvidersSend) {
  Prompt prompt;
  prompt.messages = {{Role::system, "s"}, {Role::user, "u"}};
  prompt.stop = "\n\n";
  prompt.max_output_tokens = 32;
  const auto sent = provider::make_provider(model_of(Api::chat))->request(prompt);
  const auto read = read_request(sent).value();
  EXPECT_TRUE(read.is_chat);
  ASSERT_EQ(read.messages.size(), 2U);
  EXPECT_EQ(read.messages[0].role, Role::system);
  EXPECT_EQ(read.messages[1].text, "u");
  EXPECT_EQ(read.max_tokens, 32);
  EXPECT_EQ(read.generation.sampling.temperature, 0);
  EXPECT_THAT(read.generation.stops, ElementsAre("\n\n"));
  EXPECT_FALSE(read.generation.top_logprobs);
}

TEST(Wire, ReadsCompletions) {
  const auto read =
      read_request({"POST", "x/completions", {}, R"({"prompt":"P","logprobs":3,"seed":7,
        "top_p":0.5,"temperature":1.5,"stop":["a","b"],"grammar":"root ::= \"x\"","n":1})"})
          .value();
  EXPECT_FALSE(read.is_chat);
  EXPECT_EQ(read.prompt, "P");
  EXPECT_EQ(read.generation.top_logprobs, 3);
  EXPECT_EQ(read.generation.sampling.seed, 7U);
  EXPECT_EQ(read.generation.sampling.top_p, 0.5);
  EXPECT_EQ(read.generation.sampling.temperature, 1.5);
  EXPECT_THAT(read.generation.stops, ElementsAre("a", "b"));
  EXPECT_EQ(read.generation.grammar, "root ::= \"x\"");
  EXPECT_FALSE(read.max_tokens);
}

TEST(Wire, SaysWhatItDoesNotTake) {
  EXPECT_EQ(refused(chat(R"(,"tools":[])")), "a model of a GGUF file does not take tools");
  EXPECT_THAT(refused(chat(R"(,"n":2)")), HasSubstr("does not take n"));
  EXPECT_THAT(refused(chat(R"(,"prompt":"x")")), HasSubstr("does not take prompt"));
  EXPECT_EQ(refused(chat(R"(,"temperature":-1)")), "temperature must be a number from 0 to 2");
  EXPECT_EQ(refused(chat(R"(,"max_tokens":0)")), "max_tokens must be an integer of at least 1");
  EXPECT_THAT(refused(chat(R"(,"stop":[""])")), HasSubstr("none of them empty"));
  EXPECT_THAT(refused(chat(R"(,"top_logprobs":21)")), HasSubstr("an integer from 0 to 20"));
  EXPECT_EQ(refused({"POST", "/chat/completions", {}, "{}"}), "messages are missing");
  EXPECT_EQ(refused({"POST", "/chat/completions", {}, "["}), "the body is no JSON object");
  EXPECT_THAT(refused({"POST", "/embeddings", {}, "{}"}, 404), HasSubstr("chat and completions"));
}

Generation generation() {
  Generation made;
  made.text = "A[1]: \xF0\x9F";
  made.finish = FinishReason::length;
  made.usage = {.input_tokens = 30, .cached_input_tokens = 20, .output_tokens = 4};
  made.tokens = {{{"A", -0.5}, {{"A", -0.5}, {"\xF0", -1.25}}}};
  return made;
}

TEST(Wire, IsReadByTheProviderThatAsked) {
  for (const auto api : {Api::chat, Api::completions}) {
    WireRequest request;
    request.is_chat = api == Api::chat;
    const auto provider = provider::make_provider(model_of(api));
    const auto exchange = provider->read(write_reply(request, generation()), 0);
    const auto& completion = std::get<Completion>(exchange.outcome);
    EXPECT_EQ(completion.text, "A[1]: \uFFFD");
    EXPECT_EQ(completion.finish, FinishReason::length);
    EXPECT_EQ(completion.usage, generation().usage);
    const auto refused = provider->read(refusal(400, "context_length_exceeded", "too long"), 0);
    EXPECT_EQ(std::get<Fault>(refused.outcome).remedy, Remedy::smaller_batch);
  }
}

TEST(Wire, TellsLogarithmsOfProbabilities) {
  WireRequest request;
  request.is_chat = true;
  request.generation.top_logprobs = 2;
  auto body = json::parse(write_reply(request, generation()).body).value();
  const auto* token = body.find_path("choices.0.logprobs.content.0");
  ASSERT_NE(token, nullptr);
  EXPECT_EQ(token->find("logprob")->real(), -0.5);
  EXPECT_EQ(token->find_path("top_logprobs.1.bytes.0")->integer(), 0xF0);
  request.is_chat = false;
  body = json::parse(write_reply(request, generation()).body).value();
  EXPECT_EQ(*body.find_path("choices.0.logprobs.tokens.0")->string(), "A");
  EXPECT_EQ(body.find_path("choices.0.logprobs.top_logprobs.0.A")->real(), -0.5);
}

}  // namespace
}  // namespace sheaf::llama
