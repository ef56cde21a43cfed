// What the paper's own code got wrong in reading values; each is a named regression.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace sheaf::answer
