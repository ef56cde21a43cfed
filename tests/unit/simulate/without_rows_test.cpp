// The simulated model that knows no rows.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "lab.hpp"

namespace sheaf::simulate {
namespace {

TEST(SimulatedModel, WithoutRowsItAnswersEverySampleByItsTextAlone) {
  Lab lab(parse_task(queues_yaml()), queue_rows(9));
  SimulateOptions options;
  options.nonce = true;
  const auto remake = [&] { lab.model = *Model::create_without_rows(lab.task, options); };
  remake();
  const auto together = lab.ask({0, 1, 2, 3, 4, 5, 6, 7, 8});
  ASSERT_TRUE(together.is_completion());
  remake();
  std::set<std::string> different;
  for (std::size_t row = 9; row-- > 0;) {
    const auto alone = lab.ask({row});
    ASSERT_TRUE(alone.is_completion());
    EXPECT_EQ(alone.values[0], together.values[row]);
    different.insert(alone.text);
  }
  EXPECT_EQ(different.size(), 9u);
  EXPECT_EQ(lab.count("asked"), 9);
  EXPECT_FALSE(Model::create_without_rows(parse_task(letters_yaml()), options));
}

}  // namespace
}  // namespace sheaf::simulate
