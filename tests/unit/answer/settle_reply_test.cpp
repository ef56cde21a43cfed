// Whole replies to values: what is not certain is asked again, and never accepted.
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answer/settle.hpp"
#include "read_value.hpp"

namespace sheaf::answer {
namespace {

using ::testing::ElementsAre;

/// The value of each of `size` answers as JSON, or the reason why it is asked again.
std::vector<std::string> settled(const task::AnswerRule& rule, int size, std::string_view reply) {
  const auto format = format::make_labelled({"Q"}, "A");
  const format::SampleText sample{{{"Q", "What is asked here?"}}};
  SentBatch sent;
  for (int i = 0; i < size; ++i) sent.members.push_back({&sample, {}, {1, 16}});
  sent.keys = size == 1 ? format::Keys::plain : format::Keys::indexed;
  const auto settlement = settle(sent, Completion{std::string(reply), FinishReason::stop, {}},
                                 *format, Extractor(rule), {});
  std::vector<std::string> out;
  for (const auto& outcome : settlement.outcomes) {
    const auto* answered = std::get_if<Answered>(&outcome);
    out.push_back(answered != nullptr ? json::dump(answered->value)
                                      : std::get<AskAgain>(outcome).reason);
  }
  return out;
}

std::vector<std::string> numbers(int size, std::string_view reply) {
  return settled(rule_of(task::AnswerType::number), size, reply);
}
std::vector<std::string> booleans(int size, std::string_view reply) {
  return settled(rule_of(task::AnswerType::boolean), size, reply);
}
std::vector<std::string> choices(int size, std::string_view reply) {
  return settled(labels_of({"bug", "how-to"}), size, reply);
}

TEST(SettleReply, reads_a_value_announced_in_a_further_paragraph_of_the_last_answer) {
  EXPECT_THAT(numbers(2,
                      "A[1]: 2+3=5. The answer is 5.\nA[2]: He has 3 apples.\n\n"
                      "The answer is 7."),
              ElementsAre("5", "7"));
  EXPECT_THAT(numbers(2,
                      "A[1]: d. The answer is 3.\nA[2]: d. The answer is 4.\n"
                      "All 2 answers given."),
              ElementsAre("3", "4"));
}

TEST(SettleReply, doubts_the_last_answer_where_what_stands_behind_it_reads_otherwise) {
  EXPECT_THAT(booleans(2, "A[1]: true\nA[2]: The first part is true.\n\nOverall: false"),
              ElementsAre("true", "unparsable"));
  EXPECT_THAT(choices(2, "A[1]: bug\nA[2]: It may be a bug.\n\nBut the best queue is how-to"),
              ElementsAre("\"bug\"", "unparsable"));
  for (const auto* end : {"9\nI hope these 2 answers help!", "9\nTotal: 14", "7\n---\nDone 99",
                          "apples\n\n3", "The answer is 4.\n\nNo, the answer is 5."}) {
    EXPECT_THAT(numbers(2, std::string("A[1]: 5\nA[2]: ") + end), ElementsAre("5", "unparsable"))
        << end;
  }
  EXPECT_THAT(numbers(2, "```\nA[1]: 5\nA[2]: 9\n```\nThat is 2 of 2."),
              ElementsAre("5", "unparsable"));
}

TEST(SettleReply, doubts_a_text_that_may_go_on_in_what_stands_behind_it) {
  const auto text = rule_of(task::AnswerType::text);
  EXPECT_THAT(settled(text, 2, "A[1]: x\nA[2]: para one\n\npara two"),
              ElementsAre("\"x\"", "unparsable"));
  EXPECT_THAT(settled(text, 2, "```\nA[1]: x\nA[2]: one\n```\ntwo"),
              ElementsAre("\"x\"", "unparsable"));
  EXPECT_THAT(settled(text, 2, "A[1]: x\nA[2]: one\n    \n    two\n\n"),
              ElementsAre("\"x\"", "\"one\\n\\ntwo\""));
}

TEST(SettleReply, reads_the_last_answer_where_nothing_behind_it_could_change_its_value) {
  EXPECT_THAT(numbers(2, "A[1]: 5\nA[2]: 9\n\nI hope this helps!"), ElementsAre("5", "9"));
  EXPECT_THAT(choices(2, "A[1]: bug\nA[2]: how-to\nThat was all."),
              ElementsAre("\"bug\"", "\"how-to\""));
  EXPECT_THAT(booleans(2, "```\nA[1]: yes\nA[2]: no\n```\nThat was all."),
              ElementsAre("true", "false"));
  EXPECT_THAT(numbers(2, "A[1]: First 3.\nThen 5.\nA[2]: First 4.\nThen 6."),
              ElementsAre("5", "6"));
}

TEST(SettleReply, doubts_several_values_in_one_answer_while_a_key_is_missing) {
  EXPECT_THAT(numbers(3, "A[1]: 5, 7, 9"), ElementsAre("unparsable", "missing", "missing"));
  EXPECT_THAT(numbers(3, "A[1]: 5, 7\nA[2]: 9"), ElementsAre("unparsable", "9", "missing"));
  EXPECT_THAT(numbers(2, "A[1]: 5\n    7"), ElementsAre("unparsable", "missing"));
  EXPECT_THAT(booleans(2, "A[1]: true, false"), ElementsAre("unparsable", "missing"));
  EXPECT_THAT(numbers(2, "A[1]: So 5. The answer is 5. So 7. The answer is 7."),
              ElementsAre("unparsable", "missing"));
  EXPECT_THAT(numbers(2, "A[1]: 3 + 4. The answer is 7."), ElementsAre("7", "missing"));
  EXPECT_THAT(numbers(2, "A[1]: 3 + 4 = 7\nA[2]: 5"), ElementsAre("7", "5"));
}

TEST(SettleReply, doubts_a_free_text_that_may_hold_the_next_answer_too) {
  const auto text = rule_of(task::AnswerType::text);
  EXPECT_THAT(settled(text, 4, "A[1]: w\nA[2]: x, y\nA[4]: z"),
              ElementsAre("\"w\"", "unparsable", "missing", "\"z\""));
  EXPECT_THAT(settled(text, 2, "A[2]: z"), ElementsAre("missing", "\"z\""));
  EXPECT_THAT(settled(text, 2, "A[1]: So x. The answer is x."), ElementsAre("\"x.\"", "missing"));
}

TEST(SettleReply, doubts_the_last_answer_where_lines_that_others_lack_give_it_several_values) {
  EXPECT_THAT(numbers(3, "A[1]: Two lines.\nIt is 5.\nA[2]: 7\nA[3]: 9\nThese are all 3."),
              ElementsAre("5", "7", "unparsable"));
  EXPECT_THAT(numbers(2, "A[1]: First 3.\nThen 5.\nA[2]: First 4.\nThen 6.\nThat was all 2."),
              ElementsAre("5", "unparsable"));
  EXPECT_THAT(
      numbers(2, "A[1]: First 3.\nThe answer is 5.\nA[2]: The answer is 6.\nThese are all 2."),
      ElementsAre("5", "unparsable"));
  EXPECT_THAT(numbers(2, "A[1]: First 3.\nThen 5.\nA[2]: First 4.\nThen 6.\nThat was all."),
              ElementsAre("5", "unparsable"));
  EXPECT_THAT(numbers(2, "A[1]: 5\nA[2]: So.\nThe answer is 6.\nThese are all 2."),
              ElementsAre("5", "unparsable"));
  EXPECT_THAT(numbers(1, "First 3.\nThe answer is 6.\nThese are all 2."),
              ElementsAre("unparsable"));
  EXPECT_THAT(numbers(1, "First 3.\nThen 6."), ElementsAre("6"));
  EXPECT_THAT(numbers(2, "A[1]: Two lines.\nIt is 5.\nA[2]: It is\n6.\nThat was all."),
              ElementsAre("5", "6"));
}

TEST(SettleReply, keeps_the_text_that_a_value_was_read_from) {
  const auto format = format::make_labelled({"Q"}, "A");
  const format::SampleText sample{{{"Q", "What?"}}};
  SentBatch sent;
  for (int i = 0; i < 2; ++i) sent.members.push_back({&sample, {}, {1, 16}});
  const Extractor extractor(rule_of(task::AnswerType::number));
  const auto last = [&](std::string reply) {
    return settle(sent, Completion{std::move(reply), FinishReason::stop, {}}, *format, extractor,
                  {})
        .outcomes[1];
  };
  EXPECT_EQ(std::get<Answered>(last("A[1]: 5\nA[2]: 3.\n\nThe answer is 7.")).text,
            "3.\n\nThe answer is 7.");
  EXPECT_EQ(std::get<Answered>(last("A[1]: 5\nA[2]: 9\n\nThat was all.")).text, "9");
  const auto doubt = std::get<AskAgain>(last("A[1]: 5\nA[2]: 9\nTotal: 14"));
  EXPECT_EQ(doubt.text, "") << "what is not certainly its text must not be read later";
  EXPECT_EQ(doubt.detail,
            "the answer has more text behind it that may or may not belong to it, and reads "
            "otherwise with it: \"9\\u{a}Total: 14\"");
}

}  // namespace
}  // namespace sheaf::answer
