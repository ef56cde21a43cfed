// Google's Gemini, generateContent.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "provider/provider.hpp"
#include "provider/reply.hpp"

namespace sheaf::provider {

/// POST /models/MODEL:generateContent, the model's name percent-encoded. The body names no model.
class Gemini final : public Provider {
 public:
  explicit Gemini(ModelSpec model);
  using Provider::request;
  std::string opening(std::span<const Message> shared) const override;
  HttpRequest request(std::string_view opening, const Prompt& own) const override;
  Exchange read(const TransferResult& result, std::int64_t now_unix) const override;

 private:
  ModelSpec model_;
  std::string path_;
};

/// As `read_completion`, of the first candidate: parts that are thoughts are no answer. A prompt
/// that was blocked is refused. Output is what was answered and what was thought; counts of 0 are
/// left out by the server, so no count beside a text is no bill.
std::expected<Completion, BadReply> read_generated(std::string_view body);

}  // namespace sheaf::provider
