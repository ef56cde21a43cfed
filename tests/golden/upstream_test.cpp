// Prompts laid out as in the paper's own repository, of our own words: at the file's batch size a
// completions prompt begins with the file's bytes, at another the same exemplars are regrouped.
#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sheaf/import.hpp>
#include <sheaf/plan.hpp>
#include <sheaf/task.hpp>

#include "cli/process.hpp"

namespace sheaf::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct Experiment {
  std::string dataset = "gsm8k";
  std::string subset = "null";
  std::string method = "batch_inference";
  std::string pattern = ".*The answer is (.*).\\n?";
  std::string prompt;  ///< The prompt file.
  std::string row;     ///< One of the set's rows, in sheaf's form.
};

std::string config_of(const Experiment& given) {
  const std::string regex =
      given.pattern.empty() ? "" : "      extraction_regex: \"" + given.pattern + "\"\n";
  return fmt::format(
      "---\n"
      "  dataset:\n"
      "    dataset_name: \"{}\"\n"
      "    dataset_split: \"test\"\n"
      "    dataset_subset_name: {}\n"
      "    dataset_key_map:\n"
      "      answer: \"answer\"\n"
      "  method:\n"
      "    method_name: \"{}\"\n"
      "    method_config_file_path: null\n"
      "    method_args:\n"
      "      client_name: \"openai\"\n"
      "      transform: \"some.module.Transform\"\n"
      "      extract: \"some.module.Extract\"\n"
      "{}"
      "      prompt_file_path: \"some/prompt.txt\"\n"
      "      max_tokens: 512\n"
      "      temperature: 0\n"
      "      engine: code-davinci-002\n"
      "      stop_sequence: \"\\n\\n\"\n"
      "  metrics:\n"
      "    - \"exact_match\"\n",
      given.dataset, given.subset, given.method, regex);
}

/// A checkout with one experiment in it, and its task.
class Checkout {
 public:
  explicit Checkout(const Experiment& given, bool as_is = false) {
    std::filesystem::create_directories(folder_ / "scripts/configs");
    std::filesystem::create_directories(folder_ / "hub/some");
    folder_.write("hub/some/prompt.txt", given.prompt);
    const auto config = folder_.write("scripts/configs/one.yaml", config_of(given));
    task_ = folder_ / "task.yaml";
    summary_ = import_upstream({.config = config, .output = task_, .as_is = as_is});
    std::string rows;
    for (int i = 0; i < 12; ++i) {
      rows += fmt::format("{{\"id\": \"r{}\", {}}}\n", i, given.row);
    }
    rows_ = folder_.write("rows.jsonl", rows);
  }

  const Expected<UpstreamSummary>& summary() const { return summary_; }

  /// The first prompt; the message where there is none.
  std::string prompt(std::optional<int> batch_size = std::nullopt) const {
    if (!summary_) return summary_.error().message;
    const auto task = Task::load(task_, {.batch_size = batch_size});
    if (!task) return task.error().message;
    PlanOptions options;
    options.rows = rows_;
    options.dedup = false;
    const auto report = plan_task(*task, options);
    return report ? report->prompt : report.error().message;
  }

 private:
  Folder folder_;
  std::string task_;
  std::string rows_;
  Expected<UpstreamSummary> summary_;
};

/// Six sums with their solutions, in groups of `size` as a file has them.
std::string sums(int size) {
  const auto key = [&](int i) { return size == 1 ? "" : fmt::format("[{}]", i % size + 1); };
  std::string text;
  for (int first = 0; first < 6; first += size) {
    for (int i = first; i < std::min(6, first + size); ++i) {
      text += fmt::format("Q{}: Mia has {} jars and buys {} more. How many?\n", key(i), i, i + 2);
    }
    for (int i = first; i < std::min(6, first + size); ++i) {
      text += fmt::format("A{}: {} + {} = {}. The answer is {}.\n", key(i), i, i + 2, 2 * i + 2,
                          2 * i + 2);
    }
    text += "\n";
  }
  return text;
}

