// Where the values of a JSON text stand, so that a fault in one of a thousand rows has a line.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace sheaf::dataset {

/// A value's bytes in the text it was found in.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The value that begins at or behind `at`, by its brackets and quotes alone: whether it is JSON is
/// for the parser to say. nullopt where none begins or it has no end.
std::optional<Span> find_value(std::string_view text, std::size_t at);

/// The elements of the array that begins at `array.begin`; nullopt where it breaks off.
std::optional<std::vector<Span>> elements(std::string_view text, Span array);

/// The value of the member `name` of the object that begins at `object.begin`.
std::optional<Span> member(std::string_view text, Span object, std::string_view name);

}  // namespace sheaf::dataset
