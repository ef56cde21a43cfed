#include "run/packing.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "run/model_counter.hpp"
#include "tokens/embedded.hpp"

namespace sheaf::run {
namespace {

store::SampleRecord answered(std::int64_t tokens, int requests = 1) {
  store::SampleRecord record;
  record.text = "four";
  record.requests = requests;
  record.usage.output_tokens = tokens;
  return record;
}

class PackedRun {
 public:
  explicit PackedRun(plan::ModelLimits limits, const std::string& encoding = "",
                     const std::string& batch = "size: 40")
      : task_(task::parse("name: t\ninstruction: i\nsample: {Q: \"{{q}}\"}\n"
                          "answer: {type: text, max_tokens: 94}\nmodel: {name: m}\nbatch: {" +
                              batch + "}\n",
                          "t.yaml", {})
                  .value()),
        format_(task::make_format(task_)),
        builder_(task_, *format_),
        packing(task_, *format_, builder_, model_counter(task_, encoding).value().counter, limits) {
  }

  int most_samples() const {
    const auto bounds = packing.bounds();
    int most = 1;
    for (int n = 2; n <= bounds.count; ++n) {
      if (bounds.admits(n, {0, n * packing_output_})) most = n;
    }
    return most;
  }
  plan::Weight weigh(const std::string& text) {
    const format::SampleText sample{{{"Q", text}}};
    const auto plain = format_->contexts({&sample, 1}, format::Keys::plain);
    const auto weight = packing.weigh(sample, std::ssize(plain));
    packing_output_ = weight.output;
    return weight;
  }
  void plan(int samples) {
    for (int i = 0; i < samples; ++i) packing.planned();
  }

 private:
  task::Task task_;
  std::unique_ptr<format::BatchFormat> format_;
  prompt::PromptBuilder builder_;
  std::int64_t packing_output_ = 0;

 public:
  Packing packing;
};

/// A hundred tokens an answer, six of which belong to the format.
constexpr std::int64_t ten_answers = 1'000;

TEST(Packing, ALimitThatIsUnknownBoundsNothing) {
  PackedRun run({});
  EXPECT_TRUE(run.packing.bounds().counts_alone());
  EXPECT_FALSE(run.packing.begins());
  EXPECT_EQ(run.weigh("q"), plan::Weight{});
  EXPECT_EQ(run.packing.most_output({1'000'000, 1, 0}), std::nullopt);
}

TEST(Packing, LengthsAreOfNoAccountWhereAllCapsFit) {
  PackedRun run({.context = {}, .input = {}, .output = 40 * 100});
  EXPECT_TRUE(run.packing.bounds().counts_alone());
  EXPECT_FALSE(run.packing.begins());
  run.plan(10'000);
  EXPECT_FALSE(run.packing.is_due());
}

TEST(Packing, BeginsWithStoredAnswersAlone) {
  PackedRun run({.context = {}, .input = {}, .output = ten_answers});
  ASSERT_TRUE(run.packing.begins());
  EXPECT_EQ(run.most_samples(), 10) << "as many caps fit";
  for (int i = 0; i < 100; ++i) run.packing.learn(answered(5), 10);
  run.packing.renew();
  EXPECT_EQ(run.most_samples(), 10) << "when those came is chance";
  for (int i = 0; i < 100; ++i) run.packing.learn_stored(answered(50), 10);
  run.packing.renew();
  EXPECT_EQ(run.weigh("q").output, 50);
  EXPECT_EQ(run.most_samples(), 20);
}

TEST(Packing, WaitsForAnswersAtFixedNumbersOfSamples) {
  PackedRun run({.context = {}, .input = {}, .output = ten_answers});
  run.packing.renew();
  for (const int more : {64, 192, 768}) {
    run.plan(more - 1);
    EXPECT_FALSE(run.packing.is_due()) << more;
    run.plan(1);
    EXPECT_TRUE(run.packing.is_due()) << more;
    for (int i = 0; i < more; ++i) run.packing.learn(answered(40), 10);
    run.packing.renew();
    EXPECT_FALSE(run.packing.is_due());
    EXPECT_EQ(run.weigh("q").output, 40);
  }
  EXPECT_EQ(run.most_samples(), 25);
}

TEST(Packing, WaitsForNothingWhereAllRowsAreArrangedAtOnce) {
  PackedRun run({.context = {}, .input = {}, .output = ten_answers}, "",
                "size: 40, grouping: random");
  run.plan(1'000);
  EXPECT_FALSE(run.packing.is_due());
}

TEST(Packing, TakesALengthFromTheTextWhereSeveralRequestsAreInTheBill) {
  PackedRun run({.context = {}, .input = {}, .output = ten_answers});
  for (int i = 0; i < 100; ++i) run.packing.learn_stored(answered(1'000, 4), 10);
  auto failed = answered(1'000);
  failed.text.clear();
  for (int i = 0; i < 100; ++i) run.packing.learn_stored(failed, 10);
  run.packing.renew();
  EXPECT_LT(run.weigh("q").output, 15);
}

TEST(Packing, ALongReplyIsLimitedByTheContextToo) {
  PackedRun run({.context = 2'000, .input = {}, .output = ten_answers});
  EXPECT_EQ(run.packing.output_cap(3), 300);
  EXPECT_EQ(run.packing.output_cap(30), 1'000);
  EXPECT_EQ(run.packing.most_output({280, 0, 0}), 1'000);
  EXPECT_EQ(run.packing.most_output({3'500, 0, 0}), 750) << "a token for 2.8 bytes";
  EXPECT_EQ(run.packing.most_output({1'000'000, 0, 0}), 0);
}

TEST(Packing, TheLongestInputBoundsWhatTheContextWouldAllow) {
  PackedRun wide({.context = 100'000, .input = {}, .output = {}});
  PackedRun narrow({.context = 100'000, .input = 500, .output = {}});
  EXPECT_GT(wide.packing.bounds().input[0], 90'000);
  EXPECT_LT(narrow.packing.bounds().input[0], 500);
  EXPECT_EQ(narrow.packing.bounds().input[39], narrow.packing.bounds().input[1]);
}

TEST(Packing, BytesStandForTokensUntilTheyCouldMatter) {
  if (tokens::embedded_table("o200k_base").empty()) GTEST_SKIP() << "no rank tables";
  PackedRun run({.context = 8'000, .input = {}, .output = {}}, "o200k_base");
  const std::string words = "here are seven words of a row";
  const auto uncounted = run.weigh(words).input;
  EXPECT_GE(uncounted, std::ssize(words));
  EXPECT_LE(40 * uncounted, run.packing.bounds().input[39]);
  run.weigh(std::string(1'000, 'x'));
  const auto counted = run.weigh(words).input;
  EXPECT_GE(counted, 7 + 4) << "words, key and line end";
  EXPECT_LE(counted, 7 + 6);
}

}  // namespace
}  // namespace sheaf::run
