// Any program ends, with a value or a reason, twice the same.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/text.hpp"
#include "program/program.hpp"

namespace sheaf::program {
namespace {

void ends_alike(const std::string& source) {
  Limits limits;
  limits.steps = 3'000;
  limits.memory_bytes = 1 << 20;
  const auto outcome = run(source, limits);
  const bool alike = outcome == run(source, limits);
  RC_ASSERT(alike);
  if (outcome) {
    RC_ASSERT(!text::find_invalid_utf8(outcome->text));
    return;
  }
  RC_ASSERT(!outcome.error().what.empty());
  RC_ASSERT(outcome.error().what == text::display_safe(outcome.error().what));
}

const std::vector<std::string>& tokens() {
  static const std::vector<std::string> all{"ans",
                                            "x",
                                            "f",
                                            "math",
                                            "1",
                                            "0",
                                            "2.5",
                                            "-",
                                            "10**9",
                                            "'a'",
                                            "f'{x:>9}'",
                                            "(",
                                            ")",
                                            "[",
                                            "]",
                                            "{",
                                            "}",
                                            ",",
                                            ":",
                                            "=",
                                            "+",
                                            "*",
                                            "**",
                                            "//",
                                            "%",
                                            "==",
                                            "<",
                                            "in",
                                            "not",
                                            "and",
                                            "or",
                                            "if",
                                            "else",
                                            "for",
                                            "while",
                                            "def",
                                            "return",
                                            "lambda",
                                            "import",
                                            "try",
                                            "except",
                                            "raise",
                                            "break",
                                            "global",
                                            "del",
                                            "\n",
                                            "\n  ",
                                            "\n    ",
                                            "x.append",
                                            ".items()",
                                            "sum(",
                                            "range(",
                                            "sorted(",
                                            "str(",
                                            "len(",
                                            "int(",
                                            "map(",
                                            "zip(",
                                            "x = [",
                                            "ans = x\n",
                                            "def f(n):\n  return ",
                                            "f(",
                                            "for i in range(9):\n  ",
                                            "while x:\n  ",
                                            "i",
                                            "n",
                                            "*",
                                            "**",
                                            ";",
                                            "#",
                                            "\\\n",
                                            "\"\"\"",
                                            ":="};
  return all;
}

RC_GTEST_PROP(Ends, AnyBytes, (const std::string& bytes)) { ends_alike(bytes); }

RC_GTEST_PROP(Ends, AnyTokens, ()) {
  const auto picked = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(tokens()));
  std::string source;
  for (const auto& token : picked) source += token + " ";
  ends_alike(source);
}

/// An expression of bounded depth over the variables that the program below sets.
std::string expression(int depth) {
  static const std::vector<std::string> leaves{"a",    "b", "t",     "l",   "d",   "s",
                                               "1",    "0", "-3",    "2.5", "'x'", "None",
                                               "True", "f", "2**70", "[]",  "''"};
  static const std::vector<std::string> shapes{"(@ + @)",
                                               "(@ * @)",
                                               "(@ - @)",
                                               "(@ / @)",
                                               "(@ // @)",
                                               "(@ % @)",
                                               "(@ ** @)",
                                               "(@ < @ <= @)",
                                               "(@ == @)",
                                               "(@ in @)",
                                               "(@ and @)",
                                               "(@ or @)",
                                               "(not @)",
                                               "@[@]",
                                               "@[@:@]",
                                               "f(@)",
                                               "len(@)",
                                               "sum(@)",
                                               "max(@, @)",
                                               "sorted(@)",
                                               "str(@)",
                                               "int(@)",
                                               "float(@)",
                                               "list(@)",
                                               "set(@)",
                                               "dict(@)",
                                               "[@ for v in @]",
                                               "{v: @ for v in @}",
                                               "{@, @}",
                                               "[@, @]",
                                               "(@, @)",
                                               "{@: @}",
                                               "round(@, @)",
                                               "abs(@)",
                                               "zip(@, @)",
                                               "map(f, @)",
                                               "reversed(@)",
                                               "f'{@}'",
                                               "f'{@:>{@}}'",
                                               "(@ if @ else @)",
                                               "(lambda v: @)(@)",
                                               "range(@)",
                                               "@.append(@)",
                                               "@.get(@)",
                                               "@.items()",
                                               "@.join(@)",
                                               "@.split(@)",
                                               "divmod(@, @)",
                                               "pow(@, @, @)",
                                               "isinstance(@, int)",
                                               "tuple(@)",
                                               "(@ << @)",
                                               "(@ & @)",
                                               "(~@)",
                                               "(-@)",
                                               "next(iter(@))",
                                               "@.pop()",
                                               "@.replace(@, @)",
                                               "'%s %d' % (@, @)",
                                               "'{} {:.2f}'.format(@, @)",
                                               "min(@, key=f)",
                                               "print(@)",
                                               "repr(@)"};
  if (depth == 0) return *rc::gen::elementOf(leaves);
  std::string out;
  for (const char c : *rc::gen::elementOf(shapes)) {
    if (c == '@') {
      out += expression(*rc::gen::inRange(0, depth));
    } else {
      out += c;
    }
  }
  return out;
}

RC_GTEST_PROP(Ends, AnyProgramOfTheGrammar, ()) {
  static const std::vector<std::string> frames{
      "x = @\n",
      "a = @\n",
      "l.append(@)\n",
      "d[@] = @\n",
      "for v in @:\n    a = @\n",
      "while @:\n    b = @\n",
      "if @:\n    t = @\nelse:\n    s = @\n",
      "l[@] = @\n",
      "try:\n    x = @\nexcept Exception as e:\n    x = str(e)\n",
      "def f(p, q=@):\n    return @\n",
      "a, *b = @\n",
      "l += @\n",
      "s *= @\n",
      "del l[@]\n",
      "assert @, @\n"};
  std::string source =
      "a, b, t, s = 3, 4.5, (1, 2), 'word'\nl = [3, 1, 2]\nd = {'k': 1}\n"
      "def f(v=0):\n    return v\n";
  const auto count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    for (const char c : *rc::gen::elementOf(frames)) {
      if (c == '@') {
        source += expression(*rc::gen::inRange(0, 4));
      } else {
        source += c;
      }
    }
  }
  ends_alike(source + "ans = " + expression(3) + "\n");
}

}  // namespace
}  // namespace sheaf::program
