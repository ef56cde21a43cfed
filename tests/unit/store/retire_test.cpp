#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void make_with_id(const std::string& path, const std::string& id) {
  const auto checkpoint = open_writing(path);
  must(checkpoint->add(key_of(1), id));
  must(checkpoint->commit());
}

TEST(Retire, MovesToTheFirstFreeNumber) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_with_id(path, "first");
  EXPECT_EQ(must(retire(path)), path + ".1");
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf.1"));
  make_with_id(path, "second");
  EXPECT_EQ(must(retire(path)), path + ".2");
  std::filesystem::remove(path + ".1");
  make_with_id(path, "third");
  EXPECT_EQ(must(retire(path)), path + ".1");
  EXPECT_EQ(must(open_reading(path + ".1")->read(1)).first_id, "third");
  EXPECT_EQ(must(open_reading(path + ".2")->read(1)).first_id, "second");
  EXPECT_EQ(open_writing(path)->sample_count(), 0);
}

TEST(Retire, TakesAlongWhatAKilledRunLeftInItsLog) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto run = open_writing(folder.file("live"));
    must(run->add(key_of(1), "logged"));
    must(run->commit());
    for (const auto* beside : {"", "-wal", "-shm"}) {
      std::filesystem::copy_file(folder.file("live") + beside, path + beside);
    }
  }
  std::filesystem::remove(folder.file("live"));
  EXPECT_EQ(must(retire(path)), path + ".1");
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf.1"));
  EXPECT_EQ(must(open_reading(path + ".1")->read(1)).first_id, "logged");
}

TEST(Retire, MovesADamagedFile) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  std::ofstream(path) << std::string(3000, 'x');
  EXPECT_EQ(must(retire(path)), path + ".1");
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf.1"));
  EXPECT_EQ(std::filesystem::file_size(path + ".1"), 3000U);
}

TEST(Retire, MovesTheLogTooWhileSomeoneIsReading) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  make_with_id(path, "first");
  const auto reader = open_reading(path);
  EXPECT_EQ(must(retire(path)), path + ".1");
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf.1", "out.sheaf.1-shm", "out.sheaf.1-wal"));
  EXPECT_EQ(must(reader->read(1)).first_id, "first");
  EXPECT_EQ(open_writing(path)->sample_count(), 0);
}

TEST(Retire, LeavesACheckpointThatARunIsUsing) {
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  const auto run = open_writing(path);
  const auto retired = retire(path);
  ASSERT_FALSE(retired);
  EXPECT_EQ(retired.error().code, ErrorCode::usage);
  EXPECT_THAT(retired.error().message, HasSubstr("another run is using it"));
  EXPECT_THAT(folder.names(), ElementsAre("out.sheaf", "out.sheaf-shm", "out.sheaf-wal"));
  must(run->add(key_of(1), "row-1"));
  must(run->commit());
}

TEST(Retire, SaysThatThereIsNone) {
  const TemporaryFolder folder;
  for (const auto& path : {folder.file("out.sheaf"), std::string()}) {
    const auto retired = retire(path);
    ASSERT_FALSE(retired);
    EXPECT_EQ(retired.error().code, ErrorCode::usage);
    EXPECT_THAT(retired.error().message, HasSubstr("there is no checkpoint"));
  }
}

}  // namespace
}  // namespace sheaf::store
