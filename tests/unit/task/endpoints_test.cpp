#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using Environment = std::map<std::string, std::string>;

Task named(const std::string& model, const Overrides& overrides = {}) {
  return loaded(with("model: {name: " + model + "}"), overrides);
}

Overrides at(const std::string& base_url) {
  Overrides overrides;
  overrides.base_url = base_url;
  return overrides;
}

Endpoint only(const Task& task, const Environment& environment) {
  auto found = endpoints(task, environment);
  if (!found) throw std::runtime_error(found.error().message);
  EXPECT_EQ(found->size(), 1U);
  return found->front();
}

std::string refused(const Task& task, const Environment& environment) {
  const auto found = endpoints(task, environment);
  return found ? "" : found.error().message;
}

const Environment all_keys{{"OPENAI_API_KEY", "k-openai"},
                           {"AZURE_OPENAI_API_KEY", "k-azure"},
                           {"OPENROUTER_API_KEY", "k-router"},
                           {"VLLM_API_KEY", "k-vllm"}};

struct Named {
  std::string model;
  std::string provider;
  std::string sent;
  std::string base_url;
  std::string key;
};

TEST(Endpoints, TheFirstSegmentChoosesAddressAndKeyAndIsRemovedOnce) {
  for (const auto& expected : {
           Named{"openai/gpt-4o-mini", "openai", "gpt-4o-mini", "https://api.openai.com/v1",
                 "k-openai"},
           Named{"gpt-4o-mini", "", "gpt-4o-mini", "https://api.openai.com/v1", "k-openai"},
           Named{"openrouter/openai/gpt-4o-mini", "openrouter", "openai/gpt-4o-mini",
                 "https://openrouter.ai/api/v1", "k-router"},
           Named{"openai/openai/x", "openai", "openai/x", "https://api.openai.com/v1", "k-openai"},
           Named{"vllm/meta-llama/L", "vllm", "meta-llama/L", "http://127.0.0.1:8000/v1", "k-vllm"},
           Named{"ollama/llama3:8b", "ollama", "llama3:8b", "http://127.0.0.1:11434/v1", ""},
           Named{"lmstudio/q", "lmstudio", "q", "http://127.0.0.1:1234/v1", ""},
           Named{"meta-llama/L", "", "meta-llama/L", "https://api.openai.com/v1", "k-openai"},
           Named{"OpenAI/x", "", "OpenAI/x", "https://api.openai.com/v1", "k-openai"},
           Named{"simulated/x", "", "simulated/x", "https://api.openai.com/v1", "k-openai"},
       }) {
    const auto task = named(expected.model);
    EXPECT_EQ(task.model_name, expected.model);
    EXPECT_EQ(task.provider, expected.provider) << expected.model;
    EXPECT_EQ(task.model.name, expected.sent) << expected.model;
    const auto endpoint = only(task, all_keys);
    EXPECT_EQ(endpoint.base_url, expected.base_url) << expected.model;
    EXPECT_EQ(endpoint.key.reveal(), expected.key) << expected.model;
    EXPECT_FALSE(endpoint.key_header == KeyHeader::api_key) << expected.model;
  }
}

struct Spoken {
  std::string model;
  std::string sent;
  std::string base_url;
  std::string key;
  KeyHeader header;
  Api api;
};

const Environment other_keys{{"OPENAI_API_KEY", "k-openai"},
                             {"AZURE_OPENAI_API_KEY", "k-azure"},
                             {"AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com"},
                             {"ANTHROPIC_API_KEY", "k-anthropic"},
                             {"GOOGLE_API_KEY", "k-google"},
                             {"MISTRAL_API_KEY", "k-mistral"}};

