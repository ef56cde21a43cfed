// Configurations and prompt files that cannot be read are refused at their place.
#include "dataset/upstream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imported.hpp"

namespace sheaf::dataset {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string prompt_refusal(std::string_view text, std::string_view set = "rte") {
  const auto prompt = read_upstream_prompt(text, "p.txt", family_of(*find_set(set)));
  return prompt ? "" : prompt.error().message;
}

TEST(UpstreamPrompt, IsRefusedWhereAnswersAndSamplesDoNotCorrespond) {
  EXPECT_EQ(prompt_refusal("Q[1]: a\nQ[2]: b\nA[1]: 1\n", "gsm8k"),
            "p.txt:1:1: this group has 2 lines of samples with 1 to each, and 1 answers");
  EXPECT_EQ(prompt_refusal("i\n\nPremise: a\nAnswer: b\n"),
            "p.txt:3:1: this group has 1 lines of samples with 2 to each, and 1 answers");
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
  EXPECT_EQ(prompt_refusal("Q: a\nA[1]: 1\n", "gsm8k"),
            "p.txt:2:2: a key, and the labels before it have none");
  EXPECT_THAT(prompt_refusal("Q: a\nQ: b\nA: 1\nA: 2\n", "gsm8k"), HasSubstr("carry no key"));
}

TEST(UpstreamPrompt, IsRefusedWhereItIsNoText) {
  EXPECT_EQ(prompt_refusal("Judge.\n\nQ: \xEB\nA: 1\n", "gsm8k"), "p.txt:3:4: not valid UTF-8");
  EXPECT_EQ(prompt_refusal("\xEB", "gsm8k"), "p.txt:1:1: not valid UTF-8");
}

TEST(UpstreamPrompt, IsRefusedWhereALineHasNoLabel) {
  EXPECT_EQ(prompt_refusal("Q: a\nmore\nA: 1\n", "gsm8k"),
            "p.txt:2:1: this line of a group begins with none of Q, A");
  EXPECT_EQ(prompt_refusal("Hypothesis: h\nPremise: p\nAnswer: a\n"),
            "p.txt:1:1: 'Hypothesis' stands where 'Premise' should");
  EXPECT_EQ(prompt_refusal("Judge these texts.\n"), "p.txt:1:1: holds no group of exemplars");
}

std::string task_refusal(std::string_view text, const char* set) {
  UpstreamConfig config;
  config.set = find_set(set);
  config.prompt_path = "p.txt";
  config.method = "cot";
  config.engine = "m";
  config.max_tokens = 100;
  config.temperature = "0";
  const auto prompt = read_upstream_prompt(text, "p.txt", family_of(*config.set));
  const auto task = make_upstream_task(config, prompt.value(), false, "e.jsonl");
  return task ? "" : task.error().message;
}

TEST(UpstreamPrompt, IsRefusedWhereAnAnswerCannotBeRead) {
  EXPECT_THAT(task_refusal("Q: a\nA: nobody knows\n", "gsm8k"),
              HasSubstr("p.txt:2:1: no answer is found in this line"));
  EXPECT_THAT(task_refusal("Q: a\nAnswer Choices: x, y\nA: (a)\n", "aqua"),
              EndsWith("p.txt:2:1: the choices are not written as (a) ... (b) ..."));
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
