#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "cli/results.hpp"

namespace sheaf::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* erase_line = "\r\x1b[K";
constexpr const char* colour = "\x1b[3";

/// What stood on the terminal's bar line, one entry for each time it was drawn.
std::vector<std::string> drawn(const std::string& err) {
  std::vector<std::string> bars;
  const std::string mark = erase_line;
  for (auto at = err.find(mark); at != std::string::npos;) {
    const auto next = err.find(mark, at + mark.size());
    bars.push_back(err.substr(at + mark.size(), next - at - mark.size()));
    at = next;
  }
  return bars;
}

/// Slow enough for a few drawings.
std::vector<std::string> slow_run(const Folder& folder) {
  return triage_run(folder / "a.jsonl", {"--concurrency", "2", "--simulated", "first_token_ms=60"});
}

TEST(Bar, ShowsWhereTheRunStandsAndIsGoneAtTheEnd) {
  const Folder folder;
  const auto ended = sheaf(slow_run(folder), {.streams = Streams::terminal, .columns = 140});
  EXPECT_EQ(ended.code, 0) << ended.err;
  auto bars = drawn(ended.err);
  ASSERT_GE(bars.size(), 3U);
  EXPECT_THAT(bars, Contains(AllOf(HasSubstr("-]  simulated model  "), HasSubstr("304  "),
                                   HasSubstr(" rows/s  ETA "), HasSubstr(" in flight  "),
                                   HasSubstr(" repair"), HasSubstr("  $"), HasSubstr("/~$"))));
  EXPECT_THAT(bars.back(), ::testing::StartsWith("support-triage: "));
}

TEST(Bar, FitsTheTerminal) {
  const Folder folder;
  const auto ended =
      sheaf(triage_run(folder / "a.jsonl"),
            {.environment = {{"NO_COLOR", "1"}}, .streams = Streams::terminal, .columns = 60});
  auto bars = drawn(ended.err);
  ASSERT_GE(bars.size(), 2U);
  bars.pop_back();
  for (const auto& bar : bars) EXPECT_LT(bar.size(), 60U) << bar;
}

TEST(Colour, IsForTerminalsWithoutNoColor) {
  const Folder folder;
  const auto on = [&](Surroundings surroundings) {
    return sheaf(triage_run(folder / "a.jsonl", {"--fresh"}), std::move(surroundings)).err;
  };
  EXPECT_THAT(on({.streams = Streams::terminal}), HasSubstr(colour));
  EXPECT_THAT(on({.environment = {{"NO_COLOR", "1"}}, .streams = Streams::terminal}),
              Not(HasSubstr(colour)));
  EXPECT_THAT(on({}), Not(HasSubstr("\x1b")));
}

TEST(Plain, DrawsNoBar) {
  const Folder folder;
  const auto ended =
      sheaf(triage_run(folder / "a.jsonl", {"--plain"}), {.streams = Streams::terminal});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, Not(HasSubstr(erase_line)));
}

TEST(Plain, IsWhatADumbTerminalGets) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl"),
                           {.environment = {{"TERM", "dumb"}}, .streams = Streams::terminal});
  EXPECT_THAT(ended.err, Not(HasSubstr("\x1b")));
}

TEST(Quiet, PrintsNothingWhenAllIsWell) {
  const Folder folder;
  const auto ended = sheaf(triage_run(folder / "a.jsonl", {"-q"}), {.streams = Streams::terminal});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
}

TEST(Verbose, PrintsNotices) {
  const Folder folder;
  const std::vector<std::string> faults{"--simulated", "http-500=0.2", "-v"};
  const auto ended = sheaf(triage_run(folder / "a.jsonl", faults));
  EXPECT_THAT(ended.err, HasSubstr(" debug request "));
}

}  // namespace
}  // namespace sheaf::testing
