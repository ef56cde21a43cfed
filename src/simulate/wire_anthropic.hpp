// Anthropic's Messages.
#pragma once

#include <string_view>
#include <vector>

#include "simulate/wire.hpp"

namespace sheaf::simulate {

/// Of the versions, 2023-06-01 and 2026-10-21 are known; the latter knows no sampling. Members that
/// the provider does not know are refused. Does not stream.
class AnthropicWire final : public Wire {
 public:
  std::vector<std::string_view> keys(const HttpRequest& request) const override;
  std::expected<ModelRequest, Refusal> read(const Asked& asked) const override;
  json::Value reply(const ModelReply& reply) const override;
  int status(int openai_status) const override;
  json::Value refusal(const Refusal& refusal, std::string_view request_id) const override;
  std::string_view request_id_header() const override { return "request-id"; }
  std::vector<Header> limit_headers(std::span<const LimitLeft> left,
                                    CalendarTime now) const override;
  SimulatedCache cache_rule() const override { return SimulatedCache::anthropic; }
  bool ends_at_context() const override { return true; }
  Refusal beyond_context(const ModelRequest& request, std::int64_t context) const override;
  Refusal beyond_cap(const ModelRequest& request, std::int64_t most) const override;
};

/// The value of `anthropic-version`, or why the request is refused without looking at its body.
std::expected<std::string_view, Refusal> anthropic_version(std::span<const Header> headers);

}  // namespace sheaf::simulate
