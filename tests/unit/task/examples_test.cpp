#include <filesystem>

#include <gtest/gtest.h>

#include "sample_task.hpp"

namespace sheaf::task {
namespace {

TEST(Examples, EachTaskFileLoadsWithoutAWarning) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(SHEAF_SOURCE_DIR "/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    const auto task = load(entry.path().string(), {check_one_group});
    ASSERT_TRUE(task) << task.error().message;
    EXPECT_FALSE(task->exemplars.empty()) << entry.path();
    EXPECT_TRUE(task->warnings.empty()) << entry.path() << ": " << task->warnings.front();
  }
  EXPECT_GE(files, 5);
}

}  // namespace
}  // namespace sheaf::task
