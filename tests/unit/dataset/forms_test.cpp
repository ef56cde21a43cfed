// Each set in each form it is published in, on rows of our own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imported.hpp"

namespace sheaf::dataset {
namespace {

using ::testing::ElementsAre;

constexpr const char* buns =
    R"({"id":"gsm8k-0","question":"Two trays of 6 buns, 5 eaten?","answer":"1007",)"
    R"("rationale":"2 * 6 = 12.\n12 - 5 = 7."})";

TEST(Gsm8k, SplitsTheSolutionFromTheNumberBehindTheHashes) {
  EXPECT_THAT(
      imported("gsm8k", "test.jsonl",
               R"({"question": "Two trays of 6 buns, 5 eaten?", "answer": "2 * 6 = <<2*6=12>>12.)"
               R"(\n12 - 5 = <<12-5=7>>7.\n#### 1,007"})"),
      ElementsAre(buns));
}

TEST(Gsm8k, TakesNotesAndTheLastHashesAloneForWhatTheyAre) {
  EXPECT_THAT(imported("gsm8k", "test.jsonl",
                       R"({"question":"q","answer":"#### first: 2 >> 1, <<1+1=2>>2.\n#### 2"})"),
              ElementsAre(R"({"id":"gsm8k-0","question":"q","answer":"2",)"
                          R"("rationale":"#### first: 2 >> 1, 2."})"));
}

TEST(Svamp, JoinsBodyAndQuestion) {
  EXPECT_THAT(imported("svamp", "SVAMP.json",
                       R"([{"ID": "own-1", "Body": "Ana has 9.0 figs and eats 2", "Question": )"
                       R"("How many are left?", "Equation": "9.0 - 2.0", "Answer": 7.0, )"
                       R"("Type": "Subtraction"}])"),
              ElementsAre(R"({"id":"own-1","question":"Ana has 9.0 figs and eats 2. )"
                          R"(How many are left?","answer":"7"})"));
}

TEST(Svamp, PutsTheNumbersBackAndBeginsSentencesWithCapitals) {
  EXPECT_THAT(
      imported("svamp", "dev.csv",
               "Question,Numbers,Equation,Answer,Body,Ques\n"
               "\"ana had number0 figs . she sold number1 of them at 2.5 each . how many are "
               "left ?\",9.0 2.5,- number0 number1,6.5,b,q\n"),
      ElementsAre(R"({"id":"svamp-0","question":"Ana had 9 figs . She sold 2.5 of them at 2.5 )"
                  R"(each . How many are left ?","answer":"6.5"})"));
}

TEST(Svamp, LeavesWordsThatOnlyLookLikePlaceholders) {
  EXPECT_THAT(imported("svamp", "dev.csv",
                       "Question,Numbers,Answer\n"
                       "\"\"\"a number of anumber1 and number1 .\"\"\",9.0 2.0,2.0\n"),
              ElementsAre(R"({"id":"svamp-0","question":"\"A number of anumber1 and 2 .\"",)"
                          R"("answer":"2"})"));
}

TEST(Svamp, TakesAJoinedQuestionAsItIs) {
  EXPECT_THAT(imported("svamp", "a.jsonl",
                       R"({"Body":"Ana has 2.","Question":"Left?","question_concat":)"
                       R"("Ana has 2. Left?","Answer":"2"})"),
              ElementsAre(R"({"id":"svamp-0","question":"Ana has 2. Left?","answer":"2"})"));
}

TEST(AddSub, TakesTheOneSolution) {
  EXPECT_THAT(imported("addsub", "AddSub.json",
                       R"([{"iIndex": 4, "sQuestion": " Five jars and 3 jars ? ", )"
                       R"("lSolutions": [8.0], "lEquations": ["X=5+3"]}])"),
              ElementsAre(R"({"id":"addsub-4","question":"Five jars and 3 jars ?","answer":"8"})"));
}

TEST(MultiArith, TakesBothPublishedForms) {
  EXPECT_THAT(
      imported("multiarith", "a.json", R"([{"iIndex":0,"sQuestion":"q","lSolutions":[12.0]}])"),
      ElementsAre(R"({"id":"multiarith-0","question":"q","answer":"12"})"));
  EXPECT_THAT(imported("multiarith", "b.jsonl", R"({"question":"q","final_ans":"12"})"),
              ElementsAre(R"({"id":"multiarith-0","question":"q","answer":"12"})"));
}

TEST(Aqua, ReadsJsonLinesThatAreCalledJson) {
  EXPECT_THAT(
      imported("aqua", "dev.json",
               R"({"question":"1+1?","options":["A)1","B)2","C)a) 3"],"rationale":"Two.",)"
               R"("correct":"B"})"
               "\n"
               R"({"question":"2+2?","options":["4","5"],"correct":"a"})"),
      ElementsAre(R"({"id":"aqua-0","question":"1+1?","choices":["1","2","a) 3"],"answer":"b",)"
                  R"("rationale":"Two."})",
                  R"({"id":"aqua-1","question":"2+2?","choices":["4","5"],"answer":"a"})"));
}

