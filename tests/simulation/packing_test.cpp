// Batches bounded by tokens, from rows to replies.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sheaf/run.hpp>

#include "cli/process.hpp"
#include "core/json.hpp"
#include "store/checkpoint.hpp"
#include "support/virtual_run.hpp"
#include "tokens/embedded.hpp"

namespace sheaf::testing {
namespace {

/// Requests of one run, as its checkpoint tells them.
struct Sent {
  std::vector<store::Attempt> attempts;

  static Sent of(store::Checkpoint& store) {
    Sent sent;
    EXPECT_TRUE(store.for_each_attempt([&](const store::Attempt& attempt) {
      sent.attempts.push_back(attempt);
      return true;
    }));
    return sent;
  }
  double size() const {
    double samples = 0;
    for (const auto& attempt : attempts)
      samples += static_cast<double>(attempt.start.samples.size());
    return samples / static_cast<double>(attempts.size());
  }
  std::int64_t first_round() const {
    return std::ranges::count(attempts, 1, [](const auto& one) { return one.start.round; });
  }
  std::int64_t truncated() const {
    return std::ranges::count_if(attempts, [](const auto& one) {
      return one.start.round == 1 && one.end && one.end->finish == FinishReason::length;
    });
  }
  std::int64_t faults() const {
    return std::ranges::count_if(attempts,
                                 [](const auto& one) { return !one.end->fault_reason.empty(); });
  }
  std::vector<std::vector<store::SampleNo>> first_batches() const {
    std::vector<std::vector<store::SampleNo>> batches;
    for (const auto& attempt : attempts) {
      if (attempt.start.round == 1) batches.push_back(attempt.start.samples);
    }
    return batches;
  }
};

class Solutions : public ::testing::Test {
 protected:
  /// What a model really wrote to each row, said by the simulated model.
  Sent run(const std::string& model, const std::string& options, const std::string& exemplars = "",
           const std::string& batch = "size: 100") {
    const auto yaml =
        "name: solutions\n"
        "instruction: Solve each problem.\n"
        "sample: {Q: \"{{question}}\"}\n"
        "answer: {label: Solution, type: number, reasoning: chain-of-thought, max_tokens: 250}\n"
        "id: id\n"
        "batch: {" +
        batch +
        "}\n"
        "model: {name: simulated" +
        options + "}\n" + exemplars + "simulated: {voice: " + model +
        ".solution, context_tokens: " + context_ + ", max_output_tokens: " + output_ +
        ", tokens: " + tokens_ + "}\n";
    const auto parsed = Task::parse(yaml, "solutions.yaml");
    EXPECT_TRUE(parsed) << parsed.error().message;
    const auto& task = *parsed;
    RunOptions run_options;
    run_options.rows = rows_;
    run_options.output = folder_ / "out.jsonl";
    run_options.overwrite = true;
    run_options.fresh = true;
    const auto summary = run_task(task, run_options).value();
    EXPECT_FALSE(summary.stopped) << summary.stopped->message;
    EXPECT_EQ(summary.rows, 660);
    const auto store =
        store::open_sqlite(run_options.output + ".sheaf", store::Access::read_only).value();
    return Sent::of(*store);
  }
  std::string limits() const {
    return ", context_tokens: " + context_ + ", max_output_tokens: " + output_;
  }

