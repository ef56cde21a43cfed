// Where prompts go, and what of them is not computed again.
#include "llama/placement.hpp"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace sheaf::llama {
namespace {

/// `shared` equal tokens, then as many of its own.
std::vector<Token> tokens(int shared, int own, Token sign) {
  std::vector<Token> result(static_cast<std::size_t>(shared));
  std::iota(result.begin(), result.end(), 1);
  result.insert(result.end(), static_cast<std::size_t>(own), sign);
  return result;
}

Sequence idle(std::vector<Token> computed, std::uint64_t used, std::size_t shared = 0) {
  return {std::move(computed), {}, used, shared};
}

Sequence busy(std::vector<Token> wanted, std::size_t computed, std::uint64_t used) {
  const std::vector<Token> done(wanted.begin(), wanted.begin() + static_cast<long>(computed));
  return {done, std::move(wanted), used, 0};
}

TEST(Placement, TakesTheLongestBeginningIntoTheSequenceUsedLongestAgo) {
  const std::vector sequences{busy(tokens(100, 20, 900), 110, 7), idle(tokens(40, 5, 901), 6),
                              idle(tokens(10, 5, 902), 5)};
  const auto placed = place(sequences, tokens(100, 30, 903)).value();
  EXPECT_EQ(placed.target, 2U);
  EXPECT_EQ(placed.source, 0U);
  EXPECT_EQ(placed.kept, 100U);
}

TEST(Placement, ComputesTheLastTokenAnew) {
  const std::vector sequences{idle(tokens(100, 0, 0), 1)};
  const auto placed = place(sequences, tokens(100, 0, 0)).value();
  EXPECT_EQ(placed.target, 0U);
  EXPECT_EQ(placed.source, 0U);
  EXPECT_EQ(placed.kept, 99U);
}

TEST(Placement, SharesNothingWhereNothingIsEqual) {
  const std::vector sequences{busy(tokens(0, 9, 900), 9, 1), idle({}, 0)};
  const auto placed = place(sequences, tokens(0, 9, 901)).value();
  EXPECT_EQ(placed.target, 1U);
  EXPECT_EQ(placed.source, placed.target);
  EXPECT_EQ(placed.kept, 0U);
}

TEST(Placement, WaitsForWhatAnotherIsAboutToCompute) {
  const auto wanted = tokens(100, 20, 900);
  const auto prompt = tokens(100, 30, 901);
  EXPECT_FALSE(place(std::vector{busy(wanted, 50, 2), idle({}, 1)}, prompt));
  const auto nearly = 100 - most_computed_twice;
  EXPECT_FALSE(place(std::vector{busy(wanted, nearly - 1, 2), idle({}, 1)}, prompt));
  EXPECT_EQ(place(std::vector{busy(wanted, nearly, 2), idle({}, 1)}, prompt).value().kept, nearly);
}

TEST(Placement, DoesNotWaitForWhatIsComputedElsewhere) {
  const std::vector sequences{busy(tokens(100, 20, 900), 10, 2), idle(tokens(100, 1, 902), 1)};
  EXPECT_EQ(place(sequences, tokens(100, 30, 901)).value().kept, 100U);
}

TEST(Placement, TakesASequenceThatHoldsNothingOfItsOwnBeforeAnOlderOne) {
  const std::vector sequences{busy(tokens(100, 20, 900), 120, 4), idle(tokens(50, 9, 901), 1),
                              idle(tokens(100, 0, 0), 3), idle(tokens(100, 0, 0), 2)};
  const auto placed = place(sequences, tokens(100, 30, 902)).value();
  EXPECT_EQ(placed.target, 3U);
  EXPECT_EQ(placed.kept, 100U);
}

TEST(Placement, MarksTheBeginningThatMoreThanOnePromptHasHad) {
  std::vector sequences{busy(tokens(100, 20, 900), 10, 2), idle(tokens(40, 20, 901), 3),
                        idle(tokens(60, 20, 902), 1, 70), idle({}, 0)};
  mark_shared(sequences, tokens(100, 30, 903));
  EXPECT_EQ(sequences[0].shared, 100U);
  EXPECT_EQ(sequences[1].shared, 40U);
  EXPECT_EQ(sequences[2].shared, 70U);
  EXPECT_EQ(sequences[3].shared, 0U);
}

TEST(Placement, WaitsForAFreeSequence) {
  const std::vector sequences{busy(tokens(0, 9, 900), 9, 1)};
  EXPECT_FALSE(place(sequences, tokens(0, 9, 901)));
}

}  // namespace
}  // namespace sheaf::llama
