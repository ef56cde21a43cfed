#include <string>

#include <gtest/gtest.h>

#include "outcome.hpp"

namespace sheaf::program {
namespace {

using test::outcome;

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Limits, StepsEndWhatDoesNotEnd) {
  for (const std::string source :
       {"while True: pass", "x = sum(i for i in range(10**15))", "x = list(range(10**12))",
        "x = max(range(10**17))", "for i in range(10**9):\n  for j in range(10**9): pass",
        "x = 7 ** 1000 % 9\nwhile 1: x = 7 ** 1000", "def f(n):\n  while n: n += 1\nf(1)",
        "x = 'ab' * 100000\nwhile True: x.find('ba' * 5000 + 'c')",
        "x = [3, 1] * 9999\nwhile 1: x.sort()", "x = (i for i in range(10**9))\nans = -5 in x",
        "import math\nmath.factorial(10**9)",
        "x = pow(3, 2 ** 4000, 2 ** 4000 + 1)\nwhile True: x = pow(3, 2 ** 4000, 2 ** 4000 + 1)"}) {
    const auto end = outcome(source);
    EXPECT_TRUE(end == "!steps" || end == "!memory") << end << ": " << source;
  }
}

TEST(Limits, StepsDecideAlike) {
  Limits limits;
  limits.steps = 50;
  EXPECT_EQ(outcome("n = 0\nwhile n < 10: n += 1\nans = n", limits), "10");
  EXPECT_EQ(outcome("n = 0\nwhile n < 100: n += 1\nans = n", limits), "!steps");
}

TEST(Limits, DepthBoundsCalls) {
  const std::string source = "def f(n):\n  return 0 if n == 0 else 1 + f(n - 1)\nans = f(";
  EXPECT_EQ(outcome(source + "63)"), "63");
  EXPECT_EQ(outcome(source + "64)"), "!depth");
}

TEST(Limits, DepthBoundsTheSource) {
  for (const auto& source :
       {"ans = " + times(20000, "(") + "1" + times(20000, ")"), "ans = " + times(30000, "-") + "1",
        "ans = " + times(10000, "not ") + "1", "ans = 1" + times(20000, "+1"),
        "ans = " + times(20000, "[") + times(20000, "]"), "ans = 1" + times(20000, "**1"),
        "ans = f" + times(20000, "()"), "ans = x" + times(20000, "[0]"),
        "ans = x" + times(20000, ".y"), "ans = " + times(9000, "lambda:") + "1",
        "ans = " + times(5000, "1 if 1 else ") + "1", "ans = " + times(20000, "{1:")}) {
    const auto end = outcome(source);
    EXPECT_TRUE(end == "!depth" || end == "!syntax") << end << ": " << source.substr(0, 40);
  }
  EXPECT_EQ(outcome("ans = " + times(40, "(") + "1" + times(40, ")")), "1");
  EXPECT_EQ(outcome("ans = 1" + times(150, "+1")), "151");
}

TEST(Limits, DepthBoundsValues) {
  EXPECT_EQ(outcome("x = []\nfor i in range(3000): x = [x]\nans = str(x)"), "!depth");
  EXPECT_EQ(outcome("x = []\nfor i in range(3000): x = [x]\ny = []\n"
                    "for i in range(3000): y = [y]\nans = x == y"),
            "!depth");
  EXPECT_EQ(outcome("i = iter([1])\nfor n in range(3000): i = map(abs, i)\nans = next(i)"),
            "!depth");
  EXPECT_EQ(outcome("x = ()\nfor i in range(3000): x = (x,)\nans = {x: 1}"), "!depth");
}

TEST(Limits, MemoryIsAskedBeforeItIsTaken) {
  for (const std::string source :
       {"x = 'a' * 10**9",
        "x = [0] * 10**9",
        "x = [0] * 10**18",
        "x = 'ab' * 10**18",
        "x = 10 ** 10 ** 9",
        "x = 2 ** 5000",
        "x = 1 << 10**9",
        "x = 2 ** 4000\nx = x * x",
        "x = [1]\nwhile True: x += x",
        "x = [1]\nwhile True: x = [x, x, str(x)]",
        "x = 'a'\nwhile True: x += x",
        "x = f'{1:1000000000}'",
        "x = '%1000000000d' % 1",
        "x = f'{1.0:.1000000000f}'",
        "x = 'a'.zfill(10**10)",
        "x = 'a'.ljust(10**10)",
        "x = 9\nwhile True: x *= x",
        "import math\nx = math.factorial(2000)",
        "x = {}\nn = 0\nwhile True:\n  n += 1\n  x[n] = 'abcdefgh' * 1000",
        "x = ','.join(['a' * 1000] * 100000)",
        "x = 'ab'.replace('a', 'c' * 10**8)",
        "x = int('9' * 2000)",
        "x = []\nwhile True: x.append('y' * 10000)"}) {
    EXPECT_EQ(outcome(source), "!memory") << source;
  }
}

TEST(Limits, MemoryIsThatOfContainersAsTheyGrow) {
  Limits limits;
  limits.memory_bytes = 20'000;
  for (const std::string grow :
       {"x = []\nfor i in range(5000): x.append(i)", "x = {}\nfor i in range(5000): x[i] = i",
        "x = set()\nfor i in range(5000): x.add(i)"}) {
    EXPECT_EQ(outcome(grow + "\nans = 1", limits), "!memory") << grow;
  }
}

TEST(Limits, IntegersAreExactToTheirLastBit) {
  EXPECT_EQ(outcome("ans = 2 ** 4095 == 1 << 4095"), "True");
  EXPECT_EQ(outcome("ans = 2 ** 4096"), "!memory");
  EXPECT_EQ(outcome("ans = 1 << 4096"), "!memory");
  EXPECT_EQ(outcome("x = 2 ** 2048\nans = x * (x // 2) == 1 << 4095"), "True");
  EXPECT_EQ(outcome("x = 2 ** 4095\nans = x * 0"), "0");
  EXPECT_EQ(outcome("ans = round(7, -2 ** 63)"), "0");
  EXPECT_EQ(outcome("x = 2 ** 2048\nans = x * x"), "!memory");
}

TEST(Limits, MemoryThatIsLetGoOfIsFree) {
  EXPECT_EQ(outcome("for i in range(100): x = 'a' * 100000\nans = len(x)"), "100000");
  EXPECT_EQ(outcome("for i in range(15):\n  x = [0] * 40000\n  x = None\nans = i"), "14");
}

TEST(Limits, LongChainsOfValuesAreLetGoOfWithoutRecursion) {
  Limits limits;
  limits.steps = 1'000'000;
  limits.memory_bytes = std::int64_t{256} << 20;
  EXPECT_EQ(outcome("x = []\nfor i in range(200000): x = [x]\nx = 1\nans = x", limits), "1");
  EXPECT_EQ(outcome("x = []\nfor i in range(200000): x = [x]\nans = 1", limits), "1");
}

TEST(Limits, TheSourceIsBounded) {
  EXPECT_EQ(outcome("ans = 1" + times(70000, " ")), "!memory");
  Limits limits;
  limits.source_bytes = 7;
  EXPECT_EQ(outcome("ans = 1", limits), "1");
  EXPECT_EQ(outcome("ans = 12", limits), "!memory");
}

TEST(Limits, CyclesDieWithTheRun) {
  EXPECT_EQ(outcome("l = []\nl.append(l)\nd = {1: l}\nl.append(d)\ndef f():\n  return f\n"
                    "l.append(f)\nl.append(l.append)\nl.append(d.keys())\nans = len(l)"),
            "5");
}

}  // namespace
}  // namespace sheaf::program
