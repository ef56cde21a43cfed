// A tokenizer: text to the tokens that a model reads and its provider bills.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>

namespace sheaf::tokens {

/// A token's number in its vocabulary.
using TokenId = std::uint32_t;

/// Immutable; any thread.
class Tokenizer {
 public:
  Tokenizer() = default;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  virtual ~Tokenizer() = default;
  /// Appends the tokens of `text`, which is well-formed UTF-8, in their order. No token stands for
  /// the beginning or the end of a text, or for a chat's frame.
  virtual void encode(std::string_view text, std::vector<TokenId>& tokens) const = 0;
  /// How many tokens `encode` appends: n log n in the bytes at worst.
  virtual std::int64_t count(std::string_view text) const = 0;
};

}  // namespace sheaf::tokens
