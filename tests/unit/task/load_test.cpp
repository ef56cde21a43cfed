#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Strings = std::vector<std::string>;

const Strings& listed(const Task& task) { return std::get<Strings>(task.answer.choices); }

TEST(LoadTask, FiveKeysAreEnoughAndAllElseHasItsDefault) {
  const auto task = loaded(smallest());
  EXPECT_EQ(task.name, "n");
  EXPECT_EQ(task.instruction, "i");
  ASSERT_EQ(task.sample.size(), 1U);
  EXPECT_EQ(task.sample[0].label, "Q");
  EXPECT_EQ(task.sample[0].text.source(), "{{q}}");
  EXPECT_EQ(task.answer.label, "A");
  EXPECT_EQ(task.answer.type, AnswerType::text);
  EXPECT_EQ(task.answer.choices.index(), 0U);
  EXPECT_EQ(task.answer.reasoning, Reasoning::none);
  EXPECT_EQ(task.answer.marker, "The answer is");
  EXPECT_EQ(task.answer.pattern, std::nullopt);
  EXPECT_EQ(task.answer.max_tokens, 64);
  EXPECT_THAT(task.exemplars, IsEmpty());
  EXPECT_EQ(task.id_column, std::nullopt);
  EXPECT_EQ(task.gold_column, std::nullopt);
  EXPECT_EQ(task.isolate_column, std::nullopt);
  EXPECT_EQ(task.batch.size, 6);
  EXPECT_EQ(task.batch.grouping, grouping::Kind::sequential);
  EXPECT_EQ(task.batch.format, "labelled");
  EXPECT_EQ(task.batch.exemplars, ExemplarLayout::regroup);
  EXPECT_EQ(task.model_name, "m");
  EXPECT_EQ(task.model.name, "m");
  EXPECT_EQ(task.tokenizer, "");
  EXPECT_EQ(task.context_tokens, std::nullopt);
  EXPECT_EQ(task.max_output_tokens, std::nullopt);
  EXPECT_EQ(task.model.api, Api::chat);
  EXPECT_EQ(task.model.output_cap, OutputCap::max_tokens);
  EXPECT_EQ(task.model.temperature->digits, "0");
  EXPECT_THAT(task.model.parameters, IsEmpty());
  EXPECT_EQ(task.provider, "");
  EXPECT_THAT(task.headers, IsEmpty());
  ASSERT_EQ(task.endpoints.size(), 1U);
  EXPECT_EQ(task.endpoints[0].base_url, "");
  EXPECT_EQ(task.endpoints[0].key_env, "OPENAI_API_KEY");
  EXPECT_EQ(task.limits.requests_per_minute, std::nullopt);
  EXPECT_EQ(task.limits.tokens_per_minute, std::nullopt);
  EXPECT_EQ(task.concurrency, 64);
  EXPECT_EQ(task.price, std::nullopt);
  EXPECT_THAT(task.simulated, IsEmpty());
  EXPECT_EQ(task.path, "task.yaml");
  EXPECT_THAT(task.warnings, IsEmpty());
}

constexpr const char* everything = R"(name: support-triage
instruction: |
  Decide which queue each customer message belongs to.
  Be quick.

sample:
  Subject: "{{head.subject}}"
  Message: "{{text}}"
answer:
  label: Queue
  type: choice
  choices: [billing, bug]
  reasoning: chain-of-thought
  marker: "So it is"
  pattern: "([a-z]+)$"
  max_tokens: 40
exemplars:
  - {head: {subject: s}, text: t, answer: bug, reasoning: It breaks.}
  - {head: {subject: s}, text: u, answer: billing, reasoning: It costs.}
id: key
gold: queue
isolate: tenant
batch: {size: 2, grouping: diversity, format: labelled, exemplars: stable-prefix}
model:
  name: openrouter/openai/gpt-4o-mini
  tokenizer: tokenizers/of mine.json
  context_tokens: 8192
  max_output_tokens: 1024
  api: completions
  temperature: 0.50
  output_cap: max_completion_tokens
  parameters: {seed: 7, top_p: 1.0, stop_words: ["1", yes], nested: {a: null}}
  headers: {X-Team: support, X-Trace: "id-${TRACE}"}
limits: {requests_per_minute: 500, tokens_per_minute: 200000, concurrency: 32}
price: {input_per_million: 0.15, cached_input_per_million: 0.075, output_per_million: 0.60}
simulated: {accuracy: 0.9, drop: 0.03, voice: a.b}
)";

