// The claim that the simulated model is there to test: whatever befalls a reply, what a client
// reads under a key is what was meant for that sample, or nothing.
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "lab.hpp"

namespace sheaf::simulate {
namespace {

struct Count {
  int accepted = 0;
  int doubted = 0;
};

/// Asks all rows in batches of `size`, and holds every accepted answer to what was meant last.
Count hold_to_meaning(Lab& lab, std::size_t size, int rounds) {
  Count count;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t at = 0; at < lab.rows.size(); at += size) {
      std::vector<std::size_t> batch;
      for (std::size_t i = at; i < std::min(at + size, lab.rows.size()); ++i) batch.push_back(i);
      const auto reading = lab.ask(batch);
      if (!reading.is_completion()) continue;
      const auto stats = lab.stats();
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!reading.values[i]) {
          ++count.doubted;
          continue;
        }
        ++count.accepted;
        const auto& id = lab.rows[batch[i]].id;
        const auto* sample = stats.find("samples")->find(id);
        const auto& meant = sample->find("answers")->array()->back();
        EXPECT_TRUE(answer::same_answer(*reading.values[i], meant))
            << id << ": read " << json::dump(*reading.values[i]) << ", meant " << json::dump(meant)
            << "\n"
            << reading.text;
        const auto* nonce = sample->find("nonce");
        if (nonce != nullptr) {
          EXPECT_NE(reading.decoded.answers[i].text.find(*nonce->string()), std::string::npos)
              << id << "\n"
              << reading.text;
        }
      }
    }
  }
  return count;
}

SimulateOptions faulty(std::uint64_t seed) {
  SimulateOptions options;
  options.seed = seed;
  options.accuracy = 0.8;
  options.content_faults = 0.09;
  options.transport_faults = 0.02;
  return options;
}

struct Family {
  std::string name;
  std::string (*yaml)(const std::string&);
  std::vector<std::string> (*rows)(int);
};

TEST(Identity, NoFaultMakesAClientReadWhatWasNotMeant) {
  for (const auto& family :
       {Family{"numbers", number_yaml, number_rows}, Family{"letters", letters_yaml, letter_rows},
        Family{"pairs", pairs_yaml, pair_rows}, Family{"queues", queues_yaml, queue_rows}}) {
    for (const auto api : {Api::chat, Api::completions}) {
      for (const std::size_t size : {1U, 2U, 5U, 12U}) {
        SCOPED_TRACE(family.name + (api == Api::chat ? " chat " : " completions ") +
                     std::to_string(size));
        auto task = parse_task(family.yaml(size == 5 ? "batch: {exemplars: stable-prefix}\n" : ""));
        task.model.api = api;
        Lab lab(std::move(task), family.rows(24), faulty(size));
        const auto count = hold_to_meaning(lab, size, 8);
        EXPECT_GT(count.accepted, 20);
        EXPECT_GT(count.doubted, 0);
      }
    }
  }
}

/// The file's lines, or none where the shared data is not there.
std::vector<std::string> shared_lines(const std::string& name) {
  std::ifstream file(std::string(SHEAF_SHARED_DATA) + "/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(Identity, RecordedSolutionsAreReadAsTheirAuthorsMeantThem) {
  auto lines = shared_lines("gsm8k-recorded-solutions.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no " SHEAF_SHARED_DATA;
  lines.resize(120);
  for (const std::string voice : {"6b_finetuning.solution", "175b_verification.solution"}) {
    for (const auto api : {Api::chat, Api::completions}) {
      SimulateOptions options;
      options.voice = voice;
      options.nonce = true;
      options.content_faults = 0.05;
      auto task = parse_task(number_yaml());
      task.model.api = api;
      Lab lab(std::move(task), lines, options);
      const auto count = hold_to_meaning(lab, 6, 1);
      EXPECT_GT(count.accepted, 60);
    }
  }
}

TEST(Identity, AVoiceMeansWhatItsLastLineSays) {
  const auto lines = shared_lines("gsm8k-recorded-solutions.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no " SHEAF_SHARED_DATA;
  SimulateOptions options;
  options.voice = "175b_verification.solution";
  Lab lab(parse_task(number_yaml()), lines, options);
  int said = 0;
  for (std::size_t row = 0; row < lab.rows.size(); row += 12) {
    std::vector<std::size_t> batch;
    for (std::size_t i = row; i < std::min(row + 12, lab.rows.size()); ++i) batch.push_back(i);
    const auto reading = lab.ask(batch, 100'000);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto fields = *json::parse(lines[batch[i]]);
      const auto& solution = *fields.find_path(options.voice)->string();
      const auto last = solution.rfind("\nA: ");
      if (last == solution.npos) continue;
      ++said;
      const auto value = lab.extractor.read_gold(solution.substr(last + 4), {});
      ASSERT_TRUE(reading.values[i]) << reading.text;
      EXPECT_TRUE(answer::same_answer(*reading.values[i], *value)) << solution;
    }
  }
  EXPECT_GT(said, 650);
}

}  // namespace
}  // namespace sheaf::simulate
