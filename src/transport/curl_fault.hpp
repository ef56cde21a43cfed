// Why libcurl ended a transfer, in our words.
#pragma once

#include <curl/curl.h>

#include "core/exchange.hpp"
#include "transport/curl_transport.hpp"

namespace sheaf::transport {

/// `code` is not CURLE_OK.
TransportFault fault_of(CURLcode code, const Transfer& transfer);

}  // namespace sheaf::transport