TEST(Aqua, TakesOffLettersOnlyWhereAllChoicesHaveThem) {
  for (const std::string choices :
       {R"(["A) x","y"])", R"(["(A. x","(B. y"])", R"(["A) x","C) y"])", R"(["A x","B y"])"}) {
    EXPECT_THAT(
        imported("aqua", "dev.json",
                 R"({"question":"q","options":)" + choices + R"(,"correct":"B"})"),
        ElementsAre(R"({"id":"aqua-0","question":"q","choices":)" + choices + R"(,"answer":"b"})"));
  }
  EXPECT_THAT(
      imported("aqua", "dev.json", R"({"question":"q","options":["(A) x","b. y"],"correct":"B"})"),
      ElementsAre(R"({"id":"aqua-0","question":"q","choices":["x","y"],"answer":"b"})"));
}

constexpr const char* boat =
    R"({"id":"k","question":"Boat?","choices":["harbour","attic"],"answer":"a"})";

TEST(CommonsenseQa, TakesTheNestedForm) {
  EXPECT_THAT(imported("commonsenseqa", "dev_rand_split.jsonl",
                       R"({"answerKey":"A","id":"k","question":{"question_concept":"boat",)"
                       R"("choices":[{"label":"A","text":"harbour"},{"label":"B","text":"attic"}],)"
                       R"("stem":"Boat?"}})"),
              ElementsAre(boat));
}

TEST(CommonsenseQa, TakesTheFlatForm) {
  EXPECT_THAT(imported("commonsenseqa", "validation.jsonl",
                       R"({"id":"k","question":"Boat?","question_concept":"boat",)"
                       R"("choices":{"label":["A","B"],"text":["harbour","attic"]},)"
                       R"("answerKey":"A"})"),
              ElementsAre(boat));
}

TEST(StrategyQa, TakesTheArchiveWithItsFacts) {
  EXPECT_THAT(imported("strategyqa", "strategyqa_train.json",
                       R"([{"qid":"ab","term":"Fig","question":"Is a fig blue?","answer":false,)"
                       R"("facts":["Figs are green.","Or purple."],"decomposition":["c?"]}])"),
              ElementsAre(R"({"id":"ab","question":"Is a fig blue?","answer":"no",)"
                          R"("rationale":"Figs are green. Or purple."})"));
}

TEST(StrategyQa, TakesTheExamplesOfABenchmarkTask) {
  EXPECT_THAT(imported("strategyqa", "task.json",
                       R"({"name":"s","keywords":["k"],"examples":[)"
                       R"({"input":"Is a fig blue?","target_scores":{"Yes":0,"No":1},)"
                       R"("target":"No. Figs are green."},{"input":"Is it?","target":"Yes"}]})"),
              ElementsAre(R"({"id":"strategyqa-0","question":"Is a fig blue?","answer":"no",)"
                          R"("rationale":"Figs are green."})",
                          R"({"id":"strategyqa-1","question":"Is it?","answer":"yes"})"));
}

TEST(StrategyQa, BelievesTheScoresMoreThanTheWords) {
  EXPECT_THAT(imported("strategyqa", "task.json",
                       R"({"examples":[{"input":"Is a fig blue?","target_scores":)"
                       R"({"Yes":0,"No":1},"target":"Figs are green."}]})"),
              ElementsAre(R"({"id":"strategyqa-0","question":"Is a fig blue?","answer":"no"})"));
}

constexpr const char* rain =
    R"({"id":"rte-7","premise":"It \"rained.","hypothesis":"It was wet.","answer":"true"})";

TEST(Rte, TakesTabsWithQuotationMarksAsText) {
  EXPECT_THAT(imported("rte", "dev.tsv",
                       "index\tsentence1\tsentence2\tlabel\r\n"
                       "7\tIt \"rained.\tIt was wet.\tentailment\r\n"
                       "8\tIt rained.\tIt snowed.\tnot_entailment\r\n"),
              ElementsAre(rain, R"({"id":"rte-8","premise":"It rained.",)"
                                R"("hypothesis":"It snowed.","answer":"false"})"));
}

TEST(Rte, TakesNumbersWithZeroAsEntailment) {
  EXPECT_THAT(imported("rte", "validation.jsonl",
                       R"({"sentence1":"It \"rained.","sentence2":"It was wet.","label":0,)"
                       R"("idx":7})"),
              ElementsAre(rain));
}

TEST(Rte, PassesOverAnAnswerThatIsNull) {
  EXPECT_THAT(imported("rte", "validation.jsonl",
                       R"({"premise":"It \"rained.","hypothesis":"It was wet.","answer":null,)"
                       R"("label":0,"idx":7})"),
              ElementsAre(rain));
}

