// Chooses the next token of one reply.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/error.hpp>

#include "llama/generation.hpp"
#include "llama/vocabulary.hpp"

struct llama_sampler;

namespace sheaf::llama {

/// Single-threaded. Borrows the vocabulary.
class Sampler {
 public:
  /// Error (usage): the grammar is none.
  static Expected<Sampler> make(const Vocabulary& vocabulary, const GenerationRequest& request);

  /// From logits, one for each token of the vocabulary. A grammar allows at least one.
  Token next(const float* logits);

 private:
  struct Free {
    void operator()(llama_sampler* sampler) const noexcept;
  };
  using Handle = std::unique_ptr<llama_sampler, Free>;

  Sampler(int vocabulary_size, bool is_greedy, Handle chain, Handle grammar);
  Token draw(const float* logits, bool by_grammar) const;
  bool grammar_allows(Token token) const;

  int vocabulary_size_;
  bool is_greedy_;
  Handle chain_;
  Handle grammar_;  ///< Null: none.
};

/// The logarithms of the probabilities that logits stand for: the chosen token's, and the `top`
/// likeliest.
ChosenToken logprobs_of(const Vocabulary& vocabulary, const float* logits, Token chosen, int top);

}  // namespace sheaf::llama
