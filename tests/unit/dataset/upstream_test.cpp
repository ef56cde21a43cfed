// Configurations and prompt files that cannot be read are refused at their place.
#include "dataset/upstream.hpp"

#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imported.hpp"

namespace sheaf::dataset {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string prompt_refusal(std::string_view text, std::string_view set = "rte") {
  const auto prompt = read_upstream_prompt(text, "p.txt", family_of(*find_set(set)));
  return prompt ? "" : prompt.error().message;
}

TEST(UpstreamPrompt, IsRefusedWhereAnswersAndSamplesDoNotCorrespond) {
  EXPECT_EQ(prompt_refusal("Q[1]: a\nQ[2]: b\nA[1]: 1\n", "gsm8k"),
            "p.txt:1:1: this group has 2 lines of samples with 1 to each, and 1 answers");
  EXPECT_EQ(prompt_refusal("i\n\nPremise: a\nAnswer: b\n"),
            "p.txt:3:1: this group has 1 lines of samples with 2 to each, and 1 answers");
  EXPECT_EQ(prompt_refusal("Premise: a\nHypothesis: b\nPremise: c\nAnswer: d\n"),
            "p.txt:1:1: this group has 3 lines of samples with 2 to each, and 1 answers");
  EXPECT_EQ(prompt_refusal("Q: a\n", "gsm8k"),
            "p.txt:1:1: this group has 1 lines of samples with 1 to each, and 0 answers");
}

TEST(UpstreamPrompt, IsRefusedWhereGroupsAreUnequal) {
  const std::string two = "Q[1]: a\nQ[2]: b\nA[1]: 1\nA[2]: 2\n\n";
  const std::string one = "Q[1]: a\nA[1]: 1\n\n";
  EXPECT_EQ(prompt_refusal(two + one + two, "gsm8k"),
            "p.txt:6:1: this group holds 1 samples, and those before it 2");
  EXPECT_EQ(prompt_refusal(one + two, "gsm8k"),
            "p.txt:4:1: this group holds 2 samples, and those before it 1");
  EXPECT_EQ(prompt_refusal(two + one, "gsm8k"), "");
}

TEST(UpstreamPrompt, IsRefusedWhereKeysAreOutOfOrder) {
  EXPECT_EQ(prompt_refusal("Q[1]: a\nQ[3]: b\nA[1]: 1\nA[2]: 2\n", "gsm8k"),
            "p.txt:2:2: the key is 3, not 2");
  EXPECT_EQ(prompt_refusal("Q[1]: a\nA: 1\n", "gsm8k"), "p.txt:2:2: the key is 0, not 1");
  EXPECT_EQ(prompt_refusal("Q[1]: a\nA[0]: 1\n", "gsm8k"),
            "p.txt:2:1: this line of a group begins with none of Q, A");
  EXPECT_EQ(prompt_refusal("Q: a\nA[1]: 1\n", "gsm8k"),
            "p.txt:2:2: a key, and the labels before it have none");
  EXPECT_THAT(prompt_refusal("Q: a\nQ: b\nA: 1\nA: 2\n", "gsm8k"), HasSubstr("carry no key"));
}

TEST(UpstreamPrompt, IsRefusedWhereItIsNoText) {
  EXPECT_EQ(prompt_refusal("Judge.\n\nQ: \xEB\nA: 1\n", "gsm8k"), "p.txt:3:4: not valid UTF-8");
  EXPECT_EQ(prompt_refusal("Judge.\n\nQ: \x01\nA: 1\n", "gsm8k"),
            "p.txt:3:4: a control character, which no task file can hold");
  EXPECT_EQ(prompt_refusal("\xEB", "gsm8k"), "p.txt:1:1: not valid UTF-8");
}

TEST(UpstreamPrompt, IsRefusedWhereALineHasNoLabel) {
  EXPECT_EQ(prompt_refusal("Q: a\nmore\nA: 1\n", "gsm8k"),
            "p.txt:2:1: this line of a group begins with none of Q, A");
  EXPECT_EQ(prompt_refusal("Hypothesis: h\nPremise: p\nAnswer: a\n"),
            "p.txt:1:1: 'Hypothesis' stands where 'Premise' should");
  EXPECT_EQ(prompt_refusal("Judge these texts.\n"), "p.txt:1:1: holds no group of exemplars");
}

UpstreamConfig config_for(const char* set) {
  UpstreamConfig config;
  config.set = find_set(set);
  config.prompt_path = "p.txt";
  config.method = "cot";
  config.engine = "m";
  config.max_tokens = 100;
  config.temperature = "0";
  return config;
}

Expected<UpstreamTask> task_of(const UpstreamConfig& config, std::string_view text,
                               bool as_is = false) {
  const auto prompt = read_upstream_prompt(text, "p.txt", family_of(*config.set));
  return make_upstream_task(config, prompt.value(), as_is, "e.jsonl");
}

std::string task_refusal(std::string_view text, const char* set) {
  const auto task = task_of(config_for(set), text);
  return task ? "" : task.error().message;
}

TEST(UpstreamPrompt, IsRefusedWhereAnAnswerCannotBeRead) {
  EXPECT_THAT(task_refusal("Q: a\nA: nobody knows\n", "gsm8k"),
              HasSubstr("p.txt:2:1: no answer is found in this line"));
  EXPECT_THAT(task_refusal("Q: a\nAnswer Choices: x, y\nA: (a)\n", "aqua"),
              EndsWith("p.txt:2:1: the choices are not written as (a) ... (b) ..."));
}

std::string exemplar_of(const char* set, std::string_view text) {
  auto config = config_for(set);
  config.marker = "So the answer is";
  const auto task = task_of(config, text);
  return task ? task->exemplars : task.error().message;
}

TEST(UpstreamTask, CutsAnAnswerAtItsLastMarkerAndReadsTheLastWord) {
  EXPECT_EQ(exemplar_of("gsm8k", "Q: a\nA: One. So the answer is 1? No. So the answer is 2.\n"),
            R"({"question":"a","answer":"2","reasoning":"One. So the answer is 1? No."})"
            "\n");
  EXPECT_EQ(exemplar_of("strategyqa", "Q: a\nA: That is true. So the answer is yes.\n"),
            R"({"question":"a","answer":"yes","reasoning":"That is true."})"
            "\n");
  EXPECT_EQ(exemplar_of("strategyqa", "Q: a\nA: No, yes. So the answer is True.\n"),
            R"({"question":"a","answer":"True","reasoning":"No, yes."})"
            "\n");
}

TEST(UpstreamTask, PrintsFieldsOfItsOwnOnlyWhereTheyDiffer) {
  const auto config = config_for("aqua");
  const std::string one = "Q: a\nAnswer Choices: (a) x (b) y\nA: (b)\n";
  EXPECT_EQ(task_of(config, one)->exemplars, R"({"question":"a","choices":["x","y"],"answer":"b"})"
                                             "\n");
  EXPECT_THAT(task_of(config, one, true)->exemplars,
              HasSubstr(R"("printed":{"fields":{"Q":"a","Answer Choices":"(a) x (b) y"}})"));
}

TEST(UpstreamTask, AsItIsKeepsLayoutAndRoomOfBatchesAlone) {
  auto config = config_for("gsm8k");
  const std::string two = "Q[1]: a\nQ[2]: b\nA[1]: 1\nA[2]: 2\n";
  EXPECT_THAT(task_of(config, two, true)->yaml,
              AllOf(HasSubstr("exemplars: regroup}"), HasSubstr("\n  max_tokens: 44\n")))
      << "half of 100, less the 6 that the format adds";
  config.batched = true;
  EXPECT_THAT(task_of(config, two, true)->yaml, HasSubstr("exemplars: stable-prefix}"));
  EXPECT_THAT(task_of(config, two)->yaml,
              AllOf(HasSubstr("exemplars: regroup}"), HasSubstr("\n  max_tokens: 50\n")));
}

TEST(UpstreamTask, HasAPatternOnlyWhereThereIsNoMarker) {
  auto config = config_for("gsm8k");
  config.pattern = "#(.*)#";
  EXPECT_THAT(task_of(config, "Q: a\nA: #1#\n")->yaml, HasSubstr("\n  pattern: \"#(.*)#\"\n"));
  config.marker = "So";
  EXPECT_THAT(task_of(config, "Q: a\nA: So 1.\n")->yaml, Not(HasSubstr("pattern")));
}

TEST(UpstreamTask, AnInstructionBesideASystemParagraphIsSaidByNobody) {
  auto config = config_for("gsm8k");
  config.chat = true;
  const std::string one = "Count.\n\nQ: a\nA: 1\n";
  EXPECT_THAT(task_of(config, one, true)->yaml, HasSubstr("instruction: assistant}"));
  EXPECT_THAT(task_of(config, "System: Be brief.\n\n" + one, true)->yaml,
              AllOf(HasSubstr("instruction: \"Be brief.\\n\\nCount.\""),
                    HasSubstr("\nprompt: {contract: none}\n")));
}

/// The message for a configuration beside which a prompt file "here.txt" lies.
std::string config_refusal(const std::string& yaml) {
  const WrittenFile here("here.txt", "Q: a\nA: 1\n");
  const auto path = (std::filesystem::path(here.path()).parent_path() / "c.yaml").string();
  const auto config = read_upstream_config(yaml, path);
  if (config) return "";
  const auto& message = config.error().message;
  return message.substr(message.find("c.yaml"));
}

const std::string good =
    "dataset: {dataset_name: gsm8k}\n"
    "method:\n"
    "  method_name: cot\n"
    "  method_args: {prompt_file_path: here.txt, engine: m}\n";

std::string with(std::string_view from, std::string_view to) {
  std::string yaml = good;
  return yaml.replace(yaml.find(from), from.size(), to);
}

TEST(UpstreamConfig, IsReadWithItsPromptBesideIt) { EXPECT_EQ(config_refusal(good), ""); }

UpstreamConfig config_read(const std::string& yaml) {
  const WrittenFile here("here.txt", "Q: a\nA: 1\n");
  const auto folder = std::filesystem::path(here.path()).parent_path();
  std::filesystem::create_directory(folder / "hub");
  std::filesystem::copy(here.path(), folder / "hub");
  auto config = read_upstream_config(yaml, (folder / "c.yaml").string());
  EXPECT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->prompt_path, here.path()) << "the one beside it, not that of the hub";
  return *std::move(config);
}

