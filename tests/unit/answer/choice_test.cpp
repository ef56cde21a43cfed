#include "answer/choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read_value.hpp"

namespace sheaf::answer {
namespace {

const Choices queues{"billing", "bug", "how-to", "account"};
const Choices tones{"very negative", "negative", "neutral", "positive", "very positive"};
const Choices places{"bank", "library", "department store", "mall", "new york"};

std::string queue(std::string_view text) { return read(labels_of(queues), text); }
std::string tone(std::string_view text) { return read(labels_of(tones), text); }
std::string letter(std::string_view text) { return read(letters_rule(), text, places); }

TEST(Label, is_read_as_the_task_writes_it) {
  EXPECT_EQ(queue("billing"), "\"billing\"");
  EXPECT_EQ(queue("Billing."), "\"billing\"");
  EXPECT_EQ(queue("**BUG**"), "\"bug\"");
  EXPECT_EQ(queue("_how-to_"), "\"how-to\"");
  EXPECT_EQ(queue("`account`"), "\"account\"");
  EXPECT_EQ(queue("(bug)"), "\"bug\"");
  EXPECT_EQ(queue("ｂｕｇ"), "\"bug\"");
  EXPECT_EQ(queue("how\u2011to"), "\"how-to\"");
  EXPECT_EQ(read(labels_of({"Réclamation"}), "RÉCLAMATION !"), "\"Réclamation\"");
  EXPECT_EQ(read(labels_of({"账单", "故障"}), "这是账单问题"), "\"账单\"");
}

TEST(Label, is_a_whole_word) {
  EXPECT_EQ(queue("debugging"), "refused: names no choice");
  EXPECT_EQ(queue("bugs"), "refused: names no choice");
  EXPECT_EQ(queue("non-bug"), "refused: names no choice");
  EXPECT_EQ(queue("bug-free"), "refused: names no choice");
  EXPECT_EQ(queue("bug_id"), "refused: names no choice");
  EXPECT_EQ(queue("übug"), "refused: names no choice");
  EXPECT_EQ(queue("- bug"), "\"bug\"");
  EXPECT_EQ(queue("bug's"), "\"bug\"");
}

TEST(Label, of_more_words_hides_the_shorter_one_inside) {
  EXPECT_EQ(tone("very positive"), "\"very positive\"");
  EXPECT_EQ(tone("Very\n  Positive"), "\"very positive\"");
  EXPECT_EQ(tone("positive"), "\"positive\"");
  EXPECT_EQ(tone("very neutral"), "\"neutral\"");
  EXPECT_EQ(read(labels_of({"new", "new york"}), "new yorkers are new"), "\"new\"");
}

TEST(Label, is_refused_beside_another) {
  EXPECT_EQ(queue("bug or billing"), "refused: names two choices: billing, bug");
  EXPECT_EQ(tone("positive, even very positive"),
            "refused: names two choices: very positive, positive");
  EXPECT_EQ(queue("bug, a bug"), "\"bug\"");
  EXPECT_EQ(queue("I am not sure"), "refused: names no choice");
}

TEST(Label, is_refused_where_it_is_denied) {
  for (const auto* text :
       {"It is not billing", "The answer is not billing.", "not a bug", "It isn't billing.",
        "It isn\u2019t \"billing\"", "It can't be a bug", "cannot be billing", "never **billing**",
        "neither billing", "It is no bug", "Not about billing", "Billing? It is not billing."}) {
    EXPECT_EQ(queue(text), "refused: denies the choice it names") << text;
  }
  EXPECT_EQ(queue("billing, not bug"), "refused: names two choices: billing, bug");
  EXPECT_EQ(queue("neither bug nor billing"), "refused: names two choices: billing, bug");
}

TEST(Label, is_read_where_the_negation_denies_something_else) {
  for (const auto* text :
       {"No, billing", "No: billing", "I do not know.\nbilling", "billing, not sure",
        "not only billing", "It is not clear, perhaps billing", "I cannot, billing", "knot billing",
        "why not? billing"}) {
    EXPECT_EQ(queue(text), "\"billing\"") << text;
  }
  EXPECT_EQ(read(labels_of({"entailment", "not entailment"}), "It is not entailment"),
            "\"not entailment\"");
  EXPECT_EQ(read(labels_of({"yes", "no"}), "no"), "\"no\"");
}

TEST(Label, after_the_marker_alone_counts) {
  EXPECT_EQ(queue("It is no bug. The answer is billing."), "\"billing\"");
  EXPECT_EQ(queue("The answer is bug. No: the answer is account."), "\"account\"");
  EXPECT_EQ(queue("A bug. The answer is unclear."), "refused: names no choice");
}

TEST(Label, of_one_letter_is_no_article) {
  const auto grades = labels_of({"A", "B", "C"});
  EXPECT_EQ(read(grades, "B"), "\"B\"");
  EXPECT_EQ(read(grades, "A"), "\"A\"");
  EXPECT_EQ(read(grades, "This is a good essay. B."), "\"B\"");
  EXPECT_EQ(read(grades, "A good essay: B"), "\"B\"");
  EXPECT_EQ(read(grades, "The answer is A because it is fine."), "\"A\"");
}

TEST(Label, of_digits_is_a_whole_number) {
  const auto sizes = labels_of({"5", "12", "-5"});
  EXPECT_EQ(read(sizes, "5"), "\"5\"");
  EXPECT_EQ(read(sizes, "5."), "\"5\"");
  EXPECT_EQ(read(sizes, "-5"), "\"-5\"");
  EXPECT_EQ(read(sizes, "5.5"), "refused: names no choice");
  EXPECT_EQ(read(sizes, "1,125"), "refused: names no choice");
  EXPECT_EQ(read(sizes, "1/5"), "refused: names no choice");
  EXPECT_EQ(read(sizes, "-12"), "refused: names no choice");
}

TEST(Letter, is_read_in_any_bracket) {
  for (const auto* text : {"(b)",
                           "[b]",
                           "{b}",
                           "b)",
                           "b.",
                           "b",
                           "B",
                           "**(b)**",
                           "(**b**)",
                           "b) library",
                           "b. library",
                           "b: library",
                           "(b) library.",
                           "（ｂ）",
                           "\\boxed{b}",
                           "- b)",
                           "I think (b).",
                           "Option b.",
                           "choice (b)",
                           "The answer is b",
                           "The answer is: B.",
                           "**The answer is** b because of its books.",
                           "The answer is\n\n(b)",
                           "b, clearly"}) {
    EXPECT_EQ(letter(text), "\"b\"") << text;
  }
}

TEST(Letter, is_never_a_word_of_the_sentence) {
  EXPECT_EQ(letter("a quiet place to read"), "refused: names no choice");
  EXPECT_EQ(letter("A quiet place: the library"), "\"b\"");
  EXPECT_EQ(letter("The answer is a library."), "\"b\"");
  EXPECT_EQ(letter("The answer is a."), "\"a\"");
  EXPECT_EQ(letter("The answer is A because money lies there."), "\"a\"");
  EXPECT_EQ(letter("Read e.g. the papers in the mall."), "\"d\"");
  EXPECT_EQ(letter("The answer is e.g. the mall."), "\"d\"");
  EXPECT_EQ(letter("vitamin b in the mall"), "\"d\"");
  EXPECT_EQ(letter("I'd say the mall"), "\"d\"");
  EXPECT_EQ(letter("an e-mail"), "refused: names no choice");
  EXPECT_EQ(letter("b quiet"), "refused: names no choice");
}

TEST(Letter, beside_its_own_text_is_one_choice) {
  EXPECT_EQ(letter("(e) New York"), "\"e\"");
  EXPECT_EQ(letter("library (b)"), "\"b\"");
  EXPECT_EQ(letter("(b) bank"), "refused: names two choices: (b) library, (a) bank");
}

TEST(Letter, is_refused_beside_another) {
  EXPECT_EQ(letter("(a) or (b)"), "refused: names two choices: (a) bank, (b) library");
  EXPECT_EQ(letter("Not (a). The answer is (b)."), "\"b\"");
  EXPECT_EQ(letter("bank, mall"), "refused: names two choices: (a) bank, (d) mall");
  EXPECT_EQ(letter("(f)"), "refused: names no choice");
}

TEST(Letter, is_refused_beside_another_in_any_writing) {
  for (const std::string text :
       {"b, c", "c; a", "I think b, not (a).", "b \u2014 (a) is wrong", "b because (a) is wrong",
        "b (a)", "It is b rather than (d)", "b or (c)", "The answer is b or c.",
        "The answer is b, c", "The answer is (a) or b.", "The answer is (b) and c"}) {
    EXPECT_THAT(letter(text), testing::StartsWith("refused: names two choices")) << text;
  }
  for (const std::string text :
       {"The answer is (b) because a bird flies", "(b) a quiet place", "(b). A quiet place",
        "(b) A quiet place", "**(b)** A quiet place", "**b.** A place", "b. I am sure"}) {
    EXPECT_EQ(letter(text), "\"b\"") << text;
  }
}

TEST(Letter, a_before_a_verb_or_conjunction_is_no_article) {
  for (const std::string text :
       {"b, because a is wrong", "(b) A is wrong", "(b), and a isn't", "The answer is a and b.",
        "The answer is A or (b)", "(b) or a, since A was first"}) {
    EXPECT_THAT(letter(text), testing::StartsWith("refused: names two choices")) << text;
  }
  EXPECT_EQ(letter("The answer is a because money lies there."), "\"a\"");
  EXPECT_EQ(letter("The answer is (b) because a bird is an island."), "\"b\"");
}

TEST(Letter, is_refused_where_it_is_denied) {
  for (const std::string text :
       {"Not (b).", "It is not (b)", "The answer is not b, but I do not know which.",
        "The answer is not **b**", "It can't be (b)", "not option b", "neither (b)",
        "not the library", "The answer isn't (b)."}) {
    EXPECT_THAT(letter(text),
                testing::AnyOf("refused: denies the choice it names", "refused: names no choice"))
        << text;
  }
  EXPECT_EQ(letter("Not (b)."), "refused: denies the choice it names");
  EXPECT_EQ(letter("I am not sure, but (b)"), "\"b\"");
  EXPECT_EQ(letter("(b), not that I know it"), "\"b\"");
}

TEST(Letter, is_not_read_where_the_prompt_showed_none) {
  EXPECT_EQ(queue("(b)"), "refused: names no choice");
  EXPECT_EQ(queue("The answer is b."), "refused: names no choice");
}

TEST(Letter, tells_equal_texts_apart) {
  const Choices twice{"durable", "brittle", "durable"};
  EXPECT_EQ(read(letters_rule(), "(c) durable", twice), "\"c\"");
  EXPECT_EQ(read(letters_rule(), "durable", twice),
            "refused: names a text that two choices share: (a) durable, (c) durable");
}

TEST(Letter, inside_the_text_of_a_choice_is_part_of_it) {
  const Choices sums{"3", "4", "both (a) and (b)"};
  EXPECT_EQ(read(letters_rule(), "(c) both (a) and (b)", sums), "\"c\"");
  EXPECT_EQ(read(letters_rule(), "both (a) and (b)", sums), "\"c\"");
}

TEST(Letter, wins_over_a_text_that_is_a_letter) {
  EXPECT_EQ(read(letters_rule(), "a", Choices{"b", "a"}), "\"a\"");
  EXPECT_EQ(read(letters_rule(), "(a) b", Choices{"b", "a"}), "\"a\"");
}

TEST(Gold, of_a_column_is_a_letter_or_its_text) {
  EXPECT_EQ(read_gold(letters_rule(), "b", places), "\"b\"");
  EXPECT_EQ(read_gold(letters_rule(), " B ", places), "\"b\"");
  EXPECT_EQ(read_gold(letters_rule(), "(b)", places), "\"b\"");
  EXPECT_EQ(read_gold(letters_rule(), "library", places), "\"b\"");
  EXPECT_EQ(read_gold(letters_rule(), "pub", places), "refused: names no choice");
}

TEST(Choice, of_a_million_bytes_is_found_in_one_pass) {
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    return text;
  };
  EXPECT_EQ(tone(repeated("very ") + "positive"), "\"very positive\"");
  EXPECT_EQ(queue(repeated("bug ")), "\"bug\"");
  EXPECT_EQ(queue(repeated("x-bug ") + "billing"), "\"billing\"");
  EXPECT_EQ(letter(repeated("*") + "(b)"), "\"b\"");
  EXPECT_EQ(letter(repeated("a ")), "refused: names no choice");
  EXPECT_EQ(queue("a" + repeated("*") + repeated(" bug")), "\"bug\"");
  EXPECT_EQ(queue(repeated("not ") + "bug"), "refused: denies the choice it names");
  EXPECT_EQ(letter("The answer is b." + repeated(" the answer is")),
            "refused: is empty where the value should stand");
}

}  // namespace
}  // namespace sheaf::answer
