#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view mine = R"([
  {"model": "openai/plain", "prices": [{"live": [{"input": 1, "output": 2}]},
     {"from": "2026-06-01", "live": [{"input": 3, "output": 4}]}]},
  {"model": "openai/thinker",
   "parameters": {"output_cap": "max_completion_tokens", "refused": ["stop", "seed"],
                  "refused_with_reasoning": ["temperature"]},
   "reasoning": {"off": true, "chat": {"reasoning_effort": "none"}}},
  {"model": "openai/brooder", "retires": "2026-05-01",
   "parameters": {"refused_with_reasoning": ["temperature"], "ignored": ["top_p"]},
   "reasoning": {"off": false, "chat": {"reasoning_effort": "low"}, "allowance_tokens": 100}},
  {"model": "google/quick", "prices": [{"live": [{"input": 1, "output": 2}]}]},
  {"model": "anthropic/fixed", "parameters": {"refused": ["temperature"]}}])";

Task known(const std::string& yaml, const std::string& today = "2026-04-30",
           const Overrides& overrides = {}) {
  const auto catalog = catalog::Catalog::with(catalog::Catalog(), mine, "mine.json");
  if (!catalog) throw std::runtime_error(catalog.error().message);
  auto task = parse(yaml, "task.yaml",
                    {.pattern = check_one_group, .models = *catalog, .today = today}, overrides);
  if (!task) throw std::runtime_error(task.error().message);
  return std::move(*task);
}

TEST(KnownModel, BringsThePriceOfItsDay) {
  const auto yaml = with("model: {name: openai/plain}");
  EXPECT_EQ(known(yaml).price->base.input.picos, 1'000'000);
  EXPECT_EQ(known(yaml, "2026-06-01").price->base.input.picos, 3'000'000);
  EXPECT_FALSE(known(yaml).has_own_price);
  EXPECT_EQ(loaded(yaml).price, std::nullopt) << "no catalog, no price";
}

TEST(KnownModel, LeavesATasksOwnPrice) {
  const auto task = known(with("price: {input_per_million: 9, output_per_million: 9}",
                               with("model: {name: openai/plain}")));
  EXPECT_EQ(task.price->base.input.picos, 9'000'000);
  EXPECT_TRUE(task.has_own_price);
}

TEST(KnownModel, OfAnotherNameHasItsOwnPrice) {
  const auto yaml = with("price: {input_per_million: 9, output_per_million: 9}",
                         with("model: {name: openai/thinker}"));
  const auto asked = [&yaml](const char* model) {
    return known(yaml, "2026-04-30", {.model = model}).price->base.input.picos;
  };
  EXPECT_EQ(asked("openai/plain"), 1'000'000);
  EXPECT_EQ(asked("openai/thinker"), 9'000'000) << "the file's own";
  EXPECT_EQ(asked("openai/other"), 9'000'000) << "none is known";
  EXPECT_EQ(asked("simulated"), 9'000'000);
}

TEST(KnownModel, MayBeNamedForAFileThatHasNoModelAtAll) {
  auto yaml = smallest();
  const std::string line = "model: {name: m}\n";
  yaml.erase(yaml.find(line), line.size());
  const auto task = known(yaml, "2026-04-30", {.model = "openai/thinker"});
  EXPECT_EQ(task.model.output_cap, OutputCap::max_completion_tokens);
  EXPECT_TRUE(known(yaml, "2026-04-30", {.model = "openai/plain"}).price);
}

TEST(KnownModel, IsPricedAtItsProviderAlone) {
  EXPECT_TRUE(known(with("model: {name: plain}")).price);
  EXPECT_TRUE(known(with("model: {name: azure/plain}")).price);
  EXPECT_TRUE(known(with("model: {name: gemini/quick}")).price);
  const auto local = known(
      with("endpoints: [{base_url: \"http://127.0.0.1:1/v1\"}]", with("model: {name: plain}")));
  EXPECT_EQ(local.price, std::nullopt);
  EXPECT_FALSE(local.at_its_provider);
  ASSERT_NE(local.known, nullptr) << "what it is stays known";
  EXPECT_EQ(known(with("model: {name: openrouter/openai/plain}")).price, std::nullopt);
  EXPECT_EQ(known(with("model: {name: simulated}")).known, nullptr);
  EXPECT_EQ(known(with("model: {name: openai/other}")).known, nullptr);
}

TEST(KnownModel, GivesVectorsWithoutAPriceNoCost) {
  const auto yaml = with("batch: {grouping: similarity}", with("model: {name: openai/plain}"));
  const auto free = known(with("embeddings: {model: openai/e}", yaml));
  EXPECT_EQ(free.price, std::nullopt);
  EXPECT_THAT(free.warnings, Contains(HasSubstr("add embeddings.input_per_million")));
  EXPECT_TRUE(known(with("embeddings: {model: openai/e, input_per_million: 1}", yaml)).price);
}

