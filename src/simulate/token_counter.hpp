// Tokens as the simulated model counts them: for its bills, its limits and its prompt cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/simulate.hpp>

namespace sheaf::simulate {

/// A prompt cache knows prefixes of so many tokens, twice as many, and so on.
inline constexpr std::int64_t tokens_per_step = 128;

struct ChatMessage {
  std::string_view role;
  std::string_view content;
  std::span<const std::size_t> ends = {};  ///< Where in `content` its parts end, if it is asked.
};

/// The end of one part of a prompt.
struct PartEnd {
  std::size_t end = 0;      ///< In `CountedPrompt::text`.
  std::int64_t tokens = 0;  ///< That end there or before.
};

struct CountedPrompt {
  std::string text;                ///< Of chat the roles and contents of all messages, a line each.
  std::int64_t tokens = 0;         ///< What it is billed as.
  std::vector<std::size_t> steps;  ///< Where in `text` each `tokens_per_step` tokens end.
  std::vector<PartEnd> parts;      ///< Of all messages, where their parts' ends were given.
};

/// One way of counting. All that the simulated model says of tokens it says by one of these. Texts
/// are UTF-8. Single-threaded.
class TokenCounter {
 public:
  virtual ~TokenCounter() = default;

  virtual std::int64_t count(std::string_view text) = 0;
  virtual CountedPrompt chat(std::span<const ChatMessage> messages) = 0;
  virtual CountedPrompt completion(std::string_view prompt) = 0;

  /// A beginning of `text` that counts at most `most` tokens and ends between two characters: all
  /// of it, else up to the end of that token, or a little less. Precondition: `most` >= 1.
  virtual std::string_view beginning(std::string_view text, std::int64_t most) = 0;
  /// `text` as it is streamed: a token's bytes each, and more where a character would be cut.
  virtual std::vector<std::string_view> pieces(std::string_view text) = 0;
};

/// Fails with ErrorCode::usage where this build does not hold the encoding's rank table.
Expected<std::unique_ptr<TokenCounter>> make_token_counter(SimulatedTokens tokens);

}  // namespace sheaf::simulate
