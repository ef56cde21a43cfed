#include <gtest/gtest.h>

#include "outcome.hpp"
#include "program/program.hpp"

namespace sheaf::program {
namespace {

using test::outcome;
using test::what;

TEST(Value, IsAns) {
  const auto result = run("eggs = 16 - 3\nsold = eggs - 4\nans = sold * 2\n");
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_EQ(*result, (Result{Kind::integer, "18"}));
  EXPECT_EQ(*run("ans = True"), (Result{Kind::boolean, "True"}));
  EXPECT_EQ(*run("ans = 7 / 2"), (Result{Kind::real, "3.5"}));
  EXPECT_EQ(*run("ans = 'Zo\xC3\xAB'"), (Result{Kind::text, "Zo\xC3\xAB"}));
}

TEST(Value, IsElseWhatSolutionOrSolverReturns) {
  EXPECT_EQ(outcome("def solver():\n  return 2\n"), "2");
  EXPECT_EQ(outcome("def solver():\n  return 2\ndef solution():\n  return 1\n"), "1");
  EXPECT_EQ(outcome("def solution():\n  return 1\nans = 3"), "3");
  EXPECT_EQ(outcome("def solution(n=4):\n  return n"), "4");
  EXPECT_EQ(outcome("def solution(n):\n  return n\ndef solver():\n  return 5"), "5");
}

TEST(Value, ThatIsNoneOfTheFourKindsIsSaid) {
  EXPECT_EQ(what("ans = [1]"), "ans is a list, which is no single answer");
  EXPECT_EQ(what("ans = None"), "ans is None, which is no answer");
  EXPECT_EQ(what("def solution():\n  return 1, 2"),
            "the value of solution() is a tuple, which is no single answer");
  EXPECT_EQ(what("def solution(n):\n  return n"), "solution() asks for arguments");
  EXPECT_EQ(what("x = 1"), "the program sets no ans and defines neither solution() nor solver()");
  EXPECT_EQ(outcome(""), "!no_value");
}

TEST(Value, OfAFailureNamesTheLine) {
  const auto result = run("a = 1\n\nans = a / 0\n");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, FailureKind::error);
  EXPECT_EQ(result.error().line, 3);
  EXPECT_EQ(result.error().what, "ZeroDivisionError at line 3: division by zero");
}

}  // namespace
}  // namespace sheaf::program