TEST(Endpoints, TheFirstSegmentChoosesTheWireFormatAndWhereTheKeyGoes) {
  const std::string google = "https://generativelanguage.googleapis.com/v1beta";
  for (const auto& expected :
       {Spoken{"anthropic/claude-x", "claude-x", "https://api.anthropic.com/v1", "k-anthropic",
               KeyHeader::x_api_key, Api::messages},
        Spoken{"gemini/gemini-x", "gemini-x", google, "k-google", KeyHeader::x_goog_api_key,
               Api::generate_content},
        Spoken{"google/gemini-x", "gemini-x", google, "k-google", KeyHeader::x_goog_api_key,
               Api::generate_content},
        Spoken{"mistral/mistral-x", "mistral-x", "https://api.mistral.ai/v1", "k-mistral",
               KeyHeader::bearer, Api::chat},
        Spoken{"azure/d", "d", "https://r.openai.azure.com/openai/v1", "k-azure",
               KeyHeader::api_key, Api::chat},
        Spoken{"openai/gpt-x", "gpt-x", "https://api.openai.com/v1", "k-openai", KeyHeader::bearer,
               Api::chat}}) {
    const auto task = named(expected.model);
    EXPECT_EQ(task.model.name, expected.sent) << expected.model;
    EXPECT_EQ(task.model.api, expected.api) << expected.model;
    const auto endpoint = only(task, other_keys);
    EXPECT_EQ(endpoint.base_url, expected.base_url) << expected.model;
    EXPECT_EQ(endpoint.key.reveal(), expected.key) << expected.model;
    EXPECT_EQ(endpoint.key_header, expected.header) << expected.model;
    const auto moved = only(named(expected.model, at("http://127.0.0.1:9/v1")), other_keys);
    EXPECT_EQ(moved.base_url, "http://127.0.0.1:9/v1") << expected.model;
    EXPECT_EQ(moved.key_header, expected.header) << expected.model;
    EXPECT_EQ(named(expected.model, at("http://127.0.0.1:9/v1")).model.api, expected.api);
  }
}

TEST(Endpoints, AWireFormatThatTheTaskNamesGoesBeforeTheProviders) {
  EXPECT_EQ(loaded(with("model: {name: openai/m, api: responses}")).model.api, Api::responses);
  EXPECT_EQ(loaded(with("model: {name: anthropic/m, api: chat}")).model.api, Api::chat);
  EXPECT_EQ(loaded(with("model: {name: m, api: messages}")).model.api, Api::messages);
  EXPECT_EQ(loaded(with("model: {name: m, api: generate_content}")).model.api,
            Api::generate_content);
}

TEST(Endpoints, AModelOfTheCommandLineBringsItsOwnWireFormat) {
  Overrides overrides;
  overrides.model = "anthropic/claude-x";
  EXPECT_EQ(loaded(with("model: {name: openai/m}"), overrides).model.api, Api::messages);
  overrides.model = "simulated";
  EXPECT_EQ(loaded(with("model: {name: anthropic/m}"), overrides).model.api, Api::chat);
}

TEST(Endpoints, GeminisOwnVariableGoesBeforeGoogles) {
  Environment environment = other_keys;
  environment["GEMINI_API_KEY"] = "k-gemini";
  EXPECT_EQ(only(named("gemini/x"), environment).key.reveal(), "k-gemini");
  environment["GEMINI_API_KEY"] = " ";
  EXPECT_EQ(only(named("google/x"), environment).key.reveal(), "k-google");
  const auto own = loaded(with("model: {name: gemini/x}") + "endpoints: [{key_env: MINE}]\n");
  EXPECT_TRUE(only(own, environment).key.empty()) << "a key that the task does not name was sent";
}

TEST(Endpoints, AnthropicBaseUrlMayLackItsVersion) {
  Environment environment = other_keys;
  for (const auto* address :
       {"http://127.0.0.1:9", "http://127.0.0.1:9/", "http://127.0.0.1:9/v1"}) {
    environment["ANTHROPIC_BASE_URL"] = address;
    EXPECT_EQ(only(named("anthropic/x"), environment).base_url, "http://127.0.0.1:9/v1") << address;
    EXPECT_EQ(only(named("mistral/x"), environment).base_url, "https://api.mistral.ai/v1");
  }
  environment["ANTHROPIC_BASE_URL"] = "ftp://x";
  EXPECT_EQ(refused(named("anthropic/x"), environment),
            "environment variable ANTHROPIC_BASE_URL is no http or https address; write "
            "http://HOST/v1 or https://HOST/v1");
}

