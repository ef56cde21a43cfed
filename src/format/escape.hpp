// Keeps a text from standing where structure stands, and gives it back. All of it can be undone:
// two texts that differ after CR and CRLF became LF never look alike when escaped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "format/label_scanner.hpp"

namespace sheaf::format {

/// What further lines of a text are indented by.
inline constexpr std::string_view continuation = "    ";

/// A field as it is shown behind its label. Line-start labels get a backslash, control characters
/// become `\u00XX`, further lines are indented; all else stays byte for byte.
std::string escape_field(std::string_view text, const LabelScanner& scanner);

/// The same for an answer's text, in which a key counts anywhere: those in mid-line get a backslash
/// too, and so do a `<think>` that the text starts with and every `</think>`.
std::string escape_answer(std::string_view text, const LabelScanner& scanner);

/// Undoes the backslashes of escape_answer. The indentation is already gone: whether a reply keeps
/// to it is for its reader to judge.
std::string unescape_answer(std::string_view text, const LabelScanner& scanner);

/// Whether `text`, but for spaces, starts with `<think>`: a model's thought, and no part of a
/// reply.
bool starts_with_thought(std::string_view text);

/// Behind the last `</think>` before which no `<think>` stands and no backslash: a thought whose
/// start is not shown. 0 without one.
std::size_t unopened_thought_length(std::string_view text);

/// A reply that was cut, without the thoughts that start at the start of a line: from behind the
/// last that ends, to the start of one that does not.
std::string_view outside_thoughts(std::string_view cut);

/// Control characters (C0 but tab and LF, DEL, C1, U+2028, U+2029) as `\uXXXX`. Backslashes right
/// before one, or before the text `uXXXX` of one, are doubled, so that an odd number of them always
/// means a character and an even number always means text.
std::string escape_controls(std::string_view text);
std::string unescape_controls(std::string_view text);

}  // namespace sheaf::format
