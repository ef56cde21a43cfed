// Values as text, and text as code points.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "program/context.hpp"

namespace sheaf::program {

/// str() and repr(); refuse what prints an address.
std::string str_text(Context& context, const Value& value);
std::string repr_text(Context& context, const Value& value);
/// ascii()
std::string ascii_text(Context& context, const Value& value);

/// The code points of a text, each as its bytes.
std::vector<std::string_view> code_points(Context& context, const Text& text);

/// The text of an exception as str() has it.
std::string error_text(Context& context, const Error& error);

}  // namespace sheaf::program
