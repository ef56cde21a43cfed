// Who is asked for vectors, where, with which key.
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using Environment = std::map<std::string, std::string>;

const Environment all_keys{{"OPENAI_API_KEY", "k-openai"},
                           {"VLLM_API_KEY", "k-vllm"},
                           {"MY_KEY", "k-mine"},
                           {"TEAM", "k-team"}};

Task with_embeddings(const std::string& model, const std::string& embeddings,
                     const Overrides& overrides = {}) {
  return loaded(with("embeddings: {" + embeddings + "}", with("model: {" + model + "}")),
                overrides);
}

Endpoint endpoint_of(const Task& task) {
  auto found = embeddings_endpoint(task, all_keys);
  if (!found) throw std::runtime_error(found.error().message);
  return *std::move(found);
}

TEST(EmbeddingsSection, IsReadWhole) {
  const auto task =
      loaded(with("embeddings: {model: openai/text-embedding-3-small, dimensions: 256, "
                  "requests_per_minute: 30, "
                  "tokens_per_minute: 4000, input_per_million: 0.02}"));
  ASSERT_TRUE(task.embeddings);
  EXPECT_EQ(task.embeddings->model_name, "openai/text-embedding-3-small");
  EXPECT_EQ(task.embeddings->model.name, "text-embedding-3-small");
  EXPECT_EQ(task.embeddings->model.dimensions, 256);
  EXPECT_EQ(task.embeddings->endpoint.limits.requests_per_minute, 30);
  EXPECT_EQ(task.embeddings->endpoint.limits.tokens_per_minute, 4000);
  EXPECT_EQ(task.embeddings->price.picos, 20'000);
  EXPECT_FALSE(loaded(smallest()).embeddings);
}

TEST(EmbeddingsSection, AnotherProviderIsAskedAtItsOwnAddressWithItsOwnKeyAndNoHeaders) {
  const auto task =
      with_embeddings("name: openai/m, headers: {X-Team: '${TEAM}'}", "model: vllm/e");
  const auto endpoint = endpoint_of(task);
  EXPECT_EQ(endpoint.base_url, "http://127.0.0.1:8000/v1");
  EXPECT_EQ(endpoint.key.reveal(), "k-vllm");
  EXPECT_TRUE(endpoint.headers.empty()) << "the headers were written for another host";
}

TEST(EmbeddingsSection, TheSameProviderIsAskedWhereTheModelIs) {
  Overrides elsewhere;
  elsewhere.base_url = "http://127.0.0.1:9/v1";
  const auto task =
      with_embeddings("name: openai/m, headers: {X-Team: '${TEAM}'}", "model: openai/e", elsewhere);
  const auto endpoint = endpoint_of(task);
  EXPECT_EQ(endpoint.base_url, "http://127.0.0.1:9/v1");
  EXPECT_EQ(endpoint.key.reveal(), "k-openai");
  ASSERT_EQ(endpoint.headers.size(), 1U);
  EXPECT_EQ(endpoint.headers.front().second.reveal(), "k-team");
}

TEST(EmbeddingsSection, AnAddressOrAKeyOfItsOwnMakesAnAccountOfItsOwn) {
  const auto own_key = endpoint_of(with_embeddings("name: m", "model: e, key_env: MY_KEY"));
  EXPECT_EQ(own_key.base_url, "https://api.openai.com/v1");
  EXPECT_EQ(own_key.key.reveal(), "k-mine");
  const auto own_address =
      endpoint_of(with_embeddings("name: m", "model: e, base_url: 'http://h/v1'"));
  EXPECT_EQ(own_address.base_url, "http://h/v1");
  EXPECT_EQ(own_address.key.reveal(), "") << "no key goes to an address that names none";
}

TEST(EmbeddingsSection, WhereTheModelIsSimulatedNothingLeavesForAnotherHost) {
  Overrides simulated;
  simulated.model = "simulated";
  auto task = with_embeddings("name: openai/m", "model: openai/e", simulated);
  EXPECT_EQ(task.embeddings->model.name, "simulated");
  EXPECT_EQ(endpoint_of(task).base_url, "") << "the caller's server";
  simulated.base_url = "http://127.0.0.1:9/v1";
  task = with_embeddings("name: openai/m", "model: openai/e", simulated);
  EXPECT_EQ(task.embeddings->model.name, "simulated");
  EXPECT_EQ(endpoint_of(task).base_url, "http://127.0.0.1:9/v1");
}

TEST(EmbeddingsSection, ChangesNoPrompt) {
  EXPECT_EQ(request_identity(loaded(with("embeddings: {model: e}"))),
            request_identity(loaded(smallest())));
}

struct Wrong {
  std::string yaml;
  std::string message;
};

TEST(EmbeddingsSection, IsRefusedWithPlaceReasonAndRemedy) {
  const std::vector<Wrong> cases{
      Wrong{with("embeddings: {dimensions: 3}"),
            "6:13: 'embeddings.model' is missing; add it: such as openai/text-embedding-3-small"},
      Wrong{with("embeddings: {model: simulated}"),
            "6:21: 'embeddings.model' is simulated and the task's model is not; name a model that "
            "gives vectors"},
      Wrong{with("embeddings: {model: openai/}"),
            "6:21: 'embeddings.model' names a provider and no model; write openai/MODEL"},
      Wrong{with("embeddings: {model: gemini/e}"),
            "6:21: 'embeddings.model' names a provider, 'gemini', whose vectors are not asked for "
            "at OpenAI's endpoint; name another model"},
      Wrong{with("embeddings: {model: e, dimensions: 0}"),
            "6:36: 'embeddings.dimensions' is '0'; write a whole number from 1 to 65536"},
      Wrong{with("embeddings: {model: e, base_url: 'http://h/v1/embeddings'}"),
            "6:34: 'embeddings.base_url' ends in /embeddings, which is added to it; leave that "
            "out"},
      Wrong{with("embeddings: {model: openai/e, base_url: 'http://h/v1'}"),
            "6:41: 'embeddings.base_url' stands beside a model name that chooses an address by "
            "'openai/'; remove one of them"},
      Wrong{with("price: {input_per_million: 1, output_per_million: 2}\nembeddings: {model: e}"),
            "7:13: 'embeddings.input_per_million' is missing; add it: US dollars per million "
            "tokens"}};
  for (const auto& wrong : cases) EXPECT_EQ(refusal(wrong.yaml), "task.yaml:" + wrong.message);
}

}  // namespace
}  // namespace sheaf::task