TEST(KnownModel, IsKeptFromReasoningAndSentWhatItTakes) {
  const auto task = known(with("model: {name: openai/thinker, parameters: {seed: 5, top_p: 0.5}}"));
  EXPECT_EQ(json::dump(task.model.reasoning), R"({"reasoning_effort":"none"})");
  EXPECT_EQ(task.model.reasoning_tokens, 0);
  EXPECT_EQ(task.model.output_cap, OutputCap::max_completion_tokens);
  EXPECT_FALSE(task.model.stops);
  EXPECT_TRUE(task.model.temperature) << "refused while it reasons, and it does not";
  EXPECT_EQ(json::dump(task.model.parameters), R"({"top_p":0.5})");
  EXPECT_THAT(task.warnings, ElementsAre("openai/thinker does not take seed: not sent"));
}

TEST(Temperature, IsAtMostOneForAnthropicsMessages) {
  const auto refused = parse(with("model: {name: m, api: messages, temperature: 1.1}"), "t.yaml",
                             {.pattern = check_one_group});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("'model.temperature' is more than Anthropic's Messages API takes; write a "
                        "number from 0 to 1"));
  EXPECT_NO_THROW(known(with("model: {name: m, api: messages, temperature: 1}")));
  EXPECT_NO_THROW(known(with("model: {name: m, temperature: 1.1}")));
}

TEST(KnownModel, MayHaveAnyTemperatureThatIsNotSent) {
  const auto yaml = with("model: {name: anthropic/fixed, temperature: 1.5}");
  EXPECT_EQ(known(yaml).model.temperature, std::nullopt);
  EXPECT_THROW(known(yaml, "2026-04-30", {.model = "anthropic/other"}), std::runtime_error);
  EXPECT_NO_THROW(known(yaml, "2026-04-30", {.model = "openai/plain"}));
}

TEST(KnownModel, ThatReasonsAllTheSameGetsRoomForIt) {
  const auto task = known(with("model: {name: openai/brooder}"));
  EXPECT_EQ(json::dump(task.model.reasoning), R"({"reasoning_effort":"low"})");
  EXPECT_EQ(task.model.reasoning_tokens, 100);
  EXPECT_EQ(task.model.temperature, std::nullopt);
  EXPECT_THAT(task.warnings,
              ElementsAre("openai/brooder cannot be kept from reasoning: 100 tokens are added to "
                          "the output cap of every request for it",
                          "openai/brooder does not take temperature: not sent"));
  EXPECT_EQ(
      known(with("model: {name: openai/brooder, reasoning_tokens: 7}")).model.reasoning_tokens, 7);
}

TEST(KnownModel, ReasonsAsTheTaskAsks) {
  EXPECT_THAT(known(with("model: {name: openai/thinker, parameters: {generationConfig: "
                         "{thinkingConfig: {thinkingBudget: 9}}}}"))
                  .model.reasoning,
              IsEmpty());
  const auto task =
      known(with("model: {name: openai/thinker, parameters: {reasoning_effort: high}}"));
  EXPECT_THAT(task.model.reasoning, IsEmpty());
  EXPECT_EQ(task.model.reasoning_tokens, 4096);
  EXPECT_EQ(task.model.temperature, std::nullopt);
}

TEST(KnownModel, MarksItsPrefixByItsProvidersRule) {
  const auto catalog = R"([
    {"model": "openai/marked", "cache": {"kind": "breakpoints", "lifetimes": ["30m"]}},
    {"model": "openai/plain", "cache": {"kind": "automatic"}},
    {"model": "anthropic/marked", "cache": {"kind": "cache_control", "lifetimes": ["5m"]}}])";
  const auto mark = [&catalog](const std::string& model) {
    const auto known = catalog::Catalog::with(catalog::Catalog(), catalog, "mine.json").value();
    return parse(with("model: {" + model + "}"), "task.yaml",
                 {.pattern = check_one_group, .models = known})
        .value()
        .model.cache.mark;
  };
  EXPECT_EQ(mark("name: openai/marked"), CacheMark::breakpoint);
  EXPECT_EQ(mark("name: openai/marked, api: responses"), CacheMark::breakpoint);
  EXPECT_EQ(mark("name: openai/marked, api: completions"), CacheMark::none);
  EXPECT_EQ(mark("name: openai/plain"), CacheMark::none);
  EXPECT_EQ(mark("name: anthropic/marked"), CacheMark::cache_control);
  EXPECT_EQ(mark("name: openrouter/openai/marked"), CacheMark::none) << "another server";
}

TEST(KnownModel, KeepsTheNameOfTheCapThatTheTaskChose) {
  const auto task = known(with("model: {name: openai/thinker, output_cap: max_tokens}"));
  EXPECT_EQ(task.model.output_cap, OutputCap::max_tokens);
}

TEST(KnownModel, ThatEndedIsSaid) {
  const auto yaml = with("model: {name: openai/brooder}");
  EXPECT_THAT(known(yaml, "2026-05-01").warnings,
              Contains("openai/brooder ended on 2026-05-01; name another model"));
  EXPECT_EQ(known(yaml, "2026-04-30").warnings.size(), 2U);
}

}  // namespace
}  // namespace sheaf::task