  const std::string rows_ = SHEAF_SHARED_DATA "/gsm8k-recorded-solutions.jsonl";
  Folder folder_;
  std::string context_ = "8000";
  std::string output_ = "2048";
  std::string tokens_ = "bytes";
};

TEST_F(Solutions, FillTheOutputLimitAndAreHardlyEverCut) {
  if (!std::filesystem::exists(rows_)) GTEST_SKIP() << "no data beside the checkout";
  std::int64_t batches = 0;
  std::int64_t cut = 0;
  for (const auto* model :
       {"6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"}) {
    SCOPED_TRACE(model);
    const auto sent = run(model, limits());
    EXPECT_EQ(sent.faults(), 0);
    EXPECT_GT(sent.size(), 10) << "by the caps alone there would be 7";
    batches += sent.first_round();
    cut += sent.truncated();
  }
  EXPECT_LE(static_cast<double>(cut), 0.02 * static_cast<double>(batches)) << batches;
}

TEST_F(Solutions, StayBelowTheContext) {
  if (!std::filesystem::exists(rows_)) GTEST_SKIP() << "no data beside the checkout";
  context_ = "2000";
  output_ = "2000";
  const auto sent = run("6b_finetuning", limits(), "", "size: 6");
  EXPECT_EQ(sent.faults(), 0);
  EXPECT_GT(sent.size(), 4);
  EXPECT_GT(run("6b_finetuning", "", "", "size: 6").faults(), 50)
      << "which is not so where it is unknown";
}

TEST_F(Solutions, StayBelowTheContextWhereTokensAreCounted) {
  if (!std::filesystem::exists(rows_)) GTEST_SKIP() << "no data beside the checkout";
  if (tokens::embedded_table("o200k_base").empty()) GTEST_SKIP() << "no rank tables";
  std::string exemplars = "exemplars:\n";
  for (int i = 0; i < 12; ++i) {
    exemplars += "  - {question: Why and how is it so, answer: 8, reasoning: So it is.}\n";
  }
  context_ = "3000";
  output_ = "3000";
  tokens_ = "o200k_base";
  const auto counted = run("6b_finetuning", limits(), exemplars);
  EXPECT_EQ(counted.faults(), 0);
  tokens_ = "bytes";
  const auto estimated = run("6b_finetuning", limits(), exemplars);
  EXPECT_EQ(estimated.faults(), 0);
  EXPECT_LT(counted.attempts.size(), estimated.attempts.size()) << "which keeps a margin";
}

TEST_F(Solutions, ArrangedBatchesStayBelowTheContextToo) {
  if (!std::filesystem::exists(rows_)) GTEST_SKIP() << "no data beside the checkout";
  context_ = "2000";
  for (const auto* grouping : {"random", "length", "similarity"}) {
    SCOPED_TRACE(grouping);
    const auto sent =
        run("6b_finetuning", limits(), "", "size: 6, grouping: " + std::string(grouping));
    EXPECT_EQ(sent.faults(), 0);
    EXPECT_GT(sent.size(), 4);
  }
}

TEST_F(Solutions, AreExpectedToBeAsLongAsTheExemplarsAtFirst) {
  if (!std::filesystem::exists(rows_)) GTEST_SKIP() << "no data beside the checkout";
  std::string exemplars = "exemplars:\n";
  for (int i = 0; i < 8; ++i) {
    exemplars += "  - {question: \"How many?\", answer: 8, reasoning: \"" +
                 std::string(160 + 20 * static_cast<std::size_t>(i), 'x') + ".\"}\n";
  }
  const auto sent = run("175b_verification", limits(), exemplars);
  EXPECT_EQ(sent.faults(), 0);
  EXPECT_GT(sent.first_batches().front().size(), 8U) << "by the caps alone there would be 7";
}

/// Words of which each is asked for in many bytes, and answered in one token or two.
std::vector<WordRow> long_rows(int count, std::size_t bytes) {
  auto rows = word_rows(count);
  for (auto& row : rows) row.word += std::string(bytes, 'x');
  return rows;
}

std::vector<std::vector<store::SampleNo>> first_batches(const std::vector<WordRow>& rows,
                                                        const VirtualRunSettings& settings) {
  const auto store = store::make_memory();
  const auto run = virtual_run(rows, settings, *store);
  EXPECT_FALSE(run.summary.stopped);
  EXPECT_EQ(run.results.size(), rows.size());
  return Sent::of(*store).first_batches();
}

VirtualRunSettings limited(std::optional<std::int64_t> context,
                           std::optional<std::int64_t> output) {
  VirtualRunSettings settings;
  settings.batch_size = 50;
  settings.limits = {.context = context, .input = {}, .output = output};
  return settings;
}

TEST(PackedByTokens, TheFirstRoundDependsOnNoReplyWhereTheCapsFit) {
  auto settings = limited(3'000, std::nullopt);
  const auto rows = long_rows(200, 300);
  const auto calm = first_batches(rows, settings);
  EXPECT_GT(calm.size(), 4U);
  settings.faults = {.content = 0.7, .transport = 0};
  EXPECT_EQ(first_batches(rows, settings), calm);
}

TEST(PackedByTokens, TheFirstRoundDependsOnNeitherOrderNorTimeOfReplies) {
  auto settings = limited(std::nullopt, 160);
  const auto rows = long_rows(400, 3);
  const auto calm = first_batches(rows, settings);
  EXPECT_LT(calm.size(), 400U / 10) << "16 a token long fit by their caps";
  for (std::uint64_t seed = 2; seed < 6; ++seed) {
    settings.seed = seed;
    settings.concurrency = static_cast<int>(seed);
    settings.faults.slowest = std::chrono::seconds(300);
    EXPECT_EQ(first_batches(rows, settings), calm) << seed;
  }
}

TEST(PackedByTokens, SinglesWaitForNoLengths) {
  auto settings = limited(std::nullopt, std::nullopt);
  settings.batch_size = 1;
  const auto one = store::make_memory();
  const auto free = virtual_run(word_rows(300), settings, *one);
  settings.limits.output = 4;
  const auto two = store::make_memory();
  EXPECT_EQ(virtual_run(word_rows(300), settings, *two).ended, free.ended);
}

TEST(PackedByTokens, AResumedRunExpectsWhatItsCheckpointHolds) {
  auto settings = limited(std::nullopt, 160);
  const auto rows = long_rows(400, 3);
  const auto store = store::make_memory();
  settings.options.limit = 200;
  virtual_run(rows, settings, *store);
  const auto before = Sent::of(*store).attempts.size();
  settings.options.limit.reset();
  virtual_run(rows, settings, *store);
  const auto batches = Sent::of(*store).first_batches();
  ASSERT_GT(batches.size(), before);
  EXPECT_GT(batches[before].size(), batches.front().size());
}

TEST(PackedByTokens, ASampleTooLongForItsModelFailsAlone) {
  auto settings = limited(600, std::nullopt);
  settings.faults.poison = {};
  auto rows = word_rows(30);
  rows[7].word += std::string(4'000, 'x');
  settings.faults.poison = {rows[7].word};
  settings.faults.poison_status = 413;
  const auto store = store::make_memory();
  const auto run = virtual_run(rows, settings, *store);
  EXPECT_EQ(run.summary.failed_rows, 1);
  EXPECT_EQ(run.summary.answered, 29);
  for (const auto& attempt : Sent::of(*store).attempts) {
    const auto& samples = attempt.start.samples;
    EXPECT_EQ(std::ranges::find(samples, 8) != samples.end(), samples.size() == 1);
  }
}

TEST(PackedByTokens, FollowUpsStayWithinTheBounds) {
  auto settings = limited(650, std::nullopt);
  settings.faults = {.content = 0.5, .transport = 0, .cut = 0.3};
  const auto rows = long_rows(200, 200);
  const auto store = store::make_memory();
  const auto run = virtual_run(rows, settings, *store);
  EXPECT_EQ(run.results.size(), rows.size());
  const auto attempts = Sent::of(*store).attempts;
  EXPECT_GT(std::ranges::count_if(attempts,
                                  [](const auto& one) {
                                    return one.start.samples.size() > 1 && one.start.round > 1;
                                  }),
            5);
  for (const auto& request : run.sent) {
    const auto body = json::parse(request.body);
    const auto cap = body->find("max_tokens")->number();
    std::int64_t bytes = 0;
    for (const auto& message : *body->find("messages")->array()) {
      bytes += std::ssize(*message.find("content")->string());
    }
    EXPECT_LE(bytes / 4 + std::stoll(cap->digits), 650);
  }
}

TEST(PackedByTokens, NoRequestAsksForMoreThanTheModelGives) {
  auto settings = limited(std::nullopt, 100);
  settings.faults = {.content = 0.3, .transport = 0, .cut = 0.4};
  const auto store = store::make_memory();
  const auto run = virtual_run(word_rows(300), settings, *store);
  EXPECT_EQ(run.results.size(), 300U);
  for (const auto& request : run.sent) {
    EXPECT_LE(std::stoll(json::parse(request.body)->find("max_tokens")->number()->digits), 100);
  }
}

}  // namespace
}  // namespace sheaf::testing
