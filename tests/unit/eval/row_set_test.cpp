#include "eval/row_set.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sheaf::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RowSet, NamesTheLettersThatSomeRowOffersAndNoneHasAsGold) {
  task::Task task;
  task.answer.type = task::AnswerType::choice;
  task.answer.choices = task::ChoiceColumn{"options"};
  RowSetCounter counter(task);
  const json::Value gold("b");
  counter.add(&gold, {"yes", "no"});
  counter.add(nullptr, {"yes", "no", "perhaps"});
  const auto set = counter.finish();
  EXPECT_EQ(set.rows, 2);
  EXPECT_EQ(set.with_gold, 1);
  EXPECT_THAT(set.absent_classes, ElementsAre("a", "c"));
}

TEST(RowSet, SaysNothingOfClassesWhereNoRowHasGold) {
  task::Task task;
  task.answer.choices = std::vector<std::string>{"even", "odd"};
  RowSetCounter counter(task);
  counter.add(nullptr, {});
  EXPECT_THAT(counter.finish().absent_classes, IsEmpty());
}

}  // namespace
}  // namespace sheaf::eval
