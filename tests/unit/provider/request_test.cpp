#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

ModelSpec spec() {
  ModelSpec model;
  model.name = "gpt-4o-mini";
  return model;
}

Prompt prompt() {
  Prompt prompt;
  prompt.messages = {{Role::system, "be brief"}, {Role::assistant, "A"}, {Role::user, "Q \"1\"\n"}};
  prompt.max_output_tokens = 32;
  return prompt;
}

const std::string messages =
    R"("messages":[{"role":"system","content":"be brief"},{"role":"assistant","content":"A"},)"
    R"({"role":"user","content":"Q \"1\"\n"}])";

TEST(Request, ChatBodyIsExactlyTheseBytes) {
  const auto request = OpenAi(spec()).request(prompt());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "/chat/completions");
  ASSERT_EQ(request.headers.size(), 1u);
  EXPECT_EQ(request.headers[0].name + ": " + request.headers[0].value,
            "Content-Type: application/json");
  EXPECT_EQ(request.body,
            R"({"model":"gpt-4o-mini",)" + messages + R"(,"temperature":0,"max_tokens":32})");
}

TEST(Request, CompletionsBodyCarriesThePromptAndTheStopSequence) {
  auto model = spec();
  model.api = Api::completions;
  model.temperature = json::Number{"0.70"};
  Prompt primed;
  primed.messages = {{Role::user, "Q[1]: x\nA[1]:"}};
  primed.stop = "\n\nQ[1]:";
  primed.max_output_tokens = 7;
  const auto request = OpenAi(model).request(primed);
  EXPECT_EQ(request.url, "/completions");
  EXPECT_EQ(request.body, R"({"model":"gpt-4o-mini","prompt":"Q[1]: x\nA[1]:","temperature":0.70,)"
                          R"("max_tokens":7,"stop":"\n\nQ[1]:"})");
}

TEST(Request, OutputCapGoesUnderTheNameTheModelWants) {
  auto model = spec();
  model.output_cap = OutputCap::max_completion_tokens;
  const auto body = OpenAi(model).request(prompt()).body;
  EXPECT_NE(body.find(R"("max_completion_tokens":32)"), std::string::npos);
  EXPECT_EQ(body.find(R"("max_tokens")"), std::string::npos);
}

TEST(Request, ParametersReplaceOurMembersAndNoMemberIsDoubled) {
  auto model = spec();
  model.parameters = {{"temperature", json::Number{"1.50"}},
                      {"seed", 7},
                      {"response_format", json::Object{{"type", "text"}}}};
  EXPECT_EQ(
      OpenAi(model).request(prompt()).body,
      R"({"model":"gpt-4o-mini",)" + messages +
          R"(,"max_tokens":32,"temperature":1.50,"seed":7,"response_format":{"type":"text"}})");
}

TEST(Request, ACapAmongTheParametersReplacesOursWhateverItsName) {
  auto model = spec();
  model.parameters = {{"max_completion_tokens", 99}};
  EXPECT_EQ(
      OpenAi(model).request(prompt()).body,
      R"({"model":"gpt-4o-mini",)" + messages + R"(,"temperature":0,"max_completion_tokens":99})");
}

TEST(Request, NeverStreams) {
  auto model = spec();
  model.parameters = {{"stream", true}, {"stream_options", json::Object{}}, {"top_p", 1}};
  const auto body = OpenAi(model).request(prompt()).body;
  EXPECT_EQ(body.find("stream"), std::string::npos);
  EXPECT_NE(body.find(R"("top_p":1)"), std::string::npos);
}

TEST(Request, AnOpeningMadeOnceGivesTheBytesOfTheWholePrompt) {
  Prompt own = prompt();
  const std::vector<Message> shared(own.messages.begin(), own.messages.end() - 1);
  own.messages.erase(own.messages.begin(), own.messages.end() - 1);
  const OpenAi chat(spec());
  EXPECT_EQ(chat.request(chat.opening(shared), own).body, chat.request(prompt()).body);

  auto model = spec();
  model.api = Api::completions;
  model.parameters = {{"model", "other"}};
  const OpenAi completions(model);
  Prompt whole = own;
  whole.messages.front().text.insert(0, "say \"A\"\n");
  const std::vector<Message> text{{Role::user, "say \"A\"\n"}};
  EXPECT_EQ(completions.request(completions.opening(text), own).body,
            completions.request(whole).body);
  EXPECT_EQ(completions.request(whole).body,
            R"({"prompt":"say \"A\"\nQ \"1\"\n","temperature":0,"max_tokens":32,"model":"other"})");
}

