// What a checkpoint holds, for people and for programs. Reads only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "store/checkpoint.hpp"

namespace sheaf::run {

enum class Form { text, json };

/// The whole run: requests, tokens, cost, failures by reason, repairs, the slowest requests.
Expected<std::string> inspect_run(store::Checkpoint& store, Form form);

/// Every prompt and reply of one row, and what became of it. ErrorCode::usage when no row has this
/// id.
Expected<std::string> inspect_row(store::Checkpoint& store, const std::string& id, Form form);

}  // namespace sheaf::run
