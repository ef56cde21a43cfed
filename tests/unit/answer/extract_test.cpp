#include "answer/extract.hpp"

#include <gtest/gtest.h>

#include "read_value.hpp"

namespace sheaf::answer {
namespace {

using task::AnswerType;

std::string text_value(std::string_view text) { return read(rule_of(AnswerType::text), text); }

task::AnswerRule with_pattern(AnswerType type, std::string pattern) {
  auto rule = rule_of(type);
  rule.pattern = std::move(pattern);
  return rule;
}

task::AnswerRule with_marker(AnswerType type, std::string marker) {
  auto rule = rule_of(type);
  rule.marker = std::move(marker);
  return rule;
}

TEST(Marker, is_found_however_it_is_set) {
  for (const auto* text :
       {"7 eggs. The answer is 18.", "THE ANSWER IS 18", "the  answer\nis 18",
        "**The answer is** 18", "**The answer is 18**", "**The answer is:** 18",
        "The answer is: **18**.", "_The answer is_ 18", "The **answer** is 18", "The answer is：18",
        "The answer is 18 because 20 went.\n\nWrite 5 more!", "The answer is\n\n18\n\nand 5",
        "The answer is 3. No, the answer is 18."}) {
    const std::string wanted = std::string_view(text).contains("20") ? "20" : "18";
    EXPECT_EQ(number(text), wanted) << text;
  }
}

TEST(Marker, is_whole_words) {
  EXPECT_EQ(number("There are 18. The answer isn't hard."), "18");
  EXPECT_EQ(number("There are 18. Breathe answer is."), "18");
}

TEST(Marker, without_a_value_behind_it_leaves_nothing_to_read) {
  EXPECT_EQ(number("18 eggs. The answer is"), "refused: is empty where the value should stand");
  EXPECT_EQ(number("18 eggs. The answer is unclear."), "refused: holds no number");
}

TEST(Marker, when_absent_leaves_the_whole_answer) {
  EXPECT_EQ(number("She sells 16 - 7 = 9, so she makes 18"), "18");
  EXPECT_EQ(read(with_marker(AnswerType::number, ""), "The answer is 3, or 18"), "18");
}

TEST(Marker, is_taken_by_its_letters_and_not_as_a_pattern) {
  EXPECT_EQ(read(with_marker(AnswerType::number, "Total (USD)"), "total (usd): 18, not 5.\n\n7"),
            "5");
  EXPECT_EQ(read(with_marker(AnswerType::number, "=>"), "3 => 18"), "18");
  EXPECT_EQ(read(with_marker(AnswerType::number, "Réponse"), "3. RÉPONSE : 18"), "18");
}

TEST(Text, is_trimmed_and_otherwise_as_written) {
  EXPECT_EQ(text_value("  Paris.\n"), "\"Paris.\"");
  EXPECT_EQ(text_value("```\nx = 1\n```"), "\"```\\nx = 1\\n```\"");
  EXPECT_EQ(text_value("So. The answer is Paris."), "\"Paris.\"");
  EXPECT_EQ(text_value("**The answer is Paris**"), "\"Paris\"");
  EXPECT_EQ(text_value("The answer is **Paris**"), "\"**Paris**\"");
  EXPECT_EQ(text_value(" \n"), "refused: is empty where the value should stand");
  EXPECT_EQ(text_value("a\xff"), "\"a\xEF\xBF\xBD\"");
}

TEST(Boolean, is_the_last_one_named) {
  for (const auto* text :
       {"true", "Yes.", "**Yes**.", "_yes_", "False? No: true", "TRUE", "no, then yes",
        "Yes. There is no evidence against it.", "The answer is yes because no one else is."}) {
    EXPECT_EQ(boolean(text), "true") << text;
  }
  for (const auto* text :
       {"false", "No", "no.", "So the answer is no", "No because it sinks",
        "The answer is no, it sinks", "yes, I mean no", "true or false: **false**", "Ｎｏ"}) {
    EXPECT_EQ(boolean(text), "false") << text;
  }
}

TEST(Boolean, is_a_whole_word) {
  EXPECT_EQ(boolean("untrue"), "refused: names neither true nor false, yes nor no");
  EXPECT_EQ(boolean("yesterday, nobody"), "refused: names neither true nor false, yes nor no");
  EXPECT_EQ(boolean("a no-brainer"), "refused: names neither true nor false, yes nor no");
  EXPECT_EQ(boolean("It is not true"), "refused: negates its last word of truth");
  EXPECT_EQ(boolean("isn't true"), "refused: negates its last word of truth");
}

TEST(Boolean, is_refused_where_it_is_denied) {
  for (const auto* text : {"neither true nor false", "Neither yes nor no.", "It can't be true",
                           "It cannot be **false**", "This is not a yes", "never \"true\"",
                           "It isn\u2019t necessarily true"}) {
    EXPECT_EQ(boolean(text), "refused: negates its last word of truth") << text;
  }
  EXPECT_EQ(boolean("I am not sure, but yes"), "true");
  EXPECT_EQ(boolean("It is not so. False"), "false");
  EXPECT_EQ(boolean("No yes"), "true");
}

TEST(Boolean, of_a_million_bytes_is_found_in_one_pass) {
  EXPECT_EQ(boolean("yes" + std::string(500'000, '.') + std::string(500'000, 'x')), "true");
  std::string text(300'000, '.');
  for (int i = 0; i < 200'000; ++i) text += " no x";
  EXPECT_EQ(boolean(text), "false");
}

TEST(Pattern, gives_its_last_group_to_the_type) {
  const auto rule = with_pattern(AnswerType::number, R"(#### (\S+))");
  EXPECT_EQ(read(rule, "#### 3\n#### $1,800.\nThe answer is 5"), "1800");
  EXPECT_EQ(read(rule, "The answer is 5"), "refused: does not match the pattern");
  EXPECT_EQ(read(with_pattern(AnswerType::text, "<a>(.*?)</a>"), "<a>x</a> <a> y </a>"), "\"y\"");
  EXPECT_EQ(read(with_pattern(AnswerType::boolean, "([a-z]+)$"), "no yes"), "true");
  EXPECT_EQ(read(with_pattern(AnswerType::text, "(é)?x"), "x"),
            "refused: matches the pattern without its group");
  EXPECT_EQ(read(with_pattern(AnswerType::text, "(a*)"), "bab"),
            "refused: is empty where the value should stand");
}

TEST(Pattern, ends_on_a_reply_made_against_it) {
  const auto rule = with_pattern(AnswerType::text, "((?:a+)+)b");
  EXPECT_EQ(read(rule, std::string(1'000'000, 'a')), "refused: does not match the pattern");
  EXPECT_EQ(read(with_pattern(AnswerType::text, "(a)"), std::string(20'000, 'a')),
            "refused: matches the pattern too often");
}

TEST(Pattern, is_checked_for_its_form_and_its_one_group) {
  EXPECT_TRUE(check_pattern(R"(Answer: (\d+))"));
  EXPECT_TRUE(check_pattern(R"((?:a|b)(?P<value>\d+))"));
  EXPECT_EQ(check_pattern("a+").error(), "has no group: put ( ) around the value");
  EXPECT_EQ(check_pattern("(a)(b)").error(),
            "has 2 groups: keep ( ) for the value alone and write (?: ) for the others");
  EXPECT_TRUE(check_pattern("(a").error().starts_with("is no RE2 pattern: "))
      << check_pattern("(a").error();
  EXPECT_FALSE(check_pattern(R"((a)\1)"));
}

TEST(Pattern, is_refused_where_its_program_would_be_huge) {
  EXPECT_TRUE(check_pattern(R"((\pL{100}))"));
  EXPECT_FALSE(check_pattern(R"((\pL{1000}\pL{1000}\pL{1000}\pL{1000}))"));
}

TEST(Gold, is_read_without_marker_and_pattern) {
  EXPECT_EQ(read_gold(with_pattern(AnswerType::number, "#### (.+)"), "1,800"), "1800");
  EXPECT_EQ(read_gold(rule_of(AnswerType::text), "The answer is Paris"), "\"The answer is Paris\"");
  EXPECT_EQ(read_gold(rule_of(AnswerType::boolean), "true"), "true");
  EXPECT_EQ(read_gold(rule_of(AnswerType::number), ""),
            "refused: is empty where the value should stand");
}

TEST(SameAnswer, compares_numbers_by_value_and_all_else_exactly) {
  const auto number_of = [](const char* digits) { return json::Value(json::Number{digits}); };
  EXPECT_TRUE(same_answer(number_of("2"), number_of("2.0")));
  EXPECT_TRUE(same_answer(number_of("2"), json::Value("2.00")));
  EXPECT_TRUE(same_answer(number_of("1e3"), number_of("1000")));
  EXPECT_TRUE(same_answer(number_of("-0"), number_of("0")));
  EXPECT_TRUE(same_answer(json::Value("12345678901234567890123.0"),
                          json::Value("12345678901234567890123")));
  EXPECT_FALSE(same_answer(number_of("2"), number_of("-2")));
  EXPECT_FALSE(same_answer(number_of("0.1"), number_of("0.10000000000000001")));
  EXPECT_FALSE(same_answer(json::Value("1"), json::Value("1.0")));
  EXPECT_FALSE(same_answer(json::Value("a"), json::Value("A")));
  EXPECT_FALSE(same_answer(json::Value(true), json::Value("true")));
  EXPECT_TRUE(same_answer(json::Value(true), json::Value(true)));
}

TEST(NamesSeveral, where_numbers_or_booleans_differ) {
  const Extractor number(rule_of(task::AnswerType::number));
  for (const auto* text :
       {"5, 7, 9", "5\n7", "5,7,9", "3,5", "5|7", "5; 7", "The answer is 5, 7."}) {
    EXPECT_TRUE(number.names_several(text)) << text;
  }
  for (const auto* text :
       {"", "5", "$1,250.50", "5 and 5", "2+3=5", "none", "2+3. The answer is 5."}) {
    EXPECT_FALSE(number.names_several(text)) << text;
  }
  const Extractor boolean(rule_of(task::AnswerType::boolean));
  EXPECT_TRUE(boolean.names_several("true, false"));
  EXPECT_FALSE(boolean.names_several("Yes, it is true."));
}

TEST(NamesSeveral, where_more_than_one_value_is_announced) {
  const Extractor letters(letters_rule());
  EXPECT_TRUE(letters.names_several("the answer is (a). The answer is (b)."));
  EXPECT_FALSE(letters.names_several("(a) or (b)? The answer is (b)."));
  auto rule = rule_of(task::AnswerType::text);
  rule.pattern = "= (\\w+)";
  EXPECT_TRUE(Extractor(rule).names_several("= a = b"));
  EXPECT_FALSE(Extractor(rule).names_several("a = b"));
}

}  // namespace
}  // namespace sheaf::answer
