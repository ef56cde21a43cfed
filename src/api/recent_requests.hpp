// What of the last minute still counts against the limits of an account.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "dispatch/scheduler.hpp"
#include "store/checkpoint.hpp"

namespace sheaf::api {

/// The requests of this kind in `store` and in the checkpoints named `others`, which are read only.
Expected<std::vector<dispatch::PastRequest>> recent_requests(store::Checkpoint& store,
                                                             const std::vector<std::string>& others,
                                                             store::AttemptKind kind,
                                                             std::int64_t now_unix_ms);

}  // namespace sheaf::api
