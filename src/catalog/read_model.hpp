// An entry of the catalog's file.
#pragma once

#include <expected>
#include <string>

#include "catalog/model.hpp"
#include "core/json.hpp"

namespace sheaf::catalog {

/// Every member is checked and none may be unknown. The error is "'prices.live.input' REST; what to
/// do", to follow the entry's name.
std::expected<Model, std::string> read_model(const json::Value& entry);

}  // namespace sheaf::catalog
