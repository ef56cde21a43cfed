// Where tokenizers come from: tables that are part of this build, or a file's text.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>

#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// Those that `encoding` knows.
std::vector<std::string_view> encoding_names();

/// The encoding "o200k_base" or "cl100k_base" from the tables of this build, unpacked at the first
/// call (20 to 40 ms) and shared. Fails with ErrorCode::usage for another name, and where the build
/// was made without tables. Any thread.
Expected<std::shared_ptr<const Tokenizer>> encoding(std::string_view name);

/// A tokenizer from a file's text: a tokenizer.json of Hugging Face (see tokenizer_json.hpp for
/// what it may hold), an encoder of npm's package `tiktoken` (JSON), or a `.tiktoken` file; of the
/// last two the number of their tokens tells which encoding it is. `name` stands in messages. Fails
/// with ErrorCode::usage and "NAME: what is wrong; what to do".
Expected<std::shared_ptr<const Tokenizer>> read_tokenizer(std::string_view text,
                                                          std::string_view name);

}  // namespace sheaf::tokens
