// What is asked of a model of this process, and what it brings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange.hpp"

namespace sheaf::llama {

/// A token's number in the model's vocabulary.
using Token = std::int32_t;

/// How the next token is chosen.
struct Sampling {
  double temperature = 1;  ///< 0: the likeliest token, always.
  double top_p = 1;        ///< Of the likeliest tokens that together have this probability.
  std::uint32_t seed = 0;  ///< The same request with the same seed draws the same tokens.
};

struct GenerationRequest {
  std::vector<Token> prompt;  ///< Not empty.
  std::int64_t max_tokens = 1;
  Sampling sampling;
  /// The reply ends before the first of them.
  std::vector<std::string> stops;
  /// A GBNF grammar whose rule `root` every reply keeps to; empty: none.
  std::string grammar;
  /// Absent: no logarithms of probabilities. Else so many of the likeliest tokens beside each.
  std::optional<int> top_logprobs;
};

struct TokenLogprob {
  std::string piece;   ///< Its bytes: a part of a character, maybe.
  double logprob = 0;  ///< Natural logarithm of what the model gave it, before any sampling.
};

/// A token of the reply and the likeliest ones in its place.
struct ChosenToken {
  TokenLogprob chosen;
  std::vector<TokenLogprob> top;  ///< Likeliest first.
};

struct Generation {
  std::string text;  ///< As the tokens' bytes are: UTF-8, unless the model broke a character off.
  FinishReason finish = FinishReason::stop;
  /// Input is the prompt, cached the part of it that was already computed. Output has the token
  /// that ended the reply.
  Usage usage;
  std::vector<ChosenToken> tokens;  ///< Where asked for: those of `text`, and of what ended it.
};

}  // namespace sheaf::llama
