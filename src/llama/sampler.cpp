#include "llama/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

#include <llama.h>

namespace sheaf::llama {
namespace {

using Candidates = std::vector<llama_token_data>;

Candidates all_of(const float* logits, int count) {
  Candidates candidates(static_cast<std::size_t>(count));
  for (int token = 0; token < count; ++token) {
    candidates[static_cast<std::size_t>(token)] = {token, logits[token], 0};
  }
  return candidates;
}

llama_token_data_array as_array(Candidates& candidates) {
  return {candidates.data(), candidates.size(), /*selected=*/-1, /*sorted=*/false};
}

/// A model whose logits are no numbers leaves nothing selected.
Token chosen(const llama_token_data_array& array) {
  return array.data[std::max<std::int64_t>(array.selected, 0)].id;
}

Token likeliest(const float* logits, int count) {
  return static_cast<Token>(std::max_element(logits, logits + count) - logits);
}

llama_sampler* chain_of(const Sampling& sampling) {
  auto* chain = llama_sampler_chain_init(llama_sampler_chain_default_params());
  if (sampling.temperature <= 0) {
    llama_sampler_chain_add(chain, llama_sampler_init_greedy());
    return chain;
  }
  llama_sampler_chain_add(chain, llama_sampler_init_temp(static_cast<float>(sampling.temperature)));
  if (sampling.top_p < 1) {
    llama_sampler_chain_add(chain, llama_sampler_init_top_p(static_cast<float>(sampling.top_p), 1));
  }
  // Of all seeds llama.cpp takes this one for none, and draws one itself.
  const auto seed = sampling.seed == LLAMA_DEFAULT_SEED ? 0 : sampling.seed;
  llama_sampler_chain_add(chain, llama_sampler_init_dist(seed));
  return chain;
}

}  // namespace

void Sampler::Free::operator()(llama_sampler* sampler) const noexcept {
  llama_sampler_free(sampler);
}

Sampler::Sampler(int vocabulary_size, bool is_greedy, Handle chain, Handle grammar)
    : vocabulary_size_(vocabulary_size),
      is_greedy_(is_greedy),
      chain_(std::move(chain)),
      grammar_(std::move(grammar)) {}

Expected<Sampler> Sampler::make(const Vocabulary& vocabulary, const GenerationRequest& request) {
  Handle grammar;
  if (!request.grammar.empty()) {
    grammar.reset(llama_sampler_init_grammar(vocabulary.handle(), request.grammar.c_str(), "root"));
    if (!grammar) return fail(ErrorCode::usage, "the grammar is no GBNF with a rule named root");
  }
  return Sampler(vocabulary.size(), request.sampling.temperature <= 0,
                 Handle(chain_of(request.sampling)), std::move(grammar));
}

bool Sampler::grammar_allows(Token token) const {
  llama_token_data one{token, 0, 0};
  llama_token_data_array array{&one, 1, -1, false};
  llama_sampler_apply(grammar_.get(), &array);
  return std::isfinite(one.logit);
}

Token Sampler::draw(const float* logits, bool by_grammar) const {
  auto candidates = all_of(logits, vocabulary_size_);
  auto array = as_array(candidates);
  if (by_grammar) llama_sampler_apply(grammar_.get(), &array);
  llama_sampler_apply(chain_.get(), &array);
  return chosen(array);
}

Token Sampler::next(const float* logits) {
  auto token = is_greedy_ ? likeliest(logits, vocabulary_size_) : draw(logits, false);
  // Nearly always the model keeps to the grammar by itself, which spares trying every token.
  if (grammar_ && !grammar_allows(token)) token = draw(logits, true);
  if (grammar_) llama_sampler_accept(grammar_.get(), token);
  llama_sampler_accept(chain_.get(), token);
  return token;
}

ChosenToken logprobs_of(const Vocabulary& vocabulary, const float* logits, Token chosen, int top) {
  const std::span all(logits, static_cast<std::size_t>(vocabulary.size()));
  const double most = *std::ranges::max_element(all);
  double sum = 0;
  for (const double logit : all) sum += std::exp(logit - most);
  const auto told = [&](Token token) {
    return TokenLogprob{vocabulary.piece(token), logits[token] - most - std::log(sum)};
  };
  std::vector<Token> order(all.size());
  std::iota(order.begin(), order.end(), Token{0});
  const auto count = std::min(order.size(), static_cast<std::size_t>(std::max(top, 0)));
  const auto last = order.begin() + static_cast<std::ptrdiff_t>(count);
  std::ranges::partial_sort(order, last, [&](Token a, Token b) { return logits[a] > logits[b]; });
  ChosenToken result{told(chosen), {}};
  for (const auto token : std::span(order).first(count)) result.top.push_back(told(token));
  return result;
}

}  // namespace sheaf::llama
