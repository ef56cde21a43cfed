#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<std::string> commands{"run",      "plan",    "decode", "init",
                                        "simulate", "inspect", "import"};

std::vector<std::string> long_flags(const std::string& help) {
  std::vector<std::string> flags;
  for (const auto& line : lines_of(help)) {
    const auto first = line.find_first_not_of(' ');
    const auto start = line.find("--");
    if (first == std::string::npos || line[first] != '-' || start > 6) continue;
    flags.push_back(line.substr(start, line.find_first_of(" ,", start) - start));
  }
  return flags;
}

/// The part of docs/cli.md under "## sheaf COMMAND".
std::string documentation(const std::string& command) {
  const auto text = Folder::read_file(SHEAF_SOURCE_DIR "/docs/cli.md");
  const auto start = text.find("## sheaf " + command + "\n");
  if (start == std::string::npos) return {};
  return text.substr(start, text.find("\n## ", start) - start);
}

TEST(Help, NamesEveryCommandAndTheExitCodes) {
  const auto ended = sheaf({"--help"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
  for (const auto& command : commands) EXPECT_THAT(ended.out, HasSubstr("\n  " + command + " "));
  for (const auto* code : {"0 ", "1 ", "2 ", "3 ", "4 ", "130 "}) {
    EXPECT_THAT(ended.out, HasSubstr(std::string("\n  ") + code));
  }
  EXPECT_THAT(ended.out, HasSubstr("\nExample:\n  sheaf "));
}

TEST(Help, OfEveryCommandHasAWorkedExample) {
  for (const auto& command : commands) {
    const auto ended = sheaf({command, "--help"});
    EXPECT_EQ(ended.code, 0) << command;
    EXPECT_EQ(ended.err, "") << command;
    const auto example = ended.out.find("Example:\n");
    ASSERT_NE(example, std::string::npos) << command;
    EXPECT_THAT(ended.out.substr(example), HasSubstr("  sheaf " + command + " "));
  }
}

TEST(Help, KeepsToAHundredColumns) {
  for (const auto& command : commands) {
    for (const auto& line : lines_of(sheaf({command, "--help"}).out)) {
      EXPECT_LE(line.size(), 100U) << command << ": " << line;
    }
  }
}

TEST(Documentation, HasEveryFlagOfEveryCommand) {
  for (const auto& command : commands) {
    const auto flags = long_flags(sheaf({command, "--help"}).out);
    EXPECT_FALSE(flags.empty()) << command;
    const auto text = documentation(command);
    for (const auto& flag : flags) {
      if (flag == "--help") continue;
      EXPECT_THAT(text, AnyOf(HasSubstr("`" + flag + "`"), HasSubstr("`" + flag + " ")))
          << "sheaf " << command;
    }
  }
}

TEST(Documentation, NamesNoFlagThatDoesNotExist) {
  for (const auto& command : commands) {
    const auto flags = long_flags(sheaf({command, "--help"}).out);
    for (const auto& line : lines_of(documentation(command))) {
      if (!line.starts_with("| `-")) continue;
      const auto start = line.find("--");
      const auto flag = line.substr(start, line.find_first_of(" `", start) - start);
      EXPECT_THAT(flags, ::testing::Contains(flag)) << "sheaf " << command;
    }
  }
}

TEST(Version, IsPrintedAlone) {
  const auto ended = sheaf({"--version"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, ::testing::MatchesRegex("sheaf [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

struct Wrong {
  std::vector<std::string> arguments;
  std::string says;
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << "sheaf";
  for (const auto& argument : wrong.arguments) *out << ' ' << argument;
}

class WrongUsage : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongUsage, IsOneLineAndExitTwo) {
  const auto ended = sheaf(GetParam().arguments);
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Flags, WrongUsage,
    ::testing::Values(
        Wrong{{}, "name a command: run, plan, decode, init, simulate, inspect"},
        Wrong{{"rnu"}, "unknown command 'rnu'; did you mean run?"},
        Wrong{{"run"}, "TASK is required; see sheaf run --help"},
        Wrong{{"run", "t", "r"}, "--output is required"},
        Wrong{{"run", "t", "r", "-o"}, "--output needs a value"},
        Wrong{{"run", "t", "r", "-o", "--fresh"}, "not the flag --fresh"},
        Wrong{{"run", "t", "r", "x", "-o", "o"}, "one argument too many: 'x'"},
        Wrong{{"run", "--modle", "m"}, "unknown flag --modle; did you mean --model?"},
        Wrong{{"run", "t", "r", "-o", "o", "-z"}, "unknown flag -z"},
        Wrong{{"run", "t", "r", "-o", "o", "-q", "-v"}, "excludes"},
        Wrong{{"run", "t", "r", "-o", "o", "--limit", "0"}, "--limit: takes a whole number from 1"},
        Wrong{{"run", "t", "r", "-o", "o", "--limit", "1e3"}, "not '1e3'"},
        Wrong{{"run", "t", "r", "-o", "o", "--seed", "-1"}, "--seed: takes a whole number"},
        Wrong{{"run", "t", "r", "-o", "o", "--batch-size", "1001"}, "from 1 to 1000"},
        Wrong{{"run", "t", "r", "-o", "o", "--max-cost", "5$"}, "--max-cost: takes an amount"},
        Wrong{{"run", "t", "r", "-o", "o", "--max-cost", "inf"}, "not 'inf'"},
        Wrong{{"run", "t", "r", "-o", "o", "--max-failed", "101%"}, "a share such as 5%"},
        Wrong{{"run", "t", "r", "-o", "o", "--max-failed", "x"}, "a number of rows such as 20"},
        Wrong{{"run", "t", "r", "-o", "o", "--timeout", "1h"}, "30 (seconds), 0.5, 500ms or 2m"},
        Wrong{{"run", "t", "r", "-o", "o", "--stall-timeout", "0"}, "at least 1ms"},
        Wrong{{"run", "t", "r", "-o", "o", "--order", "random"}, "takes input or completion"},
        Wrong{{"run", "t", "r", "-o", "o", "--simulated", "x"}, "takes NAME=VALUE"},
        Wrong{{"decode", "t"}, "--replies is required"}, Wrong{{"inspect"}, "FILE is required"},
        Wrong{{"init", "--id", "3"}, "unknown flag --id"}));

TEST(UsageError, OfALineBreakStaysOneLine) {
  const auto ended = sheaf({"run", "t", "r", "-o", "o", "--limit", "no\nnumber\x1b[31m"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(is_one_line_error(ended.err));
  EXPECT_THAT(ended.err, Not(HasSubstr("\x1b")));
}

TEST(Flags, TakeUnderscoresForDashes) {
  const auto ended = sheaf({"run", "t", "r", "-o", "o", "--max_requests_per_minute", "many"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, StartsWith("sheaf: --max-requests-per-minute: takes a whole number"));
}

TEST(Flags, KeepUnderscoresInValues) {
  const auto ended = sheaf({"run", "t", "r", "-o", "o", "--limit=a_b"});
  EXPECT_THAT(ended.err, HasSubstr("not 'a_b'"));
}

TEST(StandardOutput, FullIsExitOneAndSaidSo) {
  const auto ended = sheaf({"--help"}, {.out_path = "/dev/full"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.err, "sheaf: cannot write to standard output: No space left on device\n");
}

TEST(StandardOutput, UnreadIsExitOneAndSaidSo) {
  const auto ended = sheaf({"--help"}, {.is_out_broken = true});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.err, "sheaf: cannot write to standard output: Broken pipe\n");
}

TEST(StandardOutput, ClosedIsExitOneAndSaidSo) {
  const auto ended = sheaf({"--version"}, {.closed = {STDOUT_FILENO}});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, StartsWith("sheaf: cannot write to standard output: "));
}

}  // namespace
}  // namespace sheaf::testing
