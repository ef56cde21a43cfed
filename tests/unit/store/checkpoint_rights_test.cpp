// Who may read a checkpoint, and where it is made.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

using testing::HasSubstr;

TEST(CheckpointRights, AreForItsOwnerAlone) {
  const TemporaryFolder folder;
  const auto checkpoint = open_writing(folder.file("out.sheaf"));
  for (const auto& name : folder.names()) {
    const auto rights = std::filesystem::status(folder.file(name)).permissions();
    EXPECT_EQ(rights & std::filesystem::perms::all, std::filesystem::perms{0600}) << name;
  }
}

TEST(CheckpointRights, OfAnExistingOneStay) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  open_writing(path);
  std::filesystem::permissions(path, std::filesystem::perms{0640});
  const auto checkpoint = open_writing(path);
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms{0640});
}

TEST(CheckpointRights, AreNotGivenToWhatALinkNames) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.file("elsewhere"), folder.file("out.sheaf"));
  EXPECT_THAT(refusal(folder.file("out.sheaf"), Access::read_write),
              HasSubstr("a link to nothing"));
  EXPECT_FALSE(std::filesystem::exists(folder.file("elsewhere")));
}

}  // namespace
}  // namespace sheaf::store
