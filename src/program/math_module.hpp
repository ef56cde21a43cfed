// `math`, the one module.
#pragma once

#include <string_view>
#include <vector>

#include "program/context.hpp"

namespace sheaf::program {

/// A function or a constant; raises AttributeError, or ImportError where it was being imported.
Value math_member(Context& context, std::string_view name, bool importing);
/// All names of the module.
std::vector<std::string_view> math_names();

}  // namespace sheaf::program
