// Results read back: by the task's present rule, and with what the first replies said.
#include "eval/scored_run.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answer/extract.hpp"

namespace sheaf::eval {
namespace {

using ::testing::IsEmpty;

/// A folder of its own, removed at its end.
class Files {
 public:
  Files() {
    std::string folder = (std::filesystem::temp_directory_path() / "sheaf-eval-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    folder_ = folder;
  }
  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  std::string write(std::string_view name, std::string_view content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

task::Task color_task() {
  const std::string yaml =
      "name: t\ninstruction: i\nsample: {Q: '{{q}}'}\nid: id\ngold: gold\nmodel: {name: m}\n"
      "answer: {type: choice, choices: [red, green, blue]}\n";
  return task::parse(yaml, "t.yaml", {answer::check_pattern}).value();
}

const auto task_ = color_task();

/// A result whose gold value is red; `rest` is further members.
std::string result(const std::string& id, const std::string& answer, const std::string& rest = "") {
  return R"({"id":")" + id + R"(","answer":)" + answer + R"(,"input":{"id":")" + id +
         R"(","q":"?","gold":"red"})" + rest + "}\n";
}

ScoredRun scored(const std::string& results, const std::string& rows = {},
                 store::Checkpoint* store = nullptr) {
  const Files files;
  RowTable table;
  if (!rows.empty()) {
    auto read = read_row_table(task_, files.write("rows.jsonl", rows), rows::BadRows::refuse);
    EXPECT_TRUE(read) << read.error().message;
    table = *std::move(read);
  }
  const auto* const given = rows.empty() ? nullptr : &table;
  auto run = score(task_, files.write("results.jsonl", results), given, store);
  EXPECT_TRUE(run) << run.error().message;
  return *std::move(run);
}

TEST(Scored, RowsOfOneIdAreToldByHowOftenItStoodBefore) {
  const auto run =
      scored(result("x", "\"red\"") + result("y", "\"red\"") + result("x", "\"blue\""));
  EXPECT_EQ(run.rows[0].occurrence, 0);
  EXPECT_EQ(run.rows[1].occurrence, 0);
  EXPECT_EQ(run.rows[2].occurrence, 1);
}

TEST(Scored, WithoutRepliesOnlyAnAnswerOfRoundOneIsAFirstOne) {
  const auto run = scored(result("x", "\"red\"", R"(,"batch":{"size":4,"position":2,"round":1})") +
                          result("y", "\"red\"", R"(,"batch":{"size":2,"position":1,"round":2})"));
  EXPECT_EQ(run.rows[0].first, FirstAnswer::answered);
  EXPECT_TRUE(run.rows[0].first_correct);
  EXPECT_EQ(run.rows[0].first_position, 2);
  EXPECT_EQ(run.rows[1].first, FirstAnswer::doubtful);
  EXPECT_TRUE(run.rows[1].correct);
  EXPECT_FALSE(run.rows[1].first_correct);
  EXPECT_EQ(run.rows[1].first_position, 0);
}

TEST(Scored, ATextThatThePresentRuleReadsIsNoFailureAnyMore) {
  const auto run =
      scored(result("x", "null", R"(,"text":"It is red.","error":{"reason":"unparsable"})") +
             result("y", "null", R"(,"text":"It is mauve.","error":{"reason":"unparsable"})"));
  EXPECT_TRUE(run.rows[0].correct);
  EXPECT_THAT(run.rows[0].reason, IsEmpty());
  EXPECT_FALSE(run.rows[1].answer);
  EXPECT_EQ(run.rows[1].reason, "unparsable");
}

TEST(Scored, RowsWithGoldThatNoResultNamesAreCounted) {
  const auto run = scored(result("x", "\"red\""), R"({"id":"x","q":"?","gold":"red"})"
                                                  "\n"
                                                  R"({"id":"y","q":"?","gold":"red"})"
                                                  "\n"
                                                  R"({"id":"z","q":"?"})"
                                                  "\n");
  EXPECT_EQ(run.without_result, 1);
}

/// A store of samples 1 to 4, of which 1 and 2 came of rows with one id.
std::unique_ptr<store::Checkpoint> store_of_four() {
  auto store = store::make_memory();
  EXPECT_TRUE(store->begin_rows());
  for (const std::int64_t sample : {1, 2, 3, 4}) {
    const std::string id = sample < 3 ? "x" : sample == 3 ? "y" : "z";
    EXPECT_TRUE(store->add({1, static_cast<std::uint64_t>(sample)}, id));
    EXPECT_TRUE(store->add_row(sample - 1, id, sample));
  }
  return store;
}

void sent(store::Checkpoint& store, int round, const std::vector<store::SampleNo>& samples,
          const store::AttemptEnd& end) {
  store::AttemptStart start;
  start.round = round;
  start.samples = samples;
  const auto attempt = store.begin_attempt(start);
  EXPECT_TRUE(attempt && store.end_attempt(*attempt, end));
}

store::AttemptEnd replied(std::string text, FinishReason finish = FinishReason::stop) {
  store::AttemptEnd end;
  end.reply = std::move(text);
  end.finish = finish;
  return end;
}

TEST(Scored, FirstAnswersAreThoseOfTheFirstReplyThatCameForARow) {
  const auto store = store_of_four();
  store::AttemptEnd lost;
  lost.fault_reason = "timeout";
  sent(*store, 1, {1, 2}, lost);
  sent(*store, 1, {1, 2}, replied("A[1]: green"));
  sent(*store, 1, {4}, replied("", FinishReason::length));
  sent(*store, 2, {2, 3, 4}, replied("A[1]: red\nA[2]: red\nA[3]: red"));
  const auto run = scored(result("x", "\"green\"") + result("x", "\"red\"") +
                              result("y", "\"red\"") + result("z", "\"red\""),
                          {}, store.get());
  const auto& rows = run.rows;
  EXPECT_TRUE(run.first_known);
  EXPECT_EQ(rows[0].first, FirstAnswer::answered);
  EXPECT_FALSE(rows[0].first_correct);
  EXPECT_EQ(rows[0].first_batch, 2) << "the first attempt brought no reply";
  EXPECT_EQ(rows[0].first_position, 1);
  EXPECT_EQ(rows[1].first, FirstAnswer::missing);
  EXPECT_EQ(rows[1].first_batch, 2) << "a later reply is no first one";
  EXPECT_EQ(rows[1].first_position, 2);
  EXPECT_TRUE(rows[1].correct && !rows[1].first_correct);
  EXPECT_EQ(rows[2].first_round, 2);
  EXPECT_TRUE(rows[2].first_correct);
  EXPECT_EQ(rows[3].first, FirstAnswer::truncated);
  EXPECT_EQ(rows[3].first_size, 1);
  EXPECT_EQ(rows[3].first_round, 1);
}

}  // namespace
}  // namespace sheaf::eval
