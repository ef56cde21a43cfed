// What stops a run from outside, whatever it is doing.
#pragma once

#include <chrono>
#include <optional>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "dispatch/dispatcher.hpp"

namespace sheaf::run {

/// A run stops when, for this long, no request succeeded although some were sent.
inline constexpr Time no_success_limit = std::chrono::minutes(10);

/// Why a run whose requests are under way in `dispatch` has to stop now: it was asked to, or
/// nothing has succeeded for too long.
std::optional<Error> outside_stop(const RunOptions& options, const dispatch::Dispatch& dispatch,
                                  bool any_requests);

}  // namespace sheaf::run
