// The last true, false, yes or no of a text.
#pragma once

#include <expected>

#include "answer/extract.hpp"
#include "answer/words.hpp"

namespace sheaf::answer {

/// Whole words, letter case apart, decorated or not; the last one counts. A "no" with a word behind
/// it ("no evidence") counts only in front of the text. Refused: none, and one that is denied
/// ("not true", "can't be true", "neither true nor false").
std::expected<bool, Unreadable> last_boolean(const FlatText& text);

}  // namespace sheaf::answer
