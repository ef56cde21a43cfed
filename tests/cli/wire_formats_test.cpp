// The whole main job through each provider's wire format, against the simulated server, which reads
// requests and writes replies by code of its own.
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sheaf/run.hpp>
#include <sheaf/simulate.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "core/json.hpp"

namespace sheaf::testing {
namespace {

struct Spoken {
  std::string name;
  std::string model;
  std::string api = {};
  std::string dialect = "openai";
};

class WireFormat : public ::testing::TestWithParam<Spoken> {};
INSTANTIATE_TEST_SUITE_P(
    OfEveryProvider, WireFormat,
    ::testing::Values(Spoken{"openai", "openai/gpt-4o-mini"},
                      Spoken{"openai_reasoning", "openai/gpt-5-mini"},
                      Spoken{"openai_responses", "openai/gpt-6-luna", "responses"},
                      Spoken{"anthropic", "anthropic/claude-haiku-4-5"},
                      Spoken{"anthropic_thinking", "anthropic/claude-opus-5-5"},
                      Spoken{"gemini", "gemini/gemini-3.8-flash"},
                      Spoken{"mistral", "mistral/mistral-small-2603", {}, "mistral"},
                      Spoken{"azure", "azure/gpt-4.1-mini"},
                      Spoken{"compatible", "vllm/some-model"}),
    [](const auto& which) { return which.param.name; });

TEST_P(WireFormat, BringsEveryRowItsOwnAnswerInSpiteOfFaults) {
  const auto& [name, model, api, dialect] = GetParam();
  const Folder folder;
  std::string lines;
  for (int i = 0; i < 90; ++i) {
    lines +=
        fmt::format(R"({{"id": {0}, "q": "What is {0} and {0}?", "gold": {1}}})", i, 2 * i) + '\n';
  }
  const auto rows = folder.write("rows.jsonl", lines);
  const auto path =
      folder.write("task.yaml",
                   "name: t\ninstruction: Add up.\nsample: {Q: \"{{q}}\"}\n"
                   "answer: {type: number}\nid: id\ngold: gold\nbatch: {size: 5}\n"
                   "exemplars:\n  - {q: \"What is 1 and 2?\", answer: \"3\"}\nmodel: {name: " +
                       model + (api.empty() ? "" : ", api: " + api) +
                       "}\nlimits: {requests_per_minute: 1000000, tokens_per_minute: 100000000}\n");
  TaskOverrides simulated;
  simulated.model = "simulated";
  ServeOptions served;
  served.rows = rows;
  served.simulated = {{"dialect", dialect},
                      {"content_faults", "0.03"},
                      {"http_429", "0.05"},
                      {"http_500", "0.2"},
                      {"half_json", "0.02"},
                      {"seed", "5"},
                      {"reasoning_model", name.contains("reasoning") ? "true" : "false"}};
  const auto server = SimulatedServer::start(Task::load(path, simulated).value(), served);
  ASSERT_TRUE(server) << server.error().message;
  TaskOverrides real;
  real.base_url = server->base_url();
  RunOptions options;
  options.rows = rows;
  options.output = folder / "out.jsonl";
  options.max_requests_per_sample = 9;
  const auto summary = run_task(Task::load(path, real).value(), options);
  ASSERT_TRUE(summary) << summary.error().message;
  ASSERT_FALSE(summary->stopped) << summary->stopped->message;
  EXPECT_EQ(summary->answered, 90);
  EXPECT_EQ(summary->correct, 90);
  EXPECT_GT(summary->retries, 0);
  EXPECT_GT(summary->repairs, 0);
  EXPECT_GT(summary->usage.input_tokens, 0);
  EXPECT_EQ(results_in(folder.read("out.jsonl")).size(), 90U);
}

}  // namespace
}  // namespace sheaf::testing
