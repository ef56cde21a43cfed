// The tokenizer.json of Hugging Face's `tokenizers`: byte-pair encodings of the families Llama 3,
// Qwen, Mistral and Gemma.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "core/json.hpp"
#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// The tokenizer that `file` describes: a text's tokens are those of PyPI's `tokenizers` 0.23 by
/// `encode(text, add_special_tokens=False)`, so what `post_processor` puts around a text is not
/// among them. `truncation`, `padding` and `decoder` say nothing about them and are not read.
/// Reading takes up to ten times the memory of the file's text, 210 MB for Gemma 3, and a second.
/// What is not one of these is refused by its name; the error says what is wrong, and what to do:
/// - `model`: "BPE" without dropout, prefixes or suffixes; ids under 2^24, none doubled;
/// - `normalizer`: null, "NFC", "Prepend", "Replace" of a string, or a "Sequence" of them;
/// - `pre_tokenizer`: null, "Split" by a space merged with what is before it, "Metaspace" by
/// U+2581,
///   or "Split" by a regular expression of `split_rules_of` and then "ByteLevel";
/// - `added_tokens`: without `lstrip`, `rstrip` and `single_word`.
std::expected<std::shared_ptr<const Tokenizer>, std::string> read_tokenizer_json(
    const json::Value& file);

}  // namespace sheaf::tokens
