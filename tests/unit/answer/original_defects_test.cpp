// What the paper's own code got wrong between a reply and its values; each is a named regression.
#include <memory>

#include <gtest/gtest.h>

#include "answer/settle.hpp"
#include "read_value.hpp"

namespace sheaf::answer {
namespace {

TEST(OriginalDefect, an_answer_without_a_final_full_stop_is_not_cut) {
  EXPECT_EQ(number("The answer is 18"), "18");
  EXPECT_EQ(number("The answer is 250"), "250");
  EXPECT_EQ(number("The answer is 18."), "18");
  EXPECT_EQ(number("The answer is 250\n"), "250");
  EXPECT_EQ(boolean("So the answer is true"), "true");
  EXPECT_EQ(read(rule_of(task::AnswerType::text), "The answer is Paris"), "\"Paris\"");
}

TEST(OriginalDefect, a_letter_with_its_text_is_the_letter) {
  const Choices choices{"blotter", "desk", "pen"};
  EXPECT_EQ(read(letters_rule(), "(a) blotter", choices), "\"a\"");
  EXPECT_EQ(read(letters_rule(), "So the answer is (a) blotter.", choices), "\"a\"");
}

TEST(OriginalDefect, an_answer_of_two_digits_is_not_its_first_character) {
  EXPECT_EQ(number("42"), "42");
}

TEST(OriginalDefect, the_announcing_words_may_be_missing) {
  EXPECT_EQ(number("She sells 9 eggs at $2, which makes $18 a day."), "18");
  EXPECT_EQ(boolean("The premise says so, therefore it is true."), "true");
}

TEST(OriginalDefect, an_answer_of_two_lines_is_one_answer) {
  EXPECT_EQ(number("16 - 7 = 9 eggs are left.\nThe answer is 18."), "18");
  EXPECT_EQ(read(letters_rule(), "Think.\n(b)", Choices{"desk", "pen"}), "\"b\"");
}

/// The values of a reply to `size` samples, "-" for a sample that is asked again.
std::string settled(int size, std::string reply, std::string primed = "") {
  const auto format = format::make_labelled({"Q"}, "A");
  const Extractor extractor(rule_of(task::AnswerType::number));
  const format::SampleText sample{{{"Q", "How many?"}}};
  SentBatch sent;
  for (int i = 0; i < size; ++i) sent.members.push_back({&sample, {}, {1, 96}});
  sent.keys = size == 1 ? format::Keys::plain : format::Keys::indexed;
  sent.primed = std::move(primed);
  const auto done =
      settle(sent, Completion{std::move(reply), FinishReason::stop, {}}, *format, extractor, {});
  std::string values;
  for (const auto& outcome : done.outcomes) {
    const auto* answered = std::get_if<Answered>(&outcome);
    values += (values.empty() ? "" : " ") + (answered ? json::dump(answered->value) : "-");
  }
  return values;
}

TEST(OriginalDefect, a_gap_does_not_shift_later_answers) {
  EXPECT_EQ(settled(3, "A[1]: The answer is 1.\nA[3]: The answer is 3."), "1 - 3");
  EXPECT_EQ(settled(3, "The answer is 1.\nA[2]: The answer is 2.\nA[3]: The answer is 3."),
            "- 2 3");
}

TEST(OriginalDefect, reordered_keys_are_joined_by_key) {
  EXPECT_EQ(settled(2, "A[2]: The answer is 2.\nA[1]: The answer is 1."), "1 2");
}

TEST(OriginalDefect, keys_of_two_digits_are_read_whole) {
  std::string reply;
  std::string values;
  for (int i = 1; i <= 12; ++i) {
    reply += "A[" + std::to_string(i) + "]: The answer is " + std::to_string(100 + i) + "\n";
    values += (i > 1 ? " " : "") + std::to_string(100 + i);
  }
  EXPECT_EQ(settled(12, reply), values);
}

TEST(OriginalDefect, a_last_batch_of_one_is_one_answer) {
  EXPECT_EQ(settled(1, "A: The answer is 42."), "42");
  EXPECT_EQ(settled(1, "42"), "42");
  EXPECT_EQ(settled(1, " The answer is 42", "A:"), "42");
}

TEST(OriginalDefect, a_preamble_or_a_blank_line_shifts_nothing) {
  EXPECT_EQ(settled(2, "Sure, here are my 2 answers:\n\nA[1]: 10\n\nA[2]: 20\n\nDone."), "10 20");
}

TEST(OriginalDefect, keys_off_by_one_are_trusted_nowhere) {
  EXPECT_EQ(settled(2, "A[0]: The answer is 1.\nA[1]: The answer is 2."), "- -");
}

TEST(OriginalDefect, a_primed_first_label_is_put_back) {
  EXPECT_EQ(settled(2, " The answer is 1.\nA[2]: The answer is 2.", "A[1]:"), "1 2");
}

}  // namespace
}  // namespace sheaf::answer
