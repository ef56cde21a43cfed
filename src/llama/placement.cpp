#include "llama/placement.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::llama {
namespace {

std::size_t shared_beginning(std::span<const Token> a, std::span<const Token> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::span<const Token> reusable(std::span<const Token> prompt) {
  return prompt.first(prompt.size() - 1);
}

bool is_elsewhere(std::span<const Sequence> sequences, std::size_t one) {
  const auto& tokens = sequences[one].computed;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (i != one && shared_beginning(tokens, sequences[i].computed) == tokens.size()) return true;
  }
  return tokens.empty();
}

std::optional<std::size_t> target_of(std::span<const Sequence> sequences) {
  std::optional<std::size_t> target;
  std::pair<bool, std::uint64_t> least;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (!sequences[i].is_free()) continue;
    const std::pair loss(!is_elsewhere(sequences, i), sequences[i].used);
    if (target && loss >= least) continue;
    target = i;
    least = loss;
  }
  return target;
}

}  // namespace

void mark_shared(std::span<Sequence> sequences, std::span<const Token> prompt) {
  for (auto& sequence : sequences) {
    const auto& tokens = sequence.is_free() ? sequence.computed : sequence.wanted;
    sequence.shared = std::max(sequence.shared, shared_beginning(reusable(prompt), tokens));
  }
}

std::optional<Placement> place(std::span<const Sequence> sequences, std::span<const Token> prompt) {
  const auto target = target_of(sequences);
  if (!target) return std::nullopt;
  Placement placement{.target = *target, .source = *target, .kept = 0};
  std::size_t soon = 0;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const auto kept = shared_beginning(reusable(prompt), sequences[i].computed);
    if (kept > placement.kept) {
      placement.kept = kept;
      placement.source = i;
    }
    soon = std::max(soon, shared_beginning(reusable(prompt), sequences[i].wanted));
  }
  if (soon > placement.kept + most_computed_twice) return std::nullopt;
  return placement;
}

}  // namespace sheaf::llama