TEST(LoadTask, ReadsEveryKey) {
  const auto task = loaded(everything);
  EXPECT_EQ(task.instruction, "Decide which queue each customer message belongs to.\nBe quick.");
  EXPECT_THAT(field_labels(task), ElementsAre("Subject", "Message"));
  EXPECT_EQ(task.answer.label, "Queue");
  EXPECT_EQ(task.answer.type, AnswerType::choice);
  EXPECT_THAT(listed(task), ElementsAre("billing", "bug"));
  EXPECT_EQ(task.answer.reasoning, Reasoning::chain_of_thought);
  EXPECT_EQ(task.answer.marker, "So it is");
  EXPECT_EQ(task.answer.pattern, "([a-z]+)$");
  EXPECT_EQ(task.answer.max_tokens, 40);
  EXPECT_EQ(task.exemplars.size(), 2U);
  EXPECT_EQ(task.id_column, "key");
  EXPECT_EQ(task.gold_column, "queue");
  EXPECT_EQ(task.isolate_column, "tenant");
  EXPECT_EQ(task.batch.size, 2);
  EXPECT_EQ(task.batch.grouping, grouping::Kind::diversity);
  EXPECT_EQ(task.batch.exemplars, ExemplarLayout::stable_prefix);
  EXPECT_EQ(task.model_name, "openrouter/openai/gpt-4o-mini");
  EXPECT_EQ(task.provider, "openrouter");
  EXPECT_EQ(task.model.name, "openai/gpt-4o-mini");
  EXPECT_EQ(task.tokenizer, "tokenizers/of mine.json");
  EXPECT_EQ(task.context_tokens, 8192);
  EXPECT_EQ(task.max_output_tokens, 1024);
  EXPECT_EQ(task.model.api, Api::completions);
  EXPECT_EQ(task.model.temperature->digits, "0.50");
  EXPECT_EQ(task.model.output_cap, OutputCap::max_completion_tokens);
  EXPECT_EQ(json::dump(task.model.parameters),
            R"({"seed":7,"top_p":1.0,"stop_words":["1","yes"],"nested":{"a":null}})");
  EXPECT_EQ(task.headers.at("X-Trace"), "id-${TRACE}");
  EXPECT_EQ(task.limits.requests_per_minute, 500);
  EXPECT_EQ(task.limits.tokens_per_minute, 200000);
  EXPECT_EQ(task.endpoints[0].limits.requests_per_minute, 500);
  EXPECT_EQ(task.concurrency, 32);
  EXPECT_EQ(json::dump(task.simulated), R"({"accuracy":0.9,"drop":0.03,"voice":"a.b"})");
  EXPECT_THAT(task.warnings, IsEmpty());
}