TEST(UpstreamConfig, TellsBatchesFromSinglesAndChatsFromCompletions) {
  for (const auto& [name, batched, chat] :
       {std::tuple{"batch_inference", true, false}, std::tuple{"batch_inference_chat", true, true},
        std::tuple{"cot", false, false}, std::tuple{"standard_chat", false, true}}) {
    const auto config = config_read(with("name: cot", std::string("name: ") + name));
    EXPECT_EQ(config.batched, batched) << name;
    EXPECT_EQ(config.chat, chat) << name;
  }
}

TEST(UpstreamConfig, HasTheOriginalsDefaultsAndListsWhatATaskCannotSay) {
  const auto plain = config_read(with("engine: m", "engine: m, n: 1, top_p: 1"));
  EXPECT_EQ(plain.max_tokens, 512);
  EXPECT_EQ(plain.temperature, "0");
  EXPECT_THAT(plain.unlike, IsEmpty());
  EXPECT_THAT(config_read(with("engine: m", "engine: m, n: 2, top_p: 0.9")).unlike,
              ElementsAre("top_p: 0.9", "n: 2"));
}

TEST(UpstreamConfig, IsRefusedAtItsPlace) {
  EXPECT_THAT(config_refusal(with("here.txt", "there.txt")),
              HasSubstr("c.yaml:4:35: 'method.method_args.prompt_file_path' names 'there.txt'"));
  EXPECT_THAT(config_refusal(with("name: cot", "name: cod")),
              HasSubstr("c.yaml:3:16: 'method.method_name' is 'cod'"));
  EXPECT_THAT(config_refusal(with("gsm8k", "wikitq")),
              HasSubstr("c.yaml:1:25: 'dataset.dataset_name' is none of the paper's ten sets"));
  EXPECT_THAT(config_refusal(with("name: gsm8k", "name: glue")),
              HasSubstr("'dataset.dataset_subset_name' is none of the paper's ten sets"));
  EXPECT_THAT(config_refusal(with(", engine: m", "")), HasSubstr("engine' is missing"));
  EXPECT_THAT(config_refusal(with("engine: m", "engin: m")),
              HasSubstr("unknown key 'engin' in 'method.method_args'; did you mean 'engine'?"));
  EXPECT_THAT(config_refusal("- a\n"), HasSubstr("c.yaml:1:1: this is no experiment"));
  EXPECT_THAT(config_refusal("a: [\n"), HasSubstr("c.yaml:"));
}

}  // namespace
}  // namespace sheaf::dataset
