#include "tokens/counter.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace sheaf::tokens {
namespace {

/// A token for each letter x, and none for anything else.
class Crosses final : public Tokenizer {
 public:
  void encode(std::string_view text, std::vector<TokenId>& tokens) const override {
    tokens.insert(tokens.end(), static_cast<std::size_t>(count(text)), 0);
  }
  std::int64_t count(std::string_view text) const override { return std::ranges::count(text, 'x'); }
};

Counter counting(Frame frame = chat_frame) { return {std::make_shared<Crosses>(), frame}; }

PromptSize prompt_of(const Counter& counter, std::initializer_list<std::string_view> messages) {
  PromptSize size;
  for (const auto message : messages) size += counter.message(message);
  return size;
}

TEST(Counter, EstimatesFromBytesWithoutATokenizer) {
  const Counter counter;
  EXPECT_FALSE(counter.counts());
  const PromptSize size{700, 2, 0};
  EXPECT_EQ(counter.expected_input_tokens(size), Estimator().expected_input_tokens(700, 2));
  EXPECT_EQ(counter.input_tokens(size), Estimator().input_tokens(700, 2));
  EXPECT_EQ(counter.text_tokens("seven bytes"), Estimator().expected_input_tokens(11, 0));
}

TEST(Counter, CountsTheTextsAndAddsTheFrame) {
  const auto counter = counting();
  const auto size = prompt_of(counter, {"x x", "--", "x"});
  EXPECT_EQ(size.bytes, 6);
  EXPECT_EQ(size.messages, 3);
  EXPECT_EQ(counter.expected_input_tokens(size), 3 + 3 * 4 + 3);
  EXPECT_EQ(counter.text_tokens("xx"), 2);
}

TEST(Counter, ReservesTheWidestFrameUntilAReplyToAsManyMessagesTellsIt) {
  auto counter = counting();
  const auto two = prompt_of(counter, {"x", "x"});
  EXPECT_EQ(counter.input_tokens(two), 2 + 2 * 16);
  counter.learn(two, 2 + 40);
  EXPECT_EQ(counter.input_tokens(two), 2 + 40);
  EXPECT_EQ(counter.input_tokens(prompt_of(counter, {"x", "x", "x"})), 3 + 3 * 16);
  EXPECT_EQ(counter.input_tokens(prompt_of(counter, {"x"})), 1 + 36);
}

TEST(Counter, AddsNoFrameToACompletionsPrompt) {
  const auto counter = counting(Frame{});
  EXPECT_EQ(counter.expected_input_tokens(prompt_of(counter, {"xx"})), 2);
}

TEST(Counter, LearnsTheFrameFromTheFirstReply) {
  auto counter = counting();
  counter.learn(prompt_of(counter, {"xxxxx", "x"}), 6 + 21);
  EXPECT_EQ(counter.expected_input_tokens(prompt_of(counter, {"x", ""})), 1 + 21);
  // What one message more adds is not known yet.
  EXPECT_EQ(counter.expected_input_tokens(prompt_of(counter, {"x", "", ""})), 1 + 21 + 4);
  EXPECT_TRUE(counter.counts());
}

TEST(Counter, LearnsWhatAMessageAddsFromPromptsOfTwoLengths) {
  auto counter = counting();
  counter.learn(prompt_of(counter, {"x", ""}), 1 + 20);
  counter.learn(prompt_of(counter, {"x", "", "", ""}), 1 + 32);
  EXPECT_EQ(counter.frame_tokens(1), 14);
  EXPECT_EQ(counter.frame_tokens(2), 20);
  EXPECT_EQ(counter.frame_tokens(4), 32);
  EXPECT_EQ(counter.frame_tokens(9), 32 + 5 * 6);
}

TEST(Counter, EstimatesOnceRepliesShowAnotherTokenizer) {
  auto counter = counting();
  const auto prompt = prompt_of(counter, {"xxxx xxxx"});
  counter.learn(prompt, 20);
  EXPECT_TRUE(counter.counts());
  counter.learn(prompt, 21);
  EXPECT_FALSE(counter.counts());
  Estimator estimator;
  estimator.learn(9, 1, 20);
  estimator.learn(9, 1, 21);
  EXPECT_EQ(counter.expected_input_tokens({900, 1, 0}), estimator.expected_input_tokens(900, 1));
}

TEST(Counter, IgnoresAReplyThatTellsNoTokens) {
  auto counter = counting();
  counter.learn(prompt_of(counter, {"x"}), 0);
  EXPECT_EQ(counter.frame_tokens(1), 7);
}

}  // namespace
}  // namespace sheaf::tokens
