// What cannot be a row is refused with its place and what was found; nothing is dropped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imported.hpp"

namespace sheaf::dataset {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Refusal, NamesWhatWasLookedForAndWhatIsThere) {
  EXPECT_THAT(imported("addsub", "a.json", "[\n{\"lSolutions\":[1.0],\"sText\":\"x\"}]"),
              ElementsAre("2: no question: looked for question, sQuestion; the row has: "
                          "lSolutions, sText"));
}

TEST(Refusal, OfAMissingAnswer) {
  EXPECT_THAT(imported("aqua", "a.jsonl", R"({"question":"q","options":["1","2"]})"),
              ElementsAre("1: no answer: looked for answer, correct; the row has: question, "
                          "options"));
  EXPECT_THAT(imported("rte", "a.jsonl", R"({"sentence1":"p","sentence2":"h","label":-1,"idx":0})"),
              ElementsAre("1: no answer: the label is '-1'"));
  EXPECT_THAT(imported("mnli", "a.tsv", "index\tsentence1\tsentence2\tgold_label\n0\tp\th\t-\n"),
              ElementsAre("2: no answer: the label is '-'"));
  EXPECT_THAT(imported("strategyqa", "a.jsonl", R"({"question":"q"})"),
              ElementsAre(StartsWith("1: no answer: looked for answer")));
  EXPECT_THAT(imported("gsm8k", "a.jsonl", R"({"question":"q","answer":"#### none"})"),
              ElementsAre("1: the answer 'none' is no number"));
  EXPECT_THAT(imported("addsub", "a.jsonl", R"({"question":"q","lSolutions":[]})"),
              ElementsAre("1: the answer is a list of 0, not one"));
  EXPECT_THAT(imported("addsub", "a.jsonl", R"({"question":"q","lSolutions":[1,2]})"),
              ElementsAre("1: the answer is a list of 2, not one"));
  EXPECT_THAT(
      imported("strategyqa", "a.jsonl", R"({"input":"q","target_scores":{"Yes":1,"No":1}})"),
      ElementsAre("1: two answers have the score 1"));
}

TEST(Refusal, OfAnAnswerOutsideTheChoices) {
  EXPECT_THAT(
      imported("commonsenseqa", "a.jsonl", R"({"question":"q","choices":["x","y"],"answer":"c"})"),
      ElementsAre("1: the answer 'c' is none of the choices, a to b"));
  EXPECT_THAT(imported("sst5", "a.jsonl", R"({"text":"t","label":5})"),
              ElementsAre(StartsWith("1: the label '5' is none of very negative, negative")));
  EXPECT_THAT(imported("mnli", "a.jsonl", R"({"premise":"p","hypothesis":"h","label":3})"),
              ElementsAre(StartsWith("1: the label '3' is none of entailment")));
  EXPECT_THAT(imported("sst5", "a.jsonl", R"({"text":"t","label":3,"label_text":"neutral"})"),
              ElementsAre("1: label says positive and label_text neutral"));
}

TEST(Refusal, OfChoicesThatAreNone) {
  EXPECT_THAT(imported("aqua", "a.jsonl", R"({"question":"q","options":"[1]","correct":"A"})"),
              ElementsAre("1: 1 choices, not 2 to 26"));
  EXPECT_THAT(imported("aqua", "a.jsonl",
                       R"=({"question":"q","options":["A)","B)1"],)="
                       R"("correct":"A"})"),
              ElementsAre("1: choice 1 is empty"));
  EXPECT_THAT(imported("commonsenseqa", "a.jsonl",
                       R"({"question":"q","choices":{"label":["A","C"],"text":["x","y"]},)"
                       R"("answerKey":"A"})"),
              ElementsAre("1: choice 2 is labelled 'C', not B"));
}

TEST(Refusal, OfANumberThatIsNotBesideTheQuestion) {
  EXPECT_THAT(imported("svamp", "d.csv", "Question,Numbers,Answer\nput number1 there,3.0,3.0\n"),
              ElementsAre("2: the question names number1, and there are 1"));
}

TEST(Refusal, OfAnIdThatStandsTwice) {
  EXPECT_THAT(imported("gsm8k", "a.jsonl",
                       "{\"id\":\"x\",\"question\":\"q\",\"answer\":\"1\"}\n"
                       "{\"id\":\"x\",\"question\":\"r\",\"answer\":\"2\"}\n"),
              ElementsAre(StartsWith("{"), AllOf(StartsWith("2: the id 'x' stands twice, first at"),
                                                 HasSubstr("a.jsonl:1"))));
}

TEST(Refusal, OfOneRowLeavesTheOthers) {
  EXPECT_THAT(imported("gsm8k", "a.json",
                       "[{\"question\":\"q\",\"answer\":\"1\"},\n {\"question\":\n oops},\n"
                       " 7, {\"question\":\"r\",\"answer\":\"2\"}]"),
              ElementsAre(StartsWith("{\"id\":\"gsm8k-0\""), StartsWith("3: not valid JSON"),
                          "4: expected a JSON object", StartsWith("{\"id\":\"gsm8k-3\"")));
  EXPECT_THAT(imported("rte", "a.tsv", "index\tsentence1\tsentence2\tlabel\n1\tp\th\n"),
              ElementsAre("2: 3 cells parted by tabs, not 4"));
  EXPECT_THAT(imported("sst5", "a.txt", "(3 (2 A)\n"),
              ElementsAre(StartsWith("1: not a bracketed")));
  EXPECT_THAT(imported("sst5", "a.txt", "(3 A) (2 film)\n"),
              ElementsAre(StartsWith("1: not a bracketed")));
}

TEST(Refusal, OfAFileThatIsNoSet) {
  EXPECT_THAT(imported("gsm8k", "a.txt", "Dear reader,\n"),
              ElementsAre(HasSubstr("a.txt:1: no form of a data set")));
  EXPECT_THAT(imported("gsm8k", "a.json", "[{\"question\": \"q\""),
              ElementsAre(HasSubstr("breaks off")));
  EXPECT_THAT(imported("gsm8k", "a.json", "[] []"), ElementsAre(HasSubstr("more stands behind")));
  EXPECT_THAT(imported("gsm8k", "a.json", " \n"), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(imported("gsm8k", "a.parquet", "PAR1...."), ElementsAre(HasSubstr("Parquet")));
}

}  // namespace
}  // namespace sheaf::dataset
