// Tokens of one model's prompts, before its provider tells them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "tokens/estimator.hpp"
#include "tokens/tokenizer.hpp"

namespace sheaf::tokens {

/// What a chat adds to the texts of its messages.
struct Frame {
  std::int64_t message = 0;  ///< A message: separators, and its role.
  std::int64_t reply = 0;    ///< The beginning of the reply.
  friend bool operator==(const Frame&, const Frame&) = default;
};

/// OpenAI's chat models since gpt-3.5-turbo-0613: 3 tokens a message and 1 for its role, 3 for the
/// reply (openai-cookbook, "How to count tokens with tiktoken"). Elsewhere where one begins.
inline constexpr Frame chat_frame{4, 3};

/// What is known of a prompt's size.
struct PromptSize {
  std::int64_t bytes = 0;  ///< UTF-8, of all messages' texts.
  std::int64_t messages = 0;
  std::int64_t tokens = 0;  ///< Of all messages' texts; 0 where the model's tokenizer is unknown.

  PromptSize& operator+=(const PromptSize& more);
  PromptSize& operator-=(const PromptSize& less);
};

/// Counts with the model's tokenizer where that is known, and estimates from bytes where it is not.
/// Learns from the usage of replies: the frame (what is billed beyond the texts), or tokens per
/// byte. Where replies show that the tokenizer is not the model's - what is billed beyond the texts
/// differs between prompts of as many messages - it estimates from then on. Single-threaded.
class Counter {
 public:
  /// Estimates.
  Counter() = default;
  /// Counts. `frame` is what is expected until a reply tells; a prompt of the completions API has
  /// none.
  Counter(std::shared_ptr<const Tokenizer> tokenizer, Frame frame);

  /// Whether input is counted, not estimated.
  bool counts() const { return tokenizer_ != nullptr && !refuted_; }

  /// One message, or of the completions API the whole prompt. Precondition: well-formed UTF-8.
  PromptSize message(std::string_view text) const;
  /// Tokens of a text alone, a reply's or a part of one: counted, or estimated from its bytes.
  std::int64_t text_tokens(std::string_view text) const;

  /// What a prompt of so many messages is billed beyond its texts' tokens.
  std::int64_t frame_tokens(std::int64_t messages) const;
  /// What the provider will bill. Counted: exactly, once the frame is learned.
  std::int64_t expected_input_tokens(const PromptSize& prompt) const;
  /// To be reserved. Counted: the same, but with the most that a frame takes until a reply to as
  /// many messages has told it. Estimated: with Estimator's margin.
  std::int64_t input_tokens(const PromptSize& prompt) const;
  /// Tokens by bytes, as far as replies have told.
  const Estimator& estimator() const { return estimator_; }
  /// Usage of one reply. Without tokens it says nothing and is ignored.
  void learn(const PromptSize& prompt, std::int64_t told_tokens);

 private:
  std::shared_ptr<const Tokenizer> tokenizer_;
  Frame frame_;
  std::map<std::int64_t, std::int64_t> told_;  ///< Messages of a prompt -> tokens beyond its texts.
  bool refuted_ = false;
  Estimator estimator_;
};

}  // namespace sheaf::tokens
