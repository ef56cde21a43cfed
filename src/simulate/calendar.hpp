// Moments of the calendar, for what providers tell of time: the simulated model's own clock knows
// only how long it has been running.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/exchange.hpp"

namespace sheaf::simulate {

using CalendarTime = std::chrono::sys_time<Time>;

/// "2026-11-21T23:42:41Z": RFC 3339 in UTC, whole seconds, rounded up.
std::string rfc3339(CalendarTime time);
/// Seconds since 1970, rounded down.
std::int64_t unix_seconds(CalendarTime time);

}  // namespace sheaf::simulate
