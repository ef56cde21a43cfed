// What of a request is not the task's to say, in each wire format.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

std::string with_parameters(const std::string& parameters) {
  return refusal(with("model: {name: m, parameters: {" + parameters + "}}"));
}

TEST(WireFormat, IsOneOfThoseThatAreSpoken) {
  EXPECT_EQ(
      refusal(with("model: {name: m, api: batches}")),
      "task.yaml:4:23: 'model.api' is 'batches'; write chat, completions, responses, messages "
      "or generate_content");
}

TEST(WireFormat, OfAFileIsForTheProviderThatItNames) {
  const auto api = [](const std::string& model, const std::string& in_place) {
    return loaded(with("model: {" + model + "}"), {.model = in_place}).model.api;
  };
  EXPECT_EQ(api("name: openai/m, api: chat", "anthropic/m"), Api::messages);
  EXPECT_EQ(api("name: m, api: responses", "gemini/m"), Api::generate_content);
  EXPECT_EQ(api("name: anthropic/m, api: messages", "openai/m"), Api::chat);
  EXPECT_EQ(api("name: openai/m, api: completions", "vllm/m"), Api::completions);
  EXPECT_EQ(api("name: gemini/m, api: chat", "gemini/other"), Api::chat) << "the file's provider";
  EXPECT_EQ(api("name: anthropic/m, api: messages", "simulated"), Api::messages);
  EXPECT_EQ(loaded(with("model: {name: anthropic/m, api: chat}")).model.api, Api::chat);
}

TEST(OwnMembers, AreRefusedAmongTheParametersOfEveryWireFormat) {
  for (const std::string member : {"messages", "prompt", "input", "system", "contents",
                                   "systemInstruction", "stream", "background", "n"}) {
    EXPECT_EQ(with_parameters(member + ": 5"), "task.yaml:4:31: 'model.parameters." + member +
                                                   "' is set by sheaf itself; remove it");
  }
  for (const std::string cap : {"max_tokens", "max_completion_tokens", "max_output_tokens"}) {
    EXPECT_EQ(with_parameters(cap + ": 5"),
              "task.yaml:4:31: 'model.parameters." + cap +
                  "' is set by sheaf itself; remove it and write answer.max_tokens "
                  "(model.output_cap chooses its name)");
  }
}

TEST(OwnMembers, AreRefusedInGeminisGenerationConfigToo) {
  EXPECT_EQ(with_parameters("generationConfig: {topP: 1, candidateCount: 2}"),
            "task.yaml:4:59: 'model.parameters.generationConfig.candidateCount' is set by sheaf "
            "itself; remove it");
  EXPECT_EQ(with_parameters("generationConfig: {maxOutputTokens: 2}"),
            "task.yaml:4:50: 'model.parameters.generationConfig.maxOutputTokens' is set by sheaf "
            "itself; remove it and write answer.max_tokens (model.output_cap chooses its name)");
  EXPECT_EQ(with_parameters("generationConfig: {topP: 1}"), "");
}

TEST(OwnPaths, AreRefusedAtTheEndOfAnAddress) {
  for (const std::string path : {"/chat/completions", "/completions", "/responses", "/Messages",
                                 "/models/g:generateContent", "/embeddings"}) {
    const auto message = refusal(with("endpoints: [{base_url: 'https://h/v1" + path + "'}]"));
    const auto own = path.substr(path.find(':') == path.npos ? 0 : path.find(':'));
    EXPECT_EQ(message, "task.yaml:6:24: 'endpoints.base_url' ends in " + own +
                           ", which is added to it; leave that out");
  }
}

}  // namespace
}  // namespace sheaf::task
