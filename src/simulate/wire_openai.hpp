// OpenAI's chat completions and completions, and what is compatible with them.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/wire.hpp"

namespace sheaf::simulate {

/// What all of OpenAI's formats have in common: keys (Azure's header too), errors, limit headers.
class OpenAiWire : public Wire {
 public:
  std::vector<std::string_view> keys(const HttpRequest& request) const override;
  json::Value refusal(const Refusal& refusal, std::string_view request_id) const override;
  std::vector<Header> limit_headers(std::span<const LimitLeft> left,
                                    CalendarTime now) const override;
  Refusal beyond_cap(const ModelRequest& request, std::int64_t most) const override;
};

/// Chat completions; a content may be a list of texts. Streams.
class ChatWire : public OpenAiWire {
 public:
  std::expected<ModelRequest, Refusal> read(const Asked& asked) const override;
  json::Value reply(const ModelReply& reply) const override;
  std::vector<std::string> events(const ModelReply& reply, std::span<const std::string_view> pieces,
                                  bool include_usage) const override;
  Refusal beyond_context(const ModelRequest& request, std::int64_t context) const override;

 protected:
  virtual std::string_view finish_reason(Ended ended) const;
};

/// Completions: a prompt, no messages. Streams.
class CompletionsWire final : public ChatWire {
 public:
  std::expected<ModelRequest, Refusal> read(const Asked& asked) const override;
  Refusal beyond_context(const ModelRequest& request, std::int64_t context) const override;
};

/// What OpenAI's reasoning models refuse of sampling: anything but their own defaults.
std::expected<void, Refusal> refuse_sampling(const json::Value& body);
/// `prompt_cache_options`, `prompt_cache_key`; beside the marks, which the parts carry.
std::expected<void, Refusal> read_openai_cache(const json::Value& body, ModelRequest& request);
/// The mark that a part of a prompt carries.
std::expected<std::optional<CacheWish::Mark>, Refusal> read_breakpoint(const json::Value& part);
/// `{"object": "list", "data": [{"id": "simulated", ...}]}`
json::Value models_list();

}  // namespace sheaf::simulate
