#include "eval/variant.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/report.hpp"

namespace sheaf::eval {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::int64_t row_count = 600;

/// A cell of `row_count` rows in batches of its size, of which every `wrong_each`-th is wrong (0:
/// none); the wrong ones begin at `from`.
Cell cell(int size, std::int64_t wrong_each, std::int64_t tokens, std::int64_t from = 0) {
  Cell made;
  made.key = {size, "labelled", "sequential", "m", 1, false};
  made.name = "b" + std::to_string(size);
  made.measures.rows = made.measures.gold_rows = row_count;
  made.measures.final_answers = statistics::Proportion{};
  made.bill.usage.input_tokens = tokens;
  for (std::int64_t row = 0; row < row_count; ++row) {
    const bool right = wrong_each == 0 || (row + from) % wrong_each != 0;
    made.answers.push_back({row, row / size + 1, right, right});
  }
  return made;
}

void add_prices(Cell& cell, const Price& price) {
  cell.is_priced = true;
  cell.bill.told = price.by_kind(cell.bill.usage);
}

Cell noise_cell() {
  auto made = cell(1, 20, 1000);
  made.key.noise = true;
  made.name += "-again";
  return made;
}

std::optional<Prediction> nothing_known(const Cell&, const Cell&) { return std::nullopt; }

Variant only(const std::vector<Cell>& cells, double max_loss = 0.02) {
  auto variants = make_variants(cells, max_loss, nothing_known);
  EXPECT_THAT(variants, SizeIs(1));
  return std::move(variants.front());
}

TEST(Variant, RecommendsTheCheapestSizeThatLosesNothing) {
  const auto found = only({cell(1, 20, 1000), noise_cell(), cell(2, 20, 600), cell(4, 20, 400)});
  ASSERT_TRUE(found.recommended);
  EXPECT_EQ(found.recommended->size, 4);
  EXPECT_THAT(found.sentence, HasSubstr("b = 4"));
}

TEST(Variant, RecommendsNothingAboveASizeThatLoses) {
  const auto found = only({cell(1, 20, 1000), cell(2, 10, 600), cell(4, 20, 400)});
  EXPECT_EQ(found.recommended->size, 1);
  EXPECT_NEAR(found.sizes[1].against_single->loss.difference, 0.05, 1e-9);
}

TEST(Variant, HoldsTheFewestRequestsForCheapestWhereNoTokensWereTold) {
  auto single = cell(1, 20, 0);
  auto batched = cell(4, 20, 0);
  single.bill.requests = row_count;
  batched.bill.requests = row_count / 4;
  const auto found = only({single, batched});
  EXPECT_EQ(found.recommended->size, 4);
  EXPECT_THAT(found.sentence, HasSubstr("No tokens were told"));
  EXPECT_THAT(only({cell(1, 20, 9), cell(4, 20, 3)}).sentence, Not(HasSubstr("No tokens")));
}

TEST(Variant, ComparesMoneyOnlyWhereAllSizesHaveIt) {
  auto single = cell(1, 20, 1000);
  auto batched = cell(2, 20, 2000);
  const Price price{Money{1'000'000}, Money{1'000'000}, Money{1'000'000}};
  add_prices(single, price);
  EXPECT_EQ(only({single, batched}).recommended->size, 1);
}

TEST(Variant, ComparesMoneyWhereASizeBehindDidNotComeToItsEnd) {
  auto single = cell(1, 20, 1000);
  auto batched = cell(2, 20, 1100);
  batched.bill.usage.cached_input_tokens = 1000;
  auto stopped = cell(4, 20, 400);
  stopped.stopped = "budget reached";
  for (auto* one : {&single, &batched, &stopped}) {
    add_prices(*one, {Money{1'000'000}, Money{100'000}, Money{1'000'000}});
  }
  EXPECT_EQ(only({single, batched, stopped}).recommended->size, 2) << "more tokens, less money";
}

TEST(Variant, KeepsNoiseApart) {
  const auto found = only({cell(1, 20, 1000), noise_cell(), cell(2, 20, 600)});
  EXPECT_THAT(found.sizes.front().cells, SizeIs(1));
  ASSERT_TRUE(found.noise);
  EXPECT_EQ(found.noise->loss.difference, 0);
}

TEST(Variant, ComparesTheSecondRunAtOneWithTheFirst) {
  auto worse = noise_cell();
  for (auto& answer : worse.answers) answer.correct = false;
  const auto found = only({cell(1, 20, 1000), worse});
  EXPECT_NEAR(found.noise->loss.difference, 0.95, 1e-9) << "what the second lost";
  worse.stopped = "budget reached";
  EXPECT_FALSE(only({cell(1, 20, 1000), worse}).noise);
}

TEST(Variant, LeavesAStoppedCellOutOfEveryComparison) {
  auto stopped = cell(2, 1, 600);
  stopped.stopped = "budget reached";
  const auto found = only({cell(1, 20, 1000), stopped, cell(4, 20, 400)});
  EXPECT_THAT(found.sizes[1].cells, IsEmpty());
  EXPECT_FALSE(found.sizes[1].against_single);
  EXPECT_EQ(found.recommended->size, 1) << "the sizes behind it cannot be reached";
  EXPECT_THAT(found.sentence, HasSubstr("b = 2 was not compared with b = 1."));
}

TEST(Variant, RecommendsNoSizeThatWasMostlyAskedInSmallerPrompts) {
  auto batched = cell(2, 20, 600);
  batched.measures.made_smaller = row_count / 20;
  const auto few = only({cell(1, 20, 1000), batched, cell(4, 20, 400)});
  EXPECT_EQ(few.recommended->size, 4) << "a twentieth is allowed";
  ++batched.measures.made_smaller;
  const auto found = only({cell(1, 20, 1000), batched, cell(4, 20, 400)});
  EXPECT_EQ(found.recommended->size, 1) << "nor one above it";
}

TEST(Variant, PoolsRepeatsWithoutMixingTheirBatches) {
  auto second = cell(2, 20, 400);
  second.key.repeat = 2;
  auto first = cell(2, 20, 800);
  add_prices(second, {Money{1'000'000}, Money{1'000'000}, Money{1'000'000}});
  const auto found = only({cell(1, 20, 1000), first, second});
  const auto& size = found.sizes[1];
  EXPECT_EQ(size.final_answers->n, 2 * row_count);
  EXPECT_EQ(size.final_answers->batches, row_count);
  EXPECT_DOUBLE_EQ(size.tokens_per_row, 1200.0 / (2 * row_count));
  EXPECT_FALSE(size.usd_per_row) << "one repeat has no price";
}

TEST(Variant, SaysWhyNothingCanBeRecommended) {
  auto single = cell(1, 0, 1000);
  auto batched = cell(2, 0, 600);
  for (auto* one : {&single, &batched}) {
    one->answers.clear();
    one->measures.final_answers.reset();
  }
  EXPECT_THAT(only({single, batched}).sentence, HasSubstr("takes rows with gold values"));
  EXPECT_THAT(only({cell(2, 20, 600)}).sentence, HasSubstr("a run at b = 1"));
}

TEST(Variant, PairsEachRepeatWithItsOwn) {
  auto second_single = cell(1, 20, 1000, 7);
  auto second = cell(2, 20, 600, 7);
  second_single.key.repeat = second.key.repeat = 2;
  const auto found = only({cell(1, 20, 1000), cell(2, 20, 600), second_single, second});
  EXPECT_EQ(found.repeats, 2);
  EXPECT_EQ(found.sizes[1].against_single->loss.n, 2 * row_count);
  EXPECT_EQ(found.sizes[1].against_single->loss.only_a, 0) << "rows of other repeats were paired";
}

TEST(Variant, PairsNoRepeatThatOneSizeLacks) {
  auto second_single = cell(1, 20, 1000, 7);
  auto second = cell(2, 20, 600, 7);
  second_single.key.repeat = second.key.repeat = 2;
  const auto found = only({cell(1, 20, 1000), second_single, second});
  EXPECT_EQ(found.sizes[1].against_single->loss.n, row_count);
  EXPECT_EQ(found.sizes[1].against_single->loss.only_a, 0);
}

TEST(Variant, TellsFirstAnswersFromFinalOnes) {
  auto batched = cell(2, 0, 600);
  for (std::size_t i = 0; i < 60; ++i) batched.answers[i].first_correct = false;
  const auto found = only({cell(1, 0, 1000), batched});
  EXPECT_EQ(found.sizes[1].first_pass->correct, row_count - 60);
  EXPECT_EQ(found.sizes[1].final_answers->correct, row_count);
  EXPECT_EQ(found.sizes[1].first_pass_against_single->loss.only_a, 60);
  EXPECT_EQ(found.sizes[1].against_single->loss.only_a, 0);
}

TEST(Variant, CorrectsForAllCellsOfTheSweep) {
  auto other = cell(1, 20, 1000);
  auto other_batched = cell(2, 15, 600);
  other.key.model = other_batched.key.model = "n";
  const auto alone = only({cell(1, 20, 1000), cell(2, 15, 600)});
  const auto both = make_variants({cell(1, 20, 1000), cell(2, 15, 600), other, other_batched}, 0.02,
                                  nothing_known);
  ASSERT_THAT(both, SizeIs(2));
  const double p = alone.sizes[1].against_single->p_holm;
  ASSERT_GT(p, 0);
  EXPECT_NEAR(both[0].sizes[1].against_single->p_holm, std::min(1.0, 2 * p), 1e-12);
}

TEST(Comparison, FlipsBatchesOnlyAgainstSingleRows) {
  const auto single = cell(1, 20, 1000);
  const auto pairs = cell(2, 20, 600);
  const auto fours = cell(4, 10, 400);
  const auto against = [&](const Cell& base) {
    const auto* one = &base;
    const auto* other = &fours;
    return compare({&one, 1}, {&other, 1}, Pass::final_answers);
  };
  EXPECT_TRUE(against(single)->p_permutation);
  EXPECT_FALSE(against(pairs)->p_permutation);
}

TEST(Sentence, NeverCallsADifferenceThatIsNotShownEqual) {
  const auto found = only({cell(1, 20, 1000), cell(2, 20, 600)});
  const auto text = sentence(*found.sizes[1].against_single);
  EXPECT_THAT(text, AllOf(StartsWith("No difference shown, which does not show that there is none"),
                          Not(HasSubstr("equal"))));
}

TEST(Sentence, TellsALossFromAGainAndOneAmongManyFromOneAlone) {
  const auto found = only({cell(1, 20, 1000), cell(2, 10, 600)});
  auto comparison = *found.sizes[1].against_single;
  EXPECT_THAT(sentence(comparison), StartsWith("5.0 points lost (between -"));
  comparison.p_holm = 0.2;
  EXPECT_THAT(sentence(comparison), StartsWith("5.0 points lost if this were the only comparison"));
  const auto better = only({cell(1, 10, 1000), cell(2, 20, 600)});
  EXPECT_THAT(sentence(*better.sizes[1].against_single),
              StartsWith("5.0 points gained (between +"));
}

ReportData report_of(std::vector<Cell> cells) {
  ReportData data;
  data.kind = "sweep";
  data.title = "t";
  data.cells = std::move(cells);
  data.rows = row_set_of(data.cells.front());
  data.variants = make_variants(data.cells, 0.02, nothing_known);
  add_notes(data);
  return data;
}

TEST(Notes, SayWhichIntervalsAreApproximate) {
  auto few = cell(2, 20, 600);
  few.measures.final_answers->approximate = true;
  auto many = cell(1, 20, 1000);
  many.measures.final_answers->approximate = false;
  EXPECT_THAT(report_of({many, few}).notes, Contains(HasSubstr("Fewer than 30 batches at b = 2:")));
}

TEST(Notes, SayThatTheModelWasSimulatedFirst) {
  auto simulated = cell(1, 20, 1000);
  simulated.simulated = true;
  EXPECT_THAT(report_of({simulated}).notes.front(), StartsWith("The model was simulated"));
}

TEST(Notes, OfExtremesTakeMoreThanOneRowAndAllOfThem) {
  auto one = cell(2, 20, 600);
  const auto notes_of = [&](std::int64_t n, std::int64_t correct) {
    one.measures.final_answers->n = n;
    one.measures.final_answers->correct = correct;
    return report_of({one}).notes;
  };
  EXPECT_THAT(notes_of(2, 2), Contains("b2: every answer is right."));
  EXPECT_THAT(notes_of(2, 0), Contains(StartsWith("b2: no answer is right.")));
  for (const auto& [n, correct] : {std::pair{1, 1}, std::pair{1, 0}, std::pair{2, 1}}) {
    EXPECT_THAT(notes_of(n, correct), Not(Contains(HasSubstr("answer is right")))) << n;
  }
}

TEST(Notes, SayWhereOnePriceStandsForSeveralModels) {
  auto priced = cell(1, 20, 1000);
  add_prices(priced, {Money{1'000'000}, Money{1'000'000}, Money{1'000'000}});
  auto other = priced;
  other.key.model = "n";
  const auto said = Contains(HasSubstr("their costs cannot be compared"));
  EXPECT_THAT(report_of({priced, other}).notes, said);
  EXPECT_THAT(report_of({priced}).notes, Not(said));
}

TEST(Notes, TellNoGoldFromGoldThatCannotBeRead) {
  auto one = cell(1, 20, 1000);
  one.measures.gold_rows = 0;
  const auto none = Contains(StartsWith("No row has a gold value:"));
  EXPECT_THAT(report_of({one}).notes, none);
  one.unreadable_gold = row_count;
  EXPECT_THAT(report_of({one}).notes, Not(none));
  EXPECT_THAT(report_of({one}).notes,
              Contains(StartsWith("600 of 600 gold values cannot be read")));
}

TEST(Notes, SayThatOneRepeatTellsNoPositions) {
  const auto said = Contains(StartsWith("With one repeat every row stands at one place"));
  auto second = cell(2, 20, 600);
  EXPECT_THAT(report_of({cell(1, 20, 1000), second}).notes, said);
  second.key.repeat = 2;
  EXPECT_THAT(report_of({cell(1, 20, 1000), second}).notes, Not(said));
}

TEST(Notes, NameAClassThatNoRowHas) {
  auto one = cell(1, 20, 1000);
  one.measures.classes = {{"even", 600, 570, 570}, {"odd", 0, 0, 30}};
  EXPECT_THAT(report_of({one}).notes, Contains("No row has the gold value \"odd\"."));
}

TEST(ReportJson, IsWholeForADegenerateReport) {
  Cell empty;
  empty.key = {1, "labelled", "sequential", "m", 1, false};
  empty.name = "b1";
  const auto text = json::dump(report_json(report_of({empty})));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
  const auto value = json::parse(text);
  ASSERT_TRUE(value);
  EXPECT_TRUE(value->find_path("cells.0.accuracy")->is_null());
  EXPECT_THAT(report_text(report_of({empty})), HasSubstr("There is no row."));
}

}  // namespace
}  // namespace sheaf::eval
