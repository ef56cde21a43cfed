// Truth, equality, order and hashes.
#pragma once

#include <cstdint>

#include "program/context.hpp"
#include "program/syntax.hpp"

namespace sheaf::program {

bool truth(const Value& value);
/// Python's ==, after `is`: never raises a TypeError.
bool equal(Context& context, const Value& a, const Value& b);
/// One of < <= > >=; raises TypeError where there is no order.
bool ordered(Context& context, Comparison op, const Value& a, const Value& b);
bool compare(Context& context, Comparison op, const Value& a, const Value& b);
/// `item in container`.
bool contains(Context& context, const Value& container, const Value& item);
/// Of a text it is ours, else CPython's; raises TypeError for lists, dicts and sets.
std::int64_t hash_of(Context& context, const Value& value);

}  // namespace sheaf::program
