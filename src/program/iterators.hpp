// enumerate, zip, map, filter, reversed.
#pragma once

#include "program/context.hpp"

namespace sheaf::program {

Value make_enumerate(Context& context, Arguments& arguments);
Value make_zip(Context& context, Arguments& arguments);
Value make_map(Context& context, Arguments& arguments);
Value make_filter(Context& context, Arguments& arguments);
Value make_reversed(Context& context, Arguments& arguments);

}  // namespace sheaf::program