std::string stripped(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

const std::string sum_row = R"("question": "And 2 + 2?", "answer": "4")";

TEST(Upstream, BeginsWithTheFilesBytesAtItsOwnBatchSize) {
  for (const int size : {1, 2, 3, 4, 6}) {
    for (const bool as_is : {false, true}) {
      const Checkout checkout(
          {.method = size == 1 ? "cot" : "batch_inference", .prompt = sums(size), .row = sum_row},
          as_is);
      ASSERT_TRUE(checkout.summary()) << checkout.summary().error().message;
      EXPECT_EQ(checkout.summary()->begins_with_file, true) << size;
      const std::string key = size == 1 ? "" : "[1]";
      EXPECT_THAT(checkout.prompt(),
                  StartsWith(stripped(sums(size)) + "\n\nQ" + key + ": And 2 + 2?\n"))
          << size;
    }
  }
}

TEST(Upstream, RegroupsTheSameExemplarsAtAnotherBatchSize) {
  const Checkout checkout({.prompt = sums(2), .row = sum_row});
  for (const int size : {1, 2, 3, 4, 6}) {
    const std::string key = size == 1 ? "" : "[1]";
    EXPECT_THAT(checkout.prompt(size),
                StartsWith(stripped(sums(size)) + "\n\nQ" + key + ": And 2 + 2?\n"))
        << size;
  }
}

const std::string nli =
    "Does the second text follow from the first? Say True or False.\n"
    "\n"
    "Premise[1]: The mill burnt down in May.\n"
    "Hypothesis[1]: There was a fire.\n"
    "Premise[2]: Ida sold her boat.\n"
    "Hypotheis[2]: Ida bought a boat.\n"
    "Answer[1]: What burnt down was on fire. So the answer the True.\n"
    "Answer[2]: To sell is not to buy. So the answer is False.\n";
const std::string nli_row = R"("premise": "p", "hypothesis": "h", "answer": "true")";

Experiment rte(std::string method = "batch_inference") {
  return {.dataset = "glue",
          .subset = "\"rte\"",
          .method = std::move(method),
          .pattern = ".*So the answer is (.*).\\n?",
          .prompt = nli,
          .row = nli_row};
}

TEST(Upstream, KeepsMisspellingsAsTheyAre) {
  const Checkout checkout(rte(), true);
  ASSERT_TRUE(checkout.summary()) << checkout.summary().error().message;
  EXPECT_EQ(checkout.summary()->begins_with_file, true);
  EXPECT_THAT(checkout.prompt(), StartsWith(stripped(nli) + "\n\nPremise[1]: p\nHypothesis[1]: h"));
  EXPECT_THAT(checkout.summary()->kept,
              ElementsAre("misspelt labels: Hypotheis (line 6)",
                          "answers without the words 'So the answer is': line 7",
                          "the last, smaller batch stands behind exemplars in groups of the full "
                          "size"));
}

TEST(Upstream, RepairsMisspellingsAndListsThem) {
  const Checkout checkout(rte());
  ASSERT_TRUE(checkout.summary()) << checkout.summary().error().message;
  EXPECT_EQ(checkout.summary()->begins_with_file, false);
  EXPECT_THAT(checkout.summary()->kept, IsEmpty());
  EXPECT_EQ(checkout.summary()->repaired.size(), 4U);
  auto repaired = stripped(nli);
  repaired.replace(repaired.find("Hypotheis"), 9, "Hypothesis");
  repaired.replace(repaired.find("the True"), 8, "is True");
  EXPECT_THAT(checkout.prompt(), StartsWith(repaired + "\n\nPremise[1]: p"));
}

TEST(Upstream, PutsTheInstructionOfAChatIntoTheSystemMessage) {
  const Checkout checkout(rte("batch_inference_chat"));
  ASSERT_TRUE(checkout.summary()) << checkout.summary().error().message;
  EXPECT_EQ(checkout.summary()->begins_with_file, std::nullopt);
  EXPECT_THAT(checkout.prompt(),
              StartsWith("--- system\nDoes the second text follow from the first?"));
  EXPECT_THAT(checkout.prompt(), HasSubstr("under its own key"));
  EXPECT_THAT(checkout.summary()->repaired,
              ::testing::Contains("the instruction is said by the model itself, behind an empty "
                                  "user message"));
}

TEST(Upstream, KeepsTheInstructionOfAChatInTheModelsMouth) {
  const auto prompt = Checkout(rte("batch_inference_chat"), true).prompt();
  EXPECT_THAT(prompt,
              StartsWith("--- user\n\n--- assistant\nDoes the second text follow from the first? "
                         "Say True or False.\n--- user\nPremise[1]: The mill"));
  EXPECT_THAT(prompt, ::testing::EndsWith("Premise[2]: p\nHypothesis[2]: h\n"));
  EXPECT_THAT(prompt, Not(HasSubstr("--- system")));
}

const std::string lists =
    "Q[1]: Where does a tug rest?\n"
    "Answer Choices[1]: (a) quay (b) attic (c)barn\n"
    "Q[2]: What cuts bread?\n"
    "Answer Choices[2]: (a) soap (b) knife (c) rope (d) none (a lie)\n"
    "A[1]: Tugs rest at a quay. So the answer is (a).\n"
    "A[2]: A knife cuts. So the answer is (b).\n";

Experiment choices(std::string method, std::string prompt) {
  return {.dataset = "commonsense_qa",
          .method = std::move(method),
          .pattern = ".*So the answer is (.*).\\n?",
          .prompt = std::move(prompt),
          .row = R"("question": "Which?", "choices": ["Ash", "oak"], "answer": "a")"};
}

TEST(Upstream, HeadsAllChoicesAlikeUnlessAsIs) {
  const Checkout repaired(choices("batch_inference", lists));
  EXPECT_THAT(repaired.prompt(),
              StartsWith(stripped(lists) + "\n\nQ[1]: Which?\nAnswer Choices[1]: (a) Ash (b) oak"));
  const Checkout kept(choices("batch_inference", lists), true);
  EXPECT_THAT(kept.prompt(),
              StartsWith(stripped(lists) + "\n\nQ[1]: Which?\nAnswer choices[1]: (a) Ash (b) oak"));
}

TEST(Upstream, TakesTheSystemParagraphOfAChat) {
  const auto file = "System: One line to an answer, please.\n\n" + lists;
  const auto kept = Checkout(choices("batch_inference_chat", file), true).prompt();
  EXPECT_THAT(kept,
              StartsWith("--- system\nOne line to an answer, please.\n--- user\nQ[1]: Where"));
  const auto stated = Checkout(choices("batch_inference_chat", file)).prompt();
  EXPECT_THAT(stated, StartsWith("--- system\nOne line to an answer, please.\n\nSamples are"));
}

TEST(Upstream, TakesAnswersWithoutReasoningInTheirOwnWords) {
  const std::string file =
      "Q[1]: A dull film .\n"
      "Q[2]: A fine one .\n"
      "A[1]: negative\n"
      "A[2]: very positive.\n";
  const Checkout checkout({.dataset = "SetFit/sst5",
                           .pattern = "",
                           .prompt = file,
                           .row = R"("sentence": "So so .", "answer": "neutral")"});
  ASSERT_TRUE(checkout.summary()) << checkout.summary().error().message;
  EXPECT_THAT(checkout.prompt(), StartsWith(stripped(file) + "\n\nQ[1]: So so .\n"));
  EXPECT_THAT(checkout.prompt(1), StartsWith("Q: A dull film .\nA: negative\n\nQ: A fine one .\n"
                                             "A: very positive.\n\nQ: So so .\nA:"));
}

TEST(Upstream, SaysWhatIsNotReproduced) {
  const Checkout checkout({.prompt = sums(6), .row = sum_row});
  ASSERT_TRUE(checkout.summary()) << checkout.summary().error().message;
  EXPECT_THAT(checkout.summary()->not_reproduced,
              ElementsAre("the space behind the last label, 'A[1]: '",
                          HasSubstr("code-davinci-002, which is no longer offered")));
  EXPECT_THAT(checkout.summary()->repaired,
              ElementsAre(HasSubstr("groups of the full size"), HasSubstr("full stop"),
                          "512 tokens are cut for 6 answers; each has 256 here"));
}

}  // namespace
}  // namespace sheaf::testing