std::string lines(const HttpRequest& request) {
  std::string text = request.url + "\n";
  for (const auto& header : request.headers) text += header.name + ": " + header.value + "\n";
  return text;
}

TEST(Address, PutsTheBaseUrlBeforeAndTheKeyIntoAHeader) {
  const Endpoint endpoint{"https://api.example/v1", Secret("sk-1"), KeyHeader::bearer, {}};
  EXPECT_EQ(lines(address({"POST", "/chat/completions", {{"Content-Type", "x"}}, ""}, endpoint)),
            "https://api.example/v1/chat/completions\nContent-Type: x\n"
            "Authorization: Bearer sk-1\n");
}

TEST(Address, WithoutAKeySendsNoAuthorization) {
  const Endpoint endpoint{"http://localhost:11434/v1/", Secret(), KeyHeader::bearer, {}};
  EXPECT_EQ(lines(address({"POST", "/completions", {}, ""}, endpoint)),
            "http://localhost:11434/v1/completions\n");
}

TEST(Address, AzureTakesItsOwnHeaderAndKeepsTheQueryAtTheEnd) {
  const Endpoint endpoint{"https://r.example/openai/deployments/d?api-version=2024-06-01",
                          Secret("k"),
                          KeyHeader::api_key,
                          {}};
  EXPECT_EQ(lines(address({"POST", "/chat/completions", {}, ""}, endpoint)),
            "https://r.example/openai/deployments/d/chat/completions?api-version=2024-06-01\n"
            "api-key: k\n");
}

TEST(Address, AQueryOfTheRequestComesBeforeTheEndpoints) {
  const Endpoint endpoint{"https://h/v1/?api-version=1", Secret(), KeyHeader::bearer, {}};
  EXPECT_EQ(lines(address({"GET", "/batches?limit=100", {}, ""}, endpoint)),
            "https://h/v1/batches?limit=100&api-version=1\n");
}

TEST(Address, AKeyReadFromAFileLosesItsLineBreak) {
  const Endpoint endpoint{"http://h", Secret(" key\r\n"), KeyHeader::bearer, {}};
  EXPECT_EQ(lines(address({"POST", "/p", {}, ""}, endpoint)),
            "http://h/p\nAuthorization: Bearer key\n");
}

TEST(Address, AHeaderOfTheEndpointReplacesOneOfTheSameName) {
  const Endpoint endpoint{"http://h",
                          Secret("key"),
                          KeyHeader::bearer,
                          {{"authorization", Secret("Basic abc")}, {"X-Team", Secret("red")}}};
  EXPECT_EQ(lines(address({"POST", "/p", {}, ""}, endpoint)),
            "http://h/p\nauthorization: Basic abc\nX-Team: red\n");
}

TEST(HideSecrets, NoKeyOrSecretHeaderStaysInAFault) {
  const std::vector<Endpoint> endpoints{{"http://a", Secret("tiny\n"), KeyHeader::bearer, {}},
                                        {"http://b",
                                         Secret(),
                                         KeyHeader::bearer,
                                         {{"X-Token", Secret("word")}, {"X-Empty", Secret("")}}}};
  Fault fault;
  fault.detail = "tiny is not tiny; word";
  Exchange exchange{fault, {}};
  hide_secrets(exchange, endpoints);
  EXPECT_EQ(std::get<Fault>(exchange.outcome).detail, "*** is not ***; ***");
}

TEST(HideSecrets, ACompletionIsNotTouched) {
  Exchange exchange{Completion{"tiny", FinishReason::stop, std::nullopt}, {}};
  hide_secrets(exchange,
               std::vector<Endpoint>{{"http://a", Secret("tiny"), KeyHeader::bearer, {}}});
  EXPECT_EQ(std::get<Completion>(exchange.outcome).text, "tiny");
}

}  // namespace
}  // namespace sheaf::provider
