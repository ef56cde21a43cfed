// Bytes written as letters (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sheaf {

/// The bytes of padded base64; nullopt when it is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace sheaf
