// What a fuzz target asserts, in every build.
#pragma once

#include <cstdlib>

namespace sheaf::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace sheaf::fuzz
