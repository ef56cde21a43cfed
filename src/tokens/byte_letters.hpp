// The letters by which byte-level vocabularies write bytes, so that each token is a printable text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sheaf::tokens {

/// The bytes that `letters`, well-formed UTF-8, stand for; nullopt where one stands for none.
/// The printable characters of Latin-1 are their own bytes, U+0100 and those behind it the other
/// bytes in their order: a space is U+0120. As GPT-2 has it.
std::optional<std::string> bytes_of_letters(std::string_view letters);

}  // namespace sheaf::tokens