TEST(Mnli, TakesTabsNumbersAndWords) {
  constexpr const char* line =
      R"({"id":"mnli-3","premise":"p","hypothesis":"h","answer":"neutral"})";
  EXPECT_THAT(imported("mnli", "dev_matched.tsv",
                       "index\tgenre\tsentence1\tsentence2\tlabel1\tgold_label\n"
                       "3\tfiction\tp\th\tcontradiction\tneutral\n"),
              ElementsAre(line));
  EXPECT_THAT(imported("mnli", "m.json",
                       R"({"data":[{"premise":"p","hypothesis":"h","label":1,"idx":3}]})"),
              ElementsAre(line));
  EXPECT_THAT(imported("mnli", "m.jsonl",
                       R"({"premise":"p","hypothesis":"h","label":2,"idx":3})"
                       "\n"
                       R"({"premise":"p","hypothesis":"h","label":"entailment","pairID":"9e"})"),
              ElementsAre(R"({"id":"mnli-3","premise":"p","hypothesis":"h","answer":"false"})",
                          R"({"id":"9e","premise":"p","hypothesis":"h","answer":"true"})"));
}

constexpr const char* caper = R"({"id":"sst5-0","sentence":"A fine caper .","answer":"positive"})";

TEST(Sst5, TakesLabelsInNumbersAndWords) {
  EXPECT_THAT(imported("sst5", "test.jsonl",
                       R"({"text":"A fine caper .","label":3,"label_text":"positive"})"),
              ElementsAre(caper));
  EXPECT_THAT(imported("sst5", "test.csv", "text,label\nA fine caper .,3\n"), ElementsAre(caper));
  EXPECT_THAT(imported("sst5", "test.txt", "3\tA fine caper .\nvery negative\tDull .\n"),
              ElementsAre(caper, R"({"id":"sst5-1","sentence":"Dull .",)"
                                 R"("answer":"very negative"})"));
}

TEST(Sst5, ReadsTheWordsOfATreeAndItsRootsLabel) {
  EXPECT_THAT(imported("sst5", "test.txt",
                       "(3 (2 A) (3 (3 fine) (2 (2 caper) (2 .))))\n"
                       "(0 (1 -LRB-) (2 (2 and\\/or) (2 -RRB-)))\n"),
              ElementsAre(caper, R"=({"id":"sst5-1","sentence":"( and/or )",)="
                                 R"("answer":"very negative"})"));
}

TEST(Form, OfSheafPassesAsItIsWithFurtherMembers) {
  constexpr const char* row =
      R"({"answer":"12", "id":"x",  "question":" How many? ","split":"dev"})";
  EXPECT_THAT(imported("gsm8k", "rows.jsonl", row), ElementsAre(row));
}

TEST(Form, OfSheafButForAValueIsConverted) {
  EXPECT_THAT(imported("gsm8k", "rows.jsonl", R"({"id":"x","question":"q","answer":"$1,007.0"})"),
              ElementsAre(R"({"id":"x","question":"q","answer":"1007"})"));
}

TEST(Form, OfSheafOverSeveralLinesBecomesOne) {
  EXPECT_THAT(imported("gsm8k", "rows.json",
                       "[{\"id\": \"x\",\n  \"question\": \"q, \\\"]\", \"answer\": \"3\"}]"),
              ElementsAre(R"({"id":"x","question":"q, \"]","answer":"3"})"));
}

TEST(Form, OfARowsExportIsUnwrapped) {
  EXPECT_THAT(imported("gsm8k", "rows.json",
                       R"({"features":[],"rows":[{"row_idx":0,"row":{"question":"q","answer":)"
                       R"("#### 3"}}]})"),
              ElementsAre(R"({"id":"gsm8k-0","question":"q","answer":"3","rationale":""})"));
  EXPECT_THAT(imported("gsm8k", "rows.json", R"([{"row":1,"question":"q","answer":"3"}])"),
              ElementsAre(R"({"id":"gsm8k-0","question":"q","answer":"3"})"))
      << "a member of that name may be a number";
}

TEST(Form, MayStartWithAByteOrderMark) {
  EXPECT_THAT(imported("gsm8k", "rows.json", "\xEF\xBB\xBF[{\"question\":\"q\",\"answer\":\"3\"}]"),
              ElementsAre(R"({"id":"gsm8k-0","question":"q","answer":"3"})"));
}

TEST(Files, ArePackedAndOfTheFormBelowThePacking) {
  using namespace std::string_view_literals;
  constexpr auto packed =  // "question,answer\nq,3\n" by gzip
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x2c\x4d\x2d\x2e\xc9\xcc\xcf\xd3\x49\xcc"
      "\x2b\x2e\x4f\x2d\xe2\x2a\xd4\x31\xe6\x02\x00\xbd\x04\x26\xc9\x14\x00\x00\x00"sv;
  EXPECT_THAT(imported("gsm8k", "rows.CSV.gz", packed),
              ElementsAre(R"({"id":"gsm8k-0","question":"q","answer":"3"})"));
}

TEST(Files, OfASetAreReadInOrderAndCountedOn) {
  const WrittenFile first("a.json", R"([{"question":"q","answer":"#### 3"}])");
  const WrittenFile second("b.csv", "question,answer\nr,4\n");
  EXPECT_THAT(imported_from("gsm8k", {first.path(), second.path()}),
              ElementsAre(R"({"id":"gsm8k-0","question":"q","answer":"3","rationale":""})",
                          R"({"id":"gsm8k-1","question":"r","answer":"4"})"));
}

}  // namespace
}  // namespace sheaf::dataset
