// One suite for all providers: exchanges/*.json are written in the shapes that each documents. A
// file has the exact bodies of requests, each for the settings beside it, and replies with what
// they mean. A new server is a new file.
#include "provider/provider.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "written.hpp"

namespace sheaf::provider {
namespace {

std::vector<fs::path> files() { return files_in("exchanges"); }

std::vector<Written> all(std::string_view list) { return all_in("exchanges", list); }

ModelSpec model_of(const json::Value& file) {
  ModelSpec model;
  model.name = text_at(file, "model");
  model.api = api_of(text_at(file, "api"));
  return model;
}

std::unique_ptr<Provider> provider_of(const Written& written) {
  auto model = model_of(written.file);
  if (written.exchange.find("api") != nullptr) {
    model.api = api_of(text_at(written.exchange, "api"));
  }
  return make_provider(std::move(model));
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
  const auto exchange = provider_of(written)->read(response_of(written.exchange), 1'741'569'952);
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

TEST_P(Conformance, ACutReplyIsNeverAnAnswer) {
  const auto& written = GetParam();
  if (written.exchange.find("completion") == nullptr) return;
  const auto provider = provider_of(written);
  const auto whole = response_of(written.exchange);
  for (std::size_t length = 0; length < text::trim(whole.body).size(); length += 3) {
    auto cut = whole;
    cut.body.resize(length);
    const auto exchange = provider->read(cut, 0);
    ASSERT_TRUE(std::holds_alternative<Fault>(exchange.outcome)) << cut.body;
  }
}

std::string test_name(const testing::TestParamInfo<Written>& each) {
  return each.param.server + "_" + text_at(each.param.exchange, "name");
}

INSTANTIATE_TEST_SUITE_P(Servers, Conformance, testing::ValuesIn(all("exchanges")), test_name);

KeyHeader key_header_of(const json::Value& file) {
  const auto name = text_at(file, "endpoint.key_header");
  for (const auto header : {KeyHeader::api_key, KeyHeader::x_api_key, KeyHeader::x_goog_api_key}) {
    if (header_of(header) == name) return header;
  }
  EXPECT_EQ(name, "");
  return KeyHeader::bearer;
}

class ConformanceOfAddresses : public testing::TestWithParam<fs::path> {};

TEST_P(ConformanceOfAddresses, ARequestGoesWhereTheServerListens) {
  const auto file = read_file(GetParam());
  const auto model = model_of(file);
  Prompt prompt;
  prompt.messages = {{Role::user, "Q"}};
  prompt.max_output_tokens = 9;
  const Endpoint endpoint{text_at(file, "endpoint.base_url"),
                          Secret(text_at(file, "endpoint.key")),
                          key_header_of(file),
                          {}};
  const auto request = address(make_provider(model)->request(prompt), endpoint);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, text_at(file, "sends.url"));
  std::string headers;
  for (const auto& header : request.headers) {
    if (header.name == "Content-Type") continue;
    headers += (headers.empty() ? "" : "; ") + header.name + ": " + header.value;
  }
  EXPECT_EQ(headers, text_at(file, "sends.header"));
  const bool in_path = model.api == Api::generate_content;
  EXPECT_EQ(text_at(json::parse(request.body).value(), "model"), in_path ? "" : model.name);
}

INSTANTIATE_TEST_SUITE_P(Servers, ConformanceOfAddresses, testing::ValuesIn(files()),
                         [](const testing::TestParamInfo<fs::path>& each) {
                           return each.param.stem().string();
                         });

json::Object members_at(const json::Value& value, std::string_view name) {
  const auto* found = value.find(name);
  return found == nullptr ? json::Object() : *found->object();
}

ModelSpec model_of(const Written& written) {
  const auto& says = written.exchange;
  auto model = model_of(written.file);
  model.name = text_at(says, "model", model.name);
  if (const auto* temperature = says.find("temperature")) {
    EXPECT_TRUE(temperature->is_null());
    model.temperature.reset();
  }
  if (says.find("output_cap") != nullptr) model.output_cap = OutputCap::max_completion_tokens;
  if (const auto* stops = says.find("stops")) model.stops = *stops->boolean();
  model.reasoning = members_at(says, "reasoning");
  model.reasoning_tokens = number_at(says, "reasoning_tokens").value_or(0);
  model.parameters = members_at(says, "parameters");
  const auto mark = text_at(says, "cache.mark");
  if (mark == "breakpoint") model.cache.mark = CacheMark::breakpoint;
  if (mark == "cache_control") model.cache.mark = CacheMark::cache_control;
  model.cache.lifetime = text_at(says, "cache.lifetime");
  return model;
}

Prompt prompt_of(const json::Value& says) {
  Prompt prompt;
  const auto kind = text_at(says, "prompt", "exemplar");
  auto& messages = prompt.messages;
  if (kind == "exemplar" || kind == "system") messages.push_back({Role::system, "Be brief."});
  if (kind == "exemplar") {
    messages.push_back({Role::user, "Q[1]: a"});
    messages.push_back({Role::assistant, "A[1]: 1"});
  }
  if (kind == "assistant_first") {
    messages.push_back({Role::user, ""});
    messages.push_back({Role::assistant, "I am brief."});
  }
  messages.push_back({Role::user, "Q[1]: b"});
  prompt.static_bytes = static_cast<std::size_t>(number_at(says, "static_bytes").value_or(5));
  prompt.cache_key = text_at(says, "cache_key");
  prompt.stop = text_at(says, "stop");
  prompt.max_output_tokens = 32;
  return prompt;
}

class ConformanceOfRequests : public testing::TestWithParam<Written> {};

TEST_P(ConformanceOfRequests, TheBodyIsExactlyTheseBytes) {
  const auto& written = GetParam();
  const auto provider = make_provider(model_of(written));
  const auto prompt = prompt_of(written.exchange);
  const auto request = provider->request(prompt);
  EXPECT_EQ(request.body, json::dump(*written.exchange.find("body")));
  EXPECT_TRUE(json::parse(request.body, {.refuse_duplicate_keys = true}));
  EXPECT_EQ(request.url, text_at(written.exchange, "url", request.url));
  auto own = prompt;
  own.messages.erase(own.messages.begin(), own.messages.end() - 1);
  const std::span shared(prompt.messages.data(), prompt.messages.size() - 1);
  EXPECT_EQ(provider->request(provider->opening(shared), own).body, request.body);
}

INSTANTIATE_TEST_SUITE_P(Providers, ConformanceOfRequests, testing::ValuesIn(all("requests")),
                         test_name);

constexpr std::array providers{"anthropic", "azure",  "gemini",
                               "mistral",   "openai", "openai_responses"};

std::vector<std::string> told_of(const std::string& server, std::string_view list,
                                 std::string_view member) {
  std::vector<std::string> found;
  for (const auto& written : all(list)) {
    if (written.server == server) found.push_back(text_at(written.exchange, member));
  }
  return found;
}

TEST(ConformanceFiles, EveryServerWePromiseIsThere) {
  std::vector<std::string> names;
  for (const auto& path : files()) names.push_back(path.stem().string());
  for (const auto name : {"llama_cpp", "lm_studio", "ollama", "openrouter", "vllm"}) {
    EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
  }
}

TEST(ConformanceFiles, EveryProviderHasEveryKindOfExchange) {
  for (const std::string provider : providers) {
    const auto kinds = told_of(provider, "exchanges", "kind");
    for (const auto kind :
         {"success", "usage", "truncation", "refusal", "rate_limit", "overload", "bad_request",
          "auth", "no_credit", "too_long", "unknown_model", "html", "half_json", "doubled_key"}) {
      EXPECT_NE(std::ranges::find(kinds, kind), kinds.end()) << provider << " lacks " << kind;
    }
  }
}

TEST(ConformanceFiles, EveryProviderHasEveryKindOfRequest) {
  for (const std::string provider : providers) {
    const auto requests = told_of(provider, "requests", "name");
    for (const auto name : {"plain", "prefix_mark", "reasoning", "no_temperature"}) {
      EXPECT_NE(std::ranges::find(requests, name), requests.end()) << provider << " lacks " << name;
    }
  }
}

}  // namespace
}  // namespace sheaf::provider
