// The columns of a request's start, which several queries read.
#pragma once

#include <cstdint>

#include "store/checkpoint.hpp"
#include "store/database.hpp"

namespace sheaf::store {

/// Reads the record of `attempts` at the cursor. False when it is not as it was written.
bool take_start(Cursor& cursor, Attempt& attempt, std::int64_t& prefix);

}  // namespace sheaf::store
