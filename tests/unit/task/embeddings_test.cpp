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

}  // namespace
}  // namespace sheaf::task
