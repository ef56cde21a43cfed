// Numbers in an answer's text that may be another answer's key.
#pragma once

#include <string_view>
#include <vector>

namespace sheaf::format {

/// The numbers that stand in `text` as somebody might write a key: "[2]", "(2)", "#2", "2:", "2)"
/// without an opening bracket, "A2" and "Answer 2" behind the label, and at the start of a further
/// line "2.", "2 -", "2 =", "2 |". Not "2 apples", "= 2", "3.2". Most of them are no keys: they
/// matter only where a key is missing. Linear in the size of `text`.
std::vector<int> loose_keys(std::string_view text, std::string_view answer_label);

}  // namespace sheaf::format