TEST(Endpoints, AHeaderThatBringsAKeyIsNotSentBesideAnother) {
  Environment environment = other_keys;
  environment["T"] = "t";
  const auto key_beside = [&environment](const std::string& model, const std::string& header) {
    const auto task =
        loaded(with("model: {name: " + model + ", headers: {" + header + ": '${T}'}}"));
    return only(task, environment).key.reveal();
  };
  EXPECT_EQ(key_beside("anthropic/x", "X-Api-Key"), "");
  EXPECT_EQ(key_beside("anthropic/x", "authorization"), "");
  EXPECT_EQ(key_beside("anthropic/x", "api-key"), "k-anthropic");
  EXPECT_EQ(key_beside("gemini/x", "x-goog-api-key"), "");
  EXPECT_EQ(key_beside("gemini/x", "Authorization"), "");
  EXPECT_EQ(key_beside("mistral/x", "Authorization"), "");
  EXPECT_EQ(key_beside("mistral/x", "x-api-key"), "k-mistral");
  EXPECT_EQ(key_beside("azure/x", "api-key"), "");
}

TEST(Endpoints, WithoutAKeyNoneIsSent) {
  for (const auto* model : {"gpt-4o", "openrouter/x", "vllm/x", "ollama/x"}) {
    EXPECT_TRUE(only(named(model), {}).key.empty()) << model;
    EXPECT_TRUE(only(named(model), {{"OPENAI_API_KEY", ""}, {"VLLM_API_KEY", " "}}).key.empty());
  }
}

TEST(Endpoints, OpenaiBaseUrlMovesOpenaiAndNamesWithoutASegment) {
  Environment environment = all_keys;
  environment["OPENAI_BASE_URL"] = " http://127.0.0.1:9/v1// ";
  EXPECT_EQ(only(named("openai/x"), environment).base_url, "http://127.0.0.1:9/v1");
  EXPECT_EQ(only(named("x"), environment).base_url, "http://127.0.0.1:9/v1");
  EXPECT_EQ(only(named("vllm/x"), environment).base_url, "http://127.0.0.1:8000/v1");
  environment["OPENAI_BASE_URL"] = "";
  EXPECT_EQ(only(named("x"), environment).base_url, "https://api.openai.com/v1");
  environment["OPENAI_BASE_URL"] = "ftp://x";
  EXPECT_EQ(refused(named("x"), environment),
            "environment variable OPENAI_BASE_URL is no http or https address; write "
            "http://HOST/v1 or https://HOST/v1");
}

TEST(Endpoints, AnAddressOnTheCommandLineWinsAndKeepsTheProvidersKey) {
  Environment environment = all_keys;
  environment["OPENAI_BASE_URL"] = "http://elsewhere/v1";
  for (const auto& [model, key] : Environment{{"x", "k-openai"},
                                              {"openai/x", "k-openai"},
                                              {"openrouter/x", "k-router"},
                                              {"vllm/x", "k-vllm"},
                                              {"ollama/x", ""}}) {
    const auto endpoint = only(named(model, at("http://[::1]:8000/v1/")), environment);
    EXPECT_EQ(endpoint.base_url, "http://[::1]:8000/v1") << model;
    EXPECT_EQ(endpoint.key.reveal(), key) << model;
  }
}

TEST(Endpoints, AzureTakesItsAddressFromTheEnvironmentAndItsKeyInAHeaderOfItsOwn) {
  const auto task = named("azure/my-deployment");
  EXPECT_EQ(task.model.name, "my-deployment");
  Environment environment = all_keys;
  EXPECT_EQ(refused(task, environment),
            "an 'azure/' model needs an address; set AZURE_OPENAI_ENDPOINT to "
            "https://RESOURCE.openai.azure.com, or give --base-url");
  environment["AZURE_OPENAI_ENDPOINT"] = "https://r.openai.azure.com/";
  EXPECT_EQ(only(task, environment).base_url, "https://r.openai.azure.com/openai/v1");
  EXPECT_EQ(only(task, environment).key.reveal(), "k-azure");
  EXPECT_TRUE(only(task, environment).key_header == KeyHeader::api_key);
  environment["AZURE_OPENAI_ENDPOINT"] = "https://r.openai.azure.com/openai/v1/";
  EXPECT_EQ(only(task, environment).base_url, "https://r.openai.azure.com/openai/v1");
  environment["AZURE_OPENAI_BASE_URL"] = "https://proxy/azure";
  EXPECT_EQ(only(task, environment).base_url, "https://proxy/azure");
  EXPECT_TRUE(only(task, environment).key_header == KeyHeader::api_key);
  const auto moved = named("azure/d", at("https://other/v1"));
  EXPECT_EQ(only(moved, environment).base_url, "https://other/v1");
  EXPECT_EQ(only(moved, environment).key.reveal(), "k-azure");
}

