// The two ways in which `parse` reads JSON. Both make the same value of every text that both read.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/json.hpp"

namespace sheaf::json {

/// The quick one. nullopt where the other has to look: every faulty text, and some rare good ones.
/// `text` must be valid UTF-8.
std::optional<Value> parse_quickly(std::string_view text, const ParseOptions& options);

/// The thorough one, which tells what is wrong and where. `text` must be valid UTF-8.
std::expected<Value, ParseError> parse_thoroughly(std::string_view text,
                                                  const ParseOptions& options);

/// Bytes of the number (RFC 8259, section 6) at the front of `text`; 0 when none is.
std::size_t number_length(std::string_view text);

}  // namespace sheaf::json
