// UTF-8 text: validity, trimming, folding and the characters that could pass for structure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::text {

/// Byte offset of the first sequence that is not well-formed UTF-8 (RFC 3629: overlong forms,
/// surrogates and values above U+10FFFF are malformed); nullopt when all is well.
std::optional<std::size_t> find_invalid_utf8(std::string_view bytes);
/// `bytes` with each malformed sequence replaced by U+FFFD (maximal-subpart rule of Unicode 3.9).
std::string replace_invalid_utf8(std::string_view bytes);

/// One code point of well-formed UTF-8 and the bytes it took. `length` is 0 only for empty input;
/// a malformed byte yields U+FFFD and length 1.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};
CodePoint decode_front(std::string_view bytes);
void append_utf8(std::string& out, char32_t code_point);

/// Space, tab, CR, LF, FF, VT, NBSP, U+2000-200A, 2028, 2029, 202F, 205F, 3000, FEFF.
bool is_space(char32_t code_point);
std::string_view trim(std::string_view text);
std::string_view trim_right(std::string_view text);

/// The longest beginning of UTF-8 `text` of at most `most_bytes` that ends between two characters.
std::string_view beginning(std::string_view text, std::size_t most_bytes);

/// ASCII letters to lower case, all else unchanged.
std::string fold_ascii(std::string_view text);
bool equals_fold_ascii(std::string_view a, std::string_view b);

/// Full-width forms (U+FF01-FF5E: digits, letters, brackets, colon) to ASCII, for reading keys and
/// numbers.
char32_t narrow(char32_t code_point);

/// Splits on LF; a CR before it is dropped. "a\n" gives {"a"}, "" gives {}.
std::vector<std::string_view> lines(std::string_view text);

/// `text` made safe for a terminal or a log line: control characters (C0, DEL, C1, line separators,
/// bidirectional controls) become \u{...} escapes, malformed bytes U+FFFD; cut with an ellipsis to
/// at most `max_bytes` bytes.
std::string display_safe(std::string_view text, std::size_t max_bytes = 200);

/// The candidate nearest to `word` by edit distance, if at most a third of its letters differ: for
/// "did you mean ...".
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string>& candidates);

}  // namespace sheaf::text