TEST(Endpoints, AzureIsKnownByItsHostToo) {
  EXPECT_TRUE(only(named("x", at("https://R.OpenAI.Azure.com:443/openai/v1")), {}).key_header ==
              KeyHeader::api_key);
  EXPECT_FALSE(only(named("x", at("https://r.azure.com.example.org/v1")), {}).key_header ==
               KeyHeader::api_key);
}

TEST(Endpoints, OfTheSimulatedModelAreLeftToTheCaller) {
  const auto task = loaded(with("model: {name: simulated, headers: {X: '${MISSING}'}}"));
  EXPECT_EQ(task.provider, "simulated");
  EXPECT_EQ(task.model.name, "simulated");
  const auto endpoint = only(task, all_keys);
  EXPECT_EQ(endpoint.base_url, "");
  EXPECT_TRUE(endpoint.key.empty());
  EXPECT_TRUE(endpoint.headers.empty());
}

TEST(Endpoints, ASimulatedModelWithAnAddressIsServedElsewhere) {
  const auto task = named("simulated", at("http://127.0.0.1:5000/v1"));
  EXPECT_EQ(task.provider, "");
  EXPECT_EQ(task.model.name, "simulated");
  EXPECT_EQ(only(task, {}).base_url, "http://127.0.0.1:5000/v1");
}

constexpr const char* two_accounts =
    "endpoints:\n"
    "  - {base_url: 'http://a/v1/', key_env: KEY_A, requests_per_minute: 10, tokens_per_minute: "
    "5}\n"
    "  - {base_url: 'http://b/v1', requests_per_minute: 30}\n";