TEST(LoadTask, PricesAreExactPerToken) {
  const auto task = loaded(everything);
  ASSERT_TRUE(task.price);
  EXPECT_EQ(task.price->base.input.picos, 150'000);
  EXPECT_EQ(task.price->base.cached_input.picos, 75'000);
  EXPECT_EQ(task.price->base.output.picos, 600'000);
  const auto least = loaded(with("price: {input_per_million: 0.000001, output_per_million: 12}"));
  EXPECT_EQ(least.price->base.input.picos, 1);
  EXPECT_EQ(least.price->base.cached_input.picos, 1) << "without one of its own, the input's price";
  EXPECT_EQ(least.price->base.output.picos, 12'000'000);
}

TEST(LoadTask, ChoicesStayTheTextThatWasWritten) {
  const auto task =
      loaded(with("answer: {type: choice, choices: [yes, no, 1.0, 007, 'on', true]}"));
  EXPECT_THAT(listed(task), ElementsAre("yes", "no", "1.0", "007", "on", "true"));
}

TEST(LoadTask, AColumnOfChoicesIsNamedByAText) {
  const auto task = loaded(with("answer: {type: choice, choices: options}"));
  EXPECT_EQ(std::get<ChoiceColumn>(task.answer.choices).column, "options");
  EXPECT_THAT(field_labels(task), ElementsAre("Q", "Answer Choices"));
}

TEST(LoadTask, NullMeansAbsent) {
  auto yaml = smallest() + "exemplars: null\nid: ~\ngold:\nisolate: null\nbatch: null\n" +
              "limits: {concurrency: null}\nprice: {input_per_million: null}\nsimulated:\n" +
              "endpoints: null\n";
  yaml =
      with("answer: {type: text, choices: null, pattern: null, label: ~, max_tokens: null}", yaml);
  const auto task = loaded(with("model: {name: m, parameters: null, headers: ~}", yaml));
  EXPECT_EQ(task.answer.label, "A");
  EXPECT_EQ(task.id_column, std::nullopt);
  EXPECT_EQ(task.price, std::nullopt);
  EXPECT_EQ(task.concurrency, 64);
}

TEST(LoadTask, TheOutputCapFollowsTypeAndReasoning) {
  const auto cap = [](const char* answer) { return loaded(with(answer)).answer.max_tokens; };
  EXPECT_EQ(cap("answer: {type: number}"), 16);
  EXPECT_EQ(cap("answer: {type: boolean}"), 16);
  EXPECT_EQ(cap("answer: {type: choice, choices: [a, b]}"), 16);
  EXPECT_EQ(cap("answer: {type: text}"), 64);
  EXPECT_EQ(cap("answer: {type: number, reasoning: chain-of-thought}"), 256);
}

TEST(LoadTask, AModelTakesAndGivesAtLeastOneToken) {
  for (const auto* line :
       {"model: {name: m, context_tokens: 0}", "model: {name: m, max_output_tokens: 4k}"}) {
    const auto task = parse(with(line), "t.yaml", {});
    ASSERT_FALSE(task) << line;
    EXPECT_THAT(task.error().message, HasSubstr("write a whole number from 1 to 100000000"));
  }
}

TEST(LoadTask, OverridesWinOverTheFile) {
  Overrides overrides;
  overrides.model = "ollama/llama3";
  overrides.batch_size = 3;
  overrides.grouping = "length";
  overrides.concurrency = 5;
  overrides.requests_per_minute = 7;
  overrides.tokens_per_minute = 900;
  const auto task = loaded(everything, overrides);
  EXPECT_EQ(task.model_name, "ollama/llama3");
  EXPECT_EQ(task.provider, "ollama");
  EXPECT_EQ(task.model.name, "llama3");
  EXPECT_EQ(task.batch.size, 3);
  EXPECT_EQ(task.batch.grouping, grouping::Kind::length);
  EXPECT_EQ(task.concurrency, 5);
  EXPECT_EQ(task.limits.requests_per_minute, 7);
  EXPECT_EQ(task.endpoints[0].limits.tokens_per_minute, 900);
  EXPECT_THAT(task.warnings, ElementsAre("2 exemplars in groups of 3: the only group holds 2"));
}

TEST(LoadTask, AModelOnTheCommandLineReplacesAMissingOne) {
  const auto yaml = with("model: {api: chat}");
  EXPECT_EQ(refusal(yaml),
            "task.yaml:4:8: 'model.name' is missing; add it: such as "
            "openai/gpt-4o-mini");
  Overrides overrides;
  overrides.model = "gpt-4o-mini";
  EXPECT_EQ(loaded(yaml, overrides).model.name, "gpt-4o-mini");
}

TEST(LoadTask, RefusesOverridesOutOfRange) {
  const auto refused = [](auto set) {
    Overrides overrides;
    set(overrides);
    return refusal(smallest(), overrides);
  };
  EXPECT_EQ(refused([](Overrides& o) { o.batch_size = 0; }),
            "--batch-size is 0; give a whole number from 1 to 1000");
  EXPECT_EQ(refused([](Overrides& o) { o.grouping = "similar"; }),
            "--grouping is 'similar'; give sequential, random, similarity, diversity or length");
  EXPECT_EQ(refused([](Overrides& o) { o.concurrency = 10001; }),
            "--concurrency is 10001; give a whole number from 1 to 10000");
  EXPECT_EQ(refused([](Overrides& o) { o.requests_per_minute = 0; }),
            "--max-requests-per-minute is 0; give a whole number from 1 to 1000000000000");
  EXPECT_EQ(refused([](Overrides& o) { o.model = " "; }), "--model is empty; name a model");
  EXPECT_EQ(refused([](Overrides& o) { o.model = "vllm/"; }),
            "--model names a provider and no model; write vllm/MODEL");
  EXPECT_EQ(refused([](Overrides& o) { o.base_url = "localhost:8000"; }),
            "--base-url is no http or https address; write http://HOST/v1 or https://HOST/v1");
}

TEST(LoadTask, WarnsOfASampleThatShowsTheGoldColumn) {
  EXPECT_THAT(
      loaded(with("gold: q")).warnings,
      ElementsAre("the sample shows the gold column 'q': the model sees the right answers"));
}

TEST(LoadTask, WarnsWhenExemplarsLeaveARemainder) {
  std::string exemplars = "exemplars:\n";
  for (int i = 0; i < 12; ++i) exemplars += "  - {q: x, answer: y}\n";
  const auto warnings = [&](int size) {
    Overrides overrides;
    overrides.batch_size = size;
    return loaded(smallest() + exemplars, overrides).warnings;
  };
  EXPECT_THAT(warnings(5), ElementsAre("12 exemplars in groups of 5: the last group holds 2"));
  EXPECT_THAT(warnings(24), ElementsAre("12 exemplars in groups of 24: the only group holds 12"));
  for (const int size : {1, 2, 3, 4, 6, 12}) EXPECT_THAT(warnings(size), IsEmpty()) << size;
}

TEST(LoadTask, AFileThatIsNotThereOrIsNoFileIsOneClearError) {
  EXPECT_EQ(load("/nowhere/task.yaml", {check_one_group}).error().message,
            "/nowhere/task.yaml cannot be read: No such file or directory; give the path of a task "
            "file");
  EXPECT_EQ(load("/", {check_one_group}).error().message,
            "/ is a folder; give the path of a task file");
  EXPECT_EQ(load("/nowhere", {check_one_group}).error().code, ErrorCode::usage);
}

TEST(LoadTask, AFileWithoutEndIsReadToSixteenMebibytes) {
  EXPECT_EQ(load("/dev/zero", {check_one_group}).error().message,
            "/dev/zero is larger than 16 MiB; give the path of a task file");
}

}  // namespace
}  // namespace sheaf::task
