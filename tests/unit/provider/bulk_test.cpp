// The requests about bulk jobs, byte for byte; what their replies mean is tests/conformance/'s.
#include "provider/bulk.hpp"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

/// A provider of that API, and its bulk jobs.
struct Parts {
  explicit Parts(Api api = Api::chat, const std::string& preset = "") {
    ModelSpec model;
    model.name = "m";
    model.api = api;
    provider = make_provider(std::move(model));
    bulk = make_bulk(preset, api, *provider).value();
  }
  HttpRequest request(const std::string& text) const {
    Prompt prompt;
    prompt.messages = {{Role::user, text}};
    prompt.max_output_tokens = 9;
    return provider->request(prompt);
  }
  std::unique_ptr<Provider> provider;
  std::unique_ptr<Bulk> bulk;
};

BulkIntent intent_of(const std::string& path = "/chat/completions") {
  return {.nonce = "n-1", .run = "r-1", .part = 3, .path = path, .requests = 2};
}

std::string lines(const HttpRequest& request) {
  std::string text = request.method + " " + request.url + "\n";
  for (const auto& header : request.headers) text += header.name + ": " + header.value + "\n";
  return text + "\n" + request.body;
}

/// What a form's reader takes for the file.
std::string file_in(const HttpRequest& request) {
  const auto& type = request.headers.at(0).value;
  const auto boundary = type.substr(type.find('=') + 1);
  const auto between = "\r\n--" + boundary;
  const auto first = request.body.find(between);
  const auto start = request.body.find("\r\n\r\n", first + between.size()) + 4;
  return request.body.substr(start, request.body.find(between, start) - start);
}

std::string boundary_of(const HttpRequest& request) {
  const auto& type = request.headers.at(0).value;
  return type.substr(type.find('=') + 1);
}

const std::vector<std::string> texts{"plain", "\"quoted\" \\ / \n\t\x01",
                                     "d\u00e9j\u00e0 \U0001F600", "--sheaf\r\n--",
                                     "{\"custom_id\":\"b\"}"};

TEST(OpenAiBulk, ALineHoldsTheBodyByteForByte) {
  for (const auto& [api, url] : {std::pair(Api::chat, "/v1/chat/completions"),
                                 std::pair(Api::completions, "/v1/completions"),
                                 std::pair(Api::responses, "/v1/responses")}) {
    const Parts parts(api);
    for (const auto& text : texts) {
      const auto request = parts.request(text);
      EXPECT_EQ(parts.bulk->line("r-1_p-0", request),
                R"({"custom_id":"r-1_p-0","method":"POST","url":")" + std::string(url) +
                    R"(","body":)" + request.body + "}");
    }
  }
}

TEST(OpenAiBulk, TheFileOfAFormIsTheLinesByteForByte) {
  const Parts parts;
  std::string content;
  for (const auto& text : texts) content += parts.bulk->line("a", parts.request(text)) + "\n";
  const auto request = parts.bulk->upload(intent_of(), content);
  ASSERT_TRUE(request);
  EXPECT_EQ(file_in(*request), content);
  const auto boundary = boundary_of(*request);
  EXPECT_EQ(
      lines(*request),
      "POST /files\nContent-Type: multipart/form-data; boundary=" + boundary + "\n\n--" + boundary +
          "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--" + boundary +
          "\r\nContent-Disposition: form-data; name=\"file\"; "
          "filename=\"sheaf-r-1-3-n-1.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n" +
          content + "\r\n--" + boundary + "--\r\n");
  EXPECT_EQ(parts.bulk->upload(intent_of(), content)->body, request->body) << "the same again";
}

TEST(OpenAiBulk, TheBoundaryStandsNowhereInTheFile) {
  const Parts parts;
  std::string content = "{}\n";
  std::set<std::string> taken;
  for (int i = 0; i < 20; ++i) {
    const auto request = parts.bulk->upload(intent_of(), content);
    const auto boundary = boundary_of(*request);
    EXPECT_LE(boundary.size(), 70u) << "RFC 2046, 5.1.1";
    EXPECT_TRUE(taken.insert(boundary).second);
    EXPECT_EQ(file_in(*request), content);
    content += "\r\n--" + boundary + "--\r\n";
  }
}

TEST(OpenAiBulk, AJobKeepsTheIntentInItsMetadata) {
  const Parts parts;
  EXPECT_EQ(lines(parts.bulk->create(intent_of("/responses"), "file-1")),
            "POST /batches\nContent-Type: application/json\n\n"
            R"({"input_file_id":"file-1","endpoint":"/v1/responses","completion_window":"24h",)"
            R"("metadata":{"sheaf":"bulk","nonce":"n-1","run":"r-1","part":"3"}})");
}

TEST(OpenAiBulk, TheOtherRequestsNameWhatTheyAreAbout) {
  const Parts parts;
  EXPECT_EQ(lines(parts.bulk->look("batch_1")), "GET /batches/batch_1\n\n");
  EXPECT_EQ(lines(parts.bulk->list("")), "GET /batches?limit=100\n\n");
  EXPECT_EQ(lines(parts.bulk->list("batch_1")), "GET /batches?limit=100&after=batch_1\n\n");
  EXPECT_EQ(lines(parts.bulk->results("file-1")), "GET /files/file-1/content\n\n");
}

TEST(OpenAiBulk, AnIdLeadsToNoOtherAddress) {
  const Parts parts;
  EXPECT_EQ(parts.bulk->look("../files?a=b&c#\r\nX: y").url,
            "/batches/..%2Ffiles%3Fa%3Db%26c%23%0D%0AX%3A%20y");
  EXPECT_EQ(parts.bulk->list("a&limit=1").url, "/batches?limit=100&after=a%26limit%3D1");
  EXPECT_EQ(parts.bulk->results("a/b").url, "/files/a%2Fb/content");
}

