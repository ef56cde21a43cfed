// OpenAI's Responses.
#pragma once

#include <expected>

#include "simulate/wire_openai.hpp"

namespace sheaf::simulate {

/// Its input is a text or a list of messages; `stop`, `seed` and what else only chat knows are
/// refused. Never stores anything. Does not stream.
class ResponsesWire final : public OpenAiWire {
 public:
  std::expected<ModelRequest, Refusal> read(const Asked& asked) const override;
  json::Value reply(const ModelReply& reply) const override;
  Refusal beyond_context(const ModelRequest& request, std::int64_t context) const override;
  Refusal beyond_cap(const ModelRequest& request, std::int64_t most) const override;
};

}  // namespace sheaf::simulate
