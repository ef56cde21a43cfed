// Header names and values: what may stand in a task file, and `${NAME}` in a value.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::task {

/// A token of RFC 9110, section 5.6.2.
bool is_header_name(std::string_view name);
/// [A-Za-z_][A-Za-z0-9_]*
bool is_variable_name(std::string_view name);

/// Why a value cannot be written: "what; what to do", never the value. Empty when it can.
std::string_view header_value_fault(std::string_view value);

/// Whether a header exists to carry a key ("Authorization", "x-api-key"), or its value says so.
bool is_secret_header(std::string_view name, std::string_view value);

/// The variables that a value names, in order.
std::vector<std::string> variables_of(std::string_view value);

/// `value` with each `${NAME}` replaced, in a single pass. The error is "what; what to do": a
/// variable that is not set, or whose value would break the header (it is not shown).
std::expected<std::string, std::string> expand_header(
    std::string_view value, const std::map<std::string, std::string>& environment);

}  // namespace sheaf::task
