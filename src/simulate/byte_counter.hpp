// A token for each four bytes.
#pragma once

#include "simulate/token_counter.hpp"

namespace sheaf::simulate {

/// Counts a quarter of the bytes, rounded up; of chat of all contents together.
class ByteCounter final : public TokenCounter {
 public:
  std::int64_t count(std::string_view text) override;
  CountedPrompt chat(std::span<const ChatMessage> messages) override;
  CountedPrompt completion(std::string_view prompt) override;
  std::string_view beginning(std::string_view text, std::int64_t most) override;
  std::vector<std::string_view> pieces(std::string_view text) override;
};

}  // namespace sheaf::simulate
