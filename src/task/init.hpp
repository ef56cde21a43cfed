// A first task file, guessed from rows: for `sheaf init`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace sheaf::task {

/// A commented YAML task file for these columns. It loads as it is; what was guessed says so.
/// `columns`: in the file's order. `first_rows`: the objects to guess from; a few hundred will do.
std::string starter_task(const std::string& rows_path, const std::vector<std::string>& columns,
                         std::span<const json::Value> first_rows);

}  // namespace sheaf::task
