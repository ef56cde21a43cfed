// `text % values` and `text.format(...)`.
#pragma once

#include "program/context.hpp"

namespace sheaf::program {

Value percent_format(Context& context, const Text& format, const Value& values);
Value brace_format(Context& context, const Text& format, const Arguments& arguments);

}  // namespace sheaf::program
