// Mistral's chat completions, where they differ from OpenAI's.
#pragma once

#include <expected>
#include <string_view>

#include "simulate/wire_openai.hpp"

namespace sheaf::simulate {

/// `random_seed` for `seed`, `max_tokens` alone, another form of errors, and a reply may run until
/// the context is full.
class MistralWire final : public ChatWire {
 public:
  std::expected<ModelRequest, Refusal> read(const Asked& asked) const override;
  json::Value refusal(const Refusal& refusal, std::string_view request_id) const override;
  bool ends_at_context() const override { return true; }

 protected:
  std::string_view finish_reason(Ended ended) const override;
};

}  // namespace sheaf::simulate
