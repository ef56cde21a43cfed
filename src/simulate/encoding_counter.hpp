// Tokens of OpenAI's encodings, counted by other code than a plan's (src/tokens): the published
// pattern by a regular expression engine, and byte-pair encoding as the textbook has it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulate/piece_pattern.hpp"
#include "simulate/rank_map.hpp"
#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

/// Counts what tiktoken's `encode_ordinary` gives, and chat as OpenAI's cookbook does for gpt-4 and
/// gpt-4o (`num_tokens_from_messages`): 3 a message, its role and its content, and 3 for the
/// beginning of the reply. Remembers the tokens of some 50,000 pieces.
class EncodingCounter final : public TokenCounter {
 public:
  /// `encoding` is "o200k_base" or "cl100k_base", `ranks` are its own.
  EncodingCounter(std::string_view encoding, std::shared_ptr<const RankMap> ranks);

  std::int64_t count(std::string_view text) override;
  CountedPrompt chat(std::span<const ChatMessage> messages) override;
  CountedPrompt completion(std::string_view prompt) override;
  std::string_view beginning(std::string_view text, std::int64_t most) override;
  std::vector<std::string_view> pieces(std::string_view text) override;

 private:
  /// Where each token of a piece ends.
  using Ends = std::vector<std::uint32_t>;

  /// Calls `each` with the end of every token of `text`.
  template <class Each>
  void walk(std::string_view text, Each each);
  /// `ends` are those of the parts of `text`.
  void add_text(CountedPrompt& prompt, std::string_view text, std::span<const std::size_t> ends);
  const Ends& ends_of(std::string_view piece);
  Ends merged(std::string_view piece) const;

  PiecePattern pattern_;
  std::shared_ptr<const RankMap> ranks_;
  std::unordered_map<std::string, Ends, TextHash, std::equal_to<>> known_;
  Ends last_;  ///< Of a piece that is not worth remembering.
};

}  // namespace sheaf::simulate
