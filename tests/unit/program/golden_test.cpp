// Programs in the style of models, each with its outcome on its first line: `#= kind text`, or
// `#= error Exception`. CPython confirms them in the test program_cpython.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "program/program.hpp"

namespace sheaf::program {
namespace {

std::string outcome(const std::string& source) {
  const auto result = run(source);
  if (!result) {
    if (result.error().kind != FailureKind::error) return result.error().what;
    return "error " + result.error().what.substr(0, result.error().what.find(' '));
  }
  constexpr const char* kinds[] = {"bool", "int", "float", "str"};
  return std::string(kinds[static_cast<std::size_t>(result->kind)]) + " " + result->text;
}

TEST(GoldenPrograms, GiveTheOutcomeOnTheirFirstLine) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(SHEAF_SOURCE_DIR "/tests/golden/programs")) {
    paths.push_back(entry.path());
  }
  ASSERT_GE(paths.size(), 60U);
  std::ranges::sort(paths);
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string source(std::istreambuf_iterator<char>(file), {});
    ASSERT_TRUE(source.starts_with("#= ")) << path;
    EXPECT_EQ(outcome(source), source.substr(3, source.find('\n') - 3)) << path;
  }
}

}  // namespace
}  // namespace sheaf::program
