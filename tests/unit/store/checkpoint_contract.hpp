// What the tests of the one contract share: each runs on the file and on the checkpoint in memory.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {

enum class Kind { sqlite, memory };

class CheckpointContract : public testing::TestWithParam<Kind> {
 protected:
  CheckpointContract()
      : checkpoint_(GetParam() == Kind::sqlite ? open_writing(folder_.file("out.sheaf"))
                                               : make_memory()) {}
  Checkpoint& store() { return *checkpoint_; }

  /// Commits, and opens the file anew where there is one.
  void settle() {
    must(store().commit());
    if (GetParam() == Kind::memory) return;
    checkpoint_.reset();
    checkpoint_ = open_writing(folder_.file("out.sheaf"));
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Checkpoint> checkpoint_;
};

}  // namespace sheaf::store
