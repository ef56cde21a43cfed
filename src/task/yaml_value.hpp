// YAML scalars as JSON values, by the core schema of YAML 1.2 (section 10.3.2): only true and
// false are booleans, only what reads as a number is one, and a quoted text stays a text.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "task/yaml_tree.hpp"

namespace sheaf::task {

/// The number that a plain scalar writes, in digits that JSON allows and otherwise as written:
/// "1.50" stays, ".5" is "0.5", "0x1F" is "31". nullopt when it is no number.
std::optional<json::Number> plain_number(std::string_view scalar);

/// A whole tree as JSON, numbers by their digits. Refused: infinities and NaN, which JSON has not.
std::expected<json::Value, YamlProblem> to_json(const YamlNode& node);

}  // namespace sheaf::task
