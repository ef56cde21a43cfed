// What is outside the subset, and what no Python is, is told; and nothing of the host is reached.
#include <string>

#include <gtest/gtest.h>

#include "outcome.hpp"

namespace sheaf::program {
namespace {

using test::outcome;
using test::what;

TEST(Closed, NothingOfTheHostIsReached) {
  for (const std::string source : {"import os",
                                   "import sys",
                                   "from os import system",
                                   "import os.path",
                                   "import cmath",
                                   "import mathutils",
                                   "import math.os",
                                   "import sympy",
                                   "open('/etc/passwd')",
                                   "eval('1')",
                                   "exec('1')",
                                   "__import__('os')",
                                   "input()",
                                   "exit()",
                                   "globals()",
                                   "().__class__",
                                   "(1).__class__.__bases__",
                                   "''.__doc__",
                                   "print(1, file=2)",
                                   "import math\nmath.__loader__",
                                   "def f(): pass\nf.__globals__",
                                   "'{0.__class__}'.format(1)",
                                   "getattr(1, 'real')",
                                   "vars()",
                                   "from . import x"}) {
    EXPECT_EQ(outcome(source + "\nans = 1"), "!unsupported") << source;
  }
}

TEST(Closed, WhatTheSubsetLacksIsNamed) {
  EXPECT_EQ(what("from sympy import symbols"),
            "not supported at line 1: importing sympy is not supported");
  for (const std::string source :
       {"class A:\n  pass", "with x:\n  pass", "async def f():\n  pass", "@f\ndef g(): pass",
        "def f():\n  yield 1", "x = 1j", "x = b'a'", "x = ...", "x = 1 @ 2", "x = (-8) ** 0.5",
        "x = {1} is {1}, 2.0 is 2.0", "x = sorted([float('nan'), 1])", "x = 1000 is 1000",
        "x = f'{1.5:#.2f}'", "x = frozenset()", "match x:\n  case 1: pass",
        "x = str(print)\nx = str(lambda: 1)", "x = '\xC3\xA9'.upper()"}) {
    EXPECT_EQ(outcome(source + "\nans = 1"), "!unsupported") << source;
  }
}

TEST(Closed, WhatIsNoPythonIsToldApart) {
  for (const std::string source : {"print 'x'",
                                   "ans = ",
                                   "ans = (1",
                                   "ans = 1)",
                                   "if x\n  y",
                                   "  ans = 1",
                                   "for in x: pass",
                                   "return 1",
                                   "break",
                                   "x = 012",
                                   "x = 'abc",
                                   "def f(a, a): pass",
                                   "f(a=1, 2)",
                                   "1 = x",
                                   "if 1:\npass",
                                   "x = 1 +",
                                   "x = f'{1'",
                                   "x = f'{}'",
                                   "try:\n  pass",
                                   "a, *b, *c = x",
                                   "if 1:\n\tx = 1\n        y = 2",
                                   "def f():\n  nonlocal q",
                                   "x = 5 y",
                                   "x = 0x",
                                   "def f():\n  x = 1\n  global x",
                                   "ans = 1\n \xFF",
                                   "x = {1: 2, 3}",
                                   "else: pass"}) {
    EXPECT_EQ(outcome(source), "!syntax") << source;
  }
}

TEST(Closed, AFailureIsOneDisplaySafeSentence) {
  EXPECT_EQ(what("raise ValueError('a\\nb\\x1b[31m')"),
            "ValueError at line 1: a\\u{a}b\\u{1b}[31m");
  EXPECT_EQ(what("def f():\n  raise KeyError('k')\nf()"), "KeyError at line 2: 'k'");
}

TEST(Closed, NoLimitAndNothingUnsupportedCanBeCaught) {
  EXPECT_EQ(outcome("try:\n  import os\nexcept Exception:\n  ans = 1"), "!unsupported");
  EXPECT_EQ(outcome("try:\n  while True: pass\nexcept:\n  ans = 1"), "!steps");
  EXPECT_EQ(outcome("def f(): f()\ntry:\n  f()\nfinally:\n  ans = 1"), "!depth");
  EXPECT_EQ(outcome("try:\n  'a' * 10**12\nexcept BaseException:\n  ans = 1"), "!memory");
}

}  // namespace
}  // namespace sheaf::program
