// Python's operators on values of every type.
#pragma once

#include "program/context.hpp"
#include "program/syntax.hpp"

namespace sheaf::program {

Value binary(Context& context, Op op, const Value& a, const Value& b);
/// The same where `a` is the old value of what is assigned to: lists, dicts and sets change in
/// place.
Value augmented(Context& context, Op op, const Value& a, const Value& b);
Value unary(Context& context, UnaryOp op, const Value& value);
/// divmod(a, b)
Value quotient_and_rest(Context& context, const Value& a, const Value& b);

}  // namespace sheaf::program
