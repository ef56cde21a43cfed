// Runs against the simulated server's prompt caches, through each provider's wire format.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/plan.hpp>
#include <sheaf/run.hpp>
#include <sheaf/simulate.hpp>
#include <sheaf/tools.hpp>

#include "cli/process.hpp"

namespace sheaf::testing {
namespace {

using ::testing::StartsWith;

constexpr std::int64_t prompts = 60;

struct Cached {
  std::string model;
  std::string rule;
  bool writes_are_charged = true;
  std::string api = {};
};

class PrefixCache : public ::testing::TestWithParam<Cached> {
 protected:
  PrefixCache() {
    std::string lines;
    for (int i = 0; i < 2 * prompts; ++i) lines += R"({"q": "row )" + std::to_string(i) + "\"}\n";
    rows_ = folder_.write("rows.jsonl", lines);
  }

  std::string task(int instruction_words) const {
    std::string instruction;
    for (int i = 0; i < instruction_words; ++i) instruction += "word ";
    const auto api = GetParam().api.empty() ? "" : ", api: " + GetParam().api;
    return folder_.write("task.yaml", "name: t\ninstruction: " + instruction +
                                          "\nsample: {Q: \"{{q}}\"}\nanswer: {type: text}\n"
                                          "batch: {size: 2}\nmodel: {name: " +
                                          GetParam().model + api +
                                          "}\nlimits: {requests_per_minute: 300, "
                                          "tokens_per_minute: 100000000}\n");
  }

  RunSummary run(const std::string& path) const {
    TaskOverrides simulated;
    simulated.model = "simulated";
    ServeOptions served;
    served.rows = rows_;
    served.simulated = {{"cache", GetParam().rule},
                        {"first_token_ms", "5"},
                        {"cache_minimum", "1024"},
                        {"tokens", "bytes"}};
    const auto server = SimulatedServer::start(Task::load(path, simulated).value(), served);
    if (!server) throw std::runtime_error(server.error().message);
    TaskOverrides real;
    real.base_url = server->base_url();
    if (real.base_url->ends_with("/v1") && GetParam().model.starts_with("google/")) {
      real.base_url->resize(real.base_url->size() - 3);
      *real.base_url += "/v1beta";
    }
    real.requests_per_minute = 1'000'000;
    RunOptions options;
    options.rows = rows_;
    options.output = folder_ / "out.jsonl";
    auto summary = run_task(Task::load(path, real).value(), options);
    if (!summary) throw std::runtime_error(summary.error().message);
    return *summary;
  }

  /// What the ledger tells of the requests that went ahead.
  std::string warm_ups() const {
    const auto text = inspect_checkpoint({folder_ / "out.jsonl.sheaf", std::nullopt}).value();
    const auto at = text.find("  warm-up ");
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
  }

  Folder folder_;
  std::string rows_;
};

INSTANTIATE_TEST_SUITE_P(
    OfEachProvider, PrefixCache,
    ::testing::Values(Cached{"anthropic/claude-haiku-5-5", "anthropic"},
                      Cached{"openai/gpt-6-luna", "openai_breakpoints"},
                      Cached{"openai/gpt-6-luna", "openai_breakpoints", true, "responses"},
                      Cached{"google/gemini-2.5-flash", "openai_automatic", false}),
    [](const auto& which) { return "of" + std::to_string(which.index); });

TEST_P(PrefixCache, IsWrittenByOneRequestAndReadByAllOthers) {
  const auto summary = run(task(12'000));
  ASSERT_FALSE(summary.stopped) << summary.stopped->message;
  EXPECT_EQ(summary.answered, 2 * prompts);
  EXPECT_EQ(summary.requests, prompts);
  EXPECT_THAT(warm_ups(), StartsWith("  warm-up               1 "));
  const auto& usage = summary.usage;
  if (GetParam().writes_are_charged) {
    EXPECT_GT(usage.cache_write_tokens, 10'000);
    EXPECT_EQ(usage.cached_input_tokens, (prompts - 1) * usage.cache_write_tokens);
  } else {
    const auto cacheable = usage.input_tokens / prompts / 128 * 128;
    EXPECT_GE(usage.cached_input_tokens, (prompts - 1) * cacheable * 95 / 100);
  }
}

TEST_P(PrefixCache, KeepsNoneUnderTheMinimum) {
  const auto summary = run(task(100));
  EXPECT_EQ(summary.usage.cache_write_tokens, 0);
  EXPECT_EQ(summary.usage.cached_input_tokens, 0);
  EXPECT_EQ(warm_ups(), "");
}

class AutomaticCache : public PrefixCache {};
INSTANTIATE_TEST_SUITE_P(OfOpenAi, AutomaticCache,
                         ::testing::Values(Cached{"openai/gpt-4o-mini", "openai_automatic"}));

TEST_P(AutomaticCache, IsReadByKeysOfFifteenRequestsAMinute) {
  const auto summary = run(task(12'000));
  ASSERT_FALSE(summary.stopped) << summary.stopped->message;
  const auto cacheable = summary.usage.input_tokens / prompts / 128 * 128;
  EXPECT_THAT(warm_ups(), StartsWith("  warm-up               4 ")) << "four keys, each once";
  EXPECT_GE(summary.usage.cached_input_tokens, (prompts - 4) * cacheable * 95 / 100);
}

}  // namespace
}  // namespace sheaf::testing
