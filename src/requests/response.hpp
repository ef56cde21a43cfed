// What came for a request, as its result shows it: {"status_code", "request_id", "body"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sheaf/usage.hpp>

#include "core/exchange.hpp"
#include "core/json.hpp"

namespace sheaf::requests {

/// On one line; nullopt where the body is no JSON object. A body that stands on one line is kept
/// byte for byte, another loses the spaces between its parts.
std::optional<std::string> response_text(const HttpResponse& response);

/// The usage that a response's body tells, of whichever address; nullopt without one.
std::optional<Usage> usage_of(const json::Value& body);

/// Usage as chat completions tell it.
json::Value usage_object(const Usage& usage);

}  // namespace sheaf::requests
