// One suite for every server that speaks these endpoints: exchanges/*.json are written in the
// shapes that each server documents. A new server is a new file; nothing here names one.
#include "provider/provider.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"

namespace sheaf::provider {
namespace {

namespace fs = std::filesystem;

struct Written {
  std::string server;
  json::Value file;
  json::Value exchange;
};

void PrintTo(const Written& written, std::ostream* out) {
  *out << written.server << ": " << *written.exchange.find("name")->string();
}

json::Value read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto parsed = json::parse(text, {.refuse_duplicate_keys = true});
  EXPECT_TRUE(parsed) << path << ": " << (parsed ? "" : parsed.error().reason);
  return parsed ? std::move(*parsed) : json::Value();
}

std::vector<fs::path> files() {
  const fs::path folder = fs::path(SHEAF_SOURCE_DIR) / "tests/conformance/exchanges";
  std::vector<fs::path> found{fs::directory_iterator(folder), {}};
  std::ranges::sort(found);
  return found;
}

std::vector<Written> all_exchanges() {
  std::vector<Written> all;
  for (const auto& path : files()) {
    const auto file = read_file(path);
    const auto* exchanges = file.find("exchanges");
    if (exchanges == nullptr) continue;
    for (const auto& exchange : *exchanges->array()) {
      all.push_back({path.stem().string(), file, exchange});
    }
  }
  return all;
}

std::string text_at(const json::Value& value, std::string_view path, std::string absent = {}) {
  const auto* found = value.find_path(path);
  return found == nullptr || found->string() == nullptr ? absent : *found->string();
}

std::optional<std::int64_t> number_at(const json::Value& value, std::string_view path) {
  const auto* found = value.find_path(path);
  return found == nullptr ? std::nullopt : found->integer();
}

HttpResponse response_of(const json::Value& exchange) {
  HttpResponse response;
  response.status = static_cast<int>(number_at(exchange, "status").value_or(0));
  if (const auto* headers = exchange.find("headers")) {
    for (const auto& [name, value] : *headers->object()) {
      response.headers.push_back({name, *value.string()});
    }
  }
  const auto* body = exchange.find("body");
  response.body = body == nullptr ? text_at(exchange, "text") : json::dump(*body);
  return response;
}

OpenAi provider_of(const Written& written) {
  ModelSpec model;
  model.name = text_at(written.file, "model");
  model.api = text_at(written.exchange, "api") == "completions" ? Api::completions : Api::chat;
  return OpenAi(model);
}

std::string name_of(FinishReason reason) {
  switch (reason) {
    case FinishReason::stop:
      return "stop";
    case FinishReason::length:
      return "length";
    case FinishReason::refused:
      return "refused";
    case FinishReason::other:
      break;
  }
  return "other";
}

std::string name_of(Remedy remedy) {
  switch (remedy) {
    case Remedy::wait:
      return "wait";
    case Remedy::retry:
      return "retry";
    case Remedy::smaller_batch:
      return "smaller_batch";
    case Remedy::stop_run:
      break;
  }
  return "stop_run";
}

void expect_usage(const json::Value& expected, const std::optional<Usage>& usage) {
  const auto* list = expected.find("usage");
  if (list == nullptr || list->is_null()) {
    EXPECT_EQ(usage, std::nullopt);
    return;
  }
  const auto count = [list](std::size_t i) { return list->array()->at(i).integer().value(); };
  EXPECT_EQ(usage, (Usage{count(0), count(1), count(2), count(3)}));
}

void expect_completion(const json::Value& expected, const Exchange& exchange) {
  const auto* completion = std::get_if<Completion>(&exchange.outcome);
  ASSERT_NE(completion, nullptr) << std::get<Fault>(exchange.outcome).detail;
  EXPECT_EQ(completion->text, text_at(expected, "text"));
  EXPECT_EQ(name_of(completion->finish), text_at(expected, "finish"));
  expect_usage(expected, completion->usage);
}

void expect_fault(const json::Value& expected, const Exchange& exchange) {
  const auto* fault = std::get_if<Fault>(&exchange.outcome);
  ASSERT_NE(fault, nullptr) << std::get<Completion>(exchange.outcome).text;
  EXPECT_EQ(fault->reason, text_at(expected, "reason")) << fault->detail;
  EXPECT_EQ(name_of(fault->remedy), text_at(expected, "remedy"));
  EXPECT_EQ(fault->maybe_billed, *expected.find("billed")->boolean());
  const auto wait = number_at(expected, "retry_after_ms");
  EXPECT_EQ(fault->retry_after, wait ? std::optional(Millis(*wait)) : std::nullopt);
  expect_usage(expected, fault->usage);
  if (const auto secret = text_at(expected, "hides"); !secret.empty()) {
    EXPECT_EQ(fault->detail.find(secret), std::string::npos) << fault->detail;
  }
}

std::optional<std::int64_t> count_of(const RateLimitHint& hint, std::string_view member) {
  const auto ms = [](std::optional<Millis> time) {
    return time ? std::optional(std::int64_t{time->count()}) : std::nullopt;
  };
  if (member == "limit_requests") return hint.limit_requests;
  if (member == "remaining_requests") return hint.remaining_requests;
  if (member == "reset_requests_ms") return ms(hint.reset_requests);
  if (member == "limit_tokens") return hint.limit_tokens;
  if (member == "remaining_tokens") return hint.remaining_tokens;
  if (member == "reset_tokens_ms") return ms(hint.reset_tokens);
  ADD_FAILURE() << "no such hint: " << member;
  return std::nullopt;
}

class Conformance : public testing::TestWithParam<Written> {};

TEST_P(Conformance, AnExchangeIsReadAsItsServerMeansIt) {
  const auto& written = GetParam();
  const auto exchange = provider_of(written).read(response_of(written.exchange), 1'741'569'952);
  if (const auto* completion = written.exchange.find("completion")) {
    expect_completion(*completion, exchange);
  } else {
    expect_fault(*written.exchange.find("fault"), exchange);
  }
  if (const auto* hint = written.exchange.find("hint")) {
    for (const auto& [member, value] : *hint->object()) {
      EXPECT_EQ(count_of(exchange.hint, member), value.integer()) << member;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, Conformance, testing::ValuesIn(all_exchanges()),
                         [](const testing::TestParamInfo<Written>& each) {
                           return each.param.server + "_" + text_at(each.param.exchange, "name");
                         });

class ConformanceOfRequests : public testing::TestWithParam<fs::path> {};

TEST_P(ConformanceOfRequests, ARequestGoesWhereTheServerListens) {
  const auto file = read_file(GetParam());
  ModelSpec model;
  model.name = text_at(file, "model");
  Prompt prompt;
  prompt.messages = {{Role::user, "Q"}};
  prompt.max_output_tokens = 9;
  const auto* azure = file.find_path("endpoint.azure_key");
  const Endpoint endpoint{text_at(file, "endpoint.base_url"),
                          Secret(text_at(file, "endpoint.key")),
                          azure != nullptr && *azure->boolean(),
                          {}};
  const auto request = address(OpenAi(model).request(prompt), endpoint);
  EXPECT_EQ(request.url, text_at(file, "sends.url"));
  std::string secret_header;
  for (const auto& header : request.headers) {
    if (header.name != "Content-Type") secret_header += header.name + ": " + header.value;
  }
  EXPECT_EQ(secret_header, text_at(file, "sends.header"));
  EXPECT_EQ(text_at(json::parse(request.body).value(), "model"), model.name);
}

INSTANTIATE_TEST_SUITE_P(Servers, ConformanceOfRequests, testing::ValuesIn(files()),
                         [](const testing::TestParamInfo<fs::path>& each) {
                           return each.param.stem().string();
                         });

TEST(ConformanceFiles, EveryServerWePromiseIsThere) {
  std::vector<std::string> names;
  for (const auto& path : files()) names.push_back(path.stem().string());
  for (const auto name :
       {"azure", "llama_cpp", "lm_studio", "ollama", "openai", "openrouter", "vllm"}) {
    EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
  }
  EXPECT_GE(all_exchanges().size(), 50u);
}

}  // namespace
}  // namespace sheaf::provider
