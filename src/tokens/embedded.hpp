// The rank tables that are part of this build.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sheaf::tokens {

/// The encoder of that name from npm's package `tiktoken` 1.0.22 (MIT licence, Shantanu Jain and
/// David Duong): its JSON, compressed. Empty when the build was made without, and for other names.
std::string_view embedded_table(std::string_view name);

/// nullopt when `packed` is no whole frame of zstd (RFC 8878).
std::optional<std::string> unpack_zstd(std::string_view packed);

}  // namespace sheaf::tokens
