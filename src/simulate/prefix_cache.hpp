// A provider's prompt cache, simulated: how much of a prompt's beginning was sent before.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

/// Prefixes in steps of 128 tokens, from 1,024 tokens on, as OpenAI documents its own. Of prefixes
/// the last hundred thousand or so are known. Single-threaded.
class PrefixCache {
 public:
  /// Tokens of the longest beginning of `prompt` that an earlier prompt began with too; remembers
  /// this one.
  std::int64_t cached_tokens(const CountedPrompt& prompt);

 private:
  bool known(std::uint64_t prefix) const {
    return young_.contains(prefix) || old_.contains(prefix);
  }
  void remember(std::uint64_t prefix);

  std::unordered_set<std::uint64_t> young_;
  std::unordered_set<std::uint64_t> old_;
};

}  // namespace sheaf::simulate
