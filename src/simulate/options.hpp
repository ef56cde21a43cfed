// Options of the simulated model from a task's `simulated:` section.
#pragma once

#include <sheaf/simulate.hpp>

#include "core/json.hpp"

namespace sheaf::simulate {

/// Reads and checks the section. A map or list is written as YAML has them:
/// `accuracy_by_size: {1: 0.95, 6: 0.9}`. null leaves the default.
Expected<SimulateOptions> read_options(const json::Object& section);

}  // namespace sheaf::simulate
