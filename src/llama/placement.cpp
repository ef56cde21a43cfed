#include "llama/placement.hpp"

#include <algorithm>

namespace sheaf::llama {
namespace {

std::size_t shared_beginning(std::span<const Token> a, std::span<const Token> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

std::optional<Placement> place(std::span<const Sequence> sequences, std::span<const Token> prompt) {
  Placement placement;
  bool any_free = false;
  std::size_t soon = 0;
  const auto reusable = prompt.first(prompt.size() - 1);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const auto& sequence = sequences[i];
    const auto kept = shared_beginning(reusable, sequence.computed);
    if (kept > placement.kept) {
      placement.kept = kept;
      placement.source = i;
    }
    if (!sequence.is_free()) {
      soon = std::max(soon, shared_beginning(reusable, sequence.wanted));
    } else if (!any_free || sequence.used < sequences[placement.target].used) {
      placement.target = i;
      any_free = true;
    }
  }
  if (!any_free || soon > placement.kept + most_computed_twice) return std::nullopt;
  if (placement.kept == 0) placement.source = placement.target;
  return placement;
}

}  // namespace sheaf::llama