TEST(Endpoints, SeveralHaveTheirOwnAddressesKeysAndLimits) {
  const auto task = loaded(smallest() + two_accounts);
  ASSERT_EQ(task.endpoints.size(), 2U);
  EXPECT_EQ(task.endpoints[0].limits.requests_per_minute, 10);
  EXPECT_EQ(task.endpoints[1].limits.tokens_per_minute, std::nullopt);
  EXPECT_EQ(task.limits.requests_per_minute, 40);
  EXPECT_EQ(task.limits.tokens_per_minute, std::nullopt) << "one of them has no limit";
  const auto found = endpoints(task, {{"KEY_A", "a"}, {"OPENAI_API_KEY", "k"}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at(0).base_url, "http://a/v1");
  EXPECT_EQ(found->at(0).key.reveal(), "a");
  EXPECT_EQ(found->at(1).base_url, "http://b/v1");
  EXPECT_TRUE(found->at(1).key.empty()) << "a key went to an address that names none";
}

TEST(Endpoints, TheSimulatedModelIsOneAccountWithTheLimitsOfAll) {
  Overrides overrides;
  overrides.model = "simulated";
  const auto task = loaded(smallest() + two_accounts, overrides);
  EXPECT_EQ(only(task, all_keys).base_url, "");
  ASSERT_EQ(task.endpoints.size(), 1U);
  EXPECT_EQ(task.endpoints[0].limits.requests_per_minute, 40);
  EXPECT_EQ(task.limits.requests_per_minute, 40);
  overrides.requests_per_minute = 7;
  EXPECT_EQ(loaded(smallest() + two_accounts, overrides).limits.requests_per_minute, 7);
}

TEST(Endpoints, SeveralKeysMayShareTheProvidersAddress) {
  const auto task = loaded(with("model: {name: openrouter/x}") + "endpoints: [{key_env: A}, {}]\n");
  const auto found = endpoints(task, {{"A", "a"}, {"OPENROUTER_API_KEY", "r"}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at(0).base_url, "https://openrouter.ai/api/v1");
  EXPECT_EQ(found->at(0).key.reveal(), "a");
  EXPECT_EQ(found->at(1).key.reveal(), "r");
}

TEST(Endpoints, SeveralAzureResourcesMayBeListed) {
  const auto task = loaded(with("model: {name: azure/d}") +
                           "endpoints: [{base_url: 'https://a/openai/v1'}, {base_url: "
                           "'https://b/openai/v1', key_env: B}]\n");
  const auto found = endpoints(task, {{"AZURE_OPENAI_API_KEY", "z"}, {"B", "b"}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at(0).key.reveal(), "z");
  EXPECT_EQ(found->at(1).key.reveal(), "b");
  EXPECT_TRUE(found->at(1).key_header == KeyHeader::api_key);
}

TEST(Endpoints, AnAddressOnTheCommandLineReplacesThemAll) {
  auto overrides = at("http://c/v1");
  overrides.tokens_per_minute = 7;
  const auto task = loaded(smallest() + two_accounts, overrides);
  ASSERT_EQ(task.endpoints.size(), 1U);
  EXPECT_EQ(task.endpoints[0].base_url, "http://c/v1");
  EXPECT_EQ(task.limits.requests_per_minute, std::nullopt);
  EXPECT_EQ(task.limits.tokens_per_minute, 7);
}

TEST(Endpoints, LimitsOnTheCommandLineAreForOneAccount) {
  Overrides overrides;
  overrides.requests_per_minute = 5;
  EXPECT_EQ(refusal(smallest() + two_accounts, overrides),
            "--max-requests-per-minute and --max-tokens-per-minute are for one account, and this "
            "task has several endpoints; set their limits in the task file");
  EXPECT_EQ(loaded(smallest() + "endpoints: [{requests_per_minute: 9}]\n", overrides)
                .limits.requests_per_minute,
            5);
}

TEST(Endpoints, HeaderValuesAreTakenFromTheEnvironmentInASinglePass) {
  const auto task = loaded(with("model: {name: m, headers: {X-A: 'a ${B}-${B}${C}', X-D: d}}"));
  const auto endpoint = only(task, {{"B", "${C}"}, {"C", ""}});
  ASSERT_EQ(endpoint.headers.size(), 2U);
  EXPECT_EQ(endpoint.headers[0].first, "X-A");
  EXPECT_EQ(endpoint.headers[0].second.reveal(), "a ${C}-${C}");
  EXPECT_EQ(endpoint.headers[1].second.reveal(), "d");
  EXPECT_EQ(task.headers.at("X-A"), "a ${B}-${B}${C}") << "an expanded value was kept";
}

TEST(Endpoints, AHeaderWithoutItsVariableIsRefusedAndNeverShown) {
  const auto task = loaded(with("model: {name: m, headers: {X-A: 'secret ${B}'}}"));
  EXPECT_EQ(refused(task, {}),
            "task.yaml: header 'X-A' needs the environment variable B, which is "
            "not set; set it");
  EXPECT_EQ(refused(task, {{"B", "hidden\r\nX-Other: 1"}}),
            "task.yaml: header 'X-A' takes the environment variable B, which has a line break or "
            "control character; mend it");
}

TEST(Endpoints, AKeyIsTrimmedAndRefusedWithoutShowingIt) {
  EXPECT_EQ(only(named("m"), {{"OPENAI_API_KEY", " sk-1\r\n"}}).key.reveal(), "sk-1");
  EXPECT_EQ(refused(named("m"), {{"OPENAI_API_KEY", "sk-1\nsk-2"}}),
            "environment variable OPENAI_API_KEY has a space, line break or control character "
            "inside; set it to the key alone");
}

TEST(Endpoints, AnAuthorizationHeaderOfTheTaskReplacesTheKey) {
  const auto task = loaded(with("model: {name: m, headers: {authorization: 'Token ${T}'}}"));
  const auto endpoint = only(task, {{"T", "t"}, {"OPENAI_API_KEY", "k"}});
  EXPECT_TRUE(endpoint.key.empty());
  EXPECT_EQ(endpoint.headers[0].second.reveal(), "Token t");
}

}  // namespace
}  // namespace sheaf::task
