// What response headers say about waiting and about limits. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/exchange.hpp"

namespace sheaf::provider {

/// How long the server asks to wait: `retry-after-ms`, else `Retry-After` (seconds, a fraction, or
/// an HTTP date in any of the three forms of RFC 9110, 5.6.7). Absent, unreadable, zero and past
/// are nullopt: nothing was asked. At most a week.
std::optional<Millis> retry_after(const HttpResponse& response, std::int64_t now_unix);

/// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, Mistral's of a minute
/// (`x-ratelimit-limit-req-minute`), and Anthropic's `anthropic-ratelimit-requests-limit` and the
/// like, of which input or output tokens that are used up count as all tokens. A limit of 0 or -1
/// is unknown, and what remains of it too (Azure). Resets are durations, Anthropic's points in
/// time.
RateLimitHint rate_limit_hint(const HttpResponse& response, std::int64_t now_unix);

/// "12ms", "1s", "6m0s", "1h2m", "7.66s", "20" (seconds). nullopt when it is something else, or
/// longer than a day (a point in time, then, in a header meant for a duration).
std::optional<Millis> read_duration(std::string_view text);

/// Seconds since 1970 of an RFC 3339 time, a fraction rounded up; nullopt when it is none.
std::optional<std::int64_t> read_rfc3339(std::string_view text);

/// Seconds since 1970 of an HTTP date; nullopt when it is none.
std::optional<std::int64_t> read_http_date(std::string_view text);

}  // namespace sheaf::provider
