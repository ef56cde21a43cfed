// Which sequence of the model's memory a prompt goes to, and what of it is computed already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "llama/generation.hpp"

namespace sheaf::llama {

/// One line of tokens in the model's memory. Lines with equal beginnings share the cells of these.
struct Sequence {
  std::vector<Token> computed;  ///< From position 0 on.
  std::vector<Token> wanted;    ///< Of a request under way, beginning with `computed`; else empty.
  std::uint64_t used = 0;       ///< When it was taken last; it grows.

  bool is_free() const { return wanted.empty(); }
};

/// Where a prompt goes: the first `kept` tokens of sequence `source`, which are its own beginning,
/// become the beginning of `target`, which is free.
struct Placement {
  std::size_t target = 0;
  std::size_t source = 0;
  std::size_t kept = 0;
};

/// A prompt waits rather than compute more tokens than this that another is about to compute.
inline constexpr std::size_t most_computed_twice = 32;

/// Takes the longest beginning that any sequence has computed, and the free sequence that was taken
/// longest ago. At least the last token is computed anew, for what follows it. nullopt: no sequence
/// is free, or a request under way will have computed much more of it soon. Pure.
std::optional<Placement> place(std::span<const Sequence> sequences, std::span<const Token> prompt);

}  // namespace sheaf::llama
