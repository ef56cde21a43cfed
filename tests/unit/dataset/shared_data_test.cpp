// The sets beside the checkout are in sheaf's form and pass unchanged.
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "imported.hpp"

namespace sheaf::dataset {
namespace {

class SharedSet : public testing::TestWithParam<std::pair<const char*, std::size_t>> {};

TEST_P(SharedSet, PassesLineByLine) {
  const auto& [set, count] = GetParam();
  const auto path = std::filesystem::path(SHEAF_SHARED_DATA) / (std::string(set) + ".jsonl");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no shared data beside the checkout";
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  EXPECT_EQ(lines.size(), count);
  EXPECT_EQ(imported_from(set, {path.string()}), lines);
}

INSTANTIATE_TEST_SUITE_P(All, SharedSet,
                         testing::Values(std::pair{"gsm8k", 660}, std::pair{"svamp", 500},
                                         std::pair{"multiarith", 300}, std::pair{"addsub", 198},
                                         std::pair{"aqua", 127}, std::pair{"commonsenseqa", 611},
                                         std::pair{"strategyqa", 1145}, std::pair{"rte", 139},
                                         std::pair{"sst5", 1105}),
                         [](const auto& given) { return std::string(given.param.first); });

}  // namespace
}  // namespace sheaf::dataset
