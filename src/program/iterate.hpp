// Iterating, indexing and slicing.
#pragma once

#include <cstdint>
#include <optional>

#include "program/context.hpp"

namespace sheaf::program {

/// iter(value); raises TypeError where it cannot be iterated.
Value iterate(Context& context, const Value& value);
/// The next value of an iterator; false at its end.
bool advance(Context& context, const Value& iterator, Value& value);
/// All that `value` hands out.
Values collect(Context& context, const Value& value);
/// Called wherever a program would see the order of a set.
void refuse_uncertain_order(Context& context, const Set& set);
/// len(), raises TypeError where there is none.
std::int64_t length_of(Context& context, const Value& value);

/// Hands out `items`, backwards or forwards.
Value iterate_backwards(Context& context, const Value& value);

/// Which element of the range the integer is.
std::optional<std::int64_t> range_index(const Range& range, const Value& integral);
Value make_range(Context& context, std::int64_t start, std::int64_t stop, std::int64_t step);

Value get_item(Context& context, const Value& container, const Value& index);
void set_item(Context& context, const Value& container, const Value& index, Value value);
void delete_item(Context& context, const Value& container, const Value& index);

/// The integer that `value` is, where an index or a count is wanted; clamped to 64 bits. Raises
/// TypeError for anything else.
std::int64_t index_of(Context& context, const Value& value);

}  // namespace sheaf::program
