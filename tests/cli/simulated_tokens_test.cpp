// The simulated model's bill beside a count of what was sent, by the code that plans.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <sheaf/simulate.hpp>

#include "cli/process.hpp"
#include "cli/results.hpp"
#include "core/json.hpp"
#include "store/checkpoint.hpp"
#include "support/fault_server.hpp"
#include "tokens/embedded.hpp"
#include "tokens/encodings.hpp"

namespace sheaf::testing {
namespace {

/// The tokens of a chat's body by OpenAI's cookbook: 3 a message, its role, its content; 3 more.
std::int64_t input_of(const tokens::Tokenizer& tokenizer, std::string_view body) {
  const auto request = json::parse(body);
  std::int64_t tokens = 3;
  for (const auto& message : *request->find("messages")->array()) {
    tokens += 3 + tokenizer.count(*message.find("role")->string()) +
              tokenizer.count(*message.find("content")->string());
  }
  return tokens;
}

struct Bills {
  std::vector<std::int64_t> input;
  std::vector<std::int64_t> output;
  std::vector<std::int64_t> counted_output;
};

Bills bills_in(const std::string& checkpoint, const tokens::Tokenizer& tokenizer) {
  Bills bills;
  const auto opened = store::open_sqlite(checkpoint, store::Access::read_only);
  EXPECT_TRUE((*opened)->for_each_attempt([&](const store::Attempt& attempt) {
    const auto& end = attempt.end.value();
    const auto usage = end.usage.value_or(Usage());
    bills.input.push_back(usage.input_tokens);
    bills.output.push_back(usage.output_tokens);
    bills.counted_output.push_back(tokenizer.count(end.reply));
    return true;
  }));
  return bills;
}

class SimulatedTokens : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(OfOpenAi, SimulatedTokens, ::testing::Values("o200k_base", "cl100k_base"),
                         [](const auto& which) { return which.param; });

TEST_P(SimulatedTokens, AreBilledAsAnotherCountOfEachRequestSays) {
  if (tokens::embedded_table(GetParam()).empty()) GTEST_SKIP() << "no rank tables";
  const auto tokenizer = *tokens::encoding(GetParam());
  ServeOptions options;
  options.rows = triage_rows;
  options.simulated = {{"tokens", GetParam()},
                       {"first_token_ms", "0"},
                       {"tokens_per_second", "0"},
                       {"content_faults", "0.03"},
                       {"transport_faults", "0"}};
  const auto model = SimulatedServer::start(*Task::load(triage_task), options);
  ASSERT_TRUE(model) << model.error().message;

  std::mutex mutex;
  std::vector<std::int64_t> counted;
  FaultServer between(model->port(), [&](const FaultExchange& exchange) {
    const auto tokens = input_of(*tokenizer, exchange.request_body);
    const std::lock_guard lock(mutex);
    counted.push_back(tokens);
    return false;
  });
  const Folder folder;
  const auto ended = sheaf({"run", triage_task, triage_rows, "-o", folder / "out.jsonl", "--model",
                            "none", "--base-url", between.base_url()});
  ASSERT_EQ(ended.code, 0) << ended.err;

  auto bills = bills_in(folder / "out.jsonl.sheaf", *tokenizer);
  EXPECT_GT(bills.input.size(), 50U);
  std::ranges::sort(bills.input);
  std::ranges::sort(counted);
  EXPECT_EQ(bills.input, counted);
  EXPECT_EQ(bills.output, bills.counted_output);
}

}  // namespace
}  // namespace sheaf::testing
