// Percent-encoding.
#pragma once

#include <string>
#include <string_view>

namespace sheaf::provider {

/// `text` as one part of a path or one value of a query: all but RFC 3986's unreserved characters
/// encoded (2.3).
std::string percent_encoded(std::string_view text);

}  // namespace sheaf::provider