TEST(AnthropicBulk, ALineHoldsTheBodyByteForByte) {
  const Parts parts(Api::messages, "anthropic");
  for (const auto& text : texts) {
    const auto request = parts.request(text);
    EXPECT_EQ(parts.bulk->line("r-1_p-0", request),
              R"({"custom_id":"r-1_p-0","params":)" + request.body + "}");
  }
}

TEST(AnthropicBulk, TheLinesAreTheBodyOfTheJob) {
  const Parts parts(Api::messages, "anthropic");
  EXPECT_FALSE(parts.bulk->upload(intent_of(), "{}\n"));
  std::string content;
  std::string elements;
  for (const auto& text : texts) {
    const auto line = parts.bulk->line("a", parts.request(text));
    content += line + "\n";
    elements += (elements.empty() ? "" : ",") + line;
  }
  EXPECT_EQ(lines(parts.bulk->create(intent_of("/messages"), content)),
            "POST /messages/batches\nContent-Type: application/json\n"
            "anthropic-version: 2023-06-01\n\n{\"requests\":[" +
                elements + "]}");
}

TEST(AnthropicBulk, TheOtherRequestsNameWhatTheyAreAbout) {
  const Parts parts(Api::messages, "anthropic");
  const std::string version = "\nanthropic-version: 2023-06-01\n\n";
  EXPECT_EQ(lines(parts.bulk->look("msgbatch_1")), "GET /messages/batches/msgbatch_1" + version);
  EXPECT_EQ(lines(parts.bulk->list("")), "GET /messages/batches?limit=100" + version);
  EXPECT_EQ(lines(parts.bulk->list("a&b")),
            "GET /messages/batches?limit=100&after_id=a%26b" + version);
  EXPECT_EQ(lines(parts.bulk->results("msg/1")), "GET /messages/batches/msg%2F1/results" + version);
}

TEST(Bulk, AFullJobIsNoLargerThanItsProviderTakes) {
  const Parts openai;
  EXPECT_EQ(openai.bulk->limits().most_requests, 50'000u);
  EXPECT_EQ(openai.bulk->limits().most_bytes, 200'000'000u);
  const Parts anthropic(Api::messages);
  EXPECT_EQ(anthropic.bulk->limits().most_requests, 100'000u);
  const std::string lines = "{}\n";
  const auto envelope = anthropic.bulk->create(intent_of(), lines).body.size() - lines.size();
  EXPECT_LE(anthropic.bulk->limits().most_bytes + envelope, 256'000'000u);
}

TEST(Bulk, ATransferThatBroughtNothingIsReadAsOfALiveRequest) {
  for (const auto api : {Api::chat, Api::messages}) {
    const Parts parts(api);
    for (const bool maybe : {false, true}) {
      const TransportFault lost{TransportFaultKind::reset, "broken pipe", maybe};
      const auto live = std::get<Fault>(parts.provider->read(lost, 0).outcome);
      const auto read = parts.bulk->read_status(lost, 0);
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error().reason, live.reason);
      EXPECT_EQ(read.error().detail, live.detail);
      EXPECT_EQ(read.error().maybe_billed, maybe);
      EXPECT_EQ(parts.bulk->read_list(lost, 0).error().reason, live.reason);
    }
  }
}

std::string refusal_of(const std::string& preset, Api api) {
  const auto provider = make_provider({});
  const auto made = make_bulk(preset, api, *provider);
  return made ? "" : made.error();
}

TEST(MakeBulk, WhatSpeaksTheApiHasIts) {
  for (const auto api : {Api::chat, Api::completions, Api::responses}) {
    for (const auto* preset : {"openai", "simulated", ""}) {
      EXPECT_TRUE(Parts(api, preset).bulk->upload(intent_of(), "")) << preset;
    }
  }
  for (const auto* preset : {"anthropic", "simulated", ""}) {
    EXPECT_FALSE(Parts(Api::messages, preset).bulk->upload(intent_of(), "")) << preset;
  }
}

TEST(MakeBulk, WhoHasNoneSaysSo) {
  const std::string later = " are not supported yet; use --via live";
  EXPECT_EQ(refusal_of("gemini", Api::generate_content), "bulk jobs of Gemini" + later);
  EXPECT_EQ(refusal_of("google", Api::generate_content), "bulk jobs of Gemini" + later);
  EXPECT_EQ(refusal_of("", Api::generate_content), "bulk jobs of Gemini" + later);
  EXPECT_EQ(refusal_of("mistral", Api::chat), "bulk jobs of Mistral" + later);
  EXPECT_EQ(refusal_of("azure", Api::responses), "bulk jobs of Azure OpenAI" + later);
  EXPECT_EQ(refusal_of("openrouter", Api::chat), "bulk jobs of OpenRouter" + later);
  EXPECT_EQ(refusal_of("novel", Api::chat), "bulk jobs of novel" + later);
  EXPECT_EQ(refusal_of("vllm", Api::chat), "vLLM has no bulk jobs; use --via live");
  EXPECT_EQ(refusal_of("ollama", Api::chat), "Ollama has no bulk jobs; use --via live");
  EXPECT_EQ(refusal_of("lmstudio", Api::chat), "LM Studio has no bulk jobs; use --via live");
  EXPECT_EQ(refusal_of("openai", Api::messages),
            "bulk jobs of OpenAI take model.api chat, completions or responses alone; set that, "
            "or use --via live");
  EXPECT_EQ(refusal_of("anthropic", Api::chat),
            "bulk jobs of Anthropic take model.api messages alone; set that, or use --via live");
}

}  // namespace
}  // namespace sheaf::provider
