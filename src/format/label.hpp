// What may be a label, and which labels read alike.
#pragma once

#include <string>
#include <string_view>

namespace sheaf::format {

/// A label as the scanner compares it with a text; a space stands for any number of them.
std::u32string label_points(std::string_view label);

/// Why a text cannot stand in front of "[1]:", as the end of a sentence; empty when it can.
std::string_view label_fault(std::string_view label);

/// Whether a key of one label reads as a key of the other: case, spaces and full-width forms aside.
bool same_label(std::string_view a, std::string_view b);

}  // namespace sheaf::format
