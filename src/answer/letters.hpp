// Letters that stand for choices in a text.
#pragma once

#include <cstddef>
#include <string_view>

#include "answer/choice.hpp"

namespace sheaf::answer {

/// Whether the ASCII letter at shown[at] names a choice by one of the forms in choice.hpp.
/// `shown` is FlatText::shown.
bool names_choice(std::string_view shown, std::size_t at, Place place);

/// Whether it stands there as a letter at all, which names a choice beside one that is named: "b"
/// in "(a) or b". No word of the sentence, no part of an abbreviation.
bool may_name_choice(std::string_view shown, std::size_t at, Place place);

/// Whether the lone letter at shown[at] may be a word of the sentence: "a" or "I" with a word
/// behind it that may follow an article ("a bird", no "a is", "A or"). A capital A in mid-sentence,
/// or just behind a marker, is none.
bool may_be_word(std::string_view shown, std::size_t at, Place place);

}  // namespace sheaf::answer
