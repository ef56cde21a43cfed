// Which sequence of the model's memory a prompt goes to, what of it is computed already, and what
// stays in memory for the next.
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
  std::size_t shared = 0;       ///< Its beginning that more than one prompt has had.

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

/// Marks in `shared` what each sequence has in common with a new prompt. What is behind it in a
/// free sequence is worth nothing to other prompts, and each computation would pass over its cells.
void mark_shared(std::span<Sequence> sequences, std::span<const Token> prompt);

/// Takes the longest beginning that any sequence has computed; and as target the free sequence that
/// was taken longest ago, of those with nothing that no other has if there are such. At least the
/// last token is computed anew, for what follows it. nullopt: no sequence is free, or a request
/// under way will have computed much more of it soon. Pure.
std::optional<Placement> place(std::span<const Sequence> sequences, std::span<const Token> prompt);

}  // namespace sheaf::llama
