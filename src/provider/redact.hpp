// Text from a server, made fit to be shown: no key in it, no control character, cut.
#pragma once

#include <string>
#include <string_view>

namespace sheaf::provider {

/// `text` with *** for whatever looks like a key: words that begin as keys do (sk-..., hf_...),
/// behind "=" too, the word after "Bearer", and words with 20 or more letters and digits in one go,
/// a digit among them. Model names, dates and addresses are left alone.
std::string redact(std::string_view text);

/// `redact`, then display-safe, at most `max_bytes` bytes.
std::string shown(std::string_view text, std::size_t max_bytes = 300);

}  // namespace sheaf::provider
