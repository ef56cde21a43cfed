// What to do about a request that brought no completion: tables for statuses, one that all
// providers share and one for each that says things in its own way, and one for the network. A new
// fault of a provider is one row.
#pragma once

#include <cstdint>

#include "core/exchange.hpp"
#include "provider/reply.hpp"

namespace sheaf::provider {

/// The fault of a response whose status is not 2xx, by the API's own table, then by the shared one.
/// Its body may be anything. Where no header asks to wait, Gemini's `retryDelay` does.
Fault refusal(const HttpResponse& response, std::int64_t now_unix, Api api);

/// The fault of a transfer that brought no response.
Fault lost(const TransportFault& fault);

/// The fault of a success status with a body that is no completion.
Fault bad_reply(int status, BadReply bad);

}  // namespace sheaf::provider
