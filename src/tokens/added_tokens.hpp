// Tokens that a vocabulary was given besides the learned ones: each is cut out of a text wherever
// its own text stands, before anything else.
#pragma once

#include <bitset>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// Immutable; any thread.
class AddedTokens {
 public:
  using Texts = std::map<std::string, TokenId>;
  /// Precondition: none is empty.
  explicit AddedTokens(const Texts& texts = {});

  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    TokenId token = 0;
  };
  /// The leftmost at or behind `at`; of those that begin there, the longest. Linear in the
  /// bytes up to it, times the longest entry where a text nearly holds it everywhere.
  std::optional<Match> next(std::string_view text, std::size_t at) const;

 private:
  struct Entry {
    std::string text;
    TokenId token = 0;
  };

  std::optional<Match> longest_at(std::string_view text, std::size_t at) const;

  std::vector<Entry> entries_;  ///< By their bytes.
  std::bitset<256> first_bytes_;
};

}  // namespace sheaf::tokens
