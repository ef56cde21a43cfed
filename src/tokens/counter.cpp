#include "tokens/counter.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sheaf::tokens {

PromptSize& PromptSize::operator+=(const PromptSize& more) {
  bytes += more.bytes;
  messages += more.messages;
  tokens += more.tokens;
  return *this;
}

PromptSize& PromptSize::operator-=(const PromptSize& less) {
  bytes -= less.bytes;
  messages -= less.messages;
  tokens -= less.tokens;
  return *this;
}

Counter::Counter(std::shared_ptr<const Tokenizer> tokenizer, Frame frame)
    : tokenizer_(std::move(tokenizer)), frame_(frame) {}

PromptSize Counter::message(std::string_view text) const {
  return {std::ssize(text), 1, counts() ? tokenizer_->count(text) : 0};
}

std::int64_t Counter::text_tokens(std::string_view text) const {
  if (counts()) return tokenizer_->count(text);
  return estimator_.expected_input_tokens(std::ssize(text), 0);
}

/// As told for as many messages; else as for another number, with the frame's tokens for each
/// message more or less.
std::int64_t Counter::frame_tokens(std::int64_t messages) const {
  if (told_.empty()) return frame_.message * messages + frame_.reply;
  const auto exact = told_.find(messages);
  const auto& [number, tokens] = exact == told_.end() ? *told_.begin() : *exact;
  return tokens + frame_.message * (messages - number);
}

std::int64_t Counter::expected_input_tokens(const PromptSize& prompt) const {
  if (!counts()) return estimator_.expected_input_tokens(prompt.bytes, prompt.messages);
  return prompt.tokens + frame_tokens(prompt.messages);
}

std::int64_t Counter::input_tokens(const PromptSize& prompt) const {
  if (!counts()) return estimator_.input_tokens(prompt.bytes, prompt.messages);
  const auto expected = expected_input_tokens(prompt);
  if (told_.contains(prompt.messages)) return expected;
  return std::max(expected, prompt.tokens + most_frame_tokens * prompt.messages);
}

void Counter::learn(const PromptSize& prompt, std::int64_t told_tokens) {
  if (told_tokens <= 0) return;
  estimator_.learn(prompt.bytes, prompt.messages, told_tokens);
  if (!counts()) return;
  const auto beyond = told_tokens - prompt.tokens;
  const auto [known, is_new] = told_.try_emplace(prompt.messages, beyond);
  if (!is_new && known->second != beyond) refuted_ = true;
  if (told_.size() != 2 || !is_new) return;
  // Two numbers of messages tell what each of them adds.
  const auto& [fewer, low] = *told_.begin();
  const auto& [more, high] = *std::next(told_.begin());
  frame_.message = (high - low) / (more - fewer);
}

}  // namespace sheaf::tokens
