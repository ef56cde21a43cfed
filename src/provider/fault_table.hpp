// What to do about a request that brought no completion: two tables, one for statuses and one for
// the network. A new fault of a provider is one row.
#pragma once

#include <cstdint>

#include "core/exchange.hpp"

namespace sheaf::provider {

/// The fault of a response whose status is not 2xx. Its body may be anything.
Fault refusal(const HttpResponse& response, std::int64_t now_unix);

/// The fault of a transfer that brought no response.
Fault lost(const TransportFault& fault);

/// The fault of a success status with a body that is no completion.
Fault bad_reply(int status, std::string detail, std::optional<Usage> usage);

}  // namespace sheaf::provider
