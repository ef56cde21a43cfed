// Sets among themselves, in the order of CPython's tables.
#pragma once

#include "program/context.hpp"
#include "program/syntax.hpp"

namespace sheaf::program {

Value make_set(Context& context, const Values& items);
/// a | b, a & b, a - b, a ^ b; unset for any other operator.
Value set_operation(Context& context, Op op, const Set& a, const Set& b);
/// The same in place; false for any other operator.
bool set_update(Context& context, Op op, Set& a, const Set& b);

}  // namespace sheaf::program
