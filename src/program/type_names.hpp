// The names of Python's types.
#pragma once

#include <string_view>

#include "program/value.hpp"

namespace sheaf::program {

/// type(value).__name__
std::string_view type_name(const Value& value);

}  // namespace sheaf::program
